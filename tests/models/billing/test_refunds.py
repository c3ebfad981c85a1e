"""Refunds take quota back in proportion, once each, as far as the balance allows; the rest is owed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import billing, passports
from models.billing.rules import quota_refunded
from models.database import unit_of_work
from tests.factories import make_batch
from tests.models.billing.conftest import Shop, event_state
from tests.models.billing.provider import webhook


async def _issue(shop: Shop, count: int) -> None:
    batch = await make_batch(shop.env, shop.actor)
    rows = [passports.NewPassport(f"{batch.id.hex[-8:]}-{number}", date(2026, 1, 15)) for number in range(count)]
    command = passports.IssuePassports(batch.id, passports.InputRows(rows))
    assert (await passports.issue(shop.actor, command, shop.env)).created == count


@given(st.integers(1, 10**6), st.lists(st.integers(0, 10**6), min_size=1), st.integers(1, 10**6))
def test_the_share_taken_back_grows_with_the_money_and_ends_at_all_of_it(
    quota: int, amounts: list[int], price: int
) -> None:
    shares = [quota_refunded(quota, amount, price) for amount in sorted(amounts)]
    assert shares == sorted(shares)
    assert all(0 <= share <= quota for share in shares)
    assert all(
        share * price >= quota * min(amount, price) for share, amount in zip(shares, sorted(amounts), strict=True)
    )
    assert quota_refunded(quota, price, price) == quota
    assert quota_refunded(quota, 0, price) == 0


async def test_a_full_refund_takes_all_back_once(shop: Shop) -> None:
    order = await shop.order()
    captured, paid = shop.provider.pay(order.razorpay_order_id or "")
    (payment,) = shop.provider.payments_made.values()
    refunded = shop.provider.refund(payment, 399900)
    await shop.deliver(captured, refunded, refunded, paid)
    assert await shop.quota() == billing.Quota(limit=0, used=0, balance=0)
    assert await shop.status(order) == "PAID"


async def test_partial_refunds_add_up_with_one_rounding(shop: Shop) -> None:
    order = await shop.order()
    captured, _ = shop.provider.pay(order.razorpay_order_id or "")
    (payment,) = shop.provider.payments_made.values()
    await shop.deliver(captured)
    balances = []
    for amount in (1, 1, 133298, 266600):
        await shop.deliver(shop.provider.refund(payment, amount))
        balances.append((await shop.quota()).balance)
    # ceil(500 * 1 / 399900) = 1, still 1 for 2 paise, ceil(166.67) = 167, all.
    assert balances == [499, 499, 333, 0]


async def test_refunds_known_before_the_capture_wait_for_it(shop: Shop) -> None:
    order = await shop.order()
    captured, _ = shop.provider.pay(order.razorpay_order_id or "")
    (payment,) = shop.provider.payments_made.values()
    first, second = shop.provider.refund(payment, 100_000), shop.provider.refund(payment, 99_950)
    await shop.deliver(second, first, second)
    assert await event_state(first) == "PROCESSED"
    assert (await shop.quota()).balance == 0
    assert await shop.status(order) == "OPEN"
    await shop.deliver(captured)
    assert (await shop.quota()).balance == 250


async def test_what_the_balance_does_not_cover_is_owed_and_comes_off_the_next_credits(shop: Shop) -> None:
    order = await shop.order()
    captured, _ = shop.provider.pay(order.razorpay_order_id or "")
    (payment,) = shop.provider.payments_made.values()
    await shop.deliver(captured)
    await _issue(shop, 400)
    await shop.deliver(shop.provider.refund(payment, 399900))
    assert await shop.quota() == billing.Quota(limit=400, used=400, balance=0, owed=400)
    async with unit_of_work() as connection:
        assert await billing.grant(connection, shop.actor.tenant_id, 30, "sorry", shop.env) == 0
    assert await shop.quota() == billing.Quota(limit=400, used=400, balance=0, owed=370)
    next_order = await shop.order()
    await shop.deliver(shop.provider.pay(next_order.razorpay_order_id or "")[0])
    assert await shop.quota() == billing.Quota(limit=530, used=400, balance=130, owed=0)


async def test_a_refund_of_a_payment_that_was_not_credited_takes_nothing(shop: Shop) -> None:
    order = await shop.order()
    first, _ = shop.provider.pay(order.razorpay_order_id or "")
    second, _ = shop.provider.pay(order.razorpay_order_id or "")
    _, uncredited = shop.provider.payments_made.values()
    refunded = shop.provider.refund(uncredited, 399900)
    await shop.deliver(first, second, refunded)
    assert [await event_state(event) for event in (second, refunded)] == ["PAID_TWICE", "PROCESSED"]
    assert (await shop.quota()).balance == 500


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"currency": "USD"}, "WRONG_CURRENCY"),
        ({"payment_id": "pay_other"}, "MALFORMED"),
        ({"amount": 0}, "MALFORMED"),
        ({"amount": -5}, "MALFORMED"),
    ],
)
async def test_a_refund_that_does_not_fit_takes_nothing_and_shows(
    shop: Shop, changes: dict[str, object], state: str
) -> None:
    order = await shop.order()
    captured, _ = shop.provider.pay(order.razorpay_order_id or "")
    (payment,) = shop.provider.payments_made.values()
    shop.provider.refund(payment, 399900)
    (refund,) = shop.provider.refunds_made.values()
    wrong = webhook("refund.processed", refund={**refund, **changes}, payment=payment)
    await shop.deliver(captured, wrong)
    assert await event_state(wrong) == state
    assert (await shop.quota()).balance == 500


async def test_a_refund_of_an_unknown_order_shows(shop: Shop) -> None:
    order = await shop.order()
    shop.provider.pay(order.razorpay_order_id or "")
    (payment,) = shop.provider.payments_made.values()
    stranger = {**payment, "order_id": "order_of_nobody"}
    event = shop.provider.refund(stranger, 1)
    await shop.deliver(event)
    assert await event_state(event) == "UNKNOWN_ORDER"
