"""Who is signed in."""

from uuid import UUID

import strawberry

from models import tenants
from resolvers.context import Context, Info
from resolvers.tenants.loaders import load_tenants, load_users
from resolvers.tenants.types import Tenant, User


@strawberry.type
class TenantQuery:
    @strawberry.field(description="The signed-in member; `tenant` is their company. UNAUTHENTICATED without a sign-in.")
    async def me(self, info: Info) -> User:
        return User.of(await tenants.current_user(info.context.actor))


async def load_user_nodes(context: Context, ids: list[UUID]) -> list[User | None]:
    """Members for `node`: the viewer themselves and, for those who may see the team, others of their company."""
    return [User.of(row) if row else None for row in await load_users(context, ids)]


async def load_tenant_nodes(context: Context, ids: list[UUID]) -> list[Tenant | None]:
    """Companies for `node`: the viewer's own."""
    return [Tenant.of(row) if row else None for row in await load_tenants(context, ids)]
