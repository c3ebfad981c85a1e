"""What resolvers return in a generated world: values that are right, values that are not, and errors.

All are chosen with `Dice`, so that two worlds of the same seed hold the same ones.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from hashlib import blake2b
from typing import Any, TypeAlias
from uuid import UUID

from graphql import GraphQLEnumType, GraphQLError, GraphQLLeafType, GraphQLResolveInfo

Info: TypeAlias = GraphQLResolveInfo[Any]


class Dice:
    """Numbers that depend on a seed and a key only."""

    def __init__(self, seed: int, key: str) -> None:
        digest = blake2b(key.encode(), digest_size=8, salt=(seed % 2**64).to_bytes(8, "big")).digest()
        self._state = int.from_bytes(digest, "big")

    def roll(self, sides: int) -> int:
        """A number from 0 up to, but without, `sides`."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._state >> 33) % sides

    def one_in(self, times: int) -> bool:
        """Whether the rare case comes up; never when `times` is 0."""
        return times > 0 and self.roll(times) == 0


class Telling(Exception):
    """Has what graphql-core looks for on any exception: a message and extensions."""

    def __init__(self, message: str, extensions: Any) -> None:
        super().__init__("not this one")
        self.message = message
        self.extensions = extensions


class Mood(StrEnum):
    """A string that isn't just a string."""

    GOOD = "good"


class Numeric:
    """Can be converted to a whole number without loss."""

    def __index__(self) -> int:
        return 41

    def __str__(self) -> str:
        return "forty-one"

    def __repr__(self) -> str:
        return "<numeric>"


class SomethingElse:
    """Nothing that a schema knows."""

    def __repr__(self) -> str:
        return "<something else>"

    __str__ = __repr__


class Constructed:
    """A class is callable, too: the default resolver makes an object of it."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __repr__(self) -> str:
        return "<constructed>"

    __str__ = __repr__


# Values that are wrong for most types and right for some.
ODD: tuple[Callable[[], Any], ...] = (
    lambda: 2**31,
    lambda: -(2**31) - 1,
    lambda: 2**53 + 1,
    lambda: float("nan"),
    lambda: float("inf"),
    lambda: 1.5,
    lambda: True,
    lambda: "",
    lambda: "12",
    lambda: "RED",
    lambda: b"bytes",
    list,
    lambda: ["a", None],
    lambda: [[1]],
    dict,
    lambda: {"name": "a dictionary"},
    SomethingElse,
    Numeric,
    lambda: Mood.GOOD,
    lambda: Decimal("2.5"),
    lambda: Fraction(4, 2),
    lambda: UUID(int=5),
    lambda: date(2026, 1, 1),
    lambda: Constructed,
    lambda: {3, 1, 2},
    lambda: range(2),
)


def error_at(key: str, dice: Dice, info: Info | None) -> Exception:
    """An error of any kind."""
    message = f"trouble at {key}"
    match dice.roll(11):
        case 0:
            return GraphQLError(message, extensions={"code": "TROUBLE", "at": key})
        case 1:
            return Telling(message, {"code": "TOLD"})
        case 2:
            return Telling(message, ["not", "a", "dictionary"])
        case 3:
            return ValueError()
        case 4:
            return KeyError(key)
        case 5:
            return GraphQLError(message, path=["somewhere", "else", key])
        case 6:
            return GraphQLError(message, nodes=info.field_nodes[-1:] if info else None, path=[])
        case 7:
            return GraphQLError(message, original_error=Telling("the cause", {"code": "CAUSE"}))
        case 8:
            return StopIteration(message)
        case _:
            return RuntimeError(message)


def leaf(type_: GraphQLLeafType, dice: Dice) -> Any:
    """A value that a scalar or an enum takes."""
    if isinstance(type_, GraphQLEnumType):
        values = list(type_.values.values())
        return values[dice.roll(len(values))].value
    values = _LEAVES.get(type_.name, _LEAVES["String"])
    return values[dice.roll(len(values))]


_LEAVES: dict[str, list[Any]] = {
    "Int": [0, 1, -1, 2**31 - 1, -(2**31), True, 3.0, "17", Decimal(5), Numeric()],
    "Float": [0.0, 1, -1.5, 1e300, True, "2.5", Decimal("0.1"), -0.0],
    "String": ["", "plain", "é🔋", 'a "quote"\n', 12, 1.5, False, Mood.GOOD, UUID(int=7), Decimal("1.50")],
    "ID": ["a", "", 12, 3.0, UUID(int=9), Mood.GOOD],
    "Boolean": [True, False, 0, 1, 2.5],
    "Date": [date(2026, 2, 28)],
    "DateTime": [datetime(2026, 2, 28, 12, 30, tzinfo=UTC), datetime(2026, 2, 28, 12, 30, 0, 5, UTC)],
    "UUID": [UUID(int=1), UUID(int=2**127)],
    "Decimal": [Decimal("1.50"), Decimal(0)],
    "JSON": [{"b": 1, "a": [None, 1.5]}, [], "text", 0, False],
    "Picky": ["fine", 7, "refused", "nothing"],
}
