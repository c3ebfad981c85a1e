"""Rows of many parents, loaded together where the same of them is wanted."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar, cast
from uuid import UUID

from models.kernel.errors import BadInput

Value = TypeVar("Value")


async def of_each_parent(
    keys: Sequence[tuple[Any, ...]], read: Callable[..., Awaitable[Mapping[UUID, Value]]]
) -> list[Value]:
    """Returns a value for each key, for a loader: a key is a parent's id and what is wanted of it.

    `read` takes the ids of all parents of which the same is wanted, and that. A field that is selected once wants the
    same of every parent, so that it takes one read. What is wrong with one wish is an error of its keys alone.
    """
    parents: dict[tuple[Any, ...], list[UUID]] = defaultdict(list)
    for id, *wanted in keys:
        parents[tuple(wanted)].append(id)
    found: dict[tuple[Any, ...], Mapping[UUID, Value | BadInput]] = {}
    for wanted_of_all, ids in parents.items():
        try:
            found[wanted_of_all] = await read(ids, *wanted_of_all)
        except BadInput as error:
            found[wanted_of_all] = dict.fromkeys(ids, error)
    # A loader raises the errors among its values.
    return [cast(Value, found[tuple(wanted)][id]) for id, *wanted in keys]
