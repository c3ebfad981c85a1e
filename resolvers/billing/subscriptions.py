"""The quota as it changes."""

from collections.abc import AsyncIterable

import strawberry

from models import billing
from models.kernel.live import StateItem
from resolvers.billing.types import Quota
from resolvers.context import Info
from resolvers.engine import LiveSource


def _quota_of(item: StateItem[billing.Quota]) -> Quota:
    return Quota.of(item.row)


@strawberry.type
class BillingSubscription:
    @strawberry.subscription(
        description="Your company's quota: as it is now, and again after every change. Changes that follow each other "
        "within a quarter of a second may come as one. After a lost connection subscribe again."
    )
    async def quota_changed(self, info: Info) -> AsyncIterable[Quota]:
        return LiveSource(billing.quota_stream(info.context.actor, info.context.env), _quota_of)
