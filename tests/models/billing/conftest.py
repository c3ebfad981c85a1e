"""A shop: a company that may buy, Razorpay in memory, and the environment that joins them."""

from dataclasses import dataclass, replace

import pytest

from models import billing
from models.billing.events import RAZORPAY_EVENT
from models.database import fetch_value
from models.kernel.actor import Actor
from models.kernel.env import Env
from tests.factories import make_company
from tests.jobs import run_due
from tests.models.billing.provider import Provider, Webhook


async def process_events(env: Env, *, limit: int = 100) -> int:
    """Process stored events that are due, one at a time; gives how many were tried."""
    return await run_due((kind for kind in billing.CONTEXT.jobs if kind.name == RAZORPAY_EVENT), env, limit=limit)


@dataclass(frozen=True)
class Shop:
    """What tests of buying quota need."""

    actor: Actor
    provider: Provider
    env: Env

    async def order(self, package_id: str = "professional", key: str | None = None) -> billing.QuotaOrder:
        """An order of the company."""
        return await billing.create_order(self.actor, billing.CreateOrder(package_id, key), self.env)

    async def deliver(self, *webhooks: Webhook) -> None:
        """Webhooks come in and are processed, each before the next."""
        for webhook in webhooks:
            await billing.receive_event(webhook.body, webhook.signature, webhook.id, self.env)
            await process_events(self.env)

    async def quota(self) -> billing.Quota:
        """The company's quota; fails when the books are not right."""
        assert await billing.check_quota(self.actor.tenant_id) == []
        return await billing.quota(self.actor)

    async def status(self, order: billing.QuotaOrder) -> str:
        """The order's status now."""
        return str(await fetch_value("SELECT status FROM quota_order WHERE id = $1", order.id))


async def event_state(webhook: Webhook) -> str | None:
    """What became of a webhook; None when it is not stored."""
    state: str | None = await fetch_value("SELECT state FROM razorpay_event WHERE id = $1", webhook.id)
    return state


async def open_shop(env: Env) -> Shop:
    """A new company without free quota, and a Razorpay of its own."""
    provider = Provider()
    shop_env = replace(env, payments=provider, policy=replace(env.policy, free_quota=0))
    return Shop(await make_company(shop_env), provider, shop_env)


@pytest.fixture
async def shop(env: Env) -> Shop:
    """A new shop."""
    return await open_shop(env)


@pytest.fixture(scope="session")
async def shop_of_session(env: Env) -> Shop:
    """A shop for property tests, whose examples share it."""
    return await open_shop(env)
