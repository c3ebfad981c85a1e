"""What single values must be: each check returns the value as it is kept, or raises `Rejected`."""

import math
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from models.batches.errors import BatchErrorCode
from models.kernel.errors import Rejected, reject
from models.kernel.text import is_line, is_storable, too_long
from models.kernel.urls import has_credentials, http_url

LARGEST_INTEGER = 2**31 - 1
LARGEST_ATTRIBUTES = 16 * 1024
DEEPEST_ATTRIBUTES = 8
# Beyond this, readers with double-precision numbers lose digits (RFC 8259, section 6), and jsonb gives 1e16 back as an
# integer.
_LARGEST_EXACT = 2**53 - 1

Check = Callable[[Any], object]


def unchecked(value: Any) -> object:
    """Accepts any value of the field's type."""
    return value


def text(longest: int) -> Callable[[str], str | None]:
    """Returns a check for one line of at most `longest` characters. It is trimmed; blank text becomes None."""

    def check(value: str) -> str | None:
        trimmed = value.strip()
        if too_long(trimmed, longest):
            raise reject(
                BatchErrorCode.TEXT_TOO_LONG, f"At most {longest} characters are kept; this has {len(trimmed)}."
            )
        if not is_line(trimmed):
            raise reject(BatchErrorCode.TEXT_INVALID, "Control characters and line breaks are not allowed here.")
        return trimmed or None

    return check


def country(longest: int) -> Check:
    """Returns a check for a country's name, or its ISO 3166-1 alpha-2 code: two ASCII letters, kept in upper case."""
    line = text(longest)

    def check(value: str) -> str | None:
        name = line(value)
        return name.upper() if name and re.fullmatch("[A-Za-z]{2}", name) else name

    return check


def web_address(longest: int) -> Check:
    """Returns a check for an http or https address without credentials, kept in the WHATWG URL standard's form."""
    line = text(longest)

    def check(value: str) -> str | None:
        address = line(value)
        if address is None:
            return None
        url = http_url(address)
        if url is None:
            raise reject(
                BatchErrorCode.URL_INVALID, "This takes an address such as https://example.com/declaration.pdf."
            )
        if has_credentials(url):
            raise reject(BatchErrorCode.URL_INVALID, "An address that is published can't hold a user or a password.")
        return line(str(url))  # checked again: escaping may have made it longer

    return check


def quantity(value: int) -> int:
    """Returns a number of pieces, at least 1."""
    if not 1 <= value <= LARGEST_INTEGER:
        raise reject(BatchErrorCode.NUMBER_OUT_OF_RANGE, f"A whole number from 1 to {LARGEST_INTEGER} is needed.")
    return value


def decimal(largest: str, *, zero: bool = False) -> Check:
    """Returns a check for a number above 0 (or from 0, with `zero`) up to `largest`, with no more decimals than it."""
    most = Decimal(largest)
    decimals = len(largest.partition(".")[2])
    smallest_step = Decimal(1).scaleb(-decimals)

    def check(value: Decimal) -> Decimal:
        in_range = value.is_finite() and value <= most and (value > 0 or (zero and value == 0))
        if not in_range:
            least = "from 0" if zero else "above 0"
            raise reject(BatchErrorCode.NUMBER_OUT_OF_RANGE, f"A number {least} up to {most} is needed.")
        kept = value.quantize(smallest_step)
        if kept != value:
            raise reject(BatchErrorCode.NUMBER_TOO_PRECISE, f"At most {decimals} decimals are kept.")
        return abs(kept)  # the database knows no -0

    return check


def not_after(latest: date) -> Check:
    """Returns a check for a date up to `latest`."""

    def check(value: date) -> date:
        if value > latest:
            raise reject(BatchErrorCode.DATE_IN_FUTURE, f"The date can't be after {latest}.")
        return value

    return check


def attributes(value: object) -> dict[str, object]:
    """Returns a JSON object of at most `LARGEST_ATTRIBUTES` bytes of compact UTF-8, at most `DEEPEST_ATTRIBUTES` deep.

    Numbers stay within ±(2^53 - 1) and text within what PostgreSQL's jsonb can hold, so that what is read is what
    was written.
    """
    if not isinstance(value, dict):
        raise reject(BatchErrorCode.ATTRIBUTES_INVALID, 'Attributes are a JSON object such as {"line": "B"}.')
    if _least_size(value) > LARGEST_ATTRIBUTES:
        raise _too_large("more")
    _check_json(value, 1)
    size = len(orjson.dumps(value))
    if size > LARGEST_ATTRIBUTES:
        raise _too_large(str(size))
    return value


def _too_large(size: str) -> Rejected:
    return reject(
        BatchErrorCode.ATTRIBUTES_TOO_LARGE,
        f"Attributes take at most {LARGEST_ATTRIBUTES} bytes as compact JSON; these take {size}.",
    )


def _least_size(value: object) -> int:
    """Returns how many bytes the JSON has at least: a character is one or more, and so is a value with what parts it
    from the next. Counting ends as soon as they are too many, so that the checks see little whatever was sent.
    """
    pending, size = [value], 0
    while pending and size <= LARGEST_ATTRIBUTES:
        size += 1
        match pending.pop():
            case str() as text:
                size += len(text)
            case list() as items:
                pending += items[: LARGEST_ATTRIBUTES + 1]
            case dict() as members:
                size += sum(len(key) for key in members if isinstance(key, str))
                pending += members.values()
    return size


def is_same(one: object, other: object) -> bool:
    """Returns whether two values are the same once stored: numbers compare by value, and true is not 1."""
    match one, other:
        case dict(), dict():
            return one.keys() == other.keys() and all(is_same(value, other[key]) for key, value in one.items())
        case list(), list():
            return len(one) == len(other) and all(map(is_same, one, other))
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _check_json(value: object, depth: int) -> None:
    if not isinstance(value, dict | list):
        _check_json_scalar(value)
        return
    if depth > DEEPEST_ATTRIBUTES:
        raise reject(
            BatchErrorCode.ATTRIBUTES_TOO_LARGE,
            f"Attributes nest objects and lists at most {DEEPEST_ATTRIBUTES} deep, the outermost counted.",
        )
    if isinstance(value, dict):
        for key in value:
            _check_json_key(key)
    for item in value.values() if isinstance(value, dict) else value:
        _check_json(item, depth + 1)


def _check_json_key(key: object) -> None:
    if not isinstance(key, str):
        raise reject(BatchErrorCode.ATTRIBUTES_INVALID, "The keys of a JSON object are text.")
    _check_json_scalar(key)


def _check_json_scalar(value: object) -> None:
    match value:
        case str() if not is_storable(value):
            reason = "Text in attributes can't hold the NUL character or half a character."
        case float() if not math.isfinite(value):
            reason = "JSON has no NaN and no infinite numbers."
        case int() | float() if abs(value) > _LARGEST_EXACT:
            reason = "Numbers beyond ±(2^53 - 1) lose digits on their way: give them as text."
        case None | bool() | str() | int() | float():
            return
        case _:
            reason = f"JSON has no {type(value).__name__}."
    raise reject(BatchErrorCode.ATTRIBUTES_INVALID, reason)
