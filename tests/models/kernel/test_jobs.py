"""The queue: what is asked for, taken, retried, parked and done; each kind of these tests is a queue of its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from models import database
from models.database import Record, unit_of_work
from models.kernel import jobs
from models.kernel.env import Env, utc_now
from models.kernel.ids import uuid7
from models.kernel.jobs import MOST_ATTEMPTS, JobKind, Payload, delay_after, enqueue
from models.registry import JOBS
from tests.factories import make_company
from tests.jobs import run_due

_HERE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class Queue:
    """Jobs of one kind, a handler that notes what it is given, and a clock that tests turn."""

    base: Env
    kind: JobKind
    time: datetime = _HERE
    handled: list[Payload] = field(default_factory=list)
    act: Callable[[], Awaitable[None]] | None = None

    @property
    def env(self) -> Env:
        """The environment, at this queue's time."""
        return replace(self.base, now=lambda: self.time)

    async def ask(self, number: int = 1, key: str | None = None, due_at: datetime | None = None) -> bool:
        """Ask for a job in a transaction of its own."""
        async with unit_of_work() as connection:
            payload = {"number": str(number)}
            return await enqueue(connection, self.kind.name, payload, self.env, key=key, due_at=due_at)

    async def run(self) -> int:
        """Run what is due."""
        return await run_due([self.kind], self.env)

    async def take(self, slots: int = 1) -> list[jobs.Job]:
        """Take what is due."""
        return await jobs.take({self.kind: slots}, self.env)

    async def rows(self) -> list[Record]:
        """The jobs that there are."""
        return await database.fetch("SELECT * FROM job WHERE kind = $1 ORDER BY id", self.kind.name)


@pytest.fixture
async def queue(env: Env) -> AsyncIterator[Queue]:
    """A queue that is empty before and after."""

    async def handle(payload: Payload, _env: Env) -> None:
        if own.act:
            await own.act()
        own.handled.append(payload)

    own = Queue(env, JobKind(f"test {uuid7().hex[-30:]}", handle, timeout=timedelta(seconds=30)))
    yield own
    await database.execute("DELETE FROM job WHERE kind = $1", own.kind.name)


def _failing(message: str = "no") -> Callable[[], Awaitable[None]]:
    async def fail() -> None:
        raise OSError(message)

    return fail


def test_the_kinds_have_names_of_their_own() -> None:
    names = [kind.name for kind in JOBS]
    assert sorted(set(names)) == sorted(names)
    assert all(len(name) <= 40 for name in names)


async def test_what_has_expired_is_swept_by_the_jobs_that_recur(env: Env) -> None:
    """As the server is put together: each sweep is in the registry, and deletes what it should."""
    old, mark = utc_now() - timedelta(days=3650), uuid7()
    await database.execute("INSERT INTO throttle (key, used, expires_at) VALUES ($1, 1, $2)", mark.bytes, old)
    await database.execute(
        "INSERT INTO idempotency_key (tenant_id, operation, key, input_hash, created_at) VALUES ($1, '', '', '', $2)",
        mark,
        old,
    )
    await database.execute(
        "INSERT INTO issuance_progress (tenant_id, key, batch_id, phase, rows_read, created, error_count, started_at, "
        "updated_at) VALUES ($1, '', $1, 'DONE', 0, 0, 0, $2, $2)",
        mark,
        old,
    )
    company = await make_company(env)
    await database.execute(
        "INSERT INTO password_reset (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $3)",
        mark.bytes,
        company.user_id,
        old,
    )
    for kind in JOBS:
        if kind.every:
            await kind.handler({}, env)
    left = await database.fetch_value(
        """
        SELECT (SELECT count(*) FROM throttle WHERE key = $1)
            + (SELECT count(*) FROM password_reset WHERE token_hash = $1)
            + (SELECT count(*) FROM idempotency_key WHERE tenant_id = $2)
            + (SELECT count(*) FROM issuance_progress WHERE tenant_id = $2)
        """,
        mark.bytes,
        mark,
    )
    assert left == 0


async def test_a_job_is_done_once_and_gone(queue: Queue) -> None:
    assert await queue.ask(7)
    assert await queue.run() == 1
    assert queue.handled == [{"number": "7"}]
    assert await queue.rows() == []


async def test_a_transaction_that_is_undone_asks_for_nothing_and_wakes_nobody(queue: Queue) -> None:
    async def change_nothing() -> None:
        async with unit_of_work() as connection:
            await enqueue(connection, queue.kind.name, {}, queue.env)
            raise OSError("undone")

    queue.base.jobs_due.clear()
    with pytest.raises(OSError, match="undone"):
        await change_nothing()
    assert not queue.base.jobs_due.is_set()
    assert await queue.rows() == []


async def test_the_worker_is_woken_after_the_commit_and_not_before(queue: Queue) -> None:
    queue.base.jobs_due.clear()
    async with unit_of_work() as connection:
        await enqueue(connection, queue.kind.name, {}, queue.env)
        assert not queue.base.jobs_due.is_set()
    assert queue.base.jobs_due.is_set()


async def test_a_job_for_later_waits(queue: Queue) -> None:
    await queue.ask(due_at=queue.time + timedelta(hours=1))
    assert await queue.run() == 0
    queue.time += timedelta(hours=1)
    assert await queue.run() == 1


async def test_of_one_key_there_is_one_job_until_it_is_done(queue: Queue) -> None:
    assert await queue.ask(1, key="a")
    assert not await queue.ask(2, key="a")
    assert await queue.ask(3, key="b")
    await queue.run()
    assert queue.handled == [{"number": "1"}, {"number": "3"}]
    assert await queue.ask(4, key="a")


async def test_jobs_that_fail_wait_ever_longer_and_are_parked_at_last(queue: Queue) -> None:
    queue.act = _failing("the server is down")
    await queue.ask()
    for attempts in range(1, MOST_ATTEMPTS + 1):
        assert await queue.run() == 1
        [row] = await queue.rows()
        assert (row["attempts"], row["last_error"]) == (attempts, "OSError: the server is down")
        assert row["due_at"] == queue.time + delay_after(attempts)
        assert (row["parked_at"] is not None) == (attempts == MOST_ATTEMPTS)
        queue.time = row["due_at"]
    queue.time += timedelta(days=30)
    assert await queue.run() == 0
    [parked] = [job for job in await jobs.parked_jobs() if job.kind == queue.kind.name]
    assert parked.last_error == "OSError: the server is down"

    assert await jobs.requeue_parked(queue.env, "another kind") == 0
    assert await jobs.requeue_parked(queue.env, queue.kind.name) == 1
    queue.act = None
    assert await queue.run() == 1
    assert queue.handled == [{"number": "1"}]
    assert await queue.rows() == []


@pytest.mark.parametrize("message", ["\0", "\ud800", "x" * 2_000, "%s {} $1", ""])
async def test_whatever_an_error_says_it_is_written_down(queue: Queue, message: str) -> None:
    queue.act = _failing(message)
    await queue.ask()
    await queue.run()
    [row] = await queue.rows()
    assert row["attempts"] == 1
    assert row["last_error"].startswith("OSError: ")
    assert len(row["last_error"]) <= 500


async def test_a_payload_that_no_handler_understands_is_parked_and_keeps_nobody_waiting(queue: Queue) -> None:
    async def handle(payload: Payload, _env: Env) -> None:
        queue.handled.append({"number": payload["number"]})

    queue.kind = replace(queue.kind, handler=handle)
    async with unit_of_work() as connection:
        await enqueue(connection, queue.kind.name, {"something": "else"}, queue.env)
    for number in range(MOST_ATTEMPTS):
        await queue.ask(number)
        await queue.run()
        queue.time += timedelta(hours=1)
    assert queue.handled == [{"number": str(number)} for number in range(MOST_ATTEMPTS)]
    [poison] = await queue.rows()
    assert poison["parked_at"] is not None
    assert poison["last_error"] == "KeyError: 'number'"


async def test_a_handler_that_hangs_is_ended_and_counts_as_failed(queue: Queue) -> None:
    async def hang() -> None:
        await asyncio.Event().wait()

    queue.kind, queue.act = replace(queue.kind, timeout=timedelta(milliseconds=50)), hang
    await queue.ask()
    assert await queue.run() == 1
    [row] = await queue.rows()
    assert (row["attempts"], row["last_error"]) == (1, "TimeoutError: took longer than 0.05 seconds")


async def test_a_handlers_own_timeout_is_not_taken_for_that(queue: Queue) -> None:
    async def time_out() -> None:
        raise TimeoutError("the server said nothing")

    queue.act = time_out
    await queue.ask()
    await queue.run()
    [row] = await queue.rows()
    assert row["last_error"] == "TimeoutError: the server said nothing"


async def test_a_handler_that_is_cancelled_from_within_has_failed(queue: Queue) -> None:
    async def cancel() -> None:
        raise asyncio.CancelledError

    queue.act = cancel
    await queue.ask()
    assert await queue.run() == 1
    [row] = await queue.rows()
    assert (row["attempts"], row["due_at"]) == (1, queue.time + delay_after(1))


async def test_a_job_that_was_taken_is_nobody_elses_until_its_lease_runs_out(queue: Queue) -> None:
    await queue.ask()
    [first] = await queue.take()
    assert await queue.take() == []
    queue.time = first.leased_until
    [second] = await queue.take()
    assert (second.id, second.attempts) == (first.id, 2)
    assert first.leased_until - _HERE > queue.kind.timeout


@pytest.mark.parametrize("fails", [False, True])
async def test_who_comes_back_after_the_lease_changes_nothing(queue: Queue, fails: bool) -> None:
    await queue.ask()
    [late] = await queue.take()
    queue.time = late.leased_until
    [current] = await queue.take()
    queue.act = _failing() if fails else None
    await jobs.attempt(late, queue.env)
    [row] = await queue.rows()
    assert (row["attempts"], row["due_at"], row["last_error"]) == (2, current.leased_until, None)
    queue.act = None
    await jobs.attempt(current, queue.env)
    assert await queue.rows() == []


async def test_a_job_whose_worker_always_dies_is_parked(queue: Queue) -> None:
    """As after kill -9 or a full memory: nothing is written down, the job only comes free again."""
    await queue.ask()
    for _ in range(MOST_ATTEMPTS):
        [job] = await queue.take()
        queue.time = job.leased_until
    assert await queue.run() == 1
    assert queue.handled == []
    [row] = await queue.rows()
    assert row["parked_at"] is not None
    assert "the worker ended" in row["last_error"]


async def test_of_many_takers_each_job_is_taken_by_one(queue: Queue) -> None:
    for number in range(30):
        await queue.ask(number)
    taken = await asyncio.gather(*(queue.take(slots=3) for _ in range(15)))
    assert all(len(some) <= 3 for some in taken)
    ids = [job.id for some in taken for job in some]
    assert len(set(ids)) == len(ids)
    rest = [job.id for job in await queue.take(slots=100)]
    assert sorted(ids + rest) == [row["id"] for row in await queue.rows()]


async def test_no_more_are_taken_than_there_are_slots_and_the_oldest_first(queue: Queue) -> None:
    for number in range(5):
        await queue.ask(number)
        queue.time += timedelta(seconds=1)
    assert [job.payload["number"] for job in await queue.take(slots=2)] == ["0", "1"]
    assert await queue.take(slots=0) == []
    assert await queue.take(slots=-1) == []
    assert [job.payload["number"] for job in await queue.take(slots=10)] == ["2", "3", "4"]


async def test_a_kind_that_this_process_does_not_know_is_left_alone(queue: Queue) -> None:
    await queue.ask()
    assert await run_due([replace(queue.kind, name="unknown")], queue.env) == 0
    [row] = await queue.rows()
    assert row["attempts"] == 0


async def test_what_recurs_has_one_row_that_is_armed_again(queue: Queue) -> None:
    queue.kind = replace(queue.kind, every=timedelta(minutes=10))
    for _ in range(3):
        await jobs.arm([queue.kind], queue.env)
    for turn in range(1, 4):
        assert await queue.run() == 1
        assert len(queue.handled) == turn
        [row] = await queue.rows()
        assert (row["attempts"], row["due_at"]) == (0, queue.time + timedelta(minutes=10))
        assert await queue.run() == 0
        queue.time = row["due_at"]


async def test_what_recurs_is_never_parked_and_says_how_it_failed(queue: Queue) -> None:
    queue.kind, queue.act = replace(queue.kind, every=timedelta(seconds=30)), _failing()
    await jobs.arm([queue.kind], queue.env)
    for failures in range(1, 3 * MOST_ATTEMPTS):
        assert await queue.run() == 1
        [row] = await queue.rows()
        assert (row["attempts"], row["parked_at"], row["last_error"]) == (failures, None, "OSError: no")
        assert row["due_at"] == queue.time + min(delay_after(failures), timedelta(seconds=30))
        queue.time = row["due_at"]
    queue.act = None
    await queue.run()
    [row] = await queue.rows()
    assert (row["attempts"], row["last_error"]) == (0, None)


async def test_what_fails_for_weeks_does_not_stop_the_queue(queue: Queue) -> None:
    queue.kind, queue.act = replace(queue.kind, every=timedelta(seconds=30)), _failing()
    await jobs.arm([queue.kind], queue.env)
    await database.execute("UPDATE job SET attempts = 32767 WHERE kind = $1", queue.kind.name)
    assert await queue.run() == 1
