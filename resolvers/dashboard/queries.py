"""Reading the dashboard."""

import strawberry

from models import dashboard
from resolvers.context import Info
from resolvers.dashboard.types import Dashboard


@strawberry.type
class DashboardQuery:
    @strawberry.field(description="The company's figures as they are now.")
    async def dashboard(self, info: Info) -> Dashboard:
        return Dashboard.of(await dashboard.figures(info.context.actor, info.context.env))
