"""Keyset pages: a cursor names the last row seen, so that a page stays right while rows are added."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from models.kernel.errors import BadInput
from models.kernel.text import too_long

LARGEST_PAGE = 100
# A kind, a key or two and a time have about half of this.
_LONGEST_CURSOR = 300

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
    """Rows in order, and whether more follow. Cursors are made when they are asked for, from the rows as they were."""

    items: list[Item]
    has_next: bool
    has_previous: bool
    _rows: Sequence[Any]
    _cursor: Callable[[Any], str]

    @property
    def cursors(self) -> list[str]:
        """The cursor of each row."""
        return [self._cursor(row) for row in self._rows]

    @property
    def first_cursor(self) -> str | None:
        """The cursor of the first row; None on an empty page."""
        return self._cursor(self._rows[0]) if self._rows else None

    @property
    def last_cursor(self) -> str | None:
        """The cursor of the last row; None on an empty page."""
        return self._cursor(self._rows[-1]) if self._rows else None

    def map(self, convert: Callable[[Item], Mapped]) -> "Page[Mapped]":
        """Returns the same page with each row converted."""
        items = [convert(item) for item in self.items]
        return Page(items, self.has_next, self.has_previous, self._rows, self._cursor)


def page_of(rows: Sequence[Item], request: PageRequest, cursor: Callable[[Item], str]) -> Page[Item]:
    """Returns a page of rows that were fetched with ``LIMIT first + 1``."""
    items = list(rows[: request.first])
    return Page(items, len(rows) > request.first, request.after is not None, items, cursor)


def encode_cursor(kind: str, *values: object) -> str:
    """Returns an opaque cursor; `kind` keeps one list's cursors from being used in another."""
    return urlsafe_b64encode("|".join([kind, *map(str, values)]).encode()).decode().rstrip("=")


def decode_cursor(kind: str, cursor: str, count: int) -> list[str]:
    """Returns the `count` values of a cursor of this kind. Raises `BadInput` when it is not one of ours."""
    try:
        if too_long(cursor, _LONGEST_CURSOR):
            raise ValueError
        text = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        text = ""
    found, *values = text.split("|")
    if found != kind or len(values) != count:
        raise BadInput(f"The cursor {cursor[:80]!r} is not one that this list gave.")
    return values
