"""Jobs: work that is asked for in one transaction and done after its commit, by whichever process is free.

A job is a row, written in the transaction that causes it. A worker takes it by moving its due time ahead in one short
statement, so that no transaction is open while its handler works: that is its lease. When the handler returns, the row
is deleted, or armed for its next turn if the kind recurs. A failure is retried with growing delays; after ten the row
is parked, visibly, until a person requeues it. At least once: a handler may run again after a crash, but never while
the lease of another attempt lasts.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
import structlog

from models import database
from models.database import Connection
from models.kernel.env import Env

Payload = dict[str, str]
Handler = Callable[[Payload, Env], Awaitable[object]]

MOST_ATTEMPTS: Final = 10
# A lease outlasts the time that a handler may take by so much, for whatever comes before and after it.
_LEASE_MARGIN: Final = timedelta(minutes=1)
_RECURRING: Final = "recurring"
_LONGEST_ERROR: Final = 500
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job and what is to be known about it; the contexts list theirs in `jobs.py`.

    `concurrency` is how many of them one process runs at a time: each kind has slots of its own, so that a slow one
    keeps no other waiting. `timeout` ends a handler that hangs. With `every` there is one such job, and it recurs.
    """

    name: str
    handler: Handler
    concurrency: int = 1
    timeout: timedelta = timedelta(minutes=1)
    every: timedelta | None = None

    @property
    def lease(self) -> timedelta:
        """For how long a job of this kind is nobody else's once it is taken."""
        return self.timeout + _LEASE_MARGIN


@dataclass(frozen=True, slots=True)
class Job:
    """A job that was taken. It is this worker's for as long as its row is due at `leased_until`."""

    id: int
    kind: JobKind
    payload: Payload
    attempts: int
    leased_until: datetime


@dataclass(frozen=True, slots=True)
class ParkedJob:
    """A job that failed too often, and how it failed last."""

    id: int
    kind: str
    last_error: str
    created_at: datetime
    parked_at: datetime


async def enqueue(
    connection: Connection,
    kind: str,
    payload: Payload,
    env: Env,
    *,
    key: str | None = None,
    due_at: datetime | None = None,
) -> bool:
    """Ask for a job in the open unit of work, now or at a later time; the worker is woken after the commit.

    While a job of this kind and `key` waits or runs, another is not written. Returns whether this one was.
    """
    now = env.now()
    written = await connection.fetchval(
        "INSERT INTO job (kind, key, payload, attempts, due_at, created_at) VALUES ($1, $2, $3, 0, $4, $5) "
        "ON CONFLICT (kind, key) DO NOTHING RETURNING true",
        kind,
        key,
        orjson.dumps(payload).decode(),
        due_at or now,
        now,
    )
    database.after_commit(env.jobs_due.set)
    return bool(written)


def delay_after(attempts: int) -> timedelta:
    """How long to wait after that many failures: 2, 4, 8 … seconds, at most an hour."""
    return timedelta(seconds=min(2 ** min(attempts, 12), 3600))


async def arm(kinds: Iterable[JobKind], env: Env) -> None:
    """Write the one row of each kind that recurs, unless it is there; the first turn is now."""
    await database.execute(
        "INSERT INTO job (kind, key, payload, attempts, due_at, created_at) "
        "SELECT kind, $2, '{}', 0, $3, $3 FROM unnest($1::text[]) kind ON CONFLICT (kind, key) DO NOTHING",
        [kind.name for kind in kinds if kind.every],
        _RECURRING,
        env.now(),
    )


async def take(slots: Mapping[JobKind, int], env: Env) -> list[Job]:
    """Take jobs that are due, of each kind at most as many as it has slots. Several workers may do this at once."""
    now = env.now()
    free = {kind.name: kind for kind, count in slots.items() if count > 0}
    rows = await database.fetch(
        """
        WITH wanted AS MATERIALIZED (
            SELECT * FROM unnest($1::text[], $2::int[], $3::timestamptz[]) AS w (kind, slots, leased_until)
        ), taken AS MATERIALIZED (
            SELECT due.id
            FROM wanted CROSS JOIN LATERAL (
                SELECT id FROM job WHERE kind = wanted.kind AND due_at <= $4 AND parked_at IS NULL
                ORDER BY due_at, id LIMIT wanted.slots FOR UPDATE SKIP LOCKED
            ) AS due
        )
        UPDATE job SET attempts = least(job.attempts + 1, 32767), due_at = wanted.leased_until
        -- As an array, for PostgreSQL takes it for few; joined to a long queue, it would read all of that.
        FROM wanted WHERE job.kind = wanted.kind AND job.id = ANY (ARRAY(SELECT id FROM taken))
        RETURNING job.id, job.kind, job.payload, job.attempts, job.due_at
        """,
        list(free),
        [slots[kind] for kind in free.values()],
        [now + kind.lease for kind in free.values()],
        now,
    )
    return [
        Job(row["id"], free[row["kind"]], orjson.loads(row["payload"]), row["attempts"], row["due_at"])
        for row in sorted(rows, key=lambda row: int(row["id"]))
    ]


async def attempt(job: Job, env: Env) -> None:
    """Run a job that was taken, and write down what came of it. Cancelled, it gives the job back untried."""
    try:
        await _handle(job, env)
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or not task.cancelling():
            # The handler's own doing, of something that it waited for.
            await _fail(job, error, env)
            return
        await _settle(job, "UPDATE job SET due_at = $3, attempts = attempts - 1", env.now())
        raise
    except Exception as error:  # noqa: BLE001  # whatever a handler meets outside, the row must survive it
        await _fail(job, error, env)
        return
    if job.kind.every:
        turn = env.now() + job.kind.every
        await _settle(job, "UPDATE job SET due_at = $3, attempts = 0, last_error = NULL", turn)
    else:
        await _settle(job, "DELETE FROM job")


async def parked_jobs(*, limit: int = 100) -> list[ParkedJob]:
    """Jobs that a person must look at, the newest first."""
    rows = await database.fetch(
        "SELECT id, kind, last_error, created_at, parked_at FROM job WHERE parked_at IS NOT NULL "
        "ORDER BY parked_at DESC, id DESC LIMIT $1",
        limit,
    )
    return [ParkedJob(**row) for row in rows]


async def requeue_parked(env: Env, kind: str | None = None) -> int:
    """Give every parked job, or those of one kind, ten new attempts. Returns how many there were."""
    tag = await database.execute(
        "UPDATE job SET parked_at = NULL, attempts = 0, due_at = $1 "
        "WHERE parked_at IS NOT NULL AND ($2::text IS NULL OR kind = $2)",
        env.now(),
        kind,
    )
    return int(tag.split()[-1])


async def _handle(job: Job, env: Env) -> None:
    if job.attempts > MOST_ATTEMPTS and not job.kind.every:
        # Its failures would have been counted, so it was the process that ended each time.
        raise RuntimeError("the worker ended in the middle of the last attempt")
    limit = asyncio.timeout(job.kind.timeout.total_seconds())
    try:
        async with limit:
            await job.kind.handler(job.payload, env)
    except TimeoutError as error:
        if limit.expired():
            raise TimeoutError(f"took longer than {job.kind.timeout.total_seconds():g} seconds") from error
        raise


async def _fail(job: Job, error: BaseException, env: Env) -> None:
    now = env.now()
    delay, parked = delay_after(job.attempts), job.attempts >= MOST_ATTEMPTS
    if job.kind.every:
        # What recurs is never parked: nobody would notice that it no longer does.
        delay, parked = min(delay, job.kind.every), False
    await _settle(
        job,
        "UPDATE job SET due_at = $3, last_error = $4, parked_at = $5",
        now + delay,
        _text(error),
        now if parked else None,
    )
    log = _log.error if parked else _log.warning
    log("job_failed", job=job.id, kind=job.kind.name, attempts=job.attempts, parked=parked, exc_info=error)


async def _settle(job: Job, statement: str, *values: Any) -> None:
    """Write what came of a job, unless its lease ran out and it is somebody else's by now."""
    tag = await database.execute(f"{statement} WHERE id = $1 AND due_at = $2", job.id, job.leased_until, *values)
    if not tag.endswith(" 1"):
        _log.warning("job_lease_lost", job=job.id, kind=job.kind.name, attempts=job.attempts)


def _text(error: BaseException) -> str:
    """The error in a form that PostgreSQL takes as text."""
    text = f"{type(error).__name__}: {error}"[:_LONGEST_ERROR]
    return text.encode(errors="replace").decode().replace("\0", "?")
