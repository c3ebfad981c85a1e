"""Keyset pages: a cursor names the last row seen, so that a page stays right while rows are added."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from models.kernel.errors import BadInput

LARGEST_PAGE = 100

Item = TypeVar("Item")
Mapped = TypeVar("Mapped")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`first` rows (1 to 100) after the row that the cursor `after` names; from the start without one."""

    first: int = 20
    after: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.first <= LARGEST_PAGE:
            raise BadInput(f"first must be between 1 and {LARGEST_PAGE}, not {self.first}.")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Rows in order with the cursor of each, and whether more follow."""

    items: list[Item]
    cursors: list[str]
    has_next: bool
    has_previous: bool

    def map(self, convert: Callable[[Item], Mapped]) -> "Page[Mapped]":
        """Returns the same page with each row converted."""
        return Page([convert(item) for item in self.items], self.cursors, self.has_next, self.has_previous)


def page_of(rows: Sequence[Item], request: PageRequest, cursor: Callable[[Item], str]) -> Page[Item]:
    """Returns a page from rows that were fetched with ``LIMIT first + 1``."""
    items = list(rows[: request.first])
    return Page(items, [cursor(item) for item in items], len(rows) > request.first, request.after is not None)


def encode_cursor(kind: str, *values: object) -> str:
    """Returns an opaque cursor; `kind` keeps one list's cursors from being used in another."""
    return urlsafe_b64encode("|".join([kind, *map(str, values)]).encode()).decode().rstrip("=")


def decode_cursor(kind: str, cursor: str, count: int) -> list[str]:
    """Returns the `count` values of a cursor of this kind. Raises `BadInput` when it is not one of ours."""
    try:
        text = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        text = ""
    found, *values = text.split("|")
    if found != kind or len(values) != count:
        raise BadInput(f"The cursor {cursor[:80]!r} is not one that this list gave.")
    return values
