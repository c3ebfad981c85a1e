"""What the life of a unit adds to `Passport` and `PublicPassport`."""

from functools import partial
from uuid import UUID

from models import lifecycle
from models.kernel.pages import PageRequest
from models.passports import PassportStatus
from resolvers.context import Info
from resolvers.lifecycle.enums import EuStatus
from resolvers.lifecycle.loaders import (
    load_eu_statuses,
    load_event_counts,
    load_event_pages,
    load_lineages,
    load_timelines,
)
from resolvers.lifecycle.types import AllowedAction, LifecycleEventConnection, PublicEvent
from resolvers.passports.loaders import load_passports
from resolvers.passports.types import Passport


def allowed_actions(info: Info, status: PassportStatus) -> list[AllowedAction]:
    """What the viewer may do with a passport in this status."""
    return [
        AllowedAction.of(transition) for transition in lifecycle.allowed_transitions(status, info.context.actor.role)
    ]


async def events(info: Info, passport_id: UUID, request: PageRequest) -> LifecycleEventConnection:
    """A page of the passport's events."""
    page = await info.context.loader(load_event_pages).load((passport_id, request))
    return LifecycleEventConnection.of(page, partial(info.context.loader(load_event_counts).load, passport_id))


async def eu_status(info: Info, passport_id: UUID) -> EuStatus:
    """The battery's status in the regulation's words."""
    return await info.context.loader(load_eu_statuses).load(passport_id)


async def lineage(info: Info, passport_id: UUID) -> lifecycle.Lineage:
    """The ids of the passports of the battery's life before and after this one."""
    return await info.context.loader(load_lineages).load(passport_id)


async def relative(info: Info, passport_id: UUID | None) -> Passport | None:
    """The passport of another life of the battery."""
    record = await info.context.loader(load_passports).load(passport_id) if passport_id else None
    return Passport.of(record) if record else None


async def timeline(info: Info, passport_id: UUID) -> list[PublicEvent]:
    """What everybody may know of the battery's life."""
    return [PublicEvent.of(event) for event in await info.context.loader(load_timelines).load(passport_id)]
