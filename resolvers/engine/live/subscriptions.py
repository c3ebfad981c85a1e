"""Running subscriptions: opening their source, and a result for each of its items."""

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Hashable, Mapping
from typing import Any

import orjson
from graphql import GraphQLError, located_error
from graphql.execution.collect_fields import collect_fields
from graphql.pyutils import inspect, is_awaitable
from graphql.pyutils.is_awaitable import is_async_iterable

from resolvers.engine.errors import HIDE_SUGGESTIONS
from resolvers.engine.live.running import RunningCosts
from resolvers.engine.live.sharing import Sharing, Subscriber, take
from resolvers.engine.live.source import LiveSource
from resolvers.engine.operation import Operation
from resolvers.engine.plan import Execution, Plan
from resolvers.engine.plan.arguments import Arguments
from resolvers.engine.plan.positions import Path, Position, resolve_info


class Subscriptions:
    """The subscriptions that run in one process.

    `text_of` returns the text of a run's answer. `scope_of` returns what decides which objects and fields a context may
    see: contexts of one scope see the same, and share executions. `common_of` returns the context that such an
    execution runs with: what contexts of the scope have in common, and nothing that is one caller's own. `payer_of`
    returns whose budget a context's subscriptions are charged to.
    """

    def __init__(
        self,
        most_running: int,
        text_of: Callable[[Operation, Execution], str],
        scope_of: Callable[[Any], Hashable],
        common_of: Callable[[Any], Any],
        payer_of: Callable[[Any], Hashable],
    ) -> None:
        self._text_of = text_of
        self._scope_of = scope_of
        self._common_of = common_of
        self._payer_of = payer_of
        self._sharing = Sharing()
        self._running = RunningCosts(most_running)

    @property
    def shared_executions(self) -> int:
        """How many executions run for one or more subscribers each."""
        return len(self._sharing)

    @property
    def subscribers(self) -> int:
        """How many subscribers of shared executions have caught up and get what arrives."""
        return self._sharing.subscribers

    async def run(self, operation: Operation, context: Any, subscriber: Subscriber) -> None:
        """Run a subscription to its end; cancel it to end it early. Raises `Refused` and `GraphQLError`."""
        plan = operation.prepared.plan(operation.values)
        source = await _open(plan, operation, context)

        def result_of(event: Any, context: Any) -> str | Awaitable[str]:
            run = plan.begin(operation.values, context, event)
            return self._text_when_finished(operation, run) if run.is_waiting else self._text_of(operation, run)

        if isinstance(source, LiveSource):
            stream, convert, common = source.stream, source.convert, self._common_of(context)
            key = (*_shared_part(operation), self._scope_of(context), stream.key)
            with self._running.charged(self._payer_of(context), key, operation.cost):
                await self._sharing.run(key, stream, lambda item: result_of(convert(item), common), subscriber)
            return
        events = aiter(source)
        try:
            async for event in events:
                payload = result_of(event, context)
                payload = payload if isinstance(payload, str) else await payload
                await subscriber.ready()
                take(subscriber, payload)
                # A source and a client that never wait must not keep everyone else from their turn.
                await asyncio.sleep(0)
        finally:
            if close := getattr(events, "aclose", None):
                await close()

    async def _text_when_finished(self, operation: Operation, run: Execution) -> str:
        await run.finish()
        return self._text_of(operation, run)


async def _open(plan: Plan, operation: Operation, context: Any) -> AsyncIterable[Any]:
    """The source of the subscription's items. Raises `GraphQLError`, located at the field."""
    root_type = plan.root_type
    grouped = collect_fields(
        plan.schema, plan.fragments, operation.values, root_type, plan.operation, HIDE_SUGGESTIONS
    ).grouped_field_set
    key, details = next(iter(grouped.items()))
    nodes = [detail.node for detail in details]
    definition = root_type.fields[nodes[0].name.value]
    path: Path = (None, key, Position(nodes, root_type, definition, is_nullable=False))
    run = Execution(plan, operation.values, context, None)
    try:
        values = Arguments(definition, nodes[0], None).values(operation.values)
        if definition.subscribe is None:
            raise GraphQLError("The field has no stream of events.")
        source: Any = definition.subscribe(None, resolve_info(run, path), **values)
        if is_awaitable(source):
            source = await source
        if isinstance(source, Exception):
            raise source
        if not is_async_iterable(source):
            raise GraphQLError(f"Subscription field must return AsyncIterable. Received: {inspect(source)}.")
    except Exception as error:  # whatever a resolver raises is the field's error
        raise located_error(error, nodes, [key]) from error
    events: AsyncIterable[Any] = source
    return events


def _shared_part(operation: Operation) -> tuple[Hashable, ...]:
    """What two subscriptions must have in common to get the same results: all of it but where to begin."""
    cursor = operation.prepared.cursor_variable
    variables: Mapping[str, Any] = {name: value for name, value in operation.variables.items() if name != cursor}
    return operation.text, operation.prepared.name, orjson.dumps(variables, option=orjson.OPT_SORT_KEYS)
