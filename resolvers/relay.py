"""Relay: global object identification and connections (GraphQL Global Object Identification, Cursor Connections)."""

import binascii
from base64 import b64decode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final, Generic, TypeVar
from uuid import UUID

import strawberry

from models.kernel.errors import BadInput
from models.kernel.pages import LARGEST_PAGE, Page
from models.kernel.text import too_long
from resolvers.context import Context

NodeT = TypeVar("NodeT")


# The longest that this API gives has some 80 characters.
_LONGEST_ID: Final = 200
_ID: Final = "Global id: opaque, unique over all types, stable for ever."


@strawberry.interface(description="An object with a global id, which `node(id)` finds again.")
class Node:
    id: strawberry.ID = strawberry.field(description=_ID)


@strawberry.type(description="Where a page of a connection stands.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more items follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether items come before this page.")
    start_cursor: str | None = strawberry.field(description="Cursor of the page's first item; null on an empty page.")
    end_cursor: str | None = strawberry.field(
        description="Cursor of the page's last item: give it as `after` for the next page; null on an empty page."
    )


@strawberry.type(description="An item of a connection and its cursor.")
class Edge(Generic[NodeT]):
    cursor: str = strawberry.field(description="Give it as `after` to go on behind this item.")
    node: NodeT = strawberry.field(description="The item itself.")


@strawberry.type
class Connection(Generic[NodeT]):
    """A page of a list. A concrete connection adds `totalCount` with what it counts."""

    page: strawberry.Private[Page[NodeT]]

    @strawberry.field(description="The page's items with their cursors.")
    def edges(self) -> list[Edge[NodeT]]:
        return [Edge(cursor=cursor, node=node) for cursor, node in zip(self.page.cursors, self.page.items, strict=True)]

    @strawberry.field(description="Where this page stands.")
    def page_info(self) -> PageInfo:
        return PageInfo(
            has_next_page=self.page.has_next,
            has_previous_page=self.page.has_previous,
            start_cursor=self.page.first_cursor,
            end_cursor=self.page.last_cursor,
        )

    @strawberry.field(description="The page's items without their cursors.")
    def nodes(self) -> list[NodeT]:
        return self.page.items


First = Annotated[
    int,
    strawberry.argument(description=f"How many items at most, from 1 to {LARGEST_PAGE}; 20 when not given."),
]
After = Annotated[
    str | None,
    strawberry.argument(description="Items after this cursor; from the start of the list without it."),
]

AfterCursor = Annotated[
    str | None,
    strawberry.argument(
        description="Begin behind this cursor: one of this subscription, or an edge cursor or `feedCursor` of the "
        "list. From now on without it."
    ),
]


def id_field(type_name: str) -> Any:
    """The global id of a type whose objects have their key as `uuid`, made when it is asked for."""

    def id(root: Any) -> strawberry.ID:
        return global_id(type_name, root.uuid)

    return strawberry.field(resolver=id, description=_ID)


def global_id(type_name: str, key: UUID | str) -> strawberry.ID:
    """The global id of an object: base64 of ``Type:key``."""
    return strawberry.ID(binascii.b2a_base64(f"{type_name}:{key}".encode(), newline=False).decode())


def parse_global_id(global_id: str) -> tuple[str, UUID]:
    """The type and key in a global id. Raises `BadInput` when it is not one of ours."""
    try:
        if too_long(global_id, _LONGEST_ID):
            raise ValueError
        type_name, _, key = b64decode(global_id.encode("ascii"), validate=True).decode().partition(":")
        return type_name, UUID(key)
    except (binascii.Error, ValueError):
        raise BadInput(f"{global_id[:80]!r} is not an id that this API gave.") from None


def key_of(id: str, type_name: str) -> UUID:
    """The key in the global id of an object of this type. Raises `BadInput` for any other id."""
    found, key = parse_global_id(id)
    if found != type_name:
        raise BadInput(f"{id[:80]!r} is the id of a {found}; this takes the id of a {type_name}.")
    return key


def key_or_uuid(id: str, type_name: str) -> UUID:
    """The key of a batch or passport, which are also known by their bare uuid."""
    try:
        return UUID(id)
    except ValueError:
        return key_of(id, type_name)


@dataclass(frozen=True, slots=True)
class NodeType:
    """A type that `node` finds: `load` returns objects in the keys' order, None for what the viewer may not see."""

    name: str
    load: Callable[[Context, list[UUID]], Awaitable[list[Any]]]


@dataclass(frozen=True, slots=True)
class ContextSchema:
    """What one context adds to the schema."""

    queries: type | None = None
    mutations: type | None = None
    subscriptions: type | None = None
    nodes: tuple[NodeType, ...] = ()
