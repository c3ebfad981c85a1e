"""GraphQL over HTTP, as its draft says (https://graphql.github.io/graphql-over-http/draft/)."""

from collections.abc import Awaitable, Callable, Mapping
from email.message import Message
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import orjson
from graphql import GraphQLError, OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.body import BodyTooLarge, read_body
from api.compression import compressed
from api.graphql.kinds import ANSWERED, STREAMED, where_served
from api.graphql.negotiation import Negotiated, Representation, negotiate
from api.graphql.sse import EventStreams
from models.kernel.errors import DomainError
from resolvers.engine import Engine, NotServed, OperationRequest, Refused, masked, names_document
from resolvers.engine.errors import BAD_REQUEST, BAD_USER_INPUT, INTERNAL, PARSE_FAILED, VALIDATION_FAILED
from resolvers.engine.persisted import (
    DOCUMENT_NOT_TRUSTED,
    PERSISTED_QUERY_NOT_FOUND,
    PERSISTED_QUERY_NOT_SUPPORTED,
)

MAX_BODY_BYTES: Final = 1024 * 1024
_TOO_LARGE: Final = f"The request body is larger than {MAX_BODY_BYTES} bytes."

# Forms in which nothing is answered here: what is refused to them is refused as JSON.
_NO_ANSWERS: Final = frozenset({Representation.EVENT_STREAM, Representation.EXPLORER})

# Mistakes of the client that older clients, which ask for `application/json` by name, expect to come with 200.
_LEGACY_MISTAKES: Final = frozenset(
    {
        PARSE_FAILED,
        VALIDATION_FAILED,
        BAD_USER_INPUT,
        DOCUMENT_NOT_TRUSTED,
        PERSISTED_QUERY_NOT_FOUND,
        PERSISTED_QUERY_NOT_SUPPORTED,
    }
)


class GraphQLHTTP:
    """ASGI endpoint for ``Route("/graphql", GraphQLHTTP(...))``: queries by GET and POST, mutations by POST.

    `get_context` makes the resolvers' context of a request; it may raise a `DomainError`. `explorer` returns the page
    for browsers. With `event_streams`, clients that ask for `text/event-stream` get results as events, subscriptions
    too.
    """

    def __init__(
        self,
        engine: Engine,
        get_context: Callable[[Request], Awaitable[object]],
        explorer: Callable[[], Response],
        event_streams: EventStreams | None = None,
    ) -> None:
        self._engine = engine
        self._get_context = get_context
        self._explorer = explorer
        self._event_streams = event_streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        negotiated = negotiate(
            request.headers.get("accept", ""),
            offer_explorer=request.method == "GET",
            offer_events=self._event_streams is not None,
        )
        if negotiated and negotiated.representation is Representation.EXPLORER:
            await self._explorer()(scope, receive, send)
            return
        try:
            answer = await self._answer(request, negotiated)
        except _RequestError as error:
            answer = _refusal(error, error.status, error.headers)
        except NotServed as error:
            is_mutation = error.kind is OperationType.MUTATION
            headers = {"Allow": "POST"} if is_mutation else {}
            answer = _refusal(where_served(error), 405 if is_mutation else 400, headers)
        except Refused as error:
            answer = _refusal(error, _status_of(error, negotiated))
        except DomainError as error:
            told = GraphQLError(error.message, extensions={**error.extensions, "code": error.code})
            answer = _refusal(Refused([told]), error.http_status)
        except Exception as error:  # noqa: BLE001 -- `masked` logs it
            answer = _refusal(Refused([masked(error)]), 500)
        if isinstance(answer, Response):
            await answer(scope, receive, send)
        else:
            await _send(answer, request.headers.get("accept-encoding", ""), negotiated, send)

    async def _answer(self, request: Request, negotiated: Negotiated | None) -> "_Answer | Response":
        if request.method not in ANSWERED:
            raise _RequestError(405, "GraphQL is served to GET and POST.", Allow="GET, POST")
        if negotiated is None:
            raise _RequestError(406, "The answer is `application/graphql-response+json` or `application/json`.")
        members = await self._members(request)
        if self._event_streams and negotiated.representation is Representation.EVENT_STREAM:
            return await self._event_streams.response(request, _operation_request(members, STREAMED[request.method]))
        operation = self._engine.admit(_operation_request(members, ANSWERED[request.method]))
        answer = await self._engine.run(operation, await self._get_context(request))
        return _Answer(200, answer.encoded())

    async def _members(self, request: Request) -> object:
        """What the request says, as the members that a POST has in its body."""
        if request.method == "GET":
            return _query_string_members(request.query_params)
        if not _is_json(request.headers.get("content-type", "")):
            raise _RequestError(415, "Send the body as `Content-Type: application/json`, in UTF-8.")
        try:
            body = await read_body(request.receive, MAX_BODY_BYTES, _TOO_LARGE)
        except BodyTooLarge as error:
            raise _RequestError(413, error.detail) from None
        except ClientDisconnect:
            raise _RequestError(400, "The client disconnected before the request body was complete.") from None
        return _parse_json(body, "The request body")


class _RequestError(Refused):
    """The HTTP request can't be answered as it is; the message says what would be right."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        super().__init__([GraphQLError(message, extensions={"code": BAD_REQUEST})])
        self.status = status
        self.headers = headers


def _operation_request(members: object, kinds: frozenset[OperationType]) -> OperationRequest:
    """The operation that the client asks for. Raises `_RequestError` when a member is not of its type."""
    if isinstance(members, list):
        raise _RequestError(400, "Batches are not served; send one operation in each request.")
    if not isinstance(members, dict):
        raise _RequestError(400, "The request body must be a JSON object with a `query`.")
    extensions = _object_or_none(members, "extensions")
    document_id = members.get("documentId")
    if not isinstance(document_id, str | None):
        raise _RequestError(400, "`documentId` must be a string or null.")
    query = members.get("query")
    if query is None:
        query = ""
    if not isinstance(query, str) or not (query or names_document(extensions, document_id)):
        raise _RequestError(400, "`query` must be a string with a GraphQL document.")
    operation_name = members.get("operationName")
    if not isinstance(operation_name, str | None):
        raise _RequestError(400, "`operationName` must be a string or null.")
    variables = _object_or_none(members, "variables")
    return OperationRequest(query, operation_name, variables, kinds, extensions, document_id)


def _object_or_none(members: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    value = members.get(name)
    if not isinstance(value, dict | None):
        raise _RequestError(400, f"`{name}` must be an object or null.")
    return value


def _query_string_members(query_string: Mapping[str, str]) -> dict[str, Any]:
    """The members that a POST would have in its body; in a query string, objects are JSON texts."""
    members: dict[str, Any] = dict(query_string)
    for name in ("variables", "extensions"):
        text = members.get(name)
        members[name] = _parse_json(text, f"`{name}`") if text else None
    return members


def _parse_json(text: str | bytes, what: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _RequestError(400, f"{what} is not valid JSON: {error.args[0]}.") from None


@lru_cache(maxsize=128)
def _is_json(content_type: str) -> bool:
    header = Message()
    header["Content-Type"] = content_type
    return header.get_content_type() == "application/json" and header.get_content_charset("utf-8") == "utf-8"


def _status_of(error: Refused, negotiated: Negotiated | None) -> int:
    """The HTTP status of an operation that was not run.

    A client that asks for `application/json` by name takes any status but 200 for a failure of the server, or of
    something in between: mistakes in the operation keep 200 there.
    """
    if error.code == INTERNAL:
        return 500
    return 200 if negotiated and negotiated.is_legacy and error.code in _LEGACY_MISTAKES else 400


def _content_type(representation: Representation) -> str:
    form = Representation.JSON if representation in _NO_ANSWERS else representation
    return f"{form.value}; charset=utf-8"


class _Answer(NamedTuple):
    status: int
    body: bytes
    headers: Mapping[str, str] = MappingProxyType({})


def _refusal(error: Refused, status: int, headers: Mapping[str, str] = MappingProxyType({})) -> _Answer:
    return _Answer(status, error.encoded(), headers)


async def _send(answer: _Answer, accept_encoding: str, negotiated: Negotiated | None, send: Send) -> None:
    """Send the answer in two messages of ASGI, for a `Response` would take as long again to make."""
    body, coding = await compressed(answer.body, accept_encoding)
    headers = [*_HEADERS[negotiated.representation if negotiated else Representation.JSON]]
    headers.append((b"content-length", b"%d" % len(body)))
    if coding is not None:
        headers.append((b"content-encoding", coding.encode()))
    headers += [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


_HEADERS: Final = {
    representation: [
        (b"content-type", _content_type(representation).encode()),
        (b"cache-control", b"no-store"),
        (b"vary", b"Accept, Accept-Encoding"),
    ]
    for representation in Representation
}
