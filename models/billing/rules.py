"""What counts as paid and what a refund takes back. Pure decisions."""

from datetime import timedelta
from typing import Protocol

from models.billing.tables import EventState, QuotaOrderStatus
from models.kernel.payments import Payment, Refund

# Razorpay repeats a webhook for 24 hours, and a payment may still be authorised days after it failed.
RECONCILED_FOR = timedelta(days=30)
# An order that Razorpay does not know after this long was never announced.
ANNOUNCED_WITHIN = timedelta(days=1)
_LONGEST_WAIT = timedelta(hours=6)


class OrderTerms(Protocol):
    """What of an order decides whether a payment pays it."""

    amount: int
    currency: str
    status: QuotaOrderStatus
    razorpay_payment_id: str | None


def payment_mismatch(order: OrderTerms | None, payment: Payment) -> EventState | None:
    """Returns why this payment can't credit the order, or None when it does or did."""
    if order is None:
        return EventState.UNKNOWN_ORDER
    if not payment.captured:
        return EventState.NOT_CAPTURED
    if payment.currency != order.currency:
        return EventState.WRONG_CURRENCY
    if payment.amount != order.amount:
        return EventState.WRONG_AMOUNT
    if order.status is QuotaOrderStatus.PAID and order.razorpay_payment_id != payment.id:
        return EventState.PAID_TWICE
    return None


def refund_mismatch(order: OrderTerms | None, payment: Payment, refund: Refund) -> EventState | None:
    """Returns why this refund can't take quota back from the order, or None when it does or will."""
    if order is None:
        return EventState.UNKNOWN_ORDER
    if refund.payment_id != payment.id:
        return EventState.MALFORMED
    return EventState.WRONG_CURRENCY if refund.currency != order.currency else None


def quota_refunded(quota: int, refunded: int, amount: int) -> int:
    """How much of an order's quota a refund of `refunded` out of `amount` paise takes back: rounded up, at most all."""
    return -(-quota * min(refunded, amount) // amount)


def wait_after(checks: int) -> timedelta:
    """How long to leave an order alone after that many questions to Razorpay: 2, 4, 8 … minutes, at most 6 hours."""
    return min(timedelta(minutes=2 ** min(checks + 1, 10)), _LONGEST_WAIT)
