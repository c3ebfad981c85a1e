"""Answers as JSON."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson


def encode(body: Mapping[str, Any]) -> bytes:
    """Returns the JSON of an answer on one line, in UTF-8."""
    try:
        return orjson.dumps(body, default=_plain)
    except TypeError:
        # JSON that clients have stored may hold integers of more than 64 bits, which only the slower encoder takes.
        return json.dumps(body, default=_plain).encode()


def _plain(value: object) -> str:
    """What orjson does not know: UUIDs of a subclass, as database drivers make them; decimals keep their digits."""
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
