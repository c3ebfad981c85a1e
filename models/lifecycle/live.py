"""A company's lifecycle events as they are appended."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from models import batches, passports
from models.database import Record
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import NotFound
from models.kernel.feed import Feed
from models.kernel.live import FeedLog, FeedStream, open_stream
from models.kernel.permissions import Permission
from models.lifecycle.events import COLUMNS, EventRecord


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """An event and the brand of its batch, which members may be limited to."""

    event: EventRecord
    brand_id: UUID | None


def _live_event(row: Record) -> LiveEvent:
    return LiveEvent(EventRecord.of(row), row["brand_id"])


_LOG: Final = FeedLog(
    Feed.LIFECYCLE,
    f"""
    SELECT e.tenant_id AS tenant, b.brand_id, {COLUMNS}
    FROM lifecycle_event e JOIN batch b ON b.id = e.batch_id
    WHERE e.tenant_id = c.tenant AND e.feed_position > c.position ORDER BY e.feed_position LIMIT $3
    """,  # noqa: S608  # made of constants
    _live_event,
)


async def event_stream(
    actor: Actor, after: str | None, batch_id: UUID | None, passport_id: UUID | None, env: Env
) -> FeedStream[LiveEvent]:
    """Returns the events that the actor may see, of one batch, one passport or all, behind a cursor or from now on.

    Raises `Forbidden`, `NotFound` for an unknown batch or passport, and as `open_stream` does for the cursor.
    """
    actor.require(Permission.READ)
    if batch_id is not None:
        await batches.batch(actor, batch_id)
    if passport_id is not None and not await passports.passports_by_id(actor, [passport_id]):
        raise NotFound("There is no such passport.")

    def accepts(live: LiveEvent) -> bool:
        event = live.event
        return (
            (batch_id is None or event.batch_id == batch_id)
            and (passport_id is None or event.passport_id == passport_id)
            and actor.may_use_brand(live.brand_id)
        )

    selection = (batch_id, passport_id, actor.brand_ids)
    return await open_stream(env.live, _LOG, actor.tenant_id, after, selection=selection, accepts=accepts)
