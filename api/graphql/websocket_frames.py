"""What a client may send over a websocket: the messages of `graphql-transport-ws`, read strictly.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

from resolvers.engine import names_document

LONGEST_ID = 128


class FrameError(Exception):
    """The frame is none of the protocol's messages; the message says why."""


@dataclass(frozen=True, slots=True)
class ConnectionInit:
    """The client's first message; `payload` carries the access token."""

    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ping:
    """To be answered with a pong."""


@dataclass(frozen=True, slots=True)
class Pong:
    """An answer, or a sign of life that needs none."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """An operation of any kind, known by its id until it is complete; `query` is empty when it names its document."""

    id: str
    query: str
    operation_name: str | None
    variables: dict[str, Any] | None
    extensions: dict[str, Any] | None
    document_id: str | None


@dataclass(frozen=True, slots=True)
class Complete:
    """The client wants no more of the operation."""

    id: str


ClientMessage: TypeAlias = ConnectionInit | Ping | Pong | Subscribe | Complete


def parse_frame(text: str) -> ClientMessage:
    """Returns the message in a text frame. Raises `FrameError`."""
    try:
        message = orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        raise FrameError("The message is not valid JSON") from None
    if not isinstance(message, dict):
        raise FrameError("The message is not a JSON object")
    match message.get("type"):
        case "connection_init":
            return ConnectionInit(_object_or_none(message, "payload") or {})
        case "ping":
            _object_or_none(message, "payload")
            return Ping()
        case "pong":
            _object_or_none(message, "payload")
            return Pong()
        case "subscribe":
            return _subscribe(message)
        case "complete":
            return Complete(_id(message))
        case str() as unknown:
            raise FrameError(f"Unknown message type {unknown[:40]!r}")
    raise FrameError("The message has no type")


def _subscribe(message: Mapping[str, Any]) -> Subscribe:
    id = _id(message)
    payload = message.get("payload")
    if not isinstance(payload, dict):
        raise FrameError("A subscribe message needs a payload that is an object")
    extensions = _object_or_none(payload, "extensions")
    document_id = payload.get("documentId")
    if not isinstance(document_id, str | None):
        raise FrameError("The payload's documentId must be a string or null")
    query = payload.get("query")
    if query is None and names_document(extensions, document_id):
        query = ""
    if not isinstance(query, str):
        raise FrameError("The payload's query must be a string")
    operation_name = payload.get("operationName")
    if not isinstance(operation_name, str | None):
        raise FrameError("The payload's operationName must be a string or null")
    return Subscribe(id, query, operation_name, _object_or_none(payload, "variables"), extensions, document_id)


def _id(message: Mapping[str, Any]) -> str:
    id = message.get("id")
    if not isinstance(id, str) or not id:
        raise FrameError("The message's id must be a string that is not empty")
    if len(id) > LONGEST_ID:
        raise FrameError(f"The message's id is longer than {LONGEST_ID} characters")
    return id


def _object_or_none(message: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    value = message.get(name)
    if not isinstance(value, dict | None):
        raise FrameError(f"The {name} must be an object or null")
    return value
