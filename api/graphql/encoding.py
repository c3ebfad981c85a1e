"""GraphQL answers as JSON."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson


def encode(body: Mapping[str, Any]) -> bytes:
    """The JSON of an answer."""
    try:
        return orjson.dumps(body, default=_plain)
    except TypeError:
        # JSON that clients have stored may hold integers of more than 64 bits, which only the slower encoder takes.
        return json.dumps(body, default=_plain).encode()


def encode_text(body: Mapping[str, Any]) -> str:
    """The JSON of an answer as text on one line, as websockets and server-sent events take it."""
    return encode(body).decode()


def _plain(value: object) -> str:
    """What orjson does not know: asyncpg's UUIDs are of a subclass, and decimals keep their digits as text."""
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
