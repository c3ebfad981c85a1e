"""Registering a company and keeping its profile."""

from dataclasses import dataclass, field

from models.database import unit_of_work
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.feed import open_feeds
from models.kernel.ids import uuid7
from models.kernel.permissions import Permission, Role
from models.kernel.throttle import caller, spend
from models.tenants import rules
from models.tenants.accounts import add_account
from models.tenants.rules import ProfilePatch
from models.tenants.tables import Tenant, User
from models.tenants.throttles import REGISTRATIONS
from models.tenants.visible import visible_tenants


@dataclass(frozen=True, slots=True)
class RegisterCompany:
    """A company to be registered and how its owner will sign in. Companies may share a name."""

    company_name: str
    email: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Registered:
    """A new company and its owner, who is not signed in yet."""

    tenant: Tenant
    user: User


async def register(command: RegisterCompany, env: Env, *, address: str = "") -> Registered:
    """Register a company. `address` is the caller's, "" when unknown. Raises a rejection or `RateLimited`."""
    company_name, email, password = rules.checked_registration(command.company_name, command.email, command.password)
    await spend(REGISTRATIONS, caller(address), env)
    password_hash = await env.passwords.hash(password)
    now = env.now()
    tenant = Tenant(id=uuid7(), company_name=company_name, created_at=now, updated_at=now)
    owner = User(
        id=uuid7(),
        tenant_id=tenant.id,
        email=email,
        password_hash=password_hash,
        role=Role.OWNER,
        brand_ids=[],
        created_at=now,
    )
    async with unit_of_work() as connection:
        await tenant.save(force_create=True)
        await add_account(connection, owner, env)
        await open_feeds(connection, tenant.id)
        for participant in env.participants.tenant_registered:
            await participant(connection, tenant.id, env)
    return Registered(tenant, owner)


async def update_profile(actor: Actor, patch: ProfilePatch, env: Env) -> Tenant:
    """Change the actor's company's profile; what the patch does not name stays as it is. Raises a rejection."""
    actor.require(Permission.PROFILE_UPDATE)
    columns = rules.checked_profile(patch)
    async with unit_of_work():
        if columns:
            await visible_tenants(actor).update(**columns, updated_at=env.now())
        return await visible_tenants(actor).get()
