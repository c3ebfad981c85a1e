"""Rows that tests stand on, written straight into the database."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from models import billing
from models.batches.tables import Batch, BatchStatus, Brand, MarketRegion, Product
from models.billing.tables import QuotaOrder, QuotaOrderStatus
from models.database import unit_of_work
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.feed import open_feeds
from models.kernel.ids import ascending_uuid7s, uuid7
from models.kernel.permissions import Role
from models.passports.tables import Passport, PassportStatus
from models.tenants.tables import Session, Tenant, User

PASSWORD = "correct horse battery staple"


async def make_company(env: Env, *, role: Role = Role.OWNER, quota: int = 0, **columns: Any) -> Actor:
    """A new company with one member of this role, signed in, and `quota` passports on top of the free quota."""
    now = env.now()
    tenant_id = uuid7()
    async with unit_of_work() as connection:
        await Tenant.create(
            id=tenant_id, created_at=now, updated_at=now, **{"company_name": "Acme Batteries", **columns}
        )
        await open_feeds(connection, tenant_id)
        for participant in env.participants.tenant_registered:
            await participant(connection, tenant_id, env)
        if quota:
            await billing.grant(connection, tenant_id, quota, "test", env)
    return await make_member(env, tenant_id, role)


async def make_member(env: Env, tenant_id: UUID, role: Role, *, brand_ids: Sequence[UUID] = ()) -> Actor:
    """A member of this role in the company, signed in, with the password `PASSWORD`."""
    now = env.now()
    user = await User.create(
        id=uuid7(),
        tenant_id=tenant_id,
        email=f"{role.lower()}-{uuid7().hex}@example.com",
        password_hash=await env.passwords.hash(PASSWORD),
        role=role,
        brand_ids=list(brand_ids),
        created_at=now,
    )
    session = await Session.create(id=uuid7(), user_id=user.id, created_at=now, expires_at=now + timedelta(days=1))
    return Actor(tenant_id, user.id, session.id, user.email, role, frozenset(brand_ids))


async def make_batch(env: Env, actor: Actor, **columns: Any) -> Batch:
    """An active batch of the actor's company."""
    now = env.now()
    defaults = {
        "id": uuid7(),
        "tenant_id": actor.tenant_id,
        "batch_name": "Q1-2026-Production",
        "market_region": MarketRegion.INDIA,
        "status": BatchStatus.ACTIVE,
        "created_at": now,
        "updated_at": now,
    }
    return await Batch.create(**{**defaults, **columns})


async def make_passports(env: Env, batch: Batch, count: int, *, prefix: str = "SN") -> list[Passport]:
    """Active passports in the batch, without events and without charging quota."""
    now = env.now()
    passports = [
        Passport(
            id=id,
            tenant_id=batch.tenant_id,
            batch_id=batch.id,
            serial_number=f"{prefix}-{id.hex[-6:]}-{number:05}",
            manufacture_date=date(2026, 1, 15),
            status=PassportStatus.ACTIVE,
            created_at=now,
            updated_at=now,
        )
        for number, id in enumerate(ascending_uuid7s(count), start=1)
    ]
    await Passport.bulk_create(passports)
    await Batch.filter(id=batch.id).update(total_passports=batch.total_passports + count)
    return passports


async def make_branded_batch(env: Env, actor: Actor, name: str, **columns: Any) -> Batch:
    """An active batch with a brand and a product of its own, which have this name."""
    now = env.now()
    stamps: dict[str, Any] = {"tenant_id": actor.tenant_id, "created_at": now, "updated_at": now}
    brand = await Brand.create(id=uuid7(), name=name, **stamps)
    product = await Product.create(id=uuid7(), brand_id=brand.id, model_name=name, **stamps)
    return await make_batch(env, actor, brand_id=brand.id, product_id=product.id, batch_number=name, **columns)


async def make_order(env: Env, actor: Actor, **columns: Any) -> QuotaOrder:
    """An order for quota that waits for its payment."""
    id = uuid7()
    defaults = {
        "id": id,
        "tenant_id": actor.tenant_id,
        "created_by": actor.user_id,
        "package_id": "starter",
        "package_name": "Starter",
        "quota": 100,
        "amount": 99900,
        "currency": "INR",
        "gst_rate": 18,
        "sac": "998315",
        "status": QuotaOrderStatus.OPEN,
        "razorpay_order_id": f"order_{id.hex}",
        "created_at": env.now(),
    }
    return await QuotaOrder.create(**{**defaults, **columns})
