"""Reading quota."""

import strawberry

from models import billing
from resolvers.billing.types import Quota
from resolvers.context import Info


@strawberry.type
class BillingQuery:
    @strawberry.field(description="The company's quota. Every member may see it; it is not divided among brands.")
    async def quota(self, info: Info) -> Quota:
        return Quota.of(await billing.quota(info.context.actor))
