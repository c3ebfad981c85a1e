"""What anybody may see: a passport as a page or as JSON (`GET /p/{uuid}`), and its QR code."""

from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, cast
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from strawberry.utils.str_converters import to_camel_case

from api.accept import preferred
from api.errors import problem
from api.etag import etag
from api.pages import STATIC
from api.parameters import path_key
from api.passport_page import passport_page, unknown_passport_page
from api.routes.downloads import qr_options
from api.routes.web import Assets, content_security_policy
from models import lifecycle, passports
from models.kernel.errors import BadInput
from models.lifecycle import PublicHistory
from models.passports import PublicPassport, QrFormat

_HTML = "text/html"
_JSON = "application/json"
_UNKNOWN = "There is no passport with this id."


async def public_passport(request: Request) -> Response:
    """A passport: a page for a person, JSON for a program, by the Accept header; a page for who takes neither."""
    passport_id = _passport_id(request)
    passport = await passports.public_passport(passport_id, request.app.state.env) if passport_id else None
    is_program = preferred(request.headers.get("accept", ""), (_HTML, _JSON)) == _JSON
    headers = {"Cache-Control": "no-cache", "Vary": "Accept"}
    if is_program:
        if passport is None:
            return problem(404, "NOT_FOUND", _UNKNOWN, headers)
        history = await lifecycle.public_history(passport.uuid)
        return _tagged(orjson.dumps(public_document(passport, history)), _JSON, headers)
    headers |= {"Content-Security-Policy": content_security_policy(), "Referrer-Policy": "no-referrer"}
    if passport is None:
        return Response(unknown_passport_page(), 404, headers, _HTML)
    history = await lifecycle.public_history(passport.uuid)
    return _tagged(passport_page(passport, history).encode(), f"{_HTML}; charset=utf-8", headers)


async def qr_code(request: Request) -> Response:
    """A passport's QR code as a picture: `?size=` in pixels, `level=L|M|Q|H`, `label=true` for the serial beneath."""
    formats = {format.extension: format for format in QrFormat}
    format = formats.get(request.path_params["extension"])
    passport_id = _passport_id(request)
    if format is None or passport_id is None:
        return problem(404, "NOT_FOUND", _UNKNOWN)
    options = qr_options(request.query_params, format)
    picture = await passports.qr_code(passport_id, options, request.app.state.env)
    if picture is None:
        return problem(404, "NOT_FOUND", _UNKNOWN)
    headers = {
        "Cache-Control": "public, max-age=86400",
        "Content-Security-Policy": "default-src 'none'",
    }
    return _tagged(picture, format.media_type, headers)


def public_document(passport: PublicPassport, history: PublicHistory) -> dict[str, Any]:
    """The public passport as JSON."""
    return {
        **_members(passport),
        "timeline": [
            {"action": event.action, "at": event.at, "status": event.status, "place": event.place}
            for event in history.events
        ],
        "predecessorUuid": _text(history.lineage.predecessor_id),
        "successorUuid": _text(history.lineage.successor_id),
    }


def _members(value: Any) -> Any:
    """A dataclass as JSON's members under the names that GraphQL has; other values as they are."""
    if is_dataclass(value):
        return {name: _members(getattr(value, field)) for field, name in _names(cast("Any", type(value)))}
    return str(value) if isinstance(value, UUID) else value


@cache
def _names(kind: Any) -> tuple[tuple[str, str], ...]:
    return tuple((field.name, to_camel_case(field.name)) for field in fields(kind))


def _text(id: UUID | None) -> str | None:
    # The database driver's own UUIDs are not JSON to orjson.
    return None if id is None else str(id)


def _passport_id(request: Request) -> UUID | None:
    """The id in the path; None when it can't be one, which is answered like one that is unknown."""
    try:
        return path_key(request, "Passport")
    except BadInput:
        return None


def _tagged(body: bytes, media_type: str, headers: dict[str, str]) -> Response:
    return Response(body, headers={**headers, "ETag": etag(body, media_type)}, media_type=media_type)


routes: list[BaseRoute] = [
    Route("/p/{id}", public_passport),
    Route("/p/{id}/qr.{extension}", qr_code),
    Mount("/static", Assets(STATIC), name="static"),
]
