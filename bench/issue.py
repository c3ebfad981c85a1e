"""Issuing 100,000 passports from a CSV over HTTP, committed with charge and events, beside COPY of the same rows.

Run `python -m bench.issue` in the project's folder. The limit is COPY of passports and events, encoded beforehand,
into the same indexed tables, triggers on, in one transaction on the same server; rounds alternate, and the median
ratio counts.
"""

import asyncio
import io
import statistics
import subprocess
import sys
import time
from uuid import UUID

from httpx import ASGITransport, AsyncClient, Timeout

from bench.bed import bed, growth_mib, longest_pause_ms
from bench.figures import figure, sized, step
from models.database import Connection, fetch, unit_of_work
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.ids import ascending_uuid7s
from tests.api.routes.conftest import KnownTokens, make_app
from tests.factories import make_batch, make_company

ROWS = sized(100_000)
ROUNDS = 7


def csv_of(rows: int) -> bytes:
    lines = "".join(f"BAT-2026-{n:07},2026-01-15\n" for n in range(rows))
    return f"serial_number,manufacture_date\n{lines}".encode()


async def upload(env: Env, content: bytes) -> tuple[float, Actor, UUID]:
    """The seconds that a new company's upload takes, and where it went."""
    actor = await make_company(env, quota=10_000_000)
    batch = await make_batch(env, actor)
    tokens = KnownTokens()
    transport = ASGITransport(make_app(env, tokens))
    headers = {**tokens.sign_in(actor), "Content-Type": "text/csv"}
    async with AsyncClient(transport=transport, base_url="http://bench", timeout=Timeout(600)) as client:
        started = time.perf_counter()
        response = await client.post(f"/batches/{batch.id}/serials", content=content, headers=headers)
        seconds = time.perf_counter() - started
    assert response.status_code == 201, response.text[:300]
    return seconds, actor, batch.id


async def copy(env: Env, batch_id: UUID) -> float:
    """The seconds that COPY takes for the same passports and events, under another company and with other ids."""
    passports, events = await encoded(env, batch_id)
    started = time.perf_counter()
    async with unit_of_work() as connection:
        await connection.copy_to_table("passport", source=io.BytesIO(passports), format="binary")
        await connection.copy_to_table("lifecycle_event", source=io.BytesIO(events), format="binary")
    return time.perf_counter() - started


async def encoded(env: Env, batch_id: UUID) -> tuple[bytes, bytes]:
    other = await make_company(env)
    twin_batch = await make_batch(env, other)
    olds = [row["id"] for row in await fetch("SELECT id FROM passport WHERE batch_id = $1 ORDER BY id", batch_id)]
    news, events = ascending_uuid7s(len(olds)), ascending_uuid7s(len(olds))
    async with unit_of_work() as connection:
        await connection.execute("CREATE TEMPORARY TABLE twin (old uuid, new uuid, event uuid) ON COMMIT DROP")
        await connection.copy_records_to_table("twin", records=zip(olds, news, events, strict=True))
        await connection.execute(
            """
            CREATE TEMPORARY TABLE p ON COMMIT DROP AS
                SELECT passport.* FROM passport JOIN twin ON old = id ORDER BY new;
            CREATE TEMPORARY TABLE e ON COMMIT DROP AS
                SELECT lifecycle_event.* FROM lifecycle_event JOIN twin ON old = passport_id ORDER BY new;
            """
        )
        owner = (other.tenant_id, twin_batch.id)
        await connection.execute(
            "UPDATE p SET tenant_id = $1, batch_id = $2, id = new FROM twin WHERE old = id", *owner
        )
        await connection.execute(
            "UPDATE e SET tenant_id = $1, batch_id = $2, id = event, passport_id = new FROM twin "
            "WHERE old = passport_id",
            *owner,
        )
        return await binary(connection, "p"), await binary(connection, "e")


async def binary(connection: Connection, table: str) -> bytes:
    output = io.BytesIO()
    await connection.copy_from_table(table, output=output, format="binary")
    return output.getvalue()


async def compare() -> None:
    content = csv_of(ROWS)
    ours_each, limits = [], []
    async with bed() as env:
        await upload(env, csv_of(1_000))
        for done in range(ROUNDS):
            step(f"{ROWS:,} passports", done, ROUNDS)
            ours, _, batch_id = await upload(env, content)
            limit = await copy(env, batch_id)
            ours_each.append(ours)
            limits.append(limit)
    figure(
        "passports from a CSV, beside COPY of the same rows",
        ROWS / statistics.median(ours_each),
        "passports/s",
        limit=ROWS / statistics.median(limits),
        ratio=statistics.median(limit / ours for limit, ours in zip(limits, ours_each, strict=True)),
    )


async def watch(rows: int) -> None:
    content = csv_of(rows)

    async def once(env: Env) -> None:
        await upload(env, content)

    async with bed() as env:
        await upload(env, csv_of(1_000))
        grown = await growth_mib(once(env))
        pause = await longest_pause_ms(once(env))
    figure(f"{rows:,} passports from a CSV, memory grows by", grown, "MiB")
    figure(f"{rows:,} passports from a CSV, longest pause of the event loop", pause, "ms")


def main() -> None:
    if len(sys.argv) > 1:
        asyncio.run(watch(int(sys.argv[1])))
        return
    asyncio.run(compare())
    for rows in (sized(20_000), sized(100_000), sized(300_000)):
        subprocess.run([sys.executable, "-m", "bench.issue", str(rows)], check=True)


if __name__ == "__main__":
    main()
