"""One run of a plan: its errors, and what it waits for."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from graphql import GraphQLError, located_error
from graphql.execution.values import VariableValues
from graphql.pyutils import is_awaitable

from resolvers.engine.plan.positions import Path, path_keys

if TYPE_CHECKING:
    from resolvers.engine.plan.plan import Plan

# Completes a value: returns what stands in the answer, or raises why nothing can.
Complete: TypeAlias = Callable[[Any, Path, "Execution"], Any]

# Stands in the answer where a value is awaited.
PENDING: Final = object()


class _Awaited(NamedTuple):
    awaitable: Awaitable[Any]
    path: Path
    complete: Complete


class Execution:
    """The state of one run. Values that are there are completed at once, depth first; what has to be awaited is noted
    and takes its place when it arrives, so that everything of a level is awaited together."""

    def __init__(self, plan: "Plan", variables: VariableValues, context: Any, root: Any) -> None:
        self.plan = plan
        self.variables = variables
        self.context = context
        self.root = root
        # What stands at the root of the answer, unless that is null.
        self.fields: dict[str, Any] = {}
        self.data: dict[str, Any] | None = self.fields
        self.errors: list[GraphQLError] = []
        # What resolvers are called with, by the number of the field, as far as calls may share it.
        self.arguments: dict[int, dict[str, Any]] = {}
        self._nulled: set[Path | None] = set()
        self._noted: list[_Awaited] = []
        self._awaited: dict[asyncio.Future[Any], _Awaited] = {}
        self._all_arrived: asyncio.Future[None] | None = None

    # Completing

    def later(self, awaitable: Awaitable[Any], path: Path, complete: Complete) -> Any:
        """Have a value completed when it arrives. Returns what stands in its place until then."""
        self._noted.append(_Awaited(awaitable, path, complete))
        return PENDING

    def fail(self, error: Exception, path: Path) -> None:
        """Note the error of a value that is null in the answer. Raises it, located, where null can't stand."""
        position = path[2]
        located = located_error(error, position.nodes, path_keys(path))
        if not position.is_nullable:
            raise located
        self.add_error(located, path)

    def null_all(self, error: GraphQLError) -> None:
        """Note the error for which the answer has no data at all."""
        self.add_error(error, None)
        self.data = None

    def add_error(self, error: GraphQLError, path: Path | None) -> None:
        """Note the error for which null stands at the path, unless null stands there or around it already."""
        if self._is_nulled(path):
            return
        self._nulled.add(path)
        self.errors.append(error)
        if self._noted or self._awaited:
            self._drop(path)

    def track(self, values: Sequence[Any]) -> None:
        """Close the awaitables among the values, for which nobody will wait."""
        for value in values:
            if is_awaitable(value):
                _abandon(value)

    # Awaiting

    @property
    def is_waiting(self) -> bool:
        """Whether `finish` has something to do."""
        return bool(self._noted)

    async def finish(self) -> None:
        """Returns when everything awaited has arrived and is completed."""
        while self._noted:
            if len(self._noted) == 1:
                [awaited] = self._noted
                self._noted = []
                await self._finish_one(awaited)
            else:
                await self._finish_many()

    async def _finish_one(self, awaited: _Awaited) -> None:
        try:
            value = await awaited.awaitable
        except Exception as error:  # noqa: BLE001  # whatever a resolver raises is a field's error
            self._take_error(error, awaited.path)
        else:
            self._take(value, awaited)

    async def _finish_many(self) -> None:
        self._all_arrived = asyncio.get_running_loop().create_future()
        self._start_noted()
        try:
            await self._all_arrived
        finally:
            self._all_arrived = None
            for future, awaited in self._awaited.items():
                _cancel(future, awaited)
            self._awaited.clear()

    def _start_noted(self) -> None:
        noted, self._noted = self._noted, []
        for awaited in noted:
            future = asyncio.ensure_future(awaited.awaitable)
            # The same future may be awaited in two places, as a loader's is.
            while future in self._awaited:
                future = asyncio.ensure_future(_wait_for(future))
            self._awaited[future] = awaited
            future.add_done_callback(self._arrived)

    def _arrived(self, future: asyncio.Future[Any]) -> None:
        awaited = self._awaited.pop(future, None)
        if awaited is None or self._all_arrived is None or self._all_arrived.done():
            if not future.cancelled():
                future.exception()
            return
        try:
            if future.cancelled():
                raise asyncio.CancelledError  # of a resolver, not of this run
            if (error := future.exception()) is None:
                self._take(future.result(), awaited)
            elif isinstance(error, Exception):
                self._take_error(error, awaited.path)
            else:
                raise error  # as it would pass through an await
            self._start_noted()
        except BaseException as error:  # noqa: BLE001  # raised to whoever waits for the run
            if isinstance(error, asyncio.CancelledError):
                self._all_arrived.cancel()
            else:
                self._all_arrived.set_exception(error)
            return
        if not self._awaited:
            self._all_arrived.set_result(None)

    def _take(self, value: Any, awaited: _Awaited) -> None:
        path = awaited.path
        if self._is_nulled(path):
            return
        try:
            completed = awaited.complete(value, path, self)
        except Exception as error:  # noqa: BLE001  # as above
            self._take_error(error, path)
        else:
            self._put(path, completed)

    def _take_error(self, error: Exception, path: Path) -> None:
        try:
            self.fail(error, path)
        except GraphQLError as located:
            self._pass_up(located, path)
        else:
            self._put(path, None)

    def _pass_up(self, error: GraphQLError, path: Path) -> None:
        """Make null of the nearest value around the path that may be null, or of all."""
        around = path[0]
        while around is not None and not around[2].is_nullable:
            around = around[0]
        if around is None:
            self.null_all(error)
        elif not self._is_nulled(around):
            self.add_error(error, around)
            self._put(around, None)

    def _put(self, path: Path, value: Any) -> None:
        if not self._is_nulled(path[0]):
            container: Any = self.fields
            for key in path_keys(path[0]):
                container = container[key]
            container[path[1]] = value

    def _is_nulled(self, path: Path | None) -> bool:
        nulled = self._nulled
        if not nulled:
            return False
        while path is not None:
            if path in nulled:
                return True
            path = path[0]
        return None in nulled

    def _drop(self, path: Path | None) -> None:
        """Wait no longer for what would stand beneath a null.

        What has begun runs on, its result unused: to cancel it would cancel what it waits for, and a loader's future
        is waited for by every field that asks for the same key, in other places of the answer too.
        """
        dropped = [awaited for awaited in self._noted if _is_within(awaited.path, path)]
        if dropped:
            self._noted = [awaited for awaited in self._noted if not _is_within(awaited.path, path)]
            for awaited in dropped:
                _abandon(awaited.awaitable)
        for future in [future for future, awaited in self._awaited.items() if _is_within(awaited.path, path)]:
            del self._awaited[future]


async def _wait_for(future: asyncio.Future[Any]) -> Any:
    return await asyncio.shield(future)


def _is_within(path: Path | None, outer: Path | None) -> bool:
    while path is not None:
        if path == outer:
            return True
        path = path[0]
    return outer is None


def _cancel(future: asyncio.Future[Any], awaited: _Awaited) -> None:
    """End what was started here. A future that a resolver returned may be awaited by others, as a loader's is."""
    if future is not awaited.awaitable:
        future.cancel()


def _abandon(awaitable: Awaitable[Any]) -> None:
    """End what nobody will wait for, unless others may."""
    if inspect.iscoroutine(awaitable):
        awaitable.close()
