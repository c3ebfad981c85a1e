"""What resolvers answer while a plan is compared with its oracle: anything that a resolver can do, right or wrong.

What a field gives depends on nothing but the world's seed and the field's place in the answer, so two executions in
two worlds of the same seed meet the same values, delays and exceptions, in whichever order they ask.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationType,
)

from tests.resolvers.engine.values import ODD, Dice, Info, error_at, leaf

# What is at most in a list, and how many turns of the loop something asynchronous takes at most.
_LONGEST, _SLOWEST = 3, 4


@dataclass
class World:
    """The state of one execution; its context.

    One in `trouble` values is wrong in some way, one in `waiting` is asynchronous; none where that is 0.
    """

    seed: int
    schema: GraphQLSchema
    trouble: int = 0
    waiting: int = 0
    # What the resolvers were asked: the place and the arguments, in the order of the calls.
    calls: list[tuple[str, str]] = field(default_factory=list)
    loads: list[int] = field(default_factory=list)
    _wanted: list[tuple[asyncio.Future[Any], Callable[[], Any]]] = field(default_factory=list)

    def again(self) -> "World":
        """The same world before anything happened in it."""
        return World(self.seed, self.schema, self.trouble, self.waiting)

    def context(self) -> "World":
        """The world itself."""
        return self

    def root(self, kind: OperationType) -> Any:
        """An object, a mapping or a dictionary with the root's fields."""
        type_ = self.schema.get_root_type(kind)
        assert type_ is not None
        return self.object(type_, "", Dice(self.seed, "root"))

    def answer(self, type_: GraphQLOutputType, key: str, info: Info | None = None) -> Any:
        """What the field at this place gives."""
        dice = Dice(self.seed, key)
        return self._now_or_later(dice, lambda: self._give(type_, key, dice, info))

    def _now_or_later(self, dice: Dice, give: Callable[[], Any]) -> Any:
        if not dice.one_in(self.waiting):
            return give()
        turns = dice.roll(_SLOWEST)
        match dice.roll(4):
            case 0:
                return self._load(give)
            case 1:
                return asyncio.ensure_future(_later(turns, give))
            case 2:
                return Awaited(turns, give)
            case _:
                return _later(turns, give)

    def _load(self, give: Callable[[], Any]) -> asyncio.Future[Any]:
        """As a data loader does: whatever is wanted in one turn of the loop is given together."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        if not self._wanted:
            loop.call_soon(loop.call_soon, self._give_loaded)
        self._wanted.append((future, give))
        return future

    def _give_loaded(self) -> None:
        wanted, self._wanted = self._wanted, []
        self.loads.append(len(wanted))
        for future, give in wanted:
            if future.done():
                continue
            try:
                future.set_result(give())
            except Exception as error:  # noqa: BLE001  # handed to whoever awaits it
                # Asyncio refuses to hand over this one.
                future.set_exception(RuntimeError("stopped") if isinstance(error, StopIteration) else error)

    def _give(self, type_: GraphQLOutputType, key: str, dice: Dice, info: Info | None) -> Any:
        if dice.one_in(self.trouble):
            return self._trouble(key, dice, info)
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        elif dice.one_in(8 if self.trouble else 20):
            return None
        return self._value(type_, key, dice)

    def _trouble(self, key: str, dice: Dice, info: Info | None) -> Any:
        match dice.roll(7):
            case 0 | 1:
                return None
            case 2:
                return error_at(key, dice, info)
            case 3 | 4:
                raise error_at(key, dice, info)
            case _:
                return ODD[dice.roll(len(ODD))]()

    def _value(self, type_: GraphQLOutputType, key: str, dice: Dice) -> Any:
        if isinstance(type_, GraphQLList):
            return self._list(type_, key, dice)
        if isinstance(type_, GraphQLObjectType):
            return self.object(type_, key, dice)
        if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            return self._abstract(type_, key, dice)
        assert not isinstance(type_, GraphQLNonNull)
        return leaf(type_, dice)

    def _abstract(self, type_: GraphQLAbstractType, key: str, dice: Dice) -> Any:
        possible = self.schema.get_possible_types(type_)
        if dice.one_in(self.trouble):
            others = [each for each in self.schema.type_map.values() if isinstance(each, GraphQLObjectType)]
            return self.object(others[dice.roll(len(others))], key, dice)
        return self.object(possible[dice.roll(len(possible))], key, dice)

    def object(self, type_: GraphQLObjectType, key: str, dice: Dice) -> Any:
        """A source for the fields of this type: an object, a mapping or a dictionary."""
        thing = Thing(self, type_, key)
        match dice.roll(5):
            case 0:
                return Lookup(thing)
            case 1:
                # A dictionary can't wait until it is asked, so what it holds does.
                return {"__typename": type_.name} | {name: Called(thing, name) for name in type_.fields}
        return thing

    def _list(self, type_: GraphQLList[Any], key: str, dice: Dice) -> Any:
        length = dice.roll(_LONGEST + 1)
        if self.waiting and dice.one_in(6):
            return (AsyncItems if dice.one_in(2) else _async_items)(self._items(type_, key, length))
        items = self._items(type_, key, length)
        match dice.roll(9):
            case 0:
                return items
            case 1:
                return tuple(items)
            case 2:
                return Items(items)
            case 3:
                return deque(items)
            case 4:
                return dict(enumerate(items)).values()
            case 5:
                # Two sets of the same items agree on their order only when they have one, or when these are numbers.
                return {next(items, 1)} if length == 1 and not _holds_lists(type_) else frozenset()
        return list(items)

    def _items(self, type_: GraphQLList[Any], key: str, length: int) -> Iterator[Any]:
        for index in range(length):
            place = f"{key}.{index}"
            dice = Dice(self.seed, place + "#")
            if dice.one_in(4 * self.trouble):
                raise ValueError(f"no more items at {place}")
            try:
                item = self._now_or_later(dice, partial(self._give, type_.of_type, place, dice, None))
            except Exception as error:  # noqa: BLE001  # an item can't raise without ending the list, so it is one
                item = error
            yield item


class Thing:
    """An object whose attributes are the fields of its type."""

    def __init__(self, world: World, type_: GraphQLObjectType, key: str) -> None:
        self._world = world
        self._type = type_
        self._key = key
        if self._dice("__typename").one_in(2):
            # What graphql-core looks for under the name that Python gives it in this class.
            self.__typename = type_.name

    def __getattr__(self, name: str) -> Any:
        definition = None if name.startswith("_") else self._type.fields.get(name)
        if definition is None or self._dice(name).one_in(4 * self._world.trouble):
            raise AttributeError(name)
        if self._dice(name + "()").one_in(4):
            return Called(self, name)
        return self._world.answer(definition.type, f"{self._key}:{name}")

    def _dice(self, name: str) -> Dice:
        return Dice(self._world.seed, f"{self._key}:{name}?")

    def call(self, name: str, info: Info, arguments: dict[str, Any]) -> Any:
        """What a method of this name gives; it's one of the type's fields."""
        key = f"{self._key}:{name}()"
        self._world.calls.append((place(info), seen(arguments)))
        return self._world.answer(self._type.fields[name].type, key, info)

    def __repr__(self) -> str:
        return f"<{self._type} {self._key}>"


class Called:
    """A method of a source, which the default resolver calls."""

    def __init__(self, thing: Thing, name: str) -> None:
        self._thing = thing
        self._name = name

    def __call__(self, info: Info, **arguments: Any) -> Any:
        return self._thing.call(self._name, info, arguments)

    def __repr__(self) -> str:
        return f"<method {self._name}>"


class Lookup(Mapping[str, Any]):
    """A mapping that isn't a dictionary."""

    def __init__(self, thing: Thing) -> None:
        self._thing = thing

    def __getitem__(self, name: str) -> Any:
        if name == "__typename":
            return self._thing._type.name
        try:
            return getattr(self._thing, name)
        except AttributeError:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._thing._type.fields)

    def __len__(self) -> int:
        return len(self._thing._type.fields)

    def __repr__(self) -> str:
        return f"<lookup {self._thing!r}>"

    __hash__ = object.__hash__


class Items:
    """Can be iterated, and nothing else."""

    def __init__(self, items: Iterator[Any]) -> None:
        self._items = items

    def __iter__(self) -> Iterator[Any]:
        return self._items


class AsyncItems:
    """An asynchronous iterator without `aclose`."""

    def __init__(self, items: Iterator[Any]) -> None:
        self._items = items

    def __aiter__(self) -> AsyncIterator[Any]:
        return self

    async def __anext__(self) -> Any:
        await asyncio.sleep(0)
        for item in self._items:
            return item
        raise StopAsyncIteration


class Awaited:
    """Can be awaited, and is no coroutine."""

    def __init__(self, turns: int, give: Callable[[], Any]) -> None:
        self._turns = turns
        self._give = give

    def __await__(self) -> Any:
        return _later(self._turns, self._give).__await__()


async def _async_items(items: Iterator[Any]) -> AsyncIterator[Any]:
    for item in items:
        await asyncio.sleep(0)
        yield item


async def _later(turns: int, give: Callable[[], Any]) -> Any:
    for _ in range(turns):
        await asyncio.sleep(0)
    return give()


def _holds_lists(type_: GraphQLList[Any]) -> bool:
    inner = type_.of_type
    return isinstance(inner.of_type if isinstance(inner, GraphQLNonNull) else inner, GraphQLList)


def place(info: Info) -> str:
    """Where in the answer a field is."""
    return ".".join(str(step) for step in info.path.as_list())


def seen(arguments: dict[str, Any]) -> str:
    """Arguments as text, for comparing what two executions handed to a resolver."""
    return repr(arguments)


def resolve(_source: Any, info: Info, **arguments: Any) -> Any:
    """A resolver that gives what the world, which is the context, has at its place."""
    world: World = info.context
    key = place(info)
    world.calls.append((key, seen(arguments)))
    return world.answer(info.return_type, key, info)


def type_named_by(source: Any) -> str | None:
    """The type that a source says it is."""
    if isinstance(source, Thing):
        return source._type.name
    if isinstance(source, Mapping):
        name = source.get("__typename")
        return name if isinstance(name, str) else None
    return None


def resolve_type(source: Any, info: Info, _type: GraphQLAbstractType) -> Any:
    """The name of the source's type, sometimes later, sometimes wrong."""
    world: World = info.context
    dice = Dice(world.seed, f"{place(info)}|{source!r}")

    def give() -> Any:
        if dice.one_in(world.trouble):
            return _wrong_type(dice)
        return type_named_by(source)

    return world._now_or_later(dice, give)


def _wrong_type(dice: Dice) -> Any:
    match dice.roll(6):
        case 0:
            raise LookupError("no type")
        case 1:
            return None
        case 2:
            return 5
        case 3:
            return "Nonexistent"
        case 4:
            return "String"
        case _:
            return "Query"


def is_type_of(name: str) -> Callable[[Any, Info], Any]:
    """Whether a source is of the type, sometimes told later, sometimes wrong."""

    def check(source: Any, info: Info) -> Any:
        world: World = info.context
        dice = Dice(world.seed, f"{place(info)}|{source!r}|{name}")

        def give() -> bool:
            if dice.one_in(2 * world.trouble):
                if dice.one_in(2):
                    return False
                raise LookupError(f"cannot tell whether it is {name}")
            return type_named_by(source) == name

        return world._now_or_later(dice, give)

    return check


def settle(schema: GraphQLSchema) -> GraphQLSchema:
    """Every resolver of the schema replaced by one that gives what the world has, or by none at all."""
    for type_ in schema.type_map.values():
        if type_.name.startswith("__"):
            continue
        if isinstance(type_, GraphQLObjectType):
            for name, definition in type_.fields.items():
                # A third of the fields are read from their source.
                by_default = Dice(0, f"{type_.name}.{name}").one_in(3)
                definition.resolve = None if by_default else resolve
                # It is no longer the field that Strawberry made.
                definition.extensions = {}
            type_.is_type_of = is_type_of(type_.name) if Dice(1, type_.name).one_in(2) else None
        elif isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            type_.resolve_type = None if Dice(2, type_.name).one_in(3) else resolve_type
    return schema
