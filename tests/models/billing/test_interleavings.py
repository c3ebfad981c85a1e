"""Whatever order webhooks, verifications, reconciler runs and crashes come in, and whatever is lost or repeated:
each captured order is credited exactly once, and ledger, balance and issued passports agree."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import batches, billing, passports
from models.billing.rules import quota_refunded
from models.database import fetch, fetch_value
from models.kernel.env import Env
from models.kernel.errors import Rejected
from models.kernel.ids import uuid7
from models.kernel.payments import GatewayUnavailable
from tests.factories import make_batch
from tests.models.billing.conftest import Shop, open_shop, process_events
from tests.models.billing.provider import KEY_SECRET, Webhook
from tests.models.billing.statements import CrashPoint, before_every_statement

_STEPS = (
    *("order", "order", "attempt", "fail", "capture", "capture", "refund"),
    *("deliver", "deliver", "deliver", "process", "process", "reconcile", "verify", "issue", "together"),
)
_Step = tuple[str, int, int | None]
_steps = st.lists(
    st.tuples(st.sampled_from(_STEPS), st.integers(0, 30), st.none() | st.integers(0, 25)), min_size=3, max_size=25
)


@dataclass
class World:
    """A shop, its Razorpay, and every webhook that Razorpay ever had to send."""

    shop: Shop
    batch: batches.Batch
    webhooks: list[Webhook] = field(default_factory=list)
    refunds: list[Webhook] = field(default_factory=list)

    async def take(self, step: _Step) -> bool:
        """One step, up to where it crashes; gives whether it did."""
        name, choice, crash_at = step
        point = CrashPoint(crash_at)
        self.shop.provider.step = point.request
        try:
            with before_every_statement(point.statement):
                # A task of its own, which takes the notion of an open transaction with it when it dies.
                await asyncio.create_task(getattr(self, name)(choice))
        except (Rejected, GatewayUnavailable):
            pass
        except BaseException:
            if not point.reached:
                raise
        return point.reached

    async def order(self, choice: int) -> None:
        await self.shop.order(("starter", "professional")[choice % 2], key=f"key {choice % 4 // 2 * 2 + choice % 2}")

    async def attempt(self, choice: int) -> None:
        if orders := list(self.shop.provider.orders):
            self.shop.provider.attempt(orders[choice % len(orders)])

    async def fail(self, choice: int) -> None:
        if payment := self._payment(choice, captured=False):
            self.webhooks.append(self.shop.provider.fail(payment))

    async def capture(self, choice: int) -> None:
        payment = self._payment(choice, captured=False)
        others = self.shop.provider.payments_made.values()
        if payment and not any(other["captured"] and other["order_id"] == payment["order_id"] for other in others):
            self.webhooks += self.shop.provider.capture(payment)

    async def refund(self, choice: int) -> None:
        payment = self._payment(choice, captured=True)
        if payment and (left := payment["amount"] - payment["amount_refunded"]):
            self.refunds.append(self.shop.provider.refund(payment, min(left, 1 + 9973 * choice)))
            self.webhooks.append(self.refunds[-1])

    async def deliver(self, choice: int) -> None:
        if self.webhooks:
            webhook = self.webhooks[choice % len(self.webhooks)]
            await billing.receive_event(webhook.body, webhook.signature, webhook.id, self.shop.env)

    async def process(self, choice: int) -> None:
        await process_events(self.shop.env, limit=1 + choice % 3)

    async def reconcile(self, _choice: int) -> None:
        await billing.reconcile_all(self.shop.env, self.shop.actor.tenant_id)

    async def verify(self, choice: int) -> None:
        if payment := self._payment(choice):
            order_id, payment_id = payment["order_id"], payment["id"]
            signature = billing.sign(KEY_SECRET, f"{order_id}|{payment_id}".encode())
            command = billing.VerifyPayment(order_id, payment_id, signature)
            if await fetch_value("SELECT true FROM quota_order WHERE razorpay_order_id = $1", order_id):
                await billing.verify_payment(self.shop.actor, command, self.shop.env)

    async def issue(self, choice: int) -> None:
        rows = [passports.NewPassport(uuid7().hex, date(2026, 1, 15)) for _ in range(1 + 11 * choice)]
        command = passports.IssuePassports(self.batch.id, passports.InputRows(rows))
        await passports.issue(self.shop.actor, command, self.shop.env)

    async def together(self, choice: int) -> None:
        """Two workers and a delivery at the same time."""
        work: list[Awaitable[Any]] = [self.deliver(choice), self.process(2), self.process(2), self.reconcile(0)]
        for outcome in await asyncio.gather(*work, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome

    async def settle(self) -> None:
        """What happens in the end: the workers run. A capture's webhooks may all be lost, a refund's are not."""
        self.shop.provider.step = lambda: None
        for webhook in self.refunds:
            await billing.receive_event(webhook.body, webhook.signature, webhook.id, self.shop.env)
        later = replace(self.shop.env, now=lambda: self.shop.env.now() + timedelta(hours=3))
        await billing.reconcile_all(later, self.shop.actor.tenant_id)
        while await process_events(later):
            pass

    async def check(self) -> None:
        """Everything agrees with what Razorpay knows."""
        tenant_id = self.shop.actor.tenant_id
        assert await billing.check_quota(tenant_id) == []
        captured = {each["order_id"]: each for each in self.shop.provider.payments_made.values() if each["captured"]}
        rows = await fetch("SELECT * FROM quota_order WHERE tenant_id = $1", tenant_id)
        assert {row["razorpay_order_id"] for row in rows if row["status"] == "PAID"} == set(captured)
        paid = [row for row in rows if row["status"] == "PAID"]
        purchases = "SELECT cause, amount FROM quota_entry WHERE tenant_id = $1 AND kind = 'PURCHASE' ORDER BY cause"
        assert [tuple(row) for row in await fetch(purchases, tenant_id)] == sorted(
            (str(row["id"]), row["quota"]) for row in paid
        )
        taken_back = sum(
            quota_refunded(row["quota"], captured[row["razorpay_order_id"]]["amount_refunded"], row["amount"])
            for row in paid
        )
        issued = await fetch_value("SELECT count(*) FROM passport WHERE tenant_id = $1", tenant_id)
        quota = await billing.quota(self.shop.actor)
        assert quota.used == issued
        assert quota.limit - quota.owed == sum(row["quota"] for row in paid) - taken_back
        assert quota.owed == 0 or quota.balance == 0

    def _payment(self, choice: int, *, captured: bool | None = None) -> dict[str, Any] | None:
        known = self.shop.provider.payments_made.values()
        payments = [each for each in known if captured is None or each["captured"] == captured]
        return payments[choice % len(payments)] if payments else None


@given(_steps)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_every_captured_order_is_credited_exactly_once(env: Env, steps: list[_Step]) -> None:
    shop = await open_shop(env)
    world = World(shop, await make_batch(env, shop.actor))
    for step in steps:
        await world.take(step)
    await world.settle()
    await world.check()


async def test_a_crash_at_every_single_step_of_a_purchase(env: Env) -> None:
    """One purchase from order to refund, taken up again after a crash at each step that it has."""
    purchase = ("order", "attempt", "capture", "deliver", "process", "refund", "reconcile", "deliver", "process")
    crashes = 0
    for position in range(len(purchase)):
        for crash_at in count():
            shop = await open_shop(env)
            world = World(shop, await make_batch(env, shop.actor))
            crashed = [
                await world.take((name, 1, crash_at if index == position else None))
                for index, name in enumerate(purchase)
            ]
            await world.settle()
            await world.check()
            if not any(crashed):
                break
            crashes += 1
    assert crashes > 40
