"""`POST /webhooks/razorpay`: events that Razorpay signs. Stored as they come, answered at once, processed later."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from models import billing

# Razorpay's largest events have a few dozen kilobytes.
LARGEST_BODY = 256 * 1024


async def receive(request: Request) -> Response:
    """200 once the event is stored; 401 for another signature, 400 without an event id, 413 for too large a body."""
    body = await _body(request)
    headers = request.headers
    await billing.receive_event(
        body, headers.get("x-razorpay-signature"), headers.get("x-razorpay-event-id"), request.app.state.env
    )
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


async def _body(request: Request) -> bytes:
    """The raw bytes, which the signature is over. No more than the limit is ever held."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"An event has at most {LARGEST_BODY:,} bytes.")
    return bytes(body)


routes: list[BaseRoute] = [Route("/webhooks/razorpay", receive, methods=["POST"])]
