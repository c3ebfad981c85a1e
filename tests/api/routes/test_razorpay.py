"""The webhook over HTTP: what is taken, what is refused, and that what is refused leaves no trace."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette

from api.routes import razorpay
from api.routes.razorpay import LARGEST_BODY
from models.billing import sign
from models.database import fetch_one, fetch_value
from models.kernel.env import Env
from tests.models.billing.provider import WEBHOOK_SECRET, Provider, Webhook, webhook


@pytest.fixture
async def client(app: Starlette, env: Env) -> AsyncIterator[AsyncClient]:
    """A client of an application that has the webhook."""
    app.router.routes.extend(razorpay.routes)
    app.state.env = replace(env, payments=Provider())
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://passports.test") as client:
        yield client


def _headers(event: Webhook) -> dict[str, str]:
    return {"X-Razorpay-Signature": event.signature, "X-Razorpay-Event-Id": event.id}


async def test_a_signed_event_is_stored_byte_by_byte_and_answered(client: AsyncClient) -> None:
    body = b'{"event" : "invoice.paid",\n "payload":{} , "note":"\xe2\x82\xb9"}'
    event = Webhook("evt_bytes", body, sign(WEBHOOK_SECRET, body))
    for _ in range(2):
        answer = await client.post("/webhooks/razorpay", content=body, headers=_headers(event))
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    row = await fetch_one("SELECT body, state FROM razorpay_event WHERE id = $1", event.id)
    assert row is not None
    assert (bytes(row["body"]), row["state"]) == (body, "RECEIVED")


@pytest.mark.parametrize("change", ["body", "signature", "upper case", "no signature", "re-serialised"])
async def test_another_signature_gets_401_and_is_stored_nowhere(client: AsyncClient, change: str) -> None:
    event = webhook("order.paid")
    headers, body = _headers(event), event.body
    match change:
        case "body":
            body = body.replace(b"order.paid", b"order.pa1d")
        case "signature":
            headers["X-Razorpay-Signature"] = event.signature[:-1] + ("0" if event.signature[-1] != "0" else "1")
        case "upper case":
            headers["X-Razorpay-Signature"] = "A" + event.signature.upper()[1:]
        case "no signature":
            del headers["X-Razorpay-Signature"]
        case _:
            body = body.replace(b":", b": ")
    answer = await client.post("/webhooks/razorpay", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHENTICATED")
    assert await fetch_value("SELECT count(*) FROM razorpay_event WHERE id = $1", event.id) == 0


async def test_an_event_without_an_id_gets_400(client: AsyncClient) -> None:
    event = webhook("order.paid")
    answer = await client.post(
        "/webhooks/razorpay", content=event.body, headers={"X-Razorpay-Signature": event.signature}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize(("size", "status"), [(LARGEST_BODY, 200), (LARGEST_BODY + 1, 413)])
async def test_a_body_has_its_limit(client: AsyncClient, size: int, status: int) -> None:
    body = b" " * size
    event = Webhook(f"evt_size_{size}", body, sign(WEBHOOK_SECRET, body))
    answer = await client.post("/webhooks/razorpay", content=body, headers=_headers(event))
    assert answer.status_code == status
    if status == 413:
        assert answer.json()["code"] == "CONTENT_TOO_LARGE"


async def test_only_post_is_taken(client: AsyncClient) -> None:
    assert (await client.get("/webhooks/razorpay")).status_code == 405
