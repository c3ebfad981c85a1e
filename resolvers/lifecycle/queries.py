"""Reading the rules of a passport's life and the company's events, and auditing a passport."""

from functools import partial
from typing import Annotated

import strawberry

from models import lifecycle
from models.kernel.pages import PageRequest
from resolvers.context import Info
from resolvers.engine import Cost
from resolvers.lifecycle.types import AuditReport, LifecycleEventConnection, LifecycleEventFilter, LifecycleRule
from resolvers.relay import After, First, key_or_uuid


@strawberry.type
class LifecycleQuery:
    @strawberry.field(
        description="The whole table that rules a passport's life: which action leads from where to where, who may, "
        "with which evidence. Needs no sign-in.",
        directives=[Cost(weight=0)],
    )
    def lifecycle_actions(self) -> list[LifecycleRule]:
        return [LifecycleRule.of(line) for line in lifecycle.TRANSITIONS.values()]

    @strawberry.field(
        description="The company's lifecycle events, newest first. A member limited to brands sees only events of "
        "those brands' batches. An edge's cursor, like `feedCursor`, is also where a live feed can start."
    )
    async def lifecycle_events(
        self,
        info: Info,
        first: First = 20,
        after: After = None,
        filter: Annotated[LifecycleEventFilter | None, strawberry.argument(description="Only these events.")] = None,
    ) -> LifecycleEventConnection:
        actor = info.context.actor
        wanted = filter.to_domain() if filter else lifecycle.EventFilter()
        found = await lifecycle.list_events(actor, PageRequest(first, after), wanted)
        return LifecycleEventConnection.of(found, partial(lifecycle.count_events, actor, wanted))

    @strawberry.field(
        description="Verifies a passport's whole history, from what the database holds, and compares the status that "
        "is stored with the one that the history leads to. Fails with NOT_FOUND for a passport that you may not see, "
        f"and with COST_EXCEEDED for more than {lifecycle.LONGEST_AUDIT:,} events: those you verify yourself from "
        "`GET /passports/{id}/audit.json`.",
        directives=[Cost(weight=lifecycle.LONGEST_AUDIT)],
    )
    async def passport_audit(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Global id of a passport, or its `uuid`.")],
    ) -> AuditReport:
        context = info.context
        return AuditReport.of(await lifecycle.audit(context.actor, key_or_uuid(id, "Passport"), context.env))
