"""Uploads of many companies at once: some are issued, the others wait without a connection."""

import asyncio
from dataclasses import replace

import asyncpg

from models.database import Connection
from models.kernel.actor import Actor
from models.kernel.env import Env, Issuance, Participants
from tests.factories import make_batch, make_company
from tests.models.passports.issuing import csv_of, issue_csv

_SECONDS_UNTIL_STUCK = 20.0


async def upload(env: Env, actor: Actor) -> int:
    """Issue a passport into a new batch; gives how many were issued."""
    batch = await make_batch(env, actor)
    return (await issue_csv(env, actor, batch.id, csv_of(["BAT-1"]))).created


async def test_only_so_many_uploads_are_issued_at_a_time(env: Env) -> None:
    running, most = 0, 0

    async def slowly(connection: Connection, issuance: Issuance, env: Env) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await connection.execute("SELECT pg_sleep(0.05)")
        running -= 1

    limited = replace(env, participants=Participants(passports_issued=(slowly,)), issuing=asyncio.Semaphore(2))
    actors = [await make_company(env) for _ in range(6)]
    assert await asyncio.gather(*(upload(limited, actor) for actor in actors)) == [1] * 6
    assert most == 2


async def test_an_upload_that_waits_for_another_of_its_company_takes_nobodys_turn(env: Env, database_url: str) -> None:
    limited = replace(env, issuing=asyncio.Semaphore(1))
    busy, other = await make_company(env), await make_company(env)
    lock = await asyncpg.connect(database_url)
    try:
        await lock.execute("SELECT pg_advisory_lock(hashtextextended($1, 0))", f"issue {busy.tenant_id}")
        waiting = asyncio.create_task(upload(limited, busy))
        async with asyncio.timeout(_SECONDS_UNTIL_STUCK):
            # While these are written, the upload that waits has tried more than once.
            for _ in range(5):
                await make_batch(env, other)
            assert await upload(limited, other) == 1
        assert not waiting.done()
    finally:
        await lock.close()
    assert await waiting == 1
