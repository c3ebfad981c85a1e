"""Locking passports and reading the ends of their chains, in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from models.batches import visible_to
from models.database import Connection, Record
from models.kernel.actor import Actor
from models.lifecycle.events import ChainEnd
from models.passports import VISIBLE_PASSPORTS, PassportStatus

# Rows are locked in the order of their ids, so that no two calls wait for each other; the lock lets scans of the unit
# through, which only refer to its key.
_COLUMNS: Final = "p.id, p.batch_id, p.status, p.manufacture_date"
_LOCK_VISIBLE: Final = f"""
SELECT {_COLUMNS} FROM {VISIBLE_PASSPORTS} WHERE p.id = ANY($3)
ORDER BY p.id FOR NO KEY UPDATE OF p
"""  # noqa: S608  # the text is made of constants
_MATCHING: Final = "p.batch_id = $1 AND ($2::text IS NULL OR p.status = $2) AND p.id > $3"
_LOCK_MATCHING: Final = f"""
SELECT {_COLUMNS} FROM passport p WHERE {_MATCHING} ORDER BY p.id LIMIT $4 FOR NO KEY UPDATE
"""  # noqa: S608  # as above
_COUNT_MATCHING: Final = f"SELECT count(*) FROM passport p WHERE {_MATCHING}"  # noqa: S608  # as above
_BELOW_ALL: Final = UUID(int=0)

# A statement of its own after the locks: one that waited for a lock still sees the heads of before it waited.
_ENDS: Final = """
SELECT head.subject AS id, head.position, head.hash, suspended.status_from FROM chain_head head
LEFT JOIN LATERAL (
    SELECT status_from FROM lifecycle_event WHERE passport_id = head.subject AND action = 'SUSPEND'
    ORDER BY position DESC LIMIT 1
) suspended ON true
WHERE head.subject = ANY($1)
"""


@dataclass(frozen=True, slots=True)
class UnitFilter:
    """Units of one batch, in the order of issue: those in `status`, or all, that come after the passport `after`."""

    batch_id: UUID
    status: PassportStatus | None = None
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A passport that is locked until the transaction ends."""

    id: UUID
    batch_id: UUID
    status: PassportStatus
    manufacture_date: date


@dataclass(frozen=True, slots=True)
class ChainState:
    """Where a locked unit's chain ends; `suspended_from` is the status before its last suspension, if any."""

    end: ChainEnd
    suspended_from: PassportStatus | None


async def lock_units(connection: Connection, actor: Actor, ids: Sequence[UUID]) -> list[Unit]:
    """Returns those of the passports that the actor may see, locked, in the order of their ids."""
    rows = await connection.fetch(_LOCK_VISIBLE, *visible_to(actor), list(ids))
    return [_unit(row) for row in rows]


async def lock_matching(connection: Connection, filter: UnitFilter, most: int) -> tuple[list[Unit], int]:
    """Returns the first `most` passports that match the filter, locked, and how many more there are.

    The caller has made sure that the actor may see the batch.
    """
    rows = await connection.fetch(_LOCK_MATCHING, filter.batch_id, filter.status, filter.after or _BELOW_ALL, most)
    units = [_unit(row) for row in rows]
    if len(units) < most:
        return units, 0
    return units, await connection.fetchval(_COUNT_MATCHING, filter.batch_id, filter.status, units[-1].id)


async def chain_states(connection: Connection, units: Sequence[Unit]) -> dict[UUID, ChainState]:
    """Returns the end of each locked unit's chain."""
    batch_of = {unit.id: unit.batch_id for unit in units}
    return {
        row["id"]: ChainState(
            ChainEnd(row["id"], batch_of[row["id"]], row["position"], row["hash"]),
            row["status_from"] and PassportStatus(row["status_from"]),
        )
        for row in await connection.fetch(_ENDS, list(batch_of))
    }


def _unit(row: Record) -> Unit:
    return Unit(row["id"], row["batch_id"], PassportStatus(row["status"]), row["manufacture_date"])
