"""What webhook events do to orders and quota: every repetition, order and fault that Razorpay's documents name."""

import itertools
from dataclasses import replace

import orjson
import pytest

from models import billing
from models.database import fetch_one, fetch_value
from models.kernel.errors import BadInput, Unauthenticated
from models.kernel.jobs import MOST_ATTEMPTS
from tests.models.billing.conftest import Shop, event_state, process_events
from tests.models.billing.provider import WEBHOOK_SECRET, Webhook, webhook


async def test_captured_and_paid_credit_an_order_once(shop: Shop) -> None:
    order = await shop.order()
    captured, paid = shop.provider.pay(order.razorpay_order_id or "")
    await shop.deliver(captured, paid, captured, paid)
    assert await shop.quota() == billing.Quota(limit=500, used=0, balance=500)
    assert await shop.status(order) == "PAID"
    assert [await event_state(captured), await event_state(paid)] == ["PROCESSED", "PROCESSED"]


async def test_every_order_of_delivery_gives_the_same(shop: Shop) -> None:
    for round_, sequence in enumerate(itertools.permutations(range(4)), start=1):
        order = await shop.order()
        payment = shop.provider.attempt(order.razorpay_order_id or "")
        authorized = webhook("payment.authorized", payment=payment)
        failed = shop.provider.fail(payment)
        events = [authorized, failed, *shop.provider.capture(payment)]
        await shop.deliver(*(events[index] for index in sequence))
        assert (await shop.quota()).balance == 500 * round_
        assert await shop.status(order) == "PAID"


async def test_a_failed_payment_may_still_be_captured(shop: Shop) -> None:
    order = await shop.order()
    payment = shop.provider.attempt(order.razorpay_order_id or "")
    await shop.deliver(shop.provider.fail(payment))
    assert await shop.status(order) == "FAILED"
    assert (await shop.quota()).balance == 0
    await shop.deliver(*shop.provider.capture(payment))
    assert await shop.status(order) == "PAID"
    assert (await shop.quota()).balance == 500


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"amount": 399901}, "WRONG_AMOUNT"),
        ({"amount": 1}, "WRONG_AMOUNT"),
        ({"currency": "USD"}, "WRONG_CURRENCY"),
        ({"order_id": "order_of_nobody"}, "UNKNOWN_ORDER"),
        ({"order_id": None}, "UNKNOWN_ORDER"),
        ({"status": "authorized"}, "NOT_CAPTURED"),
        ({"captured": False}, "NOT_CAPTURED"),
        ({"amount": "399900"}, "MALFORMED"),
        ({"id": "pay\x00"}, "MALFORMED"),
    ],
)
async def test_what_does_not_fit_credits_nothing_and_shows(shop: Shop, changes: dict[str, object], state: str) -> None:
    order = await shop.order()
    captured, _ = shop.provider.pay(order.razorpay_order_id or "")
    entity = orjson.loads(captured.body)["payload"]["payment"]["entity"]
    wrong = webhook("payment.captured", payment={**entity, **changes})
    await shop.deliver(wrong)
    assert await event_state(wrong) == state
    assert await shop.status(order) == "OPEN"
    assert (await shop.quota()).balance == 0
    await shop.deliver(captured)
    assert (await shop.quota()).balance == 500


async def test_a_second_payment_of_an_order_credits_nothing_and_shows(shop: Shop) -> None:
    order = await shop.order()
    first, second = (shop.provider.pay(order.razorpay_order_id or "")[0] for _ in range(2))
    await shop.deliver(first, second)
    assert [await event_state(first), await event_state(second)] == ["PROCESSED", "PAID_TWICE"]
    assert (await shop.quota()).balance == 500


@pytest.mark.parametrize("body", [b"", b"1", b"null", b"{", b"\xff", b'{"event":1}', b'{"event":"payment.captured"}'])
async def test_what_razorpay_never_sends_is_kept_and_shows(shop: Shop, body: bytes) -> None:
    strange = replace(webhook("x"), body=body, signature=billing.sign(WEBHOOK_SECRET, body))
    await shop.deliver(strange)
    assert await event_state(strange) == "MALFORMED"


async def test_other_events_are_kept_and_do_nothing(shop: Shop) -> None:
    order = await shop.order()
    payment = shop.provider.attempt(order.razorpay_order_id or "", status="captured", captured=True)
    events = [webhook(kind, payment=payment) for kind in ("payment.authorized", "refund.created", "invoice.paid")]
    await shop.deliver(*events)
    assert [await event_state(event) for event in events] == ["IGNORED"] * 3
    assert (await shop.quota()).balance == 0


@pytest.mark.parametrize("signature", [None, "", "0" * 64, "é", "\udc80"])
async def test_a_wrong_signature_is_refused_and_nothing_kept(shop: Shop, signature: str | None) -> None:
    event = webhook("order.paid")
    with pytest.raises(Unauthenticated):
        await billing.receive_event(event.body, signature, event.id, shop.env)
    assert await event_state(event) is None


@pytest.mark.parametrize("event_id", [None, "", "x" * 101, "a\tb", "é"])
async def test_an_event_needs_an_id(shop: Shop, event_id: str | None) -> None:
    event = webhook("order.paid")
    with pytest.raises(BadInput):
        await billing.receive_event(event.body, event.signature, event_id, shop.env)


async def test_an_event_that_came_before_its_order_was_known_is_looked_at_again(shop: Shop) -> None:
    order = await shop.order()
    captured, _ = shop.provider.pay(order.razorpay_order_id or "")
    lost = await _forget_provider_id(order)
    await shop.deliver(captured)
    assert await event_state(captured) == "UNKNOWN_ORDER"
    shop.provider.payments_made.clear()  # so that only the stored event can credit
    assert (await billing.reconcile_all(shop.env)).asked >= 1
    assert await event_state(captured) == "RECEIVED"
    await process_events(shop.env)
    assert await shop.status(order) == "PAID"
    assert lost == order.razorpay_order_id


async def _forget_provider_id(order: billing.QuotaOrder) -> str:
    """As after a crash between Razorpay's answer and its recording."""
    id = await fetch_value("SELECT razorpay_order_id FROM quota_order WHERE id = $1", order.id)
    await fetch_value(
        "UPDATE quota_order SET status = 'CREATING', razorpay_order_id = NULL WHERE id = $1 RETURNING id", order.id
    )
    return str(id)


async def test_an_event_that_cannot_be_processed_is_retried_and_parked_at_last(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await shop.order()
    captured, _ = shop.provider.pay(order.razorpay_order_id or "")
    find_job = "SELECT * FROM job WHERE payload ->> 'event_id' = $1"

    async def fail(*_arguments: object) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("models.billing.crediting.issue_invoice", fail)
        await billing.receive_event(captured.body, captured.signature, captured.id, shop.env)
        for attempt in range(1, MOST_ATTEMPTS + 1):
            job = await fetch_one(find_job, captured.id)
            assert job is not None
            assert (job["attempts"], job["parked_at"]) == (attempt - 1, None)
            await process_events(replace(shop.env, now=itertools.repeat(job["due_at"]).__next__))
    [parked] = [event for event in await billing.troubled_events() if event.id == captured.id]
    assert (parked.state, parked.last_error) == ("PARKED", "RuntimeError: the disk is full")
    assert await event_state(captured) == "RECEIVED"
    assert (await shop.quota()).balance == 0
    # The other event of the same payment still credits.
    await shop.deliver(Webhook("evt_again_" + captured.id, captured.body, captured.signature))
    assert (await shop.quota()).balance == 500
    # Requeued, the parked one finds nothing left to do.
    assert await billing.requeue_parked_events(shop.env) >= 1
    await process_events(shop.env)
    assert await event_state(captured) == "PROCESSED"
    assert await fetch_one(find_job, captured.id) is None
    assert (await shop.quota()).balance == 500
