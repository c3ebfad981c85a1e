"""Ordering quota. The order is written before Razorpay hears of it, so that a crash leaves something to go by."""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from models.billing.crediting import lock_provider_order
from models.billing.errors import BillingErrorCode
from models.billing.events import enqueue_event
from models.billing.packages import Package, price_list
from models.billing.queries import Quota, quota
from models.billing.tables import EventState, QuotaOrder, QuotaOrderStatus
from models.billing.visible import visible_orders
from models.database import unit_of_work
from models.kernel import idempotency
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import NotFound, reject
from models.kernel.ids import uuid7
from models.kernel.permissions import Permission
from models.kernel.text import shown
from models.kernel.throttle import Allowance, spend

_OPERATION = "quotaOrderCreate"
_FIRST_CHECK = timedelta(minutes=2)
# Each is announced to Razorpay and asked about for days, paid or not.
ORDERS_PER_COMPANY = Allowance("quota order company", 30, refusal="A company makes at most 30 new orders an hour.")
# Razorpay's have some 20 letters and digits. What can't be one of them is asked neither of the database nor of a key.
_PROVIDER_ID = re.compile("[!-~]{1,64}")


@dataclass(frozen=True, slots=True)
class CreateOrder:
    """A package to be bought. A repeat under the same key goes on with the same order."""

    package_id: str
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class VerifyPayment:
    """What Razorpay's checkout hands to the browser after a payment."""

    razorpay_order_id: str
    razorpay_payment_id: str
    razorpay_signature: str


async def create_order(actor: Actor, command: CreateOrder, env: Env) -> QuotaOrder:
    """Order a package of quota, so that it can be paid in Razorpay's checkout.

    Raises `Forbidden`, `Rejected`, `RateLimited` after many new orders of the company, and `GatewayUnavailable` when
    Razorpay does not take the order: it then stays, and a repeat under the same idempotency key, or the reconciler,
    goes on from there.
    """
    actor.require(Permission.BILLING_BUY)
    package = price_list(env).find(command.package_id)
    if package is None:
        sold = ", ".join(package.id for package in price_list(env).packages)
        raise reject(
            BillingErrorCode.PACKAGE_UNKNOWN,
            f"There is no such package of quota; these are sold: {sold}.",
            "package_id",
            value=shown(command.package_id, 40),
        )
    order, is_new = await _write(actor, package, command.idempotency_key, env)
    if order.status is not QuotaOrderStatus.CREATING:
        return order
    known = None if is_new else await env.payments.find_order(order.receipt)
    razorpay_order_id = known or await env.payments.create_order(order.receipt, order.amount, order.currency)
    return await open_order(order.id, razorpay_order_id, env)


async def open_order(order_id: UUID, razorpay_order_id: str, env: Env) -> QuotaOrder:
    """Record under which id Razorpay knows an order. What was told about that id before is now looked at again."""
    async with unit_of_work() as connection:
        await lock_provider_order(connection, razorpay_order_id)
        opened = await connection.fetchval(
            "UPDATE quota_order SET status = $2, razorpay_order_id = $3 "
            "WHERE id = $1 AND razorpay_order_id IS NULL RETURNING true",
            order_id,
            QuotaOrderStatus.OPEN,
            razorpay_order_id,
        )
        if opened:
            events = await connection.fetch(
                "UPDATE razorpay_event SET state = $2 WHERE razorpay_order_id = $1 AND state = $3 RETURNING id",
                razorpay_order_id,
                EventState.RECEIVED,
                EventState.UNKNOWN_ORDER,
            )
            for event in events:
                await enqueue_event(connection, event["id"], env)
        return await QuotaOrder.get(id=order_id)


async def verify_payment(actor: Actor, command: VerifyPayment, env: Env) -> tuple[QuotaOrder, Quota]:
    """Check that the checkout's answer is Razorpay's; gives the order and the quota as they are now.

    Credits nothing: a signature proves which payment belongs to the order, not that money was captured. But it is
    reason enough to ask Razorpay soon. Raises `Forbidden`, `NotFound`, `Rejected`.
    """
    actor.require(Permission.BILLING_BUY)
    if not _PROVIDER_ID.fullmatch(command.razorpay_order_id):
        raise _no_order()
    async with unit_of_work() as connection:
        # Locked, so that order and quota are shown both before a credit or both after it.
        order = await (
            visible_orders(actor).filter(razorpay_order_id=command.razorpay_order_id).select_for_update().first()
        )
        if order is None:
            raise _no_order()
        _check_signature(command, env)
        await connection.execute(
            "UPDATE quota_order SET next_check_at = $2 WHERE id = $1 AND status <> $3",
            order.id,
            env.now(),
            QuotaOrderStatus.PAID,
        )
        return order, await quota(actor)


def _no_order() -> NotFound:
    return NotFound("There is no such order.")


def _check_signature(command: VerifyPayment, env: Env) -> None:
    if not _PROVIDER_ID.fullmatch(command.razorpay_payment_id) or not env.payments.signed_checkout(
        command.razorpay_order_id, command.razorpay_payment_id, command.razorpay_signature
    ):
        raise reject(
            BillingErrorCode.PAYMENT_SIGNATURE_INVALID,
            "Razorpay did not sign this pair of order and payment. Pass on just what its checkout handed over.",
            "razorpay_signature",
        )


async def _write(actor: Actor, package: Package, key: str | None, env: Env) -> tuple[QuotaOrder, bool]:
    """The order in the database, and whether it was written just now rather than by a request before."""
    guard = idempotency.Guard(actor.tenant_id, _OPERATION, key, lambda: hashlib.sha256(package.id.encode()).digest())

    async def insert() -> tuple[QuotaOrder, bool]:
        await spend(ORDERS_PER_COMPANY, str(actor.tenant_id), env)
        return await _insert(actor, package, env), True

    async def find(answer: idempotency.Answer) -> tuple[QuotaOrder, bool]:
        return await visible_orders(actor).get(id=answer["order"]), False

    async with unit_of_work() as connection:
        return await idempotency.once(
            connection, guard, env, insert, keep=lambda written: {"order": str(written[0].id)}, recall=find
        )


async def _insert(actor: Actor, package: Package, env: Env) -> QuotaOrder:
    now = env.now()
    return await QuotaOrder.create(
        id=uuid7(),
        tenant_id=actor.tenant_id,
        created_by=actor.user_id,
        package_id=package.id,
        package_name=package.name,
        quota=package.quota,
        amount=package.price,
        currency=package.currency,
        gst_rate=package.gst_rate,
        sac=package.sac,
        status=QuotaOrderStatus.CREATING,
        next_check_at=now + _FIRST_CHECK,
        created_at=now,
    )
