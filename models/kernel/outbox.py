"""The outbox: side effects written in the transaction that causes them and carried out after its commit.

At least once: a handler may run again after a crash. A failure is retried with growing delays; after ten the row is
parked, visibly, until a person requeues it.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
import structlog

from models import database
from models.database import Connection
from models.kernel.env import Env

Handler = Callable[[dict[str, str]], Awaitable[None]]

MOST_ATTEMPTS = 10
_log = structlog.get_logger(__name__)


async def enqueue(connection: Connection, kind: str, payload: dict[str, str], now: datetime) -> None:
    """Write a side effect in the open transaction."""
    await connection.execute(
        "INSERT INTO outbox (kind, payload, attempts, due_at, created_at) VALUES ($1, $2, 0, $3, $3)",
        kind,
        orjson.dumps(payload).decode(),
        now,
    )


def delay_after(attempts: int) -> timedelta:
    """How long to wait after that many failures: 2, 4, 8 … seconds, at most an hour."""
    return timedelta(seconds=min(2**attempts, 3600))


async def deliver_due(handlers: Mapping[str, Handler], env: Env, *, limit: int = 20) -> int:
    """Carry out side effects that are due; gives how many were tried. Several workers may run this at once.

    A row is taken by moving its due time ahead in one short statement, so that no transaction is open during the
    handler's network call; a worker that dies leaves the row to be taken again five minutes later.
    """
    now = env.now()
    rows = await database.fetch(
        """
        UPDATE outbox SET attempts = attempts + 1, due_at = $1::timestamptz + interval '5 minutes'
        WHERE id IN (SELECT id FROM outbox WHERE due_at <= $1 AND parked_at IS NULL
                     ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING id, kind, payload, attempts
        """,
        now,
        limit,
    )
    for row in rows:
        await _deliver(row, handlers, now)
    return len(rows)


async def _deliver(row: Any, handlers: Mapping[str, Handler], now: datetime) -> None:
    try:
        await handlers[row["kind"]](orjson.loads(row["payload"]))
    except Exception as error:  # noqa: BLE001  # whatever a handler meets outside, the row must survive it
        parked = row["attempts"] >= MOST_ATTEMPTS
        await database.execute(
            "UPDATE outbox SET due_at = $2, last_error = $3, parked_at = $4 WHERE id = $1",
            row["id"],
            now + delay_after(row["attempts"]),
            f"{type(error).__name__}: {error}"[:500],
            now if parked else None,
        )
        _log.warning("outbox_failed", kind=row["kind"], attempts=row["attempts"], parked=parked, exc_info=error)
        return
    await database.execute("DELETE FROM outbox WHERE id = $1", row["id"])


async def requeue_parked(now: datetime) -> int:
    """Give every parked side effect ten new tries; gives how many there were."""
    tag = await database.execute(
        "UPDATE outbox SET parked_at = NULL, attempts = 0, due_at = $1 WHERE parked_at IS NOT NULL", now
    )
    return int(tag.split()[-1])
