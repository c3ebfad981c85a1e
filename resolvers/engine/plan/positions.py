"""Where in an answer a value stands, and what graphql-core and Strawberry tell resolvers about it.

A path is a chain of tuples, cheap to make because nearly all of them are thrown away unread: the path of the value
around this one, the key in it, and the position, which is worked out with the plan.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

from graphql import FieldNode, GraphQLField, GraphQLObjectType, GraphQLResolveInfo
from graphql.pyutils import Path as CorePath
from graphql.pyutils import gather_with_cancel, is_awaitable
from graphql.type.definition import GraphQLResolveInfoHelpers
from strawberry import Info
from strawberry.types.field import StrawberryField

if TYPE_CHECKING:
    from resolvers.engine.plan.execution import Execution

Value = TypeVar("Value")

Path: TypeAlias = tuple[Any, str | int, "Position"]


class Position:
    """A field of a selection, or the items of its list: the nodes that errors point at, and whether null may stand."""

    __slots__ = ("definition", "is_nullable", "nodes", "parent", "remembered")

    def __init__(
        self, nodes: Sequence[FieldNode], parent: GraphQLObjectType, definition: GraphQLField, *, is_nullable: bool
    ) -> None:
        self.nodes = list(nodes)
        self.parent = parent
        self.definition = definition
        self.is_nullable = is_nullable
        self.remembered: dict[Hashable, Any] = {}

    @property
    def field_name(self) -> str:
        """The field's name in the schema."""
        return self.nodes[0].name.value

    def of_items(self, *, is_nullable: bool) -> "Position":
        """Returns the position of the items of this position's list."""
        return Position(self.nodes, self.parent, self.definition, is_nullable=is_nullable)


def path_keys(path: Path | None) -> list[str | int]:
    """Returns the keys from the root to the end of the path, as errors carry them."""
    keys: list[str | int] = []
    while path is not None:
        keys.append(path[1])
        path = path[0]
    keys.reverse()
    return keys


def resolve_info(run: "Execution", path: Path) -> "GraphQLResolveInfo[Any]":
    """Returns what graphql-core tells the resolver of the field that the path leads to, or through to an item of it."""
    while isinstance(path[1], int):
        path = path[0]
    position = path[2]
    return GraphQLResolveInfo(
        position.field_name,
        position.nodes,
        position.definition.type,
        position.parent,
        _core_path(path),
        run.plan.schema,
        run.plan.fragment_definitions,
        run.root,
        run.plan.operation,
        run.variables,
        run.context,
        is_awaitable,
        None,
        GraphQLResolveInfoHelpers(gather=lambda values: gather_with_cancel(*values), track=run.track),
    )


def _core_path(path: Path) -> CorePath:
    around, key, position = path
    typename = position.parent.name if isinstance(key, str) else None
    return CorePath(_core_path(around) if around else None, key, typename)


class ResolverInfo(Info[Any, Any]):
    """Strawberry's `Info`, of which only what is asked for is made."""

    def __init__(self, field: StrawberryField, run: "Execution", path: Path) -> None:
        self.run = run
        self._path = path
        self._field = field

    def remembered(self, key: Hashable, work_out: Callable[[], Value]) -> Value:
        """Returns what depends on the field's place in the document alone, worked out once for the plan."""
        known = self._path[2].remembered
        if key not in known:
            known[key] = work_out()
        return cast(Value, known[key])

    @property
    def context(self) -> Any:
        """The context of the operation."""
        return self.run.context

    @property
    def _raw_info(self) -> "GraphQLResolveInfo[Any]":  # type: ignore[override]
        return resolve_info(self.run, self._path)
