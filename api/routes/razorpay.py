"""`POST /webhooks/razorpay`: events that Razorpay signs. Stored as they come, answered at once, processed later."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from api.body import read_body
from models import billing

# Razorpay's largest events have a few dozen kilobytes.
LARGEST_BODY = 256 * 1024


async def receive(request: Request) -> Response:
    """200 once the event is stored; 401 for another signature, 400 without an event id, 413 for too large a body."""
    # The raw bytes, which the signature is over.
    body = await read_body(request.receive, LARGEST_BODY, f"An event has at most {LARGEST_BODY:,} bytes.")
    headers = request.headers
    await billing.receive_event(
        body, headers.get("x-razorpay-signature"), headers.get("x-razorpay-event-id"), request.app.state.env
    )
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


routes: list[BaseRoute] = [Route("/webhooks/razorpay", receive, methods=["POST"])]
