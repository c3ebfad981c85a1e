"""Reads of events: a company's own, and the public timeline."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from models import database
from models.batches import visible_to
from models.database import Connection
from models.kernel.actor import Actor
from models.kernel.feed import Feed, feed_cursor, feed_position
from models.kernel.pages import Page, PageRequest, page_of
from models.lifecycle.events import COLUMNS, EventRecord
from models.lifecycle.rules import DECISIVE, PUBLIC_TRACEABILITY_EVENTS, EuStatus, eu_status
from models.lifecycle.tables import EventType
from models.lifecycle.visible import VISIBLE_EVENTS
from models.passports import VISIBLE_PASSPORTS, PassportStatus

_VISIBLE_PASSPORTS: Final = f"SELECT p.id FROM {VISIBLE_PASSPORTS} WHERE p.id = ANY($3)"  # noqa: S608  # of constants
_BY_ID: Final = f"SELECT {COLUMNS} FROM {VISIBLE_EVENTS} WHERE e.id = ANY($3)"  # noqa: S608  # as above, and below
# The head is read in the same statement, so that a live feed that goes on from it misses nothing.
_PAGE_OF_EACH: Final = f"""
SELECT f.last_position AS head, page.* FROM feed_head f LEFT JOIN (
    SELECT e.* FROM ({_VISIBLE_PASSPORTS}) v CROSS JOIN LATERAL (
        SELECT {COLUMNS} FROM lifecycle_event e WHERE e.passport_id = v.id AND e.feed_position > $4
        ORDER BY e.position LIMIT $5
    ) e
) page ON true
WHERE f.tenant_id = $1 AND f.feed = 'lifecycle' ORDER BY page.passport_id, page.position
"""  # noqa: S608
_COUNT_OF_EACH: Final = f"""
SELECT v.id, head.position FROM ({_VISIBLE_PASSPORTS}) v JOIN chain_head head ON head.subject = v.id
"""  # noqa: S608
# Of each decisive action the one event that decides, so that a long chain is not read; an index holds just these.
_DECISIVE_EVENTS: Final = " UNION ALL ".join(
    "(SELECT action, position FROM lifecycle_event "  # noqa: S608
    f"WHERE passport_id = v.id AND action = '{action}' ORDER BY position {order} LIMIT 1)"
    for action, order in DECISIVE.items()
)
_DECISIVE_ACTIONS_OF_EACH: Final = f"""
SELECT v.id, array_remove(array_agg(e.action ORDER BY e.position), NULL) AS actions FROM ({_VISIBLE_PASSPORTS}) v
LEFT JOIN LATERAL ({_DECISIVE_EVENTS}) e ON true GROUP BY v.id
"""  # noqa: S608
# Anyone may ask for it, so it has an end: the newest of a unit's public events.
LONGEST_TIMELINE: Final = 200
_TIMELINES: Final = """
SELECT e.* FROM unnest($1::uuid[]) unit (id) CROSS JOIN LATERAL (
    SELECT passport_id, position, action, created_at, status_to,
        CASE WHEN event_type = $3 THEN metadata ->> 'place' END AS place
    FROM lifecycle_event WHERE passport_id = unit.id AND (event_type <> $3 OR action = ANY($2))
    ORDER BY position DESC LIMIT $4
) e ORDER BY e.passport_id, e.position
"""
_LINEAGES: Final = """
SELECT p.id, p.predecessor_id, s.id AS successor_id FROM passport p LEFT JOIN passport s ON s.predecessor_id = p.id
WHERE p.id = ANY($1)
"""


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of events, and the cursor of the company's last event when it was read."""

    page: Page[EventRecord]
    feed_cursor: str


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """What everybody may know of an event: `status` is the one that it led to; `place` only a traceability event's."""

    action: str
    at: datetime
    status: PassportStatus | None
    place: str | None


@dataclass(frozen=True, slots=True)
class Lineage:
    """The passports of a unit's life before and after this one."""

    predecessor_id: UUID | None
    successor_id: UUID | None


@dataclass(frozen=True, slots=True)
class PublicHistory:
    """What everybody may know of one unit's life."""

    events: list[PublicEvent]
    lineage: Lineage


async def events_by_passport(actor: Actor, passport_ids: Iterable[UUID], request: PageRequest) -> dict[UUID, EventPage]:
    """A page of each passport's events, in one query however many passports there are.

    Cursors are positions in the company's feed of lifecycle events.
    """
    ids = list(passport_ids)
    after = feed_position(Feed.LIFECYCLE, actor.tenant_id, request.after) if request.after else 0
    rows = await database.fetch(_PAGE_OF_EACH, *visible_to(actor), ids, after, request.first + 1)
    found = defaultdict[UUID, list[EventRecord]](list)
    for row in rows:
        if row["id"] is not None:
            found[row["passport_id"]].append(EventRecord.of(row))
    head = feed_cursor(Feed.LIFECYCLE, actor.tenant_id, rows[0]["head"])
    return {id: EventPage(page_of(found[id], request, event_cursor), head) for id in ids}


def event_cursor(event: EventRecord) -> str:
    """The event's cursor, in pages and in the live feed."""
    return feed_cursor(Feed.LIFECYCLE, event.tenant_id, event.feed_position)


async def event_counts(actor: Actor, passport_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many events each passport has: positions have no gaps, so the head's counts them."""
    rows = await database.fetch(_COUNT_OF_EACH, *visible_to(actor), list(passport_ids))
    return {row["id"]: row["position"] for row in rows}


async def events_by_id(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, EventRecord]:
    """Those of the events that the actor may see."""
    rows = await database.fetch(_BY_ID, *visible_to(actor), list(ids))
    return {row["id"]: EventRecord.of(row) for row in rows}


async def event_by_id(connection: Connection, id: UUID) -> EventRecord:
    """An event that is known to exist, within an open transaction."""
    row = await connection.fetchrow(f"SELECT {COLUMNS} FROM lifecycle_event e WHERE e.id = $1", id)  # noqa: S608
    return EventRecord.of(row)


async def eu_statuses(actor: Actor, passport_ids: Iterable[UUID]) -> dict[UUID, EuStatus]:
    """Each passport's status in the regulation's words."""
    rows = await database.fetch(_DECISIVE_ACTIONS_OF_EACH, *visible_to(actor), list(passport_ids))
    return {row["id"]: eu_status(row["actions"]) for row in rows}


async def public_timelines(passport_ids: Iterable[UUID]) -> dict[UUID, list[PublicEvent]]:
    """What everybody may know of units' lives, oldest first: no actor, no evidence, nothing of a custom event."""
    rows = await database.fetch(
        _TIMELINES, list(passport_ids), list(PUBLIC_TRACEABILITY_EVENTS), EventType.RECORDED, LONGEST_TIMELINE
    )
    found = defaultdict[UUID, list[PublicEvent]](list)
    for row in rows:
        status = row["status_to"] and PassportStatus(row["status_to"])
        found[row["passport_id"]].append(PublicEvent(row["action"], row["created_at"], status, row["place"]))
    return found


async def lineages(passport_ids: Iterable[UUID]) -> dict[UUID, Lineage]:
    """What each passport follows on and what follows on it, which everybody may know."""
    rows = await database.fetch(_LINEAGES, list(passport_ids))
    return {row["id"]: Lineage(row["predecessor_id"], row["successor_id"]) for row in rows}


async def public_history(passport_id: UUID) -> PublicHistory:
    """What everybody may know of the life of a unit that exists."""
    timelines, found = await public_timelines([passport_id]), await lineages([passport_id])
    return PublicHistory(timelines[passport_id], found[passport_id])
