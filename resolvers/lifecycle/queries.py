"""Reading the rules of a passport's life, and auditing one."""

from typing import Annotated

import strawberry

from models import lifecycle
from resolvers.context import Info
from resolvers.engine import Cost
from resolvers.lifecycle.types import AuditReport, LifecycleRule
from resolvers.relay import key_or_uuid


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
        description="Verifies a passport's whole history, from what the database holds, and compares the status that "
        "is stored with the one that the history leads to. Fails with NOT_FOUND for a passport that you may not see.",
        directives=[Cost(weight=10)],
    )
    async def passport_audit(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Global id of a passport, or its `uuid`.")],
    ) -> AuditReport:
        context = info.context
        return AuditReport.of(await lifecycle.audit(context.actor, key_or_uuid(id, "Passport"), context.env))
