"""Razorpay's signatures: its published vectors, the fixtures, both secrets, and one flipped bit anywhere."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import billing
from models.billing import RazorpayGateway
from models.database import fetch, fetch_value
from models.kernel.errors import Unauthenticated
from tests.models.billing.conftest import Shop, process_events

_FOLDER = Path(__file__).parent / "razorpay"
_VECTORS: dict[str, Any] = json.loads((_FOLDER / "sdk-vectors.json").read_text())
_FIXTURES: dict[str, Any] = json.loads((_FOLDER / "webhook-fixtures.json").read_text())
_EVENTS = {event["event"]: event for event in _FIXTURES["events"]}


def _gateway(*secrets: str, key_secret: str = "") -> RazorpayGateway:
    return RazorpayGateway("rzp_test", key_secret, secrets)


def test_the_sdks_own_vectors_hold() -> None:
    secret = _VECTORS["keySecretAndWebhookSecret"]
    webhook, checkout = _VECTORS["webhook"], _VECTORS["checkout"]
    gateway = _gateway(secret, key_secret=secret)
    assert gateway.signed_event(webhook["rawBody"].encode(), webhook["signature"])
    assert gateway.signed_checkout(checkout["order_id"], checkout["payment_id"], checkout["signature"])


def test_the_checkout_fixture_holds() -> None:
    fixture = _FIXTURES["checkoutSignature"]
    gateway = _gateway("whsec", key_secret=fixture["keySecret"])
    order_id, payment_id = fixture["message"].split("|")
    assert gateway.signed_checkout(order_id, payment_id, fixture["signature"])
    assert not gateway.signed_checkout(payment_id, order_id, fixture["signature"])


@pytest.mark.parametrize("kind", _EVENTS)
def test_every_webhook_fixture_holds_under_the_current_and_the_previous_secret(kind: str) -> None:
    body, signature = _EVENTS[kind]["rawBody"].encode(), _EVENTS[kind]["headers"]["X-Razorpay-Signature"]
    secret = _FIXTURES["webhookSecret"]
    assert _gateway(secret).signed_event(body, signature)
    assert _gateway("newer", secret).signed_event(body, signature)
    assert not _gateway("newer", "previous").signed_event(body, signature)
    # JSON written anew is other bytes.
    assert not _gateway(secret).signed_event(json.dumps(json.loads(body)).encode(), signature)


@given(st.sampled_from(sorted(_EVENTS)), st.data())
async def test_one_flipped_bit_anywhere_is_refused_and_stored_nowhere(
    shop_of_session: Shop, kind: str, data: st.DataObject
) -> None:
    body = bytearray(_EVENTS[kind]["rawBody"].encode())
    signature = bytearray(_EVENTS[kind]["headers"]["X-Razorpay-Signature"].encode())
    target = data.draw(st.sampled_from([body, signature]))
    bit = data.draw(st.integers(0, 8 * len(target) - 1))
    target[bit // 8] ^= 1 << bit % 8
    before = await fetch_value("SELECT count(*) FROM razorpay_event")
    with pytest.raises(Unauthenticated):
        await billing.receive_event(bytes(body), signature.decode("latin-1"), "evt_flipped", shop_of_session.env)
    assert await fetch_value("SELECT count(*) FROM razorpay_event") == before


async def test_the_fixtures_together_credit_once_and_pay_back(shop: Shop) -> None:
    """The whole set, as it came and then again: paid 500, refunded in full."""
    order = await shop.order()
    # The fixtures' names, once for each run against a database that keeps what other tests did.
    await fetch_value(
        "UPDATE quota_order SET razorpay_order_id = 'order_TEST000000001' WHERE id = $1 RETURNING true", order.id
    )
    for _ in range(2):
        for kind in ("order.paid", "refund.processed", "payment.failed", "payment.authorized", "payment.captured"):
            event = _EVENTS[kind]
            headers = event["headers"]
            await billing.receive_event(
                event["rawBody"].encode(), headers["X-Razorpay-Signature"], headers["X-Razorpay-Event-Id"], shop.env
            )
        await process_events(shop.env)
    stored = await fetch("SELECT kind, state FROM razorpay_event WHERE id LIKE 'evt_TEST%' ORDER BY id")
    assert [tuple(row) for row in stored] == [
        ("payment.authorized", "IGNORED"),
        ("payment.captured", "PROCESSED"),
        ("order.paid", "PROCESSED"),
        ("payment.failed", "PROCESSED"),
        ("refund.processed", "PROCESSED"),
    ]
    assert await shop.quota() == billing.Quota(limit=0, used=0, balance=0)
    entries = await fetch(
        "SELECT kind, amount FROM quota_entry WHERE tenant_id = $1 ORDER BY position", shop.actor.tenant_id
    )
    assert [tuple(row) for row in entries] == [("PURCHASE", 500), ("REFUND", -500)]
