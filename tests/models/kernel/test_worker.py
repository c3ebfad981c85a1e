"""The worker: several beside each other, a slow kind beside a fast one, shutdown and kill -9 in the middle."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from models import database
from models.database import Record, unit_of_work
from models.kernel.env import Env, utc_now
from models.kernel.ids import uuid7
from models.kernel.jobs import Handler, JobKind, Payload, enqueue
from models.kernel.worker import Worker

_ROOT = Path(__file__).parents[3]
_SECONDS_UNTIL_STUCK = 20.0
Kind = Callable[..., JobKind]


@pytest.fixture
async def kind(connected: None) -> AsyncIterator[Kind]:
    """Makes kinds of this test's own, whose jobs are gone after it."""
    mark = uuid7().hex[-20:]

    def make(handler: Handler, name: str = "", **options: Any) -> JobKind:
        return JobKind(f"test {mark} {name}", handler, **options)

    yield make
    await database.execute("DELETE FROM job WHERE kind LIKE $1", f"test {mark}%")


def _process(env: Env) -> Env:
    """The environment of another process, which the others do not wake."""
    return replace(env, jobs_due=asyncio.Event())


async def _ask(env: Env, kind: JobKind, count: int = 1) -> None:
    async with unit_of_work() as connection:
        for number in range(count):
            await enqueue(connection, kind.name, {"number": str(number)}, env)


async def _rows(kind: JobKind) -> list[Record]:
    return await database.fetch("SELECT * FROM job WHERE kind = $1 ORDER BY id", kind.name)


async def _until(reached: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(_SECONDS_UNTIL_STUCK):
        while not await reached():  # noqa: ASYNC110  # mostly it's the database that is asked
            await asyncio.sleep(0.02)


async def _until_done(*kinds: JobKind) -> None:
    async def done() -> bool:
        return not any([await _rows(kind) for kind in kinds])

    await _until(done)


async def test_a_job_of_this_process_begins_at_once_and_not_with_the_next_poll(env: Env, kind: Kind) -> None:
    begun: asyncio.Queue[float] = asyncio.Queue()

    async def note(_payload: Payload, _env: Env) -> None:
        begun.put_nowait(monotonic())

    env, noting = _process(env), kind(note)
    async with Worker([noting], env), asyncio.timeout(_SECONDS_UNTIL_STUCK):
        delays = []
        for _ in range(5):
            await asyncio.sleep(0.05)
            asked = monotonic()
            await _ask(env, noting)
            delays.append(await begun.get() - asked)
    # A poll would take half a second on average.
    assert sorted(delays)[2] < 0.25


async def test_a_job_of_another_process_is_found_by_the_poll(env: Env, kind: Kind) -> None:
    done = asyncio.Event()

    async def note(_payload: Payload, _env: Env) -> None:
        done.set()

    noting = kind(note)
    async with Worker([noting], _process(env)):
        await asyncio.sleep(0.2)
        await _ask(_process(env), noting)
        async with asyncio.timeout(_SECONDS_UNTIL_STUCK):
            await done.wait()


async def test_two_workers_never_run_one_job_at_the_same_time(env: Env, kind: Kind) -> None:
    running: Counter[str] = Counter()
    begun: Counter[str] = Counter()

    async def note(payload: Payload, _env: Env) -> None:
        number = payload["number"]
        running[number] += 1
        begun[number] += 1
        assert running[number] == 1
        await asyncio.sleep(0.01)
        running[number] -= 1
        if begun[number] == 1 and int(number) % 10 == 0:
            raise OSError("once more")

    noting = kind(note, concurrency=5)
    await _ask(env, noting, 60)
    async with Worker([noting], _process(env)), Worker([noting], _process(env)):
        await _until_done(noting)
    assert begun == {str(number): 2 if number % 10 == 0 else 1 for number in range(60)}


async def test_of_several_workers_one_at_a_time_does_what_recurs(env: Env, kind: Kind) -> None:
    running, turns, most = 0, 0, 0

    async def note(_payload: Payload, _env: Env) -> None:
        nonlocal running, turns, most
        running, turns = running + 1, turns + 1
        most = max(most, running)
        await asyncio.sleep(0.03)
        running -= 1

    noting = kind(note, concurrency=3, every=timedelta(milliseconds=10))

    async def enough() -> bool:
        return turns >= 4

    async with Worker([noting], _process(env)), Worker([noting], _process(env)), Worker([noting], _process(env)):
        await _until(enough)
    assert most == 1
    assert len(await _rows(noting)) == 1


async def test_a_kind_has_no_more_running_than_its_slots(env: Env, kind: Kind) -> None:
    running = most = 0

    async def note(_payload: Payload, _env: Env) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1

    env, noting = _process(env), kind(note, concurrency=3)
    async with Worker([noting], env):
        await _ask(env, noting, 30)
        await _until_done(noting)
    assert most == 3


async def test_mail_that_hangs_holds_no_payment_up(env: Env, kind: Kind) -> None:
    released, hanging, paid = asyncio.Event(), 0, 0

    async def hang(_payload: Payload, _env: Env) -> None:
        nonlocal hanging
        hanging += 1
        await released.wait()

    async def pay(_payload: Payload, _env: Env) -> None:
        nonlocal paid
        paid += 1

    env, mail, payment = _process(env), kind(hang, "mail", concurrency=2), kind(pay, "payment")
    await _ask(env, mail, 50)

    async def stuck() -> bool:
        return hanging == 2

    async with Worker([mail, payment], env):
        await _until(stuck)
        await _ask(env, payment, 20)
        await _until_done(payment)
        assert (paid, hanging) == (20, 2)
        released.set()
        await _until_done(mail)
    assert hanging == 50


async def test_shutdown_waits_a_little_for_what_is_running(env: Env, kind: Kind) -> None:
    begun, ended = asyncio.Event(), False

    async def work(_payload: Payload, _env: Env) -> None:
        nonlocal ended
        begun.set()
        await asyncio.sleep(0.2)
        ended = True

    env, working = _process(env), kind(work)
    async with Worker([working], env):
        await _ask(env, working)
        await begun.wait()
    assert ended
    assert await _rows(working) == []


async def test_shutdown_gives_back_what_would_take_too_long(env: Env, kind: Kind) -> None:
    begun = asyncio.Event()

    async def hang(_payload: Payload, _env: Env) -> None:
        begun.set()
        await asyncio.Event().wait()

    env, hanging = _process(env), kind(hang)
    async with Worker([hanging], env, grace_seconds=0.1):
        await _ask(env, hanging, 3)
        await begun.wait()
    rows = await _rows(hanging)
    # Nobody waits for a lease, and nobody is nearer to being parked for it.
    assert [row["attempts"] for row in rows] == [0, 0, 0]
    assert all(row["due_at"] <= utc_now() for row in rows)


async def test_a_worker_outlives_a_database_that_is_away(env: Env, kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    done, failures = asyncio.Event(), 0

    async def note(_payload: Payload, _env: Env) -> None:
        done.set()

    async def fail(*_arguments: object) -> list[Record]:
        nonlocal failures
        failures += 1
        raise ConnectionRefusedError("the database is away")

    async def failed_twice() -> bool:
        return failures >= 2

    env, noting = _process(env), kind(note)
    with monkeypatch.context() as patched:
        patched.setattr("models.kernel.jobs.database.execute", fail)
        async with Worker([noting], env):
            await _until(failed_twice)
            patched.undo()
            await _ask(env, noting)
            async with asyncio.timeout(_SECONDS_UNTIL_STUCK):
                await done.wait()


async def _start_slow_worker(url: str, kind: JobKind, minutes_ahead: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.models.kernel.work_slowly", url, kind.name, str(minutes_ahead)),
        cwd=_ROOT,
        stdout=asyncio.subprocess.PIPE,
    )


async def test_what_a_killed_worker_was_doing_is_done_by_another(env: Env, kind: Kind, database_url: str) -> None:
    async def never(_payload: Payload, _env: Env) -> None:
        raise AssertionError("this process runs nothing")

    slow = kind(never)
    await _ask(env, slow, 3)
    first = await _start_slow_worker(database_url, slow, 0)
    assert first.stdout is not None
    assert (await first.stdout.readline()).startswith(b"begun ")
    first.kill()
    await first.wait()
    rows = await _rows(slow)
    taken = [row for row in rows if row["attempts"]]
    assert len(rows) == 3
    assert taken
    # Before the lease has run out it's nobody else's, afterwards it is done like any other.
    assert all(row["due_at"] > utc_now() for row in taken)
    second = await _start_slow_worker(database_url, slow, 5)
    try:
        await _until_done(slow)
    finally:
        second.kill()
        await second.wait()
