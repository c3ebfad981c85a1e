"""Reading quota, what it costs, and how it came and went."""

from functools import partial
from typing import Annotated

import strawberry

from models import billing
from models.kernel.pages import PageRequest
from resolvers.billing.loaders import load_orders
from resolvers.billing.types import Quota, QuotaEntryConnection, QuotaOrder, QuotaOrderConnection, QuotaPackage
from resolvers.context import Info
from resolvers.relay import After, First, key_of


@strawberry.type
class BillingQuery:
    @strawberry.field(description="The packages of quota on sale, the smallest first. Anybody may see them.")
    def quota_packages(self, info: Info) -> list[QuotaPackage]:
        packages = billing.price_list(info.context.env).packages
        return [QuotaPackage.of(package) for package in sorted(packages, key=lambda package: package.quota)]

    @strawberry.field(description="The company's quota. Every member may see it; it is not divided among brands.")
    async def quota(self, info: Info) -> Quota:
        return Quota.of(await billing.quota(info.context.actor))

    @strawberry.field(
        description="How the company's quota came and went, the newest entry first. Needs the role OWNER or ADMIN."
    )
    async def quota_ledger(self, info: Info, first: First = 20, after: After = None) -> QuotaEntryConnection:
        actor = info.context.actor
        page = await billing.entries(actor, PageRequest(first, after))
        return QuotaEntryConnection.of(page, partial(billing.count_entries, actor))

    @strawberry.field(description="The company's orders for quota, the newest first. Needs the role OWNER or ADMIN.")
    async def quota_orders(self, info: Info, first: First = 20, after: After = None) -> QuotaOrderConnection:
        actor = info.context.actor
        page = await billing.orders(actor, PageRequest(first, after))
        return QuotaOrderConnection.of(page, partial(billing.count_orders, actor))

    @strawberry.field(
        description="The order with this id; null when there is none that you may see. Needs the role OWNER or ADMIN."
    )
    async def quota_order(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Global id of an order.")]
    ) -> QuotaOrder | None:
        row = await info.context.loader(load_orders).load(key_of(id, "QuotaOrder"))
        return QuotaOrder.of(row) if row else None
