"""Errors on plain HTTP routes: problem documents (RFC 9457) with the same codes as in GraphQL."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.accept import preferred
from api.pages import TEMPLATES
from api.routes.web import content_security_policy
from models.kernel.errors import DomainError, Rejected
from resolvers.engine import request_id
from resolvers.engine.errors import INTERNAL

_log = structlog.get_logger(__name__)


def problem(status: int, code: str, detail: str, headers: Mapping[str, str] | None = None, **members: Any) -> Response:
    """A problem document. Its type is `about:blank`, so `title` is the status in words; `code` is for programs."""
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        **members,
    }
    return Response(orjson.dumps(document), status, headers, "application/problem+json")


async def domain_problem(_request: Request, error: Exception) -> Response:
    """What the domain raised on purpose. A broken rule is told with every violation found."""
    if not isinstance(error, DomainError):
        raise TypeError(f"{type(error).__name__} is no domain error")
    members = {name: value for name, value in error.extensions.items() if value is not None}
    if isinstance(error, Rejected):
        members["errors"] = [
            {
                "code": violation.code,
                "message": violation.message,
                "field": violation.field,
                "value": violation.value,
            }
            for violation in error.violations
        ]
    return problem(error.http_status, error.code, error.message, _headers(error), **members)


def _headers(error: DomainError) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if error.http_status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if "retryAfter" in error.extensions:
        headers["Retry-After"] = str(error.extensions["retryAfter"])
    return headers


_CODES = {
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    413: "CONTENT_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
}


async def http_problem(request: Request, error: Exception) -> Response:
    """What Starlette or a route refused: an unknown path, a wrong method, a body that is too large.

    A browser that finds nothing gets a page instead.
    """
    if not isinstance(error, HTTPException):
        raise TypeError(f"{type(error).__name__} is no HTTP error")
    if error.status_code == HTTPStatus.NOT_FOUND and _is_browser(request):
        return _not_found_page()
    code = _CODES.get(error.status_code, "BAD_REQUEST")
    return problem(error.status_code, code, _detail(request, error), error.headers)


def _detail(request: Request, error: HTTPException) -> str:
    """Returns the reason in a sentence, which Starlette's own refusals do not give: they repeat the status."""
    match error.status_code, error.detail:
        case HTTPStatus.NOT_FOUND, HTTPStatus.NOT_FOUND.phrase:
            return "There is nothing at this address."
        case HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.METHOD_NOT_ALLOWED.phrase:
            return f"This address does not take {request.method}; the header Allow says what it takes."
    return error.detail


def _is_browser(request: Request) -> bool:
    accept = request.headers.get("accept", "")
    return "text/html" in accept and preferred(accept, ("application/problem+json", "text/html")) == "text/html"


def _not_found_page() -> Response:
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": content_security_policy(),
        "Vary": "Accept",
    }
    return Response(TEMPLATES.get_template("not_found.html").render(), 404, headers, "text/html")


async def client_left(_request: Request, error: Exception) -> Response:
    """Somebody who left before their request was complete: nobody reads the answer, and nothing is wrong here."""
    if not isinstance(error, ClientDisconnect):
        raise TypeError(f"{type(error).__name__} is no client's leaving")
    return problem(400, "BAD_REQUEST", "The client disconnected before the request was complete.")


async def unexpected_problem(request: Request, error: Exception) -> Response:
    """A bug or a failing dependency: the client gets the request id alone, under which the log has the rest."""
    id = getattr(request.state, "request_id", None) or request_id()
    _log.error("http.internal_error", request_id=id, path=request.url.path, exc_info=error)
    detail = "Internal error. If it persists, report it with the request id."
    return problem(500, INTERNAL, detail, {"X-Request-Id": id}, requestId=id)
