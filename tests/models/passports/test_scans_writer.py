"""Scans are written in groups, numbered without gaps, and answered only once they are in the table."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models import database
from models.database import unit_of_work
from models.kernel.env import Env
from models.kernel.errors import NotFound, RateLimited
from models.kernel.ids import uuid7
from models.passports.scans import RecordScan, ScanWriteFailed, ScanWriter, record_scan, writer
from models.tenants.tables import Tenant
from tests.conftest import CountQueries
from tests.factories import make_batch, make_company, make_passports


async def _company_with_passports(env: Env, count: int = 3) -> tuple[UUID, list[UUID]]:
    actor = await make_company(env)
    passports = await make_passports(env, await make_batch(env, actor), count)
    return actor.tenant_id, [passport.id for passport in passports]


async def _scan(env: Env, passport_id: UUID) -> UUID:
    """Records a scan and gives its id."""
    return (await record_scan(RecordScan(passport_id, "81.2.69.142", "Mozilla/5.0 (iPhone) Mobile"), env)).id


async def _feed(tenant_id: UUID) -> list[UUID]:
    """The ids of the company's scans in the order of their positions, which have no gaps and end at the head."""
    rows = await database.fetch("SELECT id, position FROM scan WHERE tenant_id = $1 ORDER BY position", tenant_id)
    head = await database.fetch_value(
        "SELECT last_position FROM feed_head WHERE tenant_id = $1 AND feed = 'scan'", tenant_id
    )
    assert [row["position"] for row in rows] == list(range(1, head + 1))
    return [row["id"] for row in rows]


@asynccontextmanager
async def _scans_held_up(url: str, tenant_id: UUID) -> AsyncIterator[asyncpg.Connection]:
    """Meanwhile no scan of this company can be written; the end of the block lets go.

    Gives the connection of the database's owner that is in the way.
    """
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("BEGIN")
        await connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('scan' || $1::uuid::text, 0))", tenant_id
        )
        yield connection
    finally:
        await connection.close()


async def _until_a_group_is_held_up() -> None:
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    while not await database.fetch_value(waiting):  # noqa: ASYNC110  # the database has no event for this
        await asyncio.sleep(0.005)


async def _answers(*scans: "asyncio.Task[UUID]") -> Sequence[Any]:
    return await asyncio.gather(*scans, return_exceptions=True)


async def test_eight_writers_number_the_scans_of_three_companies_without_gaps(env: Env) -> None:
    companies = [await _company_with_passports(env) for _ in range(3)]
    everything = [passport_id for _, passports in companies for passport_id in passports]
    answered: list[UUID] = []

    async def keep_scanning(scans: ScanWriter, start: int) -> None:
        own = replace(env, scans=scans)
        for number in range(start, start + 20):
            answered.append(await _scan(own, everything[number % len(everything)]))  # noqa: PERF401  # as they come

    async def keep_reading() -> None:
        while True:
            for tenant_id, _ in companies:
                await _check_snapshot(tenant_id)

    reading = asyncio.create_task(keep_reading())
    async with AsyncExitStack() as writers, asyncio.TaskGroup() as callers:
        for start in range(8):
            scans = await writers.enter_async_context(ScanWriter())
            for caller in range(5):
                callers.create_task(keep_scanning(scans, start + caller))
    assert not reading.done()
    reading.cancel()
    written = [id for tenant_id, _ in companies for id in await _feed(tenant_id)]
    assert len(answered) == 8 * 5 * 20
    assert sorted(written) == sorted(answered)


async def _check_snapshot(tenant_id: UUID) -> None:
    """At any moment all positions up to the head are there: they become visible in their order."""
    seen = await database.fetch_one(
        "SELECT count(*) AS scans, coalesce(max(position), 0) AS last, "
        "(SELECT last_position FROM feed_head WHERE tenant_id = $1 AND feed = 'scan') AS head "
        "FROM scan WHERE tenant_id = $1",
        tenant_id,
    )
    assert seen is not None
    assert seen["scans"] == seen["last"] == seen["head"]


async def test_scans_that_arrive_together_are_one_statement(env: Env, count_queries: CountQueries) -> None:
    tenant_id, passports = await _company_with_passports(env)
    with count_queries() as queries:
        ids = await asyncio.gather(*(_scan(env, passports[number % 3]) for number in range(50)))
    assert len(queries) == 1
    assert await _feed(tenant_id) == ids


async def test_groups_have_a_largest_size(
    env: Env, count_queries: CountQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "LARGEST_GROUP", 20)
    tenant_id, passports = await _company_with_passports(env)
    with count_queries() as queries:
        ids = await asyncio.gather(*(_scan(env, passports[0]) for _ in range(50)))
    assert len(queries) == 3
    assert await _feed(tenant_id) == ids


async def test_an_unknown_passport_fails_alone(env: Env) -> None:
    tenant_id, passports = await _company_with_passports(env)
    scanned = [passports[0], uuid7(), passports[1], uuid7(), passports[2]]
    answers = await asyncio.gather(*(_scan(env, passport_id) for passport_id in scanned), return_exceptions=True)
    assert [isinstance(answer, NotFound) for answer in answers] == [False, True, False, True, False]
    assert await _feed(tenant_id) == answers[::2]


async def test_only_unknown_passports(env: Env) -> None:
    answers = await asyncio.gather(*(_scan(env, uuid7()) for _ in range(3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [NotFound] * 3


async def test_a_caller_who_leaves_does_not_disturb_the_others(env: Env, database_url: str) -> None:
    tenant_id, passports = await _company_with_passports(env)
    async with ScanWriter() as scans:
        own = replace(env, scans=scans)
        async with _scans_held_up(database_url, tenant_id):
            leaves_late, stays = (asyncio.create_task(_scan(own, passports[0])) for _ in range(2))
            await _until_a_group_is_held_up()
            leaves_early, stays_too = (asyncio.create_task(_scan(own, passports[1])) for _ in range(2))
            await asyncio.sleep(0)
            leaves_late.cancel()
            leaves_early.cancel()
        answers = await _answers(leaves_late, stays, leaves_early, stays_too)
    assert [isinstance(answer, asyncio.CancelledError) for answer in answers] == [True, False, True, False]
    feed = await _feed(tenant_id)
    # The first group was on its way when its caller left; the second had not begun.
    assert len(feed) == 3
    assert feed[1:] == [answers[1], answers[3]]


async def test_the_end_writes_everything_that_waits(env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "LARGEST_GROUP", 7)
    tenant_id, passports = await _company_with_passports(env)
    async with ScanWriter() as scans:
        own = replace(env, scans=scans)
        waiting = [asyncio.create_task(_scan(own, passports[number % 3])) for number in range(30)]
        await asyncio.sleep(0)
    assert await asyncio.gather(*waiting) == await _feed(tenant_id)
    with pytest.raises(ScanWriteFailed):
        await _scan(own, passports[0])


async def test_a_failed_statement_fails_all_its_callers_and_writes_nothing(env: Env) -> None:
    tenant_id, passports = await _company_with_passports(env)
    now = env.now()
    headless = await make_company(env)
    stray = await Tenant.create(id=uuid7(), company_name="Without feeds", created_at=now, updated_at=now)
    [passport] = await make_passports(env, await make_batch(env, replace(headless, tenant_id=stray.id)), 1)
    answers = await asyncio.gather(
        *(_scan(env, passport_id) for passport_id in (passports[0], passport.id, passports[1])), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [ScanWriteFailed] * 3
    assert all("no head in the feed" in str(answer.__cause__) for answer in answers if isinstance(answer, Exception))
    assert await _feed(tenant_id) == []
    assert [await _scan(env, passports[0])] == await _feed(tenant_id)


async def test_a_database_that_does_not_answer(env: Env, database_url: str) -> None:
    tenant_id, passports = await _company_with_passports(env)
    async with ScanWriter(group_timeout=0.05) as scans:
        own = replace(env, scans=scans)
        async with _scans_held_up(database_url, tenant_id):
            with pytest.raises(ScanWriteFailed):
                await _scan(own, passports[0])
        assert await _feed(tenant_id) == []
    assert [await _scan(env, passports[0])] == await _feed(tenant_id)


async def test_a_backend_that_is_killed(env: Env, database_url: str) -> None:
    tenant_id, passports = await _company_with_passports(env)
    async with _scans_held_up(database_url, tenant_id) as owner:
        held_up = [asyncio.create_task(_scan(env, passport_id)) for passport_id in passports]
        await _until_a_group_is_held_up()
        await owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        )
        answers = await _answers(*held_up)
    assert [type(answer) for answer in answers] == [ScanWriteFailed] * 3
    assert [await _scan(env, passports[0])] == await _feed(tenant_id)


async def test_only_so_many_scans_wait(env: Env, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MOST_WAITING", 2)
    tenant_id, passports = await _company_with_passports(env)
    async with ScanWriter() as scans:
        own = replace(env, scans=scans)
        async with _scans_held_up(database_url, tenant_id):
            being_written = asyncio.create_task(_scan(own, passports[0]))
            await _until_a_group_is_held_up()
            waiting = [asyncio.create_task(_scan(own, passports[1])) for _ in range(2)]
            await asyncio.sleep(0)
            with pytest.raises(RateLimited) as refused:
                await _scan(own, passports[2])
        ids = await asyncio.gather(being_written, *waiting)
    assert refused.value.extensions == {"retryAfter": 1}
    assert await _feed(tenant_id) == ids


async def test_a_callers_transaction_is_not_the_groups(env: Env) -> None:
    tenant_id, passports = await _company_with_passports(env)
    async with unit_of_work() as connection:
        scan_id = await _scan(env, passports[0])
        assert await connection.fetchval("SELECT pg_current_xact_id_if_assigned()") is None
    assert await _feed(tenant_id) == [scan_id]
