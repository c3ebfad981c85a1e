"""Completing values: from what a resolver returned to what stands in the answer (GraphQL, section 6.4.3).

A completer takes a value, its path and the run, and returns what stands in the answer; it raises why nothing can, and
whoever called it locates the error. `position_completer` is for where awaitables may stand: fields and items.
"""

from collections.abc import AsyncIterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLAbstractType,
    GraphQLError,
    GraphQLLeafType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    Undefined,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution import default_type_resolver
from graphql.pyutils import inspect, is_awaitable, is_iterable
from graphql.pyutils.is_awaitable import is_async_iterable

from resolvers.engine.plan.execution import Complete, Execution
from resolvers.engine.plan.positions import Path, Position, resolve_info

if TYPE_CHECKING:
    from resolvers.engine.plan.selections import Selections


def position_completer(type_: GraphQLOutputType, position: Position, selections: "Selections") -> Complete:
    """Returns the completer of a field or an item, which may be awaitable."""
    complete = completer(type_, position, selections)

    def complete_position(value: Any, path: Path, run: Execution) -> Any:
        if is_awaitable(value):
            return run.later(value, path, complete)
        return complete(value, path, run)

    return complete_position


def completer(type_: GraphQLOutputType, position: Position, selections: "Selections") -> Complete:
    """Returns the completer of values of a type that were awaited where they had to be."""
    nullable = get_nullable_type(type_)
    if is_list_type(nullable):
        complete = _list_completer(nullable.of_type, position, selections)
    elif is_leaf_type(nullable):
        complete = _leaf_completer(nullable)
    elif is_abstract_type(nullable):
        complete = _abstract_completer(nullable, position, selections)
    elif is_object_type(nullable):
        complete = object_completer(nullable, position, selections)
    else:
        raise TypeError(f"{inspect(nullable)} is not an output type.")
    return _complete_non_null(complete, position) if is_non_null_type(type_) else _complete_nullable(complete)


def _complete_nullable(complete: Complete) -> Complete:
    def complete_nullable(value: Any, path: Path, run: Execution) -> Any:
        if value is None or value is Undefined:
            return None
        if isinstance(value, Exception):
            raise value
        return complete(value, path, run)

    return complete_nullable


def _complete_non_null(complete: Complete, position: Position) -> Complete:
    def complete_non_null(value: Any, path: Path, run: Execution) -> Any:
        if value is None or value is Undefined:
            raise TypeError(f"Cannot return null for non-nullable field {position.parent}.{position.field_name}.")
        if isinstance(value, Exception):
            raise value
        return complete(value, path, run)

    return complete_non_null


def _leaf_completer(type_: GraphQLLeafType) -> Complete:
    coerce = type_.coerce_output_value

    def complete_leaf(value: Any, _path: Path, _run: Execution) -> Any:
        coerced = coerce(value)
        if coerced is None or coerced is Undefined:
            raise TypeError(
                f"Expected `{inspect(type_)}.coerce_output_value({inspect(value)})` to return non-nullable value, "
                f"returned: {inspect(coerced)}"
            )
        return coerced

    return complete_leaf


def _list_completer(item_type: GraphQLOutputType, position: Position, selections: "Selections") -> Complete:
    items = position.of_items(is_nullable=not isinstance(item_type, GraphQLNonNull))
    complete = position_completer(item_type, items, selections)
    select, source_class = _known_selection(item_type, items, selections)

    def complete_item(value: Any, path: Path, run: Execution) -> Any:
        try:
            return complete(value, path, run)
        except Exception as error:  # noqa: BLE001  # whatever went wrong with an item is the item's error
            return run.fail(error, path)

    def complete_collected(collected: tuple[list[Any], Exception | None], path: Path, run: Execution) -> Any:
        values, error = collected
        completed = complete_list(values, path, run)
        if error is not None:
            raise error
        return completed

    def complete_list(values: Any, path: Path, run: Execution) -> Any:
        if type(values) is list:
            iterator = iter(values)
        elif is_async_iterable(values):
            return run.later(_collect(values), path, complete_collected)
        elif is_iterable(values):
            iterator = iter(values)
        else:
            raise GraphQLError(
                f"Expected Iterable, but did not find one for field '{position.parent}.{position.field_name}'."
            )
        try:
            return [
                select(value, (path, index, items), run)
                if type(value) is source_class
                else complete_item(value, (path, index, items), run)
                for index, value in enumerate(iterator)
            ]
        except Exception:
            _drain(iterator, run)
            raise

    return complete_list


async def _collect(values: AsyncIterable[Any]) -> tuple[list[Any], Exception | None]:
    """The values, and what ended them early: the errors of those before it come first in the answer."""
    collected = []
    iterator = aiter(values)
    try:
        async for value in iterator:
            collected.append(value)  # noqa: PERF401  # what came before an error is wanted
    except Exception as error:  # noqa: BLE001  # raised again once the values are completed
        if close := getattr(iterator, "aclose", None):
            await close()
        return collected, error
    return collected, None


def _as_it_is(value: Any, _path: Path, _run: Execution) -> Any:
    return value


def _drain(iterator: Iterator[Any], run: Execution) -> None:
    """Close the awaitables that are left in a list of which an item has failed."""
    with suppress(Exception):  # the list has failed already
        run.track(list(iterator))


def _known_selection(
    type_: GraphQLOutputType, position: Position, selections: "Selections"
) -> tuple[Complete, type | None]:
    """The selection on items that can't be null, and the class whose objects need no look before it."""
    of_type = type_.of_type if isinstance(type_, GraphQLNonNull) else None
    if isinstance(of_type, GraphQLObjectType):
        return selections.on(of_type, position), selections.source_class(of_type)
    return _as_it_is, None


def object_completer(type_: GraphQLObjectType, position: Position, selections: "Selections") -> Complete:
    """Returns the completer of objects of one type."""
    select = selections.on(type_, position)
    is_type_of = type_.is_type_of
    if is_type_of is None:
        return select
    source_class = selections.source_class(type_)

    def wrong_type(value: Any) -> GraphQLError:
        return GraphQLError(f"Expected value of type '{type_}' but got: {inspect(value)}.", position.nodes)

    def complete_object(value: Any, path: Path, run: Execution) -> Any:
        if type(value) is source_class:
            return select(value, path, run)

        def after_check(is_of_type: bool, path: Path, run: Execution) -> Any:
            if not is_of_type:
                raise wrong_type(value)
            return select(value, path, run)

        is_of_type: Any = is_type_of(value, resolve_info(run, path))
        if is_awaitable(is_of_type):
            return run.later(is_of_type, path, after_check)
        return after_check(is_of_type, path, run)

    return complete_object


def _abstract_completer(type_: GraphQLAbstractType, position: Position, selections: "Selections") -> Complete:
    resolve_type = type_.resolve_type or default_type_resolver
    completers: dict[str, Complete] = {}

    def complete_abstract(value: Any, path: Path, run: Execution) -> Any:
        def after_resolving(name: Any, path: Path, run: Execution) -> Any:
            complete = completers.get(name) if isinstance(name, str) else None
            if complete is None:
                runtime_type = _runtime_type(name, type_, position, run, value)
                complete = completers[name] = object_completer(runtime_type, position, selections)
            return complete(value, path, run)

        name: Any = resolve_type(value, resolve_info(run, path), type_)
        if is_awaitable(name):
            return run.later(name, path, after_resolving)
        return after_resolving(name, path, run)

    return complete_abstract


def _runtime_type(
    name: Any, type_: GraphQLAbstractType, position: Position, run: Execution, value: Any
) -> GraphQLObjectType:
    """The object type that a value of an interface or union is of, in graphql-core's words where it is of none."""
    field = f"{position.parent}.{position.field_name}"
    schema = run.plan.schema
    if name is None:
        message = (
            f"Abstract type '{type_}' must resolve to an Object type at runtime for field '{field}'. Either the "
            f"'{type_}' type should provide a 'resolve_type' function or each possible type should provide an "
            "'is_type_of' function."
        )
    elif not isinstance(name, str):
        message = (
            f"Abstract type '{type_}' must resolve to an Object type at runtime for field '{field}' with value "
            f"{inspect(value)}, received '{inspect(name)}', which is not a valid Object type name."
        )
    elif (found := schema.get_type(name)) is None:
        message = f"Abstract type '{type_}' was resolved to a type '{name}' that does not exist inside the schema."
    elif not isinstance(found, GraphQLObjectType):
        message = f"Abstract type '{type_}' was resolved to a non-object type '{name}'."
    elif not schema.is_sub_type(type_, found):
        message = f"Runtime Object type '{found}' is not a possible type for '{type_}'."
    else:
        return found
    raise GraphQLError(message, position.nodes)
