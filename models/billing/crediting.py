"""The one place where money becomes quota, and goes back.

Only the processing of webhook events and the reconciler call it, each inside its own unit of work, as often as they
like: what counts is locked and read first, so that an order is credited once and a refund taken back once, in whatever
order payments and refunds become known.
"""

from datetime import datetime

import structlog

from models.billing.invoices import issue_invoice
from models.billing.ledger import pay_owed, post, take_back
from models.billing.rules import payment_mismatch, quota_refunded, refund_mismatch
from models.billing.tables import EventState, QuotaEntryKind, QuotaOrder, QuotaOrderStatus
from models.database import Connection
from models.kernel.env import Env
from models.kernel.payments import Payment, Refund

_log = structlog.get_logger(__name__)


async def credit(connection: Connection, payment: Payment, env: Env) -> EventState:
    """Credit the order that a captured payment pays, unless it was before; says what came of it."""
    order = await _lock_order(connection, payment.order_id)
    if problem := payment_mismatch(order, payment):
        _log.error("payment_not_credited", why=problem, payment=payment.id, order=payment.order_id)
        return problem
    if order is not None and order.status is not QuotaOrderStatus.PAID:
        await _credit(connection, order, payment, env)
    return EventState.PROCESSED


async def note_failure(connection: Connection, payment: Payment) -> EventState:
    """Show that the last attempt to pay an order failed. It can still be paid, and never stops being paid."""
    order = await _lock_order(connection, payment.order_id)
    if order is None:
        _log.error("failure_of_unknown_order", payment=payment.id, order=payment.order_id)
        return EventState.UNKNOWN_ORDER
    await connection.execute(
        "UPDATE quota_order SET status = $2 WHERE id = $1 AND status = $3",
        order.id,
        QuotaOrderStatus.FAILED,
        QuotaOrderStatus.OPEN,
    )
    return EventState.PROCESSED


async def refund(connection: Connection, payment: Payment, refund: Refund, env: Env) -> EventState:
    """Take an order's quota back in proportion to the money that went back. Comes before the credit? Then it waits."""
    order = await _lock_order(connection, payment.order_id)
    problem = refund_mismatch(order, payment, refund)
    if order is None or problem:
        _log.error("refund_not_taken", why=problem, refund=refund.id, payment=payment.id, order=payment.order_id)
        return problem or EventState.UNKNOWN_ORDER
    now = env.now()
    await connection.execute(
        "INSERT INTO quota_refund (id, razorpay_payment_id, amount, created_at) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT DO NOTHING",
        refund.id,
        payment.id,
        refund.amount,
        now,
    )
    if order.razorpay_payment_id == payment.id:
        await _take_refunds(connection, order, now)
    return EventState.PROCESSED


async def lock_provider_order(connection: Connection, razorpay_order_id: str) -> None:
    """Keep everything else about this order waiting, also while no row of ours carries its id yet."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"order {razorpay_order_id}")


async def _lock_order(connection: Connection, razorpay_order_id: str | None) -> QuotaOrder | None:
    if razorpay_order_id is None:
        return None
    await lock_provider_order(connection, razorpay_order_id)
    return await QuotaOrder.filter(razorpay_order_id=razorpay_order_id).select_for_update().first()


async def _credit(connection: Connection, order: QuotaOrder, payment: Payment, env: Env) -> None:
    now = env.now()
    order.razorpay_payment_id = payment.id
    await connection.execute(
        "UPDATE quota_order SET status = $2, razorpay_payment_id = $3, paid_at = $4, next_check_at = NULL "
        "WHERE id = $1",
        order.id,
        QuotaOrderStatus.PAID,
        payment.id,
        now,
    )
    await post(connection, order.tenant_id, QuotaEntryKind.PURCHASE, order.quota, str(order.id), now)
    await pay_owed(connection, order.tenant_id, f"{order.id} paid", now)
    await _take_refunds(connection, order, now)
    await issue_invoice(connection, order, now, env)
    _log.info("order_credited", order=str(order.id), payment=payment.id, quota=order.quota)


async def _take_refunds(connection: Connection, order: QuotaOrder, now: datetime) -> None:
    known = await connection.fetchval(
        "SELECT coalesce(sum(amount), 0)::bigint FROM quota_refund WHERE razorpay_payment_id = $1",
        order.razorpay_payment_id,
    )
    refunded = min(known, order.amount)
    to_take_back = quota_refunded(order.quota, refunded, order.amount)
    if refunded == order.refunded_amount:
        return
    await connection.execute(
        "UPDATE quota_order SET refunded_amount = $2, refunded_quota = $3 WHERE id = $1",
        order.id,
        refunded,
        to_take_back,
    )
    await take_back(
        connection, order.tenant_id, to_take_back - order.refunded_quota, f"{order.id} refunded {refunded}", now
    )
