"""The safety net under the webhook: asks Razorpay about orders that stay open and credits what was captured."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from models import database
from models.billing import crediting
from models.billing.orders import open_order
from models.billing.rules import ANNOUNCED_WITHIN, RECONCILED_FOR, wait_after
from models.billing.tables import EventState, QuotaOrder, QuotaOrderStatus
from models.database import execute, unit_of_work
from models.kernel.env import Env
from models.kernel.jobs import Payload
from models.kernel.payments import GatewayUnavailable, Payment

_UNPAID = [QuotaOrderStatus.CREATING, QuotaOrderStatus.OPEN, QuotaOrderStatus.FAILED]
# Those taken and not asked about when a process ends wait for their next turn.
_AT_A_TIME = 5
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Reconciliation:
    """How many orders Razorpay was asked about, how many of them are paid now, and for how many it gave no answer."""

    asked: int = 0
    paid: int = 0
    unanswered: int = 0


async def reconcile_orders(_payload: Payload, env: Env) -> None:
    """The handler of the recurring job: asks about orders whose turn it is, a few at a time, until there are none."""
    while (await reconcile_due(env, limit=_AT_A_TIME)).asked:
        pass


async def reconcile_due(env: Env, *, limit: int = 20) -> Reconciliation:
    """Ask about orders whose turn it is. Several workers may run this at once.

    An order is taken by moving its next turn ahead, so that no transaction is open while Razorpay is asked.
    """
    return await _reconcile(await _take_due(env, limit), env)


async def reconcile_all(env: Env, tenant_id: UUID | None = None) -> Reconciliation:
    """Ask about every order that is not paid, of one company or of all, whether or not it is its turn."""
    rows = await database.fetch(
        "SELECT id FROM quota_order WHERE status = ANY($1) AND ($2::uuid IS NULL OR tenant_id = $2) ORDER BY id",
        _UNPAID,
        tenant_id,
    )
    return await _reconcile([row["id"] for row in rows], env)


async def _take_due(env: Env, limit: int) -> list[UUID]:
    now = env.now()
    async with unit_of_work() as connection:
        rows = await connection.fetch(
            "SELECT id, checks, created_at FROM quota_order WHERE next_check_at <= $1 "
            "ORDER BY next_check_at LIMIT $2 FOR UPDATE SKIP LOCKED",
            now,
            limit,
        )
        await connection.executemany(
            "UPDATE quota_order SET checks = $2, next_check_at = $3 WHERE id = $1",
            [(row["id"], row["checks"] + 1, _next_check(row["created_at"], row["checks"], now)) for row in rows],
        )
    return [row["id"] for row in rows]


def _next_check(created_at: datetime, checks: int, now: datetime) -> datetime | None:
    return now + wait_after(checks) if now - created_at < RECONCILED_FOR else None


async def _reconcile(order_ids: list[UUID], env: Env) -> Reconciliation:
    done = Reconciliation()
    for order_id in order_ids:
        done.asked += 1
        try:
            done.paid += await _reconcile_order(order_id, env)
        except GatewayUnavailable as error:
            done.unanswered += 1
            _log.warning("order_not_reconciled", order=str(order_id), exc_info=error)
    return done


async def _reconcile_order(order_id: UUID, env: Env) -> bool:
    """Bring one order up to what Razorpay says of it; gives whether it is paid."""
    order = await QuotaOrder.get(id=order_id)
    if order.razorpay_order_id is None:
        razorpay_order_id = await env.payments.find_order(order.receipt)
        if razorpay_order_id is None:
            await _abandon_if_old(order, env)
            return False
        order = await open_order(order.id, razorpay_order_id, env)
    paid = False
    for payment in await env.payments.payments(str(order.razorpay_order_id)):
        if payment.captured:
            paid |= await _settle(payment, env)
    return paid


async def _settle(payment: Payment, env: Env) -> bool:
    refunds = await env.payments.refunds(payment.id) if payment.refunded else []
    async with unit_of_work() as connection:
        state = await crediting.credit(connection, payment, env)
        for refund in refunds:
            await crediting.refund(connection, payment, refund, env)
    return state is EventState.PROCESSED


async def _abandon_if_old(order: QuotaOrder, env: Env) -> None:
    if env.now() - order.created_at > ANNOUNCED_WITHIN:
        await execute(
            "UPDATE quota_order SET status = $2, next_check_at = NULL WHERE id = $1 AND status = $3",
            order.id,
            QuotaOrderStatus.ABANDONED,
            QuotaOrderStatus.CREATING,
        )
