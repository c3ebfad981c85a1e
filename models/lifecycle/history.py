"""Reads of a company's events, newest first: what its feed of lifecycle events holds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from models import database
from models.batches import visible_to
from models.kernel.actor import Actor
from models.kernel.errors import BadInput
from models.kernel.feed import LAST_POSITION_OF, Feed, count_items, feed_cursor, feed_position
from models.kernel.pages import PageRequest, page_of
from models.lifecycle.events import COLUMNS, EventRecord
from models.lifecycle.queries import EventPage, event_cursor
from models.lifecycle.rules import ISSUE, LifecycleAction, TraceabilityEvent
from models.lifecycle.visible import VISIBLE_FEED_EVENTS

# What an event's action may be.
EVENT_ACTIONS: Final = frozenset({ISSUE, *LifecycleAction, *TraceabilityEvent})

_COUNT: Final = f"SELECT count(*) FROM {VISIBLE_FEED_EVENTS}"  # noqa: S608  # made of constants


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events; all that is given must hold. Times are from `since` on and before `until`.

    `actions` is some of `EVENT_ACTIONS`; empty means any. Raises `BadInput` for an unknown action.
    """

    batch_id: UUID | None = None
    passport_id: UUID | None = None
    actions: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        if unknown := self.actions - EVENT_ACTIONS:
            raise BadInput(f"{min(unknown)[:80]!r} is not an action that events have.")


async def list_events(actor: Actor, request: PageRequest, filter: EventFilter) -> EventPage:
    """Returns a page of what the actor may see, newest first. Cursors are positions in the company's feed.

    Page and head come from one statement, so that a live feed that goes on from `feed_cursor` misses nothing.
    """
    before = feed_position(Feed.LIFECYCLE, actor.tenant_id, request.after) if request.after else None
    where, values = _conditions(filter, before)
    rows = await database.fetch(
        f"""
        SELECT head.last_position AS head, page.*
        FROM ({LAST_POSITION_OF[Feed.LIFECYCLE]}) head LEFT JOIN (
            SELECT {COLUMNS} FROM {VISIBLE_FEED_EVENTS}
            WHERE {where or "true"} ORDER BY e.feed_position DESC LIMIT {request.first + 1}
        ) page ON true
        ORDER BY page.feed_position DESC
        """,  # noqa: S608  # the text is made of constants; values are parameters
        *visible_to(actor),
        *values,
    )
    found = [EventRecord.of(row) for row in rows if row["id"] is not None]
    return EventPage(
        page_of(found, request, event_cursor),
        feed_cursor(Feed.LIFECYCLE, actor.tenant_id, rows[0]["head"]),
    )


async def count_events(actor: Actor, filter: EventFilter) -> int:
    """Returns how many events the filter lets through, of those that the actor may see."""
    return await count_items(Feed.LIFECYCLE, _COUNT, visible_to(actor), *_conditions(filter))


def _conditions(filter: EventFilter, before: int | None = None) -> tuple[str, list[object]]:
    """SQL for what the filter lets through, empty for everything, and its values, from $3 on."""
    conditions = [
        ("e.feed_position < {}", before),
        ("e.batch_id = {}", filter.batch_id),
        ("e.passport_id = {}", filter.passport_id),
        ("e.created_at >= {}", filter.since),
        ("e.created_at < {}", filter.until),
    ]
    given = [(condition, value) for condition, value in conditions if value is not None]
    wanted = [condition.format(f"${number}") for number, (condition, _) in enumerate(given, start=3)]
    if filter.actions:
        # In the text, so that PostgreSQL plans for just these: one may be all events, another a handful of millions.
        actions = ", ".join(f"'{action}'" for action in sorted(filter.actions))
        wanted.append(f"e.action IN ({actions})")
    return " AND ".join(wanted), [value for _, value in given]
