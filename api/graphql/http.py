"""GraphQL over HTTP, as its draft says (https://graphql.github.io/graphql-over-http/draft/).

Strawberry's own view answers some malformed bodies with a 500 and knows nothing of
`application/graphql-response+json`, so this endpoint reads and answers requests itself; the schema does the rest.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from functools import lru_cache
from typing import Any

import orjson
import structlog
from graphql import GraphQLError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from api.body import BodyTooLarge, read_body
from api.graphql.encoding import encode
from api.graphql.negotiation import Negotiated, Representation, negotiate
from api.graphql.sse import EventStreams
from models.kernel.errors import DomainError
from resolvers.extensions import Schema
from resolvers.live import OperationRequest
from resolvers.masking import (
    BAD_REQUEST,
    BAD_USER_INPUT,
    INTERNAL,
    OPERATION_UNRESOLVED,
    PARSE_FAILED,
    VALIDATION_FAILED,
    masked,
    presentable,
    request_id,
)

_OPERATIONS = {"GET": {OperationType.QUERY}, "POST": {OperationType.QUERY, OperationType.MUTATION}}


class GraphQLHTTP:
    """ASGI endpoint for ``Route("/graphql", GraphQLHTTP(...))``: queries by GET and POST, mutations by POST.

    `get_context` makes the resolvers' context of a request; it may raise a `DomainError`. `explorer` gives the page
    for browsers. With `event_streams`, clients that ask for `text/event-stream` get results as events, subscriptions
    too. Every answer has an `X-Request-Id`: the `request_id` bound in structlog's context, or a new one.
    """

    def __init__(
        self,
        schema: Schema,
        get_context: Callable[[Request], Awaitable[object]],
        explorer: Callable[[], Response],
        event_streams: EventStreams | None = None,
    ) -> None:
        self._schema = schema
        self._get_context = get_context
        self._explorer = explorer
        self._event_streams = event_streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        id = request_id()
        with structlog.contextvars.bound_contextvars(request_id=id):
            response = await self._respond(Request(scope, receive))
        response.headers["X-Request-Id"] = id
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        negotiated = negotiate(
            request.headers.get("accept", ""),
            offer_explorer=request.method == "GET",
            offer_events=self._event_streams is not None,
        )
        if negotiated and negotiated.representation is Representation.EXPLORER:
            return self._explorer()
        try:
            if request.method not in _OPERATIONS:
                raise _RequestError(405, "GraphQL is served to GET and POST.", Allow="GET, POST")
            if negotiated is None:
                raise _RequestError(406, "The answer is `application/graphql-response+json` or `application/json`.")
            parameters = await self._read(request)
            if self._event_streams and negotiated.representation is Representation.EVENT_STREAM:
                return await self._event_streams.response(request, parameters.operation(request.method))
            return _answer(await self._execute(request, parameters), negotiated)
        except _RequestError as error:
            return _refusal(error.error, error.status, negotiated, error.headers)
        except DomainError as error:
            wrapped = presentable(GraphQLError(error.message, original_error=error))
            return _refusal(wrapped, error.http_status, negotiated)
        except Exception as error:  # noqa: BLE001 -- `masked` logs it
            return _refusal(masked(error), 500, negotiated)

    async def _read(self, request: Request) -> "_Parameters":
        if request.method == "GET":
            return _Parameters.of(_query_string_members(request.query_params))
        if not _is_json(request.headers.get("content-type", "")):
            raise _RequestError(415, "Send the body as `Content-Type: application/json`, in UTF-8.")
        most = self._schema.admission.limits.body_bytes
        try:
            body = await read_body(request.receive, most, f"The request body is larger than {most} bytes.")
        except BodyTooLarge as too_large:
            raise _RequestError(413, too_large.detail) from None
        except ClientDisconnect:
            raise _RequestError(400, "The client disconnected before the request body was complete.") from None
        return _Parameters.of(_parse_json(body, "The request body"))

    async def _execute(self, request: Request, parameters: "_Parameters") -> ExecutionResult:
        context = await self._get_context(request)
        try:
            return await self._schema.execute(
                parameters.query,
                parameters.variables,
                context_value=context,
                operation_name=parameters.operation_name,
                allowed_operation_types=_OPERATIONS[request.method],
                operation_extensions=parameters.extensions,
            )
        except CannotGetOperationTypeError as error:
            named = f" named {error.operation_name!r}" if error.operation_name is not None else ""
            raise _RequestError(400, f"The document has no operation{named}.", code=OPERATION_UNRESOLVED) from None
        except InvalidOperationTypeError as error:
            if error.operation_type is OperationType.MUTATION:
                raise _RequestError(405, "Mutations are served to POST only.", Allow="POST") from None
            message = "Subscriptions are served over a websocket (graphql-transport-ws) or as text/event-stream."
            raise _RequestError(400, message) from None


class _RequestError(Exception):
    """The HTTP request can't be answered as it is; the message says what would be right."""

    def __init__(self, status: int, message: str, *, code: str = BAD_REQUEST, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = GraphQLError(message, extensions={"code": code})
        self.headers = headers


@dataclass(frozen=True, slots=True)
class _Parameters:
    """The parameters of a GraphQL request, each of the right type."""

    query: str
    operation_name: str | None
    variables: dict[str, Any] | None
    extensions: dict[str, Any] | None

    @classmethod
    def of(cls, members: object) -> "_Parameters":
        if isinstance(members, list):
            raise _RequestError(400, "Batches are not served; send one operation in each request.")
        if not isinstance(members, dict):
            raise _RequestError(400, "The request body must be a JSON object with a `query`.")
        query = members.get("query")
        if not isinstance(query, str) or not query:
            raise _RequestError(400, "`query` must be a string with a GraphQL document.")
        operation_name = members.get("operationName")
        if not isinstance(operation_name, str | None):
            raise _RequestError(400, "`operationName` must be a string or null.")
        return cls(query, operation_name, _object_or_none(members, "variables"), _object_or_none(members, "extensions"))

    def operation(self, method: str) -> OperationRequest:
        """The operation for a stream of events; a link must not change anything, so GET has no mutations."""
        return OperationRequest(self.query, self.operation_name, self.variables, allows_mutations=method == "POST")


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


def _answer(result: ExecutionResult, negotiated: Negotiated) -> Response:
    errors = result.errors or []
    # Errors of fields have a path; without one the operation was refused before the first field.
    is_executed = result.data is not None or any(error.path for error in errors)
    body: dict[str, Any] = {"errors": [error.formatted for error in errors]} if errors else {}
    if is_executed:
        body["data"] = result.data
    if result.extensions:
        body["extensions"] = result.extensions
    return _json(body, 200 if is_executed else _status_of(errors[0], negotiated), negotiated)


def _status_of(error: GraphQLError, negotiated: Negotiated) -> int:
    """The HTTP status of an operation that was not executed.

    A client that asks for `application/json` by name takes any status but 200 for a failure of the server, or of
    something in between: mistakes in the operation keep 200 there.
    """
    code = (error.extensions or {}).get("code")
    if code == INTERNAL:
        return 500
    return 200 if negotiated.is_legacy and code in {PARSE_FAILED, VALIDATION_FAILED, BAD_USER_INPUT} else 400


def _refusal(
    error: GraphQLError, status: int, negotiated: Negotiated | None, headers: Mapping[str, str] | None = None
) -> Response:
    return _json({"errors": [error.formatted]}, status, negotiated, headers)


def _json(
    body: Mapping[str, Any], status: int, negotiated: Negotiated | None, headers: Mapping[str, str] | None = None
) -> Response:
    representation = negotiated.representation if negotiated else Representation.JSON
    if representation is Representation.EVENT_STREAM:
        representation = Representation.JSON
    return Response(
        encode(body),
        status,
        {
            "Content-Type": f"{representation.value}; charset=utf-8",
            "Cache-Control": "no-store",
            "Vary": "Accept",
            **(headers or {}),
        },
    )
