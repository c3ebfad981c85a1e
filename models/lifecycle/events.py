"""Events as rows and as what is hashed, and how the next one of a chain is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

import orjson

from models import database
from models.database import Connection
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.feed import Feed
from models.kernel.ids import ascending_uuid7s
from models.kernel.permissions import Role
from models.lifecycle.chain import canonical_event, event_hash
from models.lifecycle.tables import EventType
from models.passports import PassportStatus

# The actor is whom to show: an event of version 2 has their id, which stands for them when their account is gone.
COLUMNS: Final = (
    "e.id, e.tenant_id, e.feed_position, e.passport_id, e.batch_id, e.position, e.event_type, e.action, "
    "coalesce(e.actor, (SELECT email FROM user_account WHERE id = e.actor_id), e.actor_id::text) AS actor, "
    "e.actor_id, e.actor_role, e.status_from, e.status_to, e.metadata, e.created_at, e.previous_hash, e.hash"
)

# The columns that are hashed; where an event stands in the feed and in which batch is not part of the unit's history.
HASHED: Final = (
    "id", "tenant_id", "passport_id", "position", "event_type", "action", "actor", "actor_id", "actor_role",
    "status_from", "status_to", "metadata", "created_at", "previous_hash",
)  # fmt: skip


class EventRecord(NamedTuple):
    """One event of a chain; its members are the columns of `LifecycleEvent`, but `actor` is the address to show."""

    id: UUID
    tenant_id: UUID
    feed_position: int
    passport_id: UUID
    batch_id: UUID
    position: int
    event_type: EventType
    action: str
    actor: str
    actor_id: UUID | None
    actor_role: Role
    status_from: PassportStatus | None
    status_to: PassportStatus | None
    metadata: dict[str, Any]
    created_at: datetime
    previous_hash: bytes | None
    hash: bytes

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """The event in a row of `COLUMNS`."""
        values = {name: row[name] for name in cls._fields}
        values["event_type"] = EventType(values["event_type"])
        values["actor_role"] = Role(values["actor_role"])
        for name in ("status_from", "status_to"):
            values[name] = values[name] and PassportStatus(values[name])
        values["metadata"] = orjson.loads(values["metadata"])
        return cls(**values)

    def hashed(self) -> dict[str, Any]:
        """The event as the object that is hashed, computed from the row alone."""
        return canonical_event(**{name: getattr(self, name) for name in HASHED})


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """The last event of a locked passport's chain, which the next one follows."""

    passport_id: UUID
    batch_id: UUID
    position: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What is to be appended to a chain. Both statuses are None when none changes."""

    end: ChainEnd
    event_type: EventType
    action: str
    metadata: dict[str, Any]
    status_from: PassportStatus | None = None
    status_to: PassportStatus | None = None


def next_events(actor: Actor, new_events: Sequence[NewEvent], now: datetime) -> list[EventRecord]:
    """The next event of each chain, hashed; its place in the company's feed (0 here) is given by `append`."""
    ids = ascending_uuid7s(len(new_events))
    return [_next(actor, new, id, now) for id, new in zip(ids, new_events, strict=True)]


async def append(connection: Connection, events: Sequence[EventRecord], env: Env) -> list[EventRecord]:
    """Number a company's new events in its feed and insert them: the last statement before the commit.

    The chains' passports are locked, so no other event can take these positions meanwhile. Followers of the feed are
    woken after the commit.
    """
    wake_followers(events[0].tenant_id, env)
    columns = zip(*events, strict=True)
    values = dict(zip(EventRecord._fields, columns, strict=True))
    base = await connection.fetchval(
        """
        WITH head AS MATERIALIZED (SELECT base FROM feed_advance($1, ARRAY[$2::uuid], ARRAY[$3::bigint])),
        appended AS (
            INSERT INTO lifecycle_event (id, tenant_id, feed_position, passport_id, batch_id, position, event_type,
                action, actor_id, actor_role, status_from, status_to, metadata, created_at, previous_hash, hash)
            SELECT n.id, $2, head.base + n.ordinal, n.passport_id, n.batch_id, n.position, n.event_type,
                n.action, $4, $5, n.status_from, n.status_to, n.metadata, $6, n.previous_hash, n.hash
            FROM head, unnest($7::uuid[], $8::uuid[], $9::uuid[], $10::int[], $11::text[], $12::text[], $13::text[],
                $14::text[], $15::jsonb[], $16::bytea[], $17::bytea[]) WITH ORDINALITY
                n (id, passport_id, batch_id, position, event_type, action, status_from, status_to, metadata,
                previous_hash, hash, ordinal)
        )
        SELECT base FROM head
        """,
        Feed.LIFECYCLE,
        events[0].tenant_id,
        len(events),
        events[0].actor_id,
        events[0].actor_role,
        events[0].created_at,
        values["id"],
        values["passport_id"],
        values["batch_id"],
        values["position"],
        values["event_type"],
        values["action"],
        values["status_from"],
        values["status_to"],
        [orjson.dumps(metadata).decode() for metadata in values["metadata"]],
        values["previous_hash"],
        values["hash"],
    )
    return [event._replace(feed_position=base + ordinal) for ordinal, event in enumerate(events, start=1)]


def wake_followers(tenant_id: UUID, env: Env) -> None:
    """Wake whoever follows the company's lifecycle events once the open unit of work has committed."""
    database.after_commit(lambda: env.live.announce(Feed.LIFECYCLE, [tenant_id]))


def _next(actor: Actor, new: NewEvent, id: UUID, now: datetime) -> EventRecord:
    end = new.end
    event = EventRecord(
        id=id,
        tenant_id=actor.tenant_id,
        feed_position=0,
        passport_id=end.passport_id,
        batch_id=end.batch_id,
        position=end.position + 1,
        event_type=new.event_type,
        action=new.action,
        actor=actor.email,
        actor_id=actor.user_id,
        actor_role=actor.role,
        status_from=new.status_from,
        status_to=new.status_to,
        metadata=new.metadata,
        created_at=now,
        previous_hash=end.hash,
        hash=b"",
    )
    return event._replace(hash=event_hash(event.hashed()))
