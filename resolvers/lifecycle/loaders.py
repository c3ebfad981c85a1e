"""Rows that fields of many objects need, loaded together. They are the domain's; the types map them."""

from functools import partial
from uuid import UUID

from models import lifecycle
from models.kernel.pages import PageRequest
from models.lifecycle import EuStatus, EventPage, EventRecord, Lineage, PublicEvent
from resolvers.context import Context
from resolvers.parents import of_each_parent


async def load_event_pages(context: Context, keys: list[tuple[UUID, PageRequest]]) -> list[EventPage]:
    """A page of the events of each passport: one read for all passports of which the same page is wanted."""
    return await of_each_parent(keys, partial(lifecycle.events_by_passport, context.actor))


async def load_event_counts(context: Context, passport_ids: list[UUID]) -> list[int]:
    """How many events each passport has."""
    counts = await lifecycle.event_counts(context.actor, passport_ids)
    return [counts.get(id, 0) for id in passport_ids]


async def load_events(context: Context, ids: list[UUID]) -> list[EventRecord | None]:
    """Events by id; None for what the viewer may not see."""
    found = await lifecycle.events_by_id(context.actor, ids)
    return [found.get(id) for id in ids]


async def load_eu_statuses(context: Context, passport_ids: list[UUID]) -> list[EuStatus]:
    """Each passport's status in the regulation's words; one that nothing decisive happened to is original."""
    found = await lifecycle.eu_statuses(context.actor, passport_ids)
    return [found.get(id, EuStatus.ORIGINAL) for id in passport_ids]


async def load_timelines(context: Context, passport_ids: list[UUID]) -> list[list[PublicEvent]]:
    """Each passport's public events."""
    found = await lifecycle.public_timelines(passport_ids)
    return [found.get(id, []) for id in passport_ids]


async def load_lineages(context: Context, passport_ids: list[UUID]) -> list[Lineage]:
    """The passports of each unit's life before and after this one."""
    found = await lifecycle.lineages(passport_ids)
    return [found.get(id, Lineage(None, None)) for id in passport_ids]
