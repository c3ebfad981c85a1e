"""Running operations for clients that stay connected: over a websocket or a stream of server-sent events.

A query or mutation gives one result. A subscription gives one for each item of its source; when the source is a
company's feed, subscriptions that would all get the same bytes share one execution (`resolvers.sharing`).
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Hashable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias, TypeVar, cast

import orjson
import strawberry
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    get_operation_ast,
    parse,
    specified_rules,
    visit,
)
from graphql import ExecutionResult as CoreResult
from graphql.execution import Executor, create_source_event_stream, execute_subscription_event
from graphql.language import Visitor

from resolvers.context import Context
from resolvers.extensions import Schema
from resolvers.limits import variables_refusal
from resolvers.masking import BAD_REQUEST, OPERATION_UNRESOLVED, masked
from resolvers.running import RunningCosts
from resolvers.sharing import Sharing, Stream, Subscriber, take

Event = TypeVar("Event")
Answer: TypeAlias = Mapping[str, Any]
Encode: TypeAlias = Callable[[Answer], str]

AfterCursor = Annotated[
    str | None,
    strawberry.argument(
        description="Begin behind this cursor: one of this subscription, or an edge cursor or `feedCursor` of the "
        "list. From now on without it."
    ),
]

# The argument of a live field that says where to begin; it has no part in what a result looks like.
_CURSOR_ARGUMENT = "after"


@dataclass(frozen=True, slots=True)
class OperationRequest:
    """What a client asks to be run."""

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    allows_mutations: bool = True


class OperationFailed(Exception):
    """The operation was refused, or ended before its time; the errors are as the client may see them."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class LiveSource(AsyncIterable[Event]):
    """What a live field resolves to: the items of a feed, or of a state, each converted to the field's type."""

    stream: Stream
    convert: Callable[[Any], Event]

    async def __aiter__(self) -> AsyncIterator[Event]:
        async with aclosing(aiter(self.stream)) as items:  # type: ignore[type-var]  # an async generator
            async for item in items:
                yield self.convert(item)


class LiveExecutor:
    """Runs operations of one schema in one process; `encode` gives an answer's JSON text."""

    def __init__(self, schema: Schema, encode: Encode) -> None:
        self._schema = schema
        self._encode = encode
        self._sharing = Sharing()
        self._running = RunningCosts(schema.admission.limits.running_cost)

    @property
    def shared_executions(self) -> int:
        """How many executions of subscriptions run for one or more subscribers each."""
        return len(self._sharing)

    @property
    def subscribers(self) -> int:
        """How many subscribers of shared executions have caught up and get what arrives."""
        return self._sharing.subscribers

    async def run(self, request: OperationRequest, context: Context, subscriber: Subscriber) -> None:
        """Run an operation to its end; cancel it to end it early. Raises `OperationFailed`."""
        try:
            document, operation, cost = self._admit(request)
            if operation.operation is OperationType.SUBSCRIPTION:
                await self._subscribe(request, document, cost, context, subscriber)
            else:
                await self._execute(request, context, subscriber)
        except OperationFailed:
            raise
        except GraphQLError as error:
            raise self._failed([error]) from None
        except Exception as error:  # noqa: BLE001  # told as far as the client may know it, and logged
            raise self._failed([GraphQLError(str(error), original_error=error)]) from None

    def _failed(self, errors: list[GraphQLError]) -> OperationFailed:
        self._schema.process_errors(errors)
        return OperationFailed(errors)

    def _admit(self, request: OperationRequest) -> tuple[DocumentNode, OperationDefinitionNode, int]:
        """The document and the operation to run, which are within the limits and valid, and what it costs."""
        admission = self._schema.admission
        admitted = admission.documents.get(request.query)
        if admitted is None:
            document = parse(request.query, **cast("dict[str, Any]", admission.limits.parse_options()))
            if errors := admission.document_errors(document, specified_rules):
                raise self._failed(errors)
            admitted = admission.keep(request.query, document)
        operation = get_operation_ast(admitted.document, request.operation_name)
        if operation is None:
            named = f" named {request.operation_name!r}" if request.operation_name is not None else ""
            message = f"The document has no operation{named}, or several and none was named in `operationName`."
            raise GraphQLError(message, extensions={"code": OPERATION_UNRESOLVED})
        if operation.operation is OperationType.MUTATION and not request.allows_mutations:
            raise GraphQLError("Mutations are served to POST only.", extensions={"code": BAD_REQUEST})
        variables = request.variables or {}
        if too_much := variables_refusal(variables, admission.limits):
            raise too_much
        cost = admission.cost(admitted, operation, variables)
        if too_dear := admission.budget_refusal(cost):
            raise too_dear
        return admitted.document, operation, cost

    async def _execute(self, request: OperationRequest, context: Context, subscriber: Subscriber) -> None:
        result = await self._schema.execute(
            request.query, request.variables, context_value=context, operation_name=request.operation_name
        )
        errors = result.errors or []
        # Errors of fields have a path; without one the operation was refused before the first field.
        if result.data is None and not any(error.path for error in errors):
            raise OperationFailed(errors)
        answer = _answer(result.data, errors)
        if result.extensions:
            answer["extensions"] = result.extensions
        await subscriber.ready()
        take(subscriber, self._encode(answer))

    async def _subscribe(
        self, request: OperationRequest, document: DocumentNode, cost: int, context: Context, subscriber: Subscriber
    ) -> None:
        executor = Executor.build(
            self._schema._schema,
            document,
            context_value=context,
            raw_variable_values=request.variables,
            operation_name=request.operation_name,
            hide_suggestions=True,
        )
        if isinstance(executor, list):
            raise self._failed(executor)
        source: Any = create_source_event_stream(executor)
        if executor.is_awaitable(source):
            source = await source
        if isinstance(source, CoreResult):
            raise self._failed(source.errors or [])

        async def result_of(event: object) -> str:
            return await self._result(executor, event)

        if isinstance(source, LiveSource):
            key = (*_shared_part(request, document), context.scope, source.stream.key)
            with self._running.charged(context.viewer and context.viewer.tenant_id, key, cost):
                await self._sharing.run(key, source.stream, lambda item: result_of(source.convert(item)), subscriber)
            return
        async with aclosing(aiter(source)) as events:
            async for event in events:
                payload = await result_of(event)
                await subscriber.ready()
                take(subscriber, payload)
                # A source and a client that never wait must not keep everyone else from their turn.
                await asyncio.sleep(0)

    async def _result(self, executor: Executor[Any], event: object) -> str:
        """The answer for one event, encoded. A failing field is in the answer; nothing is raised."""
        try:
            result: Any = execute_subscription_event(executor.build_per_event_executor(event))
            if executor.is_awaitable(result):
                result = await result
            errors = result.errors or []
            self._schema.process_errors(errors)
            return self._encode(_answer(result.data, errors))
        except Exception as error:  # noqa: BLE001  # `masked` logs it
            return self._encode(_answer(None, [masked(error)]))


def _answer(data: dict[str, Any] | None, errors: list[GraphQLError]) -> dict[str, Any]:
    answer: dict[str, Any] = {"data": data}
    if errors:
        answer["errors"] = [error.formatted for error in errors]
    return answer


def _shared_part(request: OperationRequest, document: DocumentNode) -> tuple[Hashable, ...]:
    """What two requests must have in common to get the same results: all of it but where to begin."""
    cursor = _cursor_variable(document)
    variables = {name: value for name, value in (request.variables or {}).items() if name != cursor}
    return request.query, request.operation_name, orjson.dumps(variables, option=orjson.OPT_SORT_KEYS)


def _cursor_variable(document: DocumentNode) -> str | None:
    """The variable that is used as the cursor of a live field and for nothing else."""
    uses = _VariableUses()
    visit(document, uses)
    return uses.as_cursor[0] if len(uses.as_cursor) == 1 and uses.all.count(uses.as_cursor[0]) == 1 else None


class _VariableUses(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.all: list[str] = []
        self.as_cursor: list[str] = []

    def enter_variable_definition(self, *_: Any) -> Any:
        return self.SKIP

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        for field in node.selection_set.selections:
            for argument in field.arguments or () if isinstance(field, FieldNode) else ():
                if argument.name.value == _CURSOR_ARGUMENT and isinstance(argument.value, VariableNode):
                    self.as_cursor.append(argument.value.name.value)

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.all.append(node.name.value)
