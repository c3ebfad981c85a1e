"""Rows that fields of many objects need, loaded together. They are the domain's; the types map them."""

from collections import defaultdict
from collections.abc import Mapping
from typing import cast
from uuid import UUID

from models import lifecycle
from models.kernel.errors import BadInput
from models.kernel.pages import PageRequest
from models.lifecycle import EuStatus, EventPage, EventRecord, Lineage, PublicEvent
from resolvers.context import Context


async def load_event_pages(context: Context, keys: list[tuple[UUID, PageRequest]]) -> list[EventPage]:
    """A page of the events of each passport: one read for all passports of which the same page is wanted."""
    wanted: dict[PageRequest, list[UUID]] = defaultdict(list)
    for passport_id, request in keys:
        wanted[request].append(passport_id)
    pages: dict[PageRequest, Mapping[UUID, EventPage | BadInput]] = {}
    for request, ids in wanted.items():
        try:
            pages[request] = await lifecycle.events_by_passport(context.actor, ids, request)
        except BadInput as error:  # of this page's cursor alone
            pages[request] = dict.fromkeys(ids, error)
    # A loader raises the errors among its values.
    return [cast(EventPage, pages[request][passport_id]) for passport_id, request in keys]


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
