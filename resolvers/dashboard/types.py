"""The figures of the dashboard in GraphQL."""

from typing import Annotated, Self

import strawberry

from models import batches, dashboard
from models.kernel.pages import LARGEST_PAGE, PageRequest
from resolvers.batches.types import Batch
from resolvers.context import Info

_RECENT = 5


@strawberry.type(
    description="A company at a glance. For a member who is limited to brands, all figures but the quota are over the "
    "batches of those brands alone."
)
class Dashboard:
    total_passports: int = strawberry.field(
        description="How many passports were issued, ever, whatever has become of them since."
    )
    total_batches: int = strawberry.field(description="How many batches there are, archived and empty ones included.")
    quota_used: int = strawberry.field(description="How many passports the company issued, ever: `quota.used`.")
    quota_limit: int = strawberry.field(
        description="How many passports the company may issue in all, refunds taken off: `quota.limit`."
    )
    quota_balance: int = strawberry.field(
        description="How many more passports the company can issue: `quotaLimit` less `quotaUsed`."
    )
    passports_this_week: int = strawberry.field(
        description="How many passports were issued since Monday 00:00 UTC of this week."
    )
    pending_export_batches: int = strawberry.field(
        description="How many batches, archived ones included, have passports that were issued since the batch's last "
        "complete download, of all its QR codes or of its CSV export, or were never downloaded. Batches without "
        "passports do not count."
    )
    carbon_compliance_pct: float | None = strawberry.field(
        description="How many per cent (0 to 100, not rounded) of all passports issued belong to a batch that declares "
        "both its carbon footprint and where that is declared (`carbonFootprintKgPerKwh` and `carbonFootprintUrl`); "
        "null while there are no passports."
    )

    @classmethod
    def of(cls, figures: dashboard.Figures) -> Self:
        """The domain's figures."""
        return cls(
            total_passports=figures.total_passports,
            total_batches=figures.total_batches,
            quota_used=figures.quota.used,
            quota_limit=figures.quota.limit,
            quota_balance=figures.quota.balance,
            passports_this_week=figures.passports_this_week,
            pending_export_batches=figures.pending_export_batches,
            carbon_compliance_pct=figures.carbon_compliance_pct,
        )

    @strawberry.field(
        description="The batches that were added last, the newest first, archived and empty ones included."
    )
    async def recent_batches(
        self,
        info: Info,
        first: Annotated[
            int,
            strawberry.argument(description=f"How many at most, from 1 to {LARGEST_PAGE}; {_RECENT} when not given."),
        ] = _RECENT,
    ) -> list[Batch]:
        newest = await batches.newest_batches(info.context.actor, PageRequest(first).first)
        return [Batch.of(row) for row in newest]
