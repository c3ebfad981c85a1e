"""A Strawberry schema with what the product uses of Strawberry, and the worlds that its resolvers answer from.

Generic, lazy, private and renamed fields, interfaces and unions, inputs with UNSET and defaults, enums, the scalars of
the standard library, field extensions, data loaders, methods that wait and methods that don't.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Generic, TypeAlias, TypeVar
from uuid import UUID

import strawberry
from graphql import GraphQLError, GraphQLSchema, OperationType
from strawberry import UNSET
from strawberry.dataloader import DataLoader
from strawberry.extensions.field_extension import (
    AsyncExtensionResolver,
    FieldExtension,
    SyncExtensionResolver,
)
from strawberry.scalars import JSON

from tests.resolvers.engine.values import Dice, SomethingElse
from tests.resolvers.engine.worlds import seen

Item = TypeVar("Item")


@dataclass
class Orchard:
    """The state of one execution; its context. One in `trouble` answers is wrong in some way."""

    seed: int
    trouble: int
    calls: list[tuple[str, str]] = field(default_factory=list)
    loads: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.trees: DataLoader[int, Any] = DataLoader(self._load_trees)

    def again(self) -> "Orchard":
        """The same orchard before anything happened in it."""
        return replace(self, calls=[], loads=[])

    def context(self) -> "Orchard":
        """The orchard itself."""
        return self

    def root(self, kind: OperationType) -> Any:
        """Nothing, but for a subscription: a tree that was planted."""
        return self.tree("planted", 1) if kind is OperationType.SUBSCRIPTION else None

    async def _load_trees(self, numbers: list[int]) -> list[Any]:
        self.loads.append(len(numbers))
        await asyncio.sleep(0)
        return [self._loaded(number) for number in numbers]

    def _loaded(self, number: int) -> "Tree | Exception":
        if self._dice(f"load {number}").one_in(self.trouble):
            return ValueError(f"tree {number} fell")
        return self.tree("loaded", number)

    def _dice(self, key: str) -> Dice:
        return Dice(self.seed, key)

    def tree(self, key: str, number: int) -> "Tree":
        """A tree, whose attributes may be wrong."""
        dice = self._dice(f"{key} {number}")
        values: dict[str, Any] = {
            "id": strawberry.ID(f"tree{number}"),
            "name": "an apple tree",
            "kind": list(Kind)[dice.roll(len(Kind))],
            "planted_on": date(2026, 2, 1 + dice.roll(28)),
            "seen_at": datetime(2026, 2, 28, 12, 30, tzinfo=UTC),
            "height": Decimal("3.50"),
            "uuid": UUID(int=number),
            "notes": {"b": [1, None], "a": "text"},
            "tags": ["old", None][: dice.roll(3)],
            "crop": dice.roll(1000),
            "key": number,
        }
        if dice.one_in(self.trouble and 1 + self.trouble // 4):
            name = list(values)[dice.roll(len(values) - 1)]
            values[name] = _WRONG[dice.roll(len(_WRONG))]
        if dice.one_in(self.trouble):
            return Stump(id=values["id"])  # type: ignore[return-value]  # the wrong type is the point
        return Tree(**values)


_WRONG: tuple[Any, ...] = (
    None,
    2**31,
    "odd",
    float("nan"),
    [],
    {},
    SomethingElse(),
    ValueError("returned"),
    GraphQLError("told", extensions={"a": 1}),
)

_FIRST = strawberry.ID("1")
Info: TypeAlias = strawberry.Info[Orchard, None]


class Refused(Exception):
    """A rule said no; the extension makes a payload of it."""


class RefusalsInPayload(FieldExtension):
    """Gives `Refused` as a part of the payload."""

    async def resolve_async(self, next_: AsyncExtensionResolver, source: Any, info: Info, **arguments: Any) -> Any:
        try:
            return await next_(source, info, **arguments)
        except Refused as refused:
            return PlantPayload(errors=[str(refused)])


class Doubled(FieldExtension):
    """Gives twice what the field gives."""

    def resolve(self, next_: SyncExtensionResolver, source: Any, info: Info, **arguments: Any) -> Any:
        return 2 * next_(source, info, **arguments)


def note(info: Info, **arguments: Any) -> Dice:
    """Notes the call, and sometimes fails. Returns what the field decides by."""
    place = ".".join(str(step) for step in info.path.as_list())
    info.context.calls.append((place, f"{info.field_name} {seen(arguments)}"))
    dice = Dice(info.context.seed, place)
    if dice.one_in(info.context.trouble):
        match dice.roll(3):
            case 0:
                raise RuntimeError(f"trouble at {place}")
            case 1:
                raise GraphQLError(f"told at {place}", extensions={"code": "TOLD"})
            case _:
                raise Refused(f"refused at {place}")
    return dice


async def wait(dice: Dice) -> None:
    """Waits up to three turns of the loop."""
    for _ in range(dice.roll(4)):
        await asyncio.sleep(0)


def wrong_or(value: Any, info: Info, dice: Dice) -> Any:
    """The value, sometimes another."""
    return _WRONG[dice.roll(len(_WRONG))] if dice.one_in(info.context.trouble) else value


@strawberry.enum
class Kind(Enum):
    """What grows."""

    APPLE = "apple"
    PEAR = "pear"
    CHERRY = 3


@strawberry.interface
class Plant:
    id: strawberry.ID

    @strawberry.field
    def label(self, info: Info, prefix: str = "no. ") -> str:
        note(info, prefix=prefix)
        return f"{prefix}{self.id}"


@strawberry.type
class Stump(Plant):
    rings: int | None = None


@strawberry.type
class Edge(Generic[Item]):
    cursor: str
    node: Item


@strawberry.type
class Connection(Generic[Item]):
    edges: list[Edge[Item]]
    nodes: list[Item]
    has_more: bool = False

    @strawberry.field
    async def total_count(self, info: Info) -> int:
        dice = note(info)
        await wait(dice)
        return len(self.nodes)


@strawberry.type
class Tree(Plant):
    name: str | None
    kind: Kind
    planted_on: date | None
    seen_at: datetime
    height: Decimal | None
    uuid: UUID
    notes: JSON | None
    tags: list[str | None]
    harvest: int | None = strawberry.field(name="crop", default=None)
    crop: strawberry.Private[int | None] = None
    key: strawberry.Private[int] = 0

    def __post_init__(self) -> None:
        self.harvest = self.crop

    @strawberry.field(extensions=[Doubled()])
    def twice(self, info: Info, number: int = 1) -> int:
        note(info, number=number)
        return number

    @strawberry.field
    def neighbours(
        self, info: Info, first: int = 2
    ) -> list[Annotated["Tree", strawberry.lazy("tests.resolvers.engine.strawberries")]]:
        dice = note(info, first=first)
        trees = [info.context.tree("neighbour", self.key + number) for number in range(min(first, 3))]
        return wrong_or(trees, info, dice)  # type: ignore[no-any-return]

    @strawberry.field
    async def parent(
        self, info: Info
    ) -> Annotated["Tree", strawberry.lazy("tests.resolvers.engine.strawberries")] | None:
        note(info)
        return await info.context.trees.load(self.key + 1)  # type: ignore[no-any-return]

    @strawberry.field
    async def mother(self, info: Info) -> Annotated["Tree", strawberry.lazy("tests.resolvers.engine.strawberries")]:
        dice = note(info)
        await wait(dice)
        return await info.context.trees.load(self.key + 2)  # type: ignore[no-any-return]

    @strawberry.field
    async def grafts(
        self, info: Info
    ) -> Connection[Annotated["Tree", strawberry.lazy("tests.resolvers.engine.strawberries")]]:
        dice = note(info)
        return wrong_or(connection(info, "graft", dice.roll(3)), info, dice)  # type: ignore[no-any-return]


def connection(info: Info, key: str, count: int) -> Any:
    """A page of trees."""
    trees = [info.context.tree(key, number) for number in range(count)]
    return Connection(edges=[Edge(cursor=str(number), node=tree) for number, tree in enumerate(trees)], nodes=trees)


Grown = Annotated[Tree | Stump, strawberry.union("Grown")]


@strawberry.input
class Soil:
    depth: float = 0.5
    kinds: list[Kind] = strawberry.field(default_factory=lambda: [Kind.PEAR])
    below: Annotated["Soil", strawberry.lazy("tests.resolvers.engine.strawberries")] | None = None


@strawberry.input
class Wish:
    name: str | None = UNSET
    kind: Kind | None = Kind.APPLE
    since: date | None = strawberry.field(name="from", default=None)
    until: datetime | None = UNSET
    price: Decimal | None = None
    uuid: UUID | None = None
    extra: JSON | None = UNSET
    soils: list[Soil] = strawberry.field(default_factory=list)
    soil: Soil | None = UNSET


@strawberry.input
class NewTree:
    name: str
    kind: Kind
    wish: Wish | None = None


@strawberry.type
class PlantPayload:
    tree: Tree | None = None
    errors: list[str] = strawberry.field(default_factory=list)


@strawberry.type
class Query:
    @strawberry.field
    def tree(self, info: Info, id: strawberry.ID = _FIRST) -> Tree | None:
        dice = note(info, id=id)
        return wrong_or(info.context.tree("tree", 1), info, dice)  # type: ignore[no-any-return]

    @strawberry.field
    async def trees(self, info: Info, wish: Wish | None = None, first: int = 3) -> Connection[Tree]:
        dice = note(info, wish=wish, first=first)
        await wait(dice)
        return connection(info, "trees", max(0, min(first, 4)))  # type: ignore[no-any-return]

    @strawberry.field
    def wishes(self, info: Info, wishes: list[Wish] | None = None, kinds: list[Kind | None] = UNSET) -> str:
        note(info, wishes=wishes, kinds=kinds)
        return "noted"

    @strawberry.field
    async def plants(self, info: Info, ids: list[strawberry.ID]) -> list[Plant | None]:
        dice = note(info, ids=ids)
        plants: list[Any] = [
            info.context.tree("plant", 4),
            Stump(id=strawberry.ID("s")),
            None,
            info.context.tree("plant", 5),
        ]
        return wrong_or(plants[dice.roll(3) :], info, dice)  # type: ignore[no-any-return]

    @strawberry.field
    def grown(self, info: Info) -> list[Grown]:
        dice = note(info)
        grown: list[Any] = [info.context.tree("grown", 6), Stump(id=strawberry.ID("s"), rings=dice.roll(50))]
        return wrong_or(grown, info, dice)  # type: ignore[no-any-return]

    @strawberry.field
    async def nothing(self, info: Info) -> int:
        dice = note(info)
        return wrong_or(0, info, dice)  # type: ignore[no-any-return]


@strawberry.type
class Mutation:
    @strawberry.mutation(extensions=[RefusalsInPayload()])
    async def tree_plant(self, info: Info, input: NewTree) -> PlantPayload:
        dice = note(info, input=input)
        await wait(dice)
        return PlantPayload(tree=info.context.tree("new", 7))

    @strawberry.mutation
    async def tree_fell(self, info: Info, id: strawberry.ID, reason: str | None = UNSET) -> Stump:
        dice = note(info, id=id, reason=reason)
        await wait(dice)
        info.context.trees.clear_all()
        return wrong_or(Stump(id=id), info, dice)  # type: ignore[no-any-return]

    @strawberry.mutation
    def count(self, info: Info, by: int = 1) -> int | None:
        note(info, by=by)
        return by


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def tree_planted(self, info: Info, wish: Wish | None = None) -> AsyncIterator[Tree]:
        yield info.context.tree("planted", 1)

    @strawberry.subscription
    async def plant_seen(self, info: Info) -> AsyncIterator[Plant | None]:
        yield info.context.tree("planted", 1)

    @strawberry.subscription
    async def counted(self, info: Info) -> AsyncIterator[int]:
        yield 1


def orchard_schema() -> GraphQLSchema:
    """The schema, made anew."""
    return strawberry.Schema(Query, Mutation, Subscription, types=[Tree, Stump])._schema
