"""graphql-core's executor, made to let everything finish: which errors are possible, and what each makes null."""

from asyncio import gather
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError, GraphQLNonNull, located_error
from graphql.execution import Executor
from graphql.pyutils import is_awaitable

# From the root to a field or an item; None is the whole of `data`.
Position = tuple[str | int, ...] | None


def text_of(error: Mapping[str, Any]) -> str:
    """The error as a text of all that a client sees of it."""
    return repr({name: error[name] for name in ("message", "path", "locations", "extensions") if name in error})


class Exhaustive(Executor[Any]):
    """Lets everything finish, whatever has failed beside it; notes each error and the position that it makes null."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._noted: list[tuple[GraphQLError, Position]] = []
        self._may_be_null: dict[Position, bool] = {}

    def build_per_event_executor(self, payload: Any) -> "Exhaustive":
        executor = super().build_per_event_executor(payload)
        assert isinstance(executor, Exhaustive)
        return executor

    def positions(self) -> list[tuple[str, Position]]:
        """Each error that happened, and the position that it makes null."""
        return [(text_of(error.formatted), self._nulled(position)) for error, position in self._noted]

    def _nulled(self, position: Position) -> Position:
        """The nearest position, from this one upwards, that may be null. Lists and objects on the way failed, too."""
        while position and not self._may_be_null.get(position, False):
            position = position[:-1]
        return position or None

    def handle_field_error(self, raw_error: Exception, return_type: Any, field_details_list: Any, path: Any) -> None:
        keys = path.as_list()
        nodes = [each.node for each in field_details_list]
        error = located_error(raw_error, nodes, keys)
        position = tuple(keys)
        # An error on its way up was noted where it began: with a path it stays the same object.
        if not any(noted is error for noted, _ in self._noted):
            self._noted.append((error, position))
        is_firm = isinstance(return_type, GraphQLNonNull)
        self._may_be_null[position] = not is_firm
        if is_firm:
            raise error

    def execute_fields(
        self, parent_type: Any, source_value: Any, path: Any, grouped_field_set: Any, position_context: Any
    ) -> Any:
        results: dict[str, Any] = {}
        failures: list[Exception] = []
        for name, details in grouped_field_set.items():
            one = {name: details}
            try:
                value = super().execute_fields(parent_type, source_value, path, one, position_context)
            except Exception as error:  # noqa: BLE001  # raised again when all fields are done
                failures.append(error)
            else:
                results[name] = value
        if failures and not any(is_awaitable(value) for value in results.values()):
            raise failures[0]

        async def finish() -> dict[str, Any]:
            found = await gather(*(_awaited(value) for value in results.values()), return_exceptions=True)
            _raise_first([*failures, *found])
            return {name: each[name] for name, each in zip(results, found, strict=True) if name in each}  # type: ignore[index,operator]

        return finish()

    def complete_iterable_value(
        self, item_type: Any, field_details_list: Any, info: Any, path: Any, items: Any, position_context: Any
    ) -> Any:
        completed = _Completed()
        try:
            for index, item in enumerate(items):
                self._complete_item(completed, index, item, item_type, field_details_list, info, path)
        except Exception as error:  # noqa: BLE001  # raised again when all items are done
            completed.failures.append(error)
        return completed.finish()

    async def complete_async_iterator_value(
        self, item_type: Any, field_details_list: Any, info: Any, path: Any, async_iterator: Any, position_context: Any
    ) -> list[Any]:
        completed = _Completed()
        try:
            index = 0
            async for item in _iterate(async_iterator):
                self._complete_item(completed, index, item, item_type, field_details_list, info, path)
                index += 1
        except Exception as error:  # noqa: BLE001  # raised again when all items are done
            nodes = [each.node for each in field_details_list]
            located = located_error(error, nodes, path.as_list())
            # It's an error of the list, and not yet noted; of several the list's comes first.
            self._noted.append((located, tuple(path.as_list())))
            completed.failures.append(located)
        return await completed.finish()

    def _complete_item(
        self,
        completed: "_Completed",
        index: int,
        item: Any,
        item_type: Any,
        field_details_list: Any,
        info: Any,
        path: Any,
    ) -> None:
        item_path = path.add_key(index, None)
        if is_awaitable(item):
            completed.items.append(
                self.complete_awaitable_list_item_value(item, item_type, field_details_list, info, item_path, None)
            )
            return
        try:
            self.complete_list_item_value(item, completed.items, item_type, field_details_list, info, item_path, None)
        except Exception as error:  # noqa: BLE001  # raised again when all items are done
            completed.failures.append(error)


@dataclass
class _Completed:
    items: list[Any] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    async def finish(self) -> list[Any]:
        found = await gather(*(_awaited(item) for item in self.items), return_exceptions=True)
        _raise_first([*self.failures, *found])
        return list(found)


async def _awaited(value: Any) -> Any:
    return await value if is_awaitable(value) else value


async def _iterate(iterator: Any) -> AsyncIterator[Any]:
    while True:
        try:
            item = await anext(iterator)
        except StopAsyncIteration:
            return
        yield item


def _raise_first(results: list[Any]) -> None:
    for each in results:
        if isinstance(each, Exception):
            raise each
