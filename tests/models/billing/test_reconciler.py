"""The reconciler: what webhooks lost, it finds; when it asks again, and when it gives up."""

from dataclasses import replace
from datetime import timedelta
from itertools import repeat

import pytest

from models import billing
from models.billing.rules import ANNOUNCED_WITHIN, RECONCILED_FOR
from models.database import fetch_one, fetch_value
from models.kernel.payments import GatewayUnavailable
from tests.models.billing.conftest import Shop


def _later(shop: Shop, delay: timedelta) -> Shop:
    return replace(shop, env=replace(shop.env, now=repeat(shop.env.now() + delay).__next__))


async def test_it_credits_what_was_captured_once(shop: Shop) -> None:
    order = await shop.order()
    captured, paid = shop.provider.pay(order.razorpay_order_id or "")
    await billing.reconcile_all(shop.env)
    assert await shop.status(order) == "PAID"
    await billing.reconcile_all(shop.env)
    await shop.deliver(captured, paid)
    assert (await shop.quota()).balance == 500


async def test_it_leaves_alone_what_was_not_captured_or_does_not_fit(shop: Shop) -> None:
    order = await shop.order()
    provider_id = order.razorpay_order_id or ""
    shop.provider.attempt(provider_id)
    shop.provider.pay(provider_id, amount=1)
    shop.provider.pay(provider_id, currency="USD")
    await billing.reconcile_all(shop.env)
    assert await shop.status(order) == "OPEN"
    assert (await shop.quota()).balance == 0


async def test_it_takes_back_what_was_refunded_meanwhile(shop: Shop) -> None:
    order = await shop.order()
    shop.provider.pay(order.razorpay_order_id or "")
    (payment,) = shop.provider.payments_made.values()
    event = shop.provider.refund(payment, 199950)
    await billing.reconcile_all(shop.env)
    assert (await shop.quota()).balance == 250
    await shop.deliver(event)
    assert (await shop.quota()).balance == 250


async def test_it_finds_an_order_whose_announcement_was_cut_short(shop: Shop) -> None:
    calls = iter([None, KeyboardInterrupt()])

    def lose_the_answer() -> None:
        if error := next(calls, None):
            raise error

    shop.provider.step = lose_the_answer
    with pytest.raises(KeyboardInterrupt):
        await shop.order()
    (provider_id,) = shop.provider.orders
    shop.provider.pay(provider_id)
    await billing.reconcile_all(shop.env)
    assert (await shop.quota()).balance == 500


async def test_an_order_never_announced_is_abandoned_after_a_day(shop: Shop) -> None:
    shop.provider.down = True
    with pytest.raises(GatewayUnavailable):
        await shop.order()
    shop.provider.down = False
    status = "SELECT status FROM quota_order WHERE tenant_id = $1"
    await billing.reconcile_all(shop.env)
    assert await fetch_value(status, shop.actor.tenant_id) == "CREATING"
    await billing.reconcile_all(_later(shop, ANNOUNCED_WITHIN + timedelta(minutes=1)).env)
    assert await fetch_value(status, shop.actor.tenant_id) == "ABANDONED"


async def test_it_asks_ever_more_rarely_and_in_the_end_no_more(shop: Shop) -> None:
    order = await shop.order()
    turn = "SELECT next_check_at, checks FROM quota_order WHERE id = $1"
    waits = []
    row = await fetch_one(turn, order.id)
    while row is not None and row["next_check_at"] is not None:
        due = row["next_check_at"]
        await billing.reconcile_due(replace(shop.env, now=repeat(due).__next__), limit=1000)
        row = await fetch_one(turn, order.id)
        assert row is not None
        if row["next_check_at"] is not None:
            waits.append(row["next_check_at"] - due)
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=2), timedelta(hours=6))
    assert RECONCILED_FOR - timedelta(hours=12) < sum(waits, timedelta()) < RECONCILED_FOR + timedelta(hours=12)


async def test_no_answer_for_one_order_keeps_no_other_waiting(shop: Shop) -> None:
    first, second = await shop.order(), await shop.order()
    for order in (first, second):
        shop.provider.pay(order.razorpay_order_id or "")
    answers = iter([GatewayUnavailable("no answer")])

    def fail_once() -> None:
        if error := next(answers, None):
            raise error

    shop.provider.step = fail_once
    done = await billing.reconcile_all(shop.env)
    assert done.unanswered == 1
    assert sorted([await shop.status(first), await shop.status(second)]) in (["OPEN", "PAID"], ["PAID", "PAID"])
    await billing.reconcile_all(shop.env)
    assert (await shop.quota()).balance == 1000
