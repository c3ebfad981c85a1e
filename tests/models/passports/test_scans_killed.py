"""What was answered is in the table, without gaps, whatever happens to the processes that wrote it."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from uuid import UUID

import pytest

from models import database
from models.kernel.env import Env
from models.passports.scans import RecordScan, record_scan
from tests.factories import make_batch, make_company, make_passports

_ROOT = Path(__file__).parents[3]
_PROGRAM = "tests.models.passports.scan_until_killed"


async def _start(url: str, passports: list[UUID]) -> Process:
    arguments = [sys.executable, "-m", _PROGRAM, url, *map(str, passports)]
    return await asyncio.create_subprocess_exec(*arguments, stdin=PIPE, stdout=PIPE, cwd=_ROOT)


async def _read_answers(process: Process, count: int) -> list[UUID]:
    assert process.stdout is not None
    return [UUID((await process.stdout.readline()).decode().strip()) for _ in range(count)]


async def _rest(process: Process) -> list[UUID]:
    """What was printed before the end; a line that kill -9 cut short is no answer."""
    assert process.stdout is not None
    lines = (await process.stdout.read()).split(b"\n")
    await process.wait()
    return [UUID(line.decode()) for line in lines[:-1]]


async def _until_disconnected(application: str) -> None:
    """The database ends a statement whose client is gone before it notices."""
    connected = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1"
    while await database.fetch_value(connected, application):  # noqa: ASYNC110  # the database has no event for this
        await asyncio.sleep(0.005)


@pytest.mark.usefixtures("connected")
async def test_a_process_killed_while_it_writes(env: Env, database_url: str) -> None:
    companies = [await make_company(env) for _ in range(2)]
    passports = [
        passport.id for actor in companies for passport in await make_passports(env, await make_batch(env, actor), 2)
    ]
    killed = await _start(f"{database_url}&application_name=killed", passports)
    survivor = await _start(f"{database_url}&application_name=survivor", passports)
    answered = [*await _read_answers(killed, 100), *await _read_answers(survivor, 100)]
    killed.kill()
    answered += await _rest(killed)
    answered += await _read_answers(survivor, 100)
    assert survivor.stdin is not None
    survivor.stdin.close()
    answered += await _rest(survivor)
    assert survivor.returncode == 0
    await _until_disconnected("killed")
    last = await record_scan(RecordScan(passports[0], "81.2.69.142", ""), env)

    rows = await database.fetch(
        "SELECT s.id, s.tenant_id, s.position, h.last_position FROM scan s "
        "JOIN feed_head h ON h.tenant_id = s.tenant_id AND h.feed = 'scan' WHERE s.tenant_id = ANY($1) ORDER BY 3",
        [actor.tenant_id for actor in companies],
    )
    for actor in companies:
        feed = [row for row in rows if row["tenant_id"] == actor.tenant_id]
        assert [row["position"] for row in feed] == list(range(1, feed[0]["last_position"] + 1))
    assert {*answered, last.id} <= {row["id"] for row in rows}
    assert len(set(answered)) == len(answered) >= 300
