"""Evidence out: `GET /passports/{id}/audit.json`, and the public key that it is verified with. See docs/audit.md."""

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.auth import actor_of
from api.errors import problem
from api.etag import etag
from api.parameters import path_key
from models import lifecycle

_JSON = "application/json"


async def audit_bundle(request: Request) -> Response:
    """The evidence bundle of a passport, for a member of its company."""
    actor = await actor_of(request)
    passport_id = path_key(request, "Passport")
    bundle = await lifecycle.bundle(actor, passport_id, request.app.state.env)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{passport_id}-audit.json"',
    }
    return Response(orjson.dumps(bundle), headers=headers, media_type=_JSON)


async def audit_key(request: Request) -> Response:
    """The public key that heads are signed with, for everybody."""
    key = lifecycle.published_key(request.app.state.env)
    if key is None:
        return problem(404, "NOT_FOUND", "This server has no AUDIT_SIGNING_KEY, so it signs no heads.")
    body = orjson.dumps(key)
    headers = {"Cache-Control": "public, max-age=3600", "ETag": etag(body, _JSON)}
    return Response(body, headers=headers, media_type=_JSON)


routes: list[BaseRoute] = [
    Route("/passports/{id}/audit.json", audit_bundle),
    Route("/.well-known/exportready-audit.json", audit_key),
]
