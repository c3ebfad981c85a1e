"""Progress of uploads: seen by others while the upload goes on, and never the upload's own business."""

import asyncio
import hashlib
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from models import database, passports
from models.batches.tables import Batch
from models.database import Connection
from models.kernel.actor import Actor
from models.kernel.env import Env, Issuance, Participants
from models.kernel.errors import BadInput, Rejected
from models.kernel.live import StateItem, StateStream
from models.kernel.permissions import Role
from models.passports import (
    InputRows,
    IssuanceProgress,
    IssueMode,
    IssuePassports,
    NewPassport,
    issuance_progress_stream,
    progress,
)
from models.passports.serials import Row, RowChecker
from tests.factories import make_batch, make_branded_batch, make_company, make_member
from tests.models.passports.issuing import NOTHING, all_of, csv_of, issue_csv, state_of

KEY = "upload-1"


class HeldSource:
    """Serials of which the second half comes when the test lets it; `fault` is raised in its place."""

    def __init__(self, count: int, fault: Exception | None = None) -> None:
        self.proceed = threading.Event()
        self._count = count
        self._fault = fault

    def digest(self) -> bytes:
        return hashlib.sha256(str(self._count).encode()).digest()

    def read(self, latest: date) -> tuple[Iterator[list[Row]], RowChecker]:
        checker = RowChecker(latest)
        return self._chunks(checker), checker

    def _chunks(self, checker: RowChecker) -> Iterator[list[Row]]:
        half = self._count // 2
        yield self._rows(checker, 0, half)
        self.proceed.wait()
        if self._fault:
            raise self._fault
        yield self._rows(checker, half, self._count)

    def _rows(self, checker: RowChecker, first: int, last: int) -> list[Row]:
        checked = (checker.check(number + 1, f"BAT-{number}", "2026-01-15") for number in range(first, last))
        return [row for row in checked if row]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish without the pauses that spare a real database."""
    monkeypatch.setattr(progress, "PUBLISH_SECONDS", 0.001)


@pytest.fixture
async def company(env: Env) -> tuple[Actor, Batch]:
    """A company with a batch to upload into."""
    actor = await make_company(env)
    return actor, await make_batch(env, actor)


async def progress_of(env: Env, actor: Actor, key: str = KEY) -> IssuanceProgress:
    """What the actor sees of an upload, read on a connection of its own."""
    [item] = await issuance_progress_stream(actor, key, env).page(0)
    return item.row


async def reached(env: Env, actor: Actor, phase: str, rows_read: int = 0) -> IssuanceProgress:
    """The progress once it is in this phase with so many rows."""
    async with asyncio.timeout(20):
        while True:
            seen = await progress_of(env, actor)
            if seen.phase == phase and (seen.rows_read or 0) >= rows_read:
                return seen
            await asyncio.sleep(0.002)


@asynccontextmanager
async def uploading(env: Env, actor: Actor, batch: Batch, source: HeldSource) -> AsyncIterator[asyncio.Task[Any]]:
    """An upload that goes on beside the block; whoever leaves lets it end."""
    command = IssuePassports(batch.id, source, idempotency_key=KEY)
    upload = asyncio.create_task(passports.issue(actor, command, env))
    try:
        yield upload
    finally:
        source.proceed.set()
        await asyncio.wait({upload})


async def test_it_is_seen_while_the_transaction_is_open_and_done_only_after_the_commit(
    env: Env, company: tuple[Actor, Batch]
) -> None:
    actor, batch = company
    may_commit = asyncio.Event()

    async def held(connection: Connection, issuance: Issuance, env: Env) -> None:
        await may_commit.wait()

    last = Participants(passports_issued=(*env.participants.passports_issued, held))
    source = HeldSource(10)
    assert await progress_of(env, actor) == IssuanceProgress()
    async with uploading(replace(env, participants=last), actor, batch, source) as upload:
        reading = await reached(env, actor, "READING", 5)
        assert (reading.rows_read, reading.created, reading.error_count) == (5, 0, 0)
        source.proceed.set()
        writing = await reached(env, actor, "WRITING", 10)
        assert (writing.rows_read, writing.created) == (10, 0)
        assert await state_of(actor) == NOTHING, "nothing of the upload itself is committed"
        may_commit.set()
        assert (await upload).created == 10
    done = await progress_of(env, actor)
    assert (done.phase, done.rows_read, done.created, done.error_count, done.error_code) == ("DONE", 10, 10, 0, None)
    assert await state_of(actor) == all_of(10, keys=1)


async def test_a_broken_upload_has_failed_once_it_is_undone(env: Env, company: tuple[Actor, Batch]) -> None:
    actor, batch = company
    source = HeldSource(10, OSError("the disk is gone"))
    async with uploading(env, actor, batch, source) as upload:
        await reached(env, actor, "READING", 5)
        source.proceed.set()
        with pytest.raises(OSError, match="the disk is gone"):
            await upload
    failed = await progress_of(env, actor)
    assert (failed.phase, failed.rows_read, failed.created, failed.error_code) == ("FAILED", 5, 0, "INTERNAL")
    assert await state_of(actor) == NOTHING


async def test_faulty_rows_and_refusals_are_told_by_their_code(env: Env, company: tuple[Actor, Batch]) -> None:
    actor, batch = company
    await issue_csv(env, actor, batch.id, csv_of(["A", "", "A"]), idempotency_key=KEY)
    failed = await progress_of(env, actor)
    assert (failed.phase, failed.created, failed.error_count, failed.error_code) == ("FAILED", 0, 2, "SERIAL_MISSING")
    with pytest.raises(Rejected):
        await issue_csv(env, actor, batch.id, b"serial_number,manufacture_date\n", idempotency_key=KEY)
    refused = await progress_of(env, actor)
    assert (refused.phase, refused.error_count, refused.error_code) == ("FAILED", 0, "FILE_EMPTY")
    # The same key again, now with a good row among the faulty ones.
    content = csv_of(["A", "", "A"])
    await issue_csv(env, actor, batch.id, content, idempotency_key=KEY, mode=IssueMode.VALID)
    done = await progress_of(env, actor)
    assert (done.phase, done.rows_read, done.created, done.error_count, done.error_code) == ("DONE", 1, 1, 2, None)


async def test_a_repeat_and_other_content_under_the_key_leave_what_was_done(
    env: Env, company: tuple[Actor, Batch]
) -> None:
    actor, batch = company
    for _ in range(2):
        await issue_csv(env, actor, batch.id, csv_of(["A", "B"]), idempotency_key=KEY)
        seen = await progress_of(env, actor)
        assert (seen.phase, seen.rows_read, seen.created) == ("DONE", 2, 2)
    with pytest.raises(Rejected, match="other content"):
        await issue_csv(env, actor, batch.id, csv_of(["C"]), idempotency_key=KEY)
    assert await progress_of(env, actor) == seen


async def test_a_repeat_tells_of_an_upload_whose_server_died_after_the_commit(
    env: Env, company: tuple[Actor, Batch]
) -> None:
    actor, batch = company
    await issue_csv(env, actor, batch.id, csv_of(["A", "B"]), idempotency_key=KEY)
    await database.execute(
        "UPDATE issuance_progress SET phase = 'WRITING', created = 0 WHERE tenant_id = $1", actor.tenant_id
    )
    await issue_csv(env, actor, batch.id, csv_of(["A", "B"]), idempotency_key=KEY)
    done = await progress_of(env, actor)
    assert (done.phase, done.rows_read, done.created) == ("DONE", 2, 2)


async def test_an_earlier_attempt_that_tells_late_does_not_hide_a_later_one(
    env: Env, company: tuple[Actor, Batch]
) -> None:
    actor, batch = company
    source = HeldSource(10)
    async with uploading(env, actor, batch, source):
        await reached(env, actor, "READING", 5)
        earlier = replace(env, now=lambda: env.now() - timedelta(minutes=1))
        async with progress.reporting(actor, KEY, batch.id, earlier) as report:
            report.reading(1, 0)
            report.failed(OSError())
        assert (await progress_of(env, actor)).phase == "READING"


async def test_without_a_key_nothing_is_published(env: Env, company: tuple[Actor, Batch]) -> None:
    actor, batch = company
    await issue_csv(env, actor, batch.id, csv_of(["A"]))
    count = "SELECT count(*) FROM issuance_progress WHERE tenant_id = $1"
    assert await database.fetch_value(count, actor.tenant_id) == 0


async def test_progress_that_cannot_be_published_does_not_fail_the_upload(
    env: Env, company: tuple[Actor, Batch], monkeypatch: pytest.MonkeyPatch
) -> None:
    actor, batch = company

    async def unavailable(_sql: str, *_arguments: object) -> str:
        raise OSError("the database has no connection left")

    monkeypatch.setattr(database, "execute", unavailable)
    assert (await issue_csv(env, actor, batch.id, csv_of(["A"]), idempotency_key=KEY)).created == 1
    assert await progress_of(env, actor) == IssuanceProgress()


async def test_only_those_who_may_see_the_batch_see_its_uploads(env: Env) -> None:
    owner, stranger = await make_company(env), await make_company(env)
    batch, other = await make_branded_batch(env, owner, "One"), await make_branded_batch(env, owner, "Two")
    assert batch.brand_id is not None
    assert other.brand_id is not None
    await issue_csv(env, owner, batch.id, csv_of(["A"]), idempotency_key=KEY)
    theirs = await make_member(env, owner.tenant_id, Role.VIEWER, brand_ids=[batch.brand_id])
    others = await make_member(env, owner.tenant_id, Role.OPERATOR, brand_ids=[other.brand_id])
    watchers = (owner, theirs, others, stranger)
    assert [(await progress_of(env, who)).phase for who in watchers] == ["DONE", "DONE", "WAITING", "WAITING"]
    # Whoever watches at the same time shares the read and nothing else.
    read = await progress._read([(who.tenant_id, who.brand_ids, KEY) for who in watchers])
    assert [seen.phase for seen in read.values()] == ["DONE", "DONE", "WAITING", "WAITING"]


async def test_the_stream_begins_with_what_holds_and_ends_with_the_upload(
    env: Env, company: tuple[Actor, Batch]
) -> None:
    actor, batch = company
    waiting = asyncio.Event()

    async def watch(stream: StateStream[IssuanceProgress]) -> list[StateItem[IssuanceProgress]]:
        seen = []
        async for item in stream:
            seen.append(item)
            waiting.set()
        return seen

    watching = asyncio.create_task(watch(issuance_progress_stream(actor, KEY, env)))
    await waiting.wait()
    await issue_csv(env, actor, batch.id, csv_of(["A"]), idempotency_key=KEY)
    async with asyncio.timeout(20):
        first, *_, last = await watching
        assert (first.row.phase, last.row.phase) == ("WAITING", "DONE")
        assert [item.row for item in await watch(issuance_progress_stream(actor, KEY, env))] == [last.row]


@pytest.mark.parametrize("key", ["", "x" * 201, "line\nbreak"])
async def test_what_cannot_be_a_key_is_refused(env: Env, company: tuple[Actor, Batch], key: str) -> None:
    with pytest.raises(BadInput, match="idempotency key"):
        issuance_progress_stream(company[0], key, env)


async def test_it_is_kept_as_long_as_the_key(env: Env, company: tuple[Actor, Batch]) -> None:
    actor, batch = company
    now = env.now()
    at_that_time = replace(env, now=lambda: now)
    rows = InputRows([NewPassport("A", date(2026, 1, 15))])
    await passports.issue(actor, IssuePassports(batch.id, rows, idempotency_key=KEY), at_that_time)
    await passports.sweep(now + timedelta(hours=24) - timedelta(seconds=1))
    assert (await progress_of(env, actor)).phase == "DONE"
    await passports.sweep(now + timedelta(hours=24))
    assert await progress_of(env, actor) == IssuanceProgress()
