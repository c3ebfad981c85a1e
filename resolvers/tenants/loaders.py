"""Batched loads of companies and members, None for what the viewer may not see."""

from uuid import UUID

from models import tenants
from resolvers.context import Context


async def load_users(context: Context, ids: list[UUID]) -> list[tenants.User | None]:
    """The members with these keys, in their order."""
    found = await tenants.users(context.actor, ids)
    return [found.get(id) for id in ids]


async def load_tenants(context: Context, ids: list[UUID]) -> list[tenants.Tenant | None]:
    """The companies with these keys, in their order."""
    found = await tenants.tenants(context.actor, ids)
    return [found.get(id) for id in ids]
