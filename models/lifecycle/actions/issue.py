"""The first event of each passport: what lifecycle adds to issuing."""

import asyncio
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from models.database import Connection
from models.kernel.env import Env, Issuance
from models.kernel.feed import Feed
from models.kernel.ids import ascending_uuid7s
from models.lifecycle.chain import canonical_event, canonical_json
from models.lifecycle.events import wake_followers
from models.lifecycle.tables import EventType

_CHUNK = 10_000
# Stands where the events of an issuance differ. PostgreSQL keeps no such character, so nothing else is taken for it.
_BLANK = "\0"


async def record_issuance(connection: Connection, issuance: Issuance, env: Env) -> None:
    """Append the first event of each passport issued.

    The events are hashed and staged first; numbering and inserting them is the last statement before the commit, so
    that the company's lifecycle feed is locked no longer than that. Followers of the feed are woken after the commit.
    """
    wake_followers(issuance.tenant_id, env)
    await connection.execute(
        "CREATE TEMPORARY TABLE staged_event (ordinal bigint, id uuid, passport_id uuid, metadata jsonb, hash bytea) "
        "ON COMMIT DROP"
    )
    for start in range(0, issuance.count, _CHUNK):
        rows = await connection.fetch(
            "SELECT ordinal, passport_id, serial_number, manufacture_date FROM issued_passport "
            "WHERE ordinal > $1 AND ordinal <= $2 ORDER BY ordinal",
            start,
            start + _CHUNK,
        )
        events = await asyncio.to_thread(list, _first_events(issuance, rows))
        await connection.copy_records_to_table("staged_event", records=events)
    await connection.execute(
        """
        INSERT INTO lifecycle_event (id, tenant_id, feed_position, passport_id, batch_id, position, event_type, action,
            actor_id, actor_role, status_from, status_to, metadata, created_at, previous_hash, hash)
        SELECT s.id, $1, head.base + s.ordinal, s.passport_id, $2, 1, $3, $4, $5, $6, NULL, $7, s.metadata, $8, NULL,
            s.hash
        FROM feed_advance($9, ARRAY[$1::uuid], ARRAY[$10::bigint]) head, staged_event s
        """,
        issuance.tenant_id,
        issuance.batch_id,
        EventType.ISSUED,
        issuance.action,
        issuance.actor.user_id,
        issuance.actor.role,
        issuance.status,
        issuance.issued_at,
        Feed.LIFECYCLE,
        issuance.count,
    )


def _first_events(issuance: Issuance, rows: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    # What all events of an issuance share is written once: for 100,000 of them it is most of the work.
    shared_metadata = {"batchId": str(issuance.batch_id), "issuanceId": str(issuance.id)}
    if issuance.predecessor_id is not None:
        shared_metadata["predecessorId"] = str(issuance.predecessor_id)
    shared = canonical_event(
        id=issuance.id,
        tenant_id=issuance.tenant_id,
        passport_id=issuance.id,
        position=1,
        event_type=EventType.ISSUED,
        action=issuance.action,
        actor=None,
        actor_id=issuance.actor.user_id,
        actor_role=issuance.actor.role,
        status_from=None,
        status_to=issuance.status,
        metadata={},
        created_at=issuance.issued_at,
        previous_hash=None,
    )
    # In the order of the members' names, in which canonical JSON has them.
    to_date, to_serial, metadata_end = _around_blanks(
        {**shared_metadata, "manufactureDate": _BLANK, "serialNumber": _BLANK}
    )
    to_id, to_metadata, to_passport, end = _around_blanks(
        {**shared, "id": _BLANK, "metadata": _BLANK, "passportId": _BLANK}
    )
    for id, row in zip(ascending_uuid7s(len(rows)), rows, strict=True):
        made, serial = canonical_json(row["manufacture_date"]), canonical_json(row["serial_number"])
        metadata = b"%b%b%b%b%b" % (to_date, made, to_serial, serial, metadata_end)
        passport = canonical_json(str(row["passport_id"]))
        event = b"%b%b%b%b%b%b%b" % (to_id, canonical_json(str(id)), to_metadata, metadata, to_passport, passport, end)
        yield row["ordinal"], id, row["passport_id"], metadata.decode(), sha256(event).digest()


def _around_blanks(value: dict[str, Any]) -> list[bytes]:
    """The canonical JSON that stands before, between and after the blanks."""
    return canonical_json(value).split(canonical_json(_BLANK))
