"""Ordering and verifying: what is written when, what a repeat does, and what a crash leaves behind."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from models import billing
from models.billing.tables import QuotaOrder
from models.database import fetch_value
from models.kernel.errors import Forbidden, NotFound, RateLimited, Rejected
from models.kernel.payments import GatewayUnavailable
from models.kernel.permissions import PERMISSIONS, Permission, Role
from tests.factories import make_member
from tests.models.billing.conftest import Shop, open_shop
from tests.models.billing.provider import KEY_SECRET

# No column of text holds them, or none that is as long as ids are.
NO_IDS = ["", "a\0b", "\ud800", "x" * 65, "x" * 200_000, "order_é"]


def _verification(order: billing.QuotaOrder, payment_id: str = "pay_1") -> billing.VerifyPayment:
    id = order.razorpay_order_id or ""
    return billing.VerifyPayment(id, payment_id, billing.sign(KEY_SECRET, f"{id}|{payment_id}".encode()))


async def test_an_order_keeps_the_package_as_it_was(shop: Shop) -> None:
    order = await shop.order("starter")
    assert (order.quota, order.amount, order.currency, str(order.gst_rate)) == (100, 99900, "INR", "18.00")
    assert order.status == "OPEN"
    (announced,) = shop.provider.orders.values()
    assert announced["id"] == order.razorpay_order_id
    assert (announced["receipt"], announced["amount"], announced["currency"]) == (order.receipt, 99900, "INR")


async def test_an_unknown_package_is_refused(shop: Shop) -> None:
    with pytest.raises(Rejected, match="starter, professional") as refused:
        await shop.order("free")
    assert refused.value.violations[0].field == ("package_id",)
    assert shop.provider.orders == {}


async def test_the_row_is_there_before_razorpay_hears_of_it_and_outside_any_transaction(shop: Shop) -> None:
    seen = []

    def look() -> None:
        seen.append(len(shop.provider.orders))

    shop.provider.step = look
    shop.provider.down = True
    with pytest.raises(GatewayUnavailable):
        await shop.order()
    assert seen == [0]
    row = await QuotaOrder.get(tenant_id=shop.actor.tenant_id)
    assert (row.status, row.razorpay_order_id) == ("CREATING", None)


async def test_a_repeat_under_the_same_key_goes_on_with_the_same_order(shop: Shop) -> None:
    shop.provider.down = True
    with pytest.raises(GatewayUnavailable):
        await shop.order(key="k")
    shop.provider.down = False
    first = await shop.order(key="k")
    again = await shop.order(key="k")
    assert (first.id, first.razorpay_order_id) == (again.id, again.razorpay_order_id)
    assert await fetch_value("SELECT count(*) FROM quota_order WHERE tenant_id = $1", shop.actor.tenant_id) == 1
    assert len(shop.provider.orders) == 1
    with pytest.raises(Rejected) as refused:
        await shop.order("starter", key="k")
    assert refused.value.code == "IDEMPOTENCY_KEY_REUSED"


async def test_a_repeat_finds_the_order_whose_answer_was_lost(shop: Shop) -> None:
    calls = iter([None, KeyboardInterrupt()])

    def lose_the_answer() -> None:
        if error := next(calls, None):
            raise error

    shop.provider.step = lose_the_answer
    with pytest.raises(KeyboardInterrupt):
        await shop.order(key="k")
    assert len(shop.provider.orders) == 1
    order = await shop.order(key="k")
    assert [order.razorpay_order_id] == list(shop.provider.orders)


async def test_a_company_makes_30_orders_an_hour_and_repeats_any_of_them(shop: Shop) -> None:
    for number in range(30):
        await shop.order(key=f"key {number}")
    for _ in range(3):
        with pytest.raises(RateLimited, match="at most 30 new orders an hour") as refused:
            await shop.order(key="one more")
        assert 0 < refused.value.extensions["retryAfter"] <= 3600
    assert len(shop.provider.orders) == 30
    assert (await shop.order(key="key 7")).razorpay_order_id in shop.provider.orders
    other = await open_shop(shop.env)
    await other.order()
    later = replace(shop.env, now=lambda: shop.env.now() + timedelta(hours=1))
    await billing.create_order(shop.actor, billing.CreateOrder("starter", "one more"), later)
    assert len(shop.provider.orders) == 31


async def test_of_40_orders_at_once_30_are_made(shop: Shop) -> None:
    results = await asyncio.gather(*(shop.order() for _ in range(40)), return_exceptions=True)
    assert [type(result) for result in results].count(RateLimited) == 10
    assert len(shop.provider.orders) == 30


async def test_verifying_shows_and_never_credits(shop: Shop) -> None:
    order = await shop.order()
    shop.provider.pay(order.razorpay_order_id or "")
    (payment,) = shop.provider.payments_made
    for _ in range(3):
        shown, quota = await billing.verify_payment(shop.actor, _verification(order, payment), shop.env)
        assert (shown.status, quota.balance) == ("OPEN", 0)
    assert (await shop.quota()).balance == 0


async def test_verifying_makes_the_reconciler_look_soon(shop: Shop) -> None:
    order = await shop.order()
    shop.provider.pay(order.razorpay_order_id or "")
    await billing.reconcile_due(shop.env)
    assert await shop.status(order) == "OPEN"
    await billing.verify_payment(shop.actor, _verification(order), shop.env)
    await billing.reconcile_due(shop.env)
    assert await shop.status(order) == "PAID"


async def test_verifying_refuses_what_razorpay_did_not_sign(shop: Shop) -> None:
    order = await shop.order()
    right = _verification(order)
    for wrong in (
        replace(right, razorpay_payment_id="pay_2"),
        *(replace(right, razorpay_payment_id=id) for id in NO_IDS),
        replace(right, razorpay_signature=right.razorpay_signature.upper()),
        replace(right, razorpay_signature=""),
        replace(right, razorpay_signature="é"),
        replace(right, razorpay_signature="\ud800"),
    ):
        with pytest.raises(Rejected) as refused:
            await billing.verify_payment(shop.actor, wrong, shop.env)
        assert refused.value.code == "PAYMENT_SIGNATURE_INVALID"


@pytest.mark.parametrize("id", NO_IDS)
async def test_what_can_be_no_order_is_as_unknown_as_one_that_is_not_there(shop: Shop, id: str) -> None:
    with pytest.raises(NotFound):
        await billing.verify_payment(shop.actor, billing.VerifyPayment(id, "pay_1", "x"), shop.env)


async def test_another_companys_order_is_as_unknown_as_none(shop: Shop) -> None:
    stranger = await open_shop(shop.env)
    order = await shop.order()
    with pytest.raises(NotFound) as others:
        await billing.verify_payment(stranger.actor, _verification(order), stranger.env)
    with pytest.raises(NotFound) as nobodys:
        await billing.verify_payment(stranger.actor, billing.VerifyPayment("order_x", "pay_x", "x"), stranger.env)
    assert str(others.value) == str(nobodys.value)


@pytest.mark.parametrize("package_id", ["", "\0", "\ud800", "x" * 200_000])
async def test_what_can_be_no_package_is_refused_and_shown_as_text(shop: Shop, package_id: str) -> None:
    with pytest.raises(Rejected) as refused:
        await shop.order(package_id)
    [violation] = refused.value.violations
    assert (violation.code, len(violation.value or "") <= 240) == ("PACKAGE_UNKNOWN", True)
    (violation.value or "").encode()


@pytest.mark.parametrize("role", Role)
async def test_who_may_buy(shop: Shop, role: Role) -> None:
    member = await make_member(shop.env, shop.actor.tenant_id, role)
    order = await shop.order()
    for use in (
        lambda: billing.create_order(member, billing.CreateOrder("starter"), shop.env),
        lambda: billing.verify_payment(member, _verification(order), shop.env),
    ):
        if Permission.BILLING_BUY in PERMISSIONS[role]:
            await use()
        else:
            with pytest.raises(Forbidden):
                await use()
