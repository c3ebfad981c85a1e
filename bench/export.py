"""The CSV export of 100,000 passports over HTTP beside COPY TO of the same lines, and its memory.

Run `python -m bench.export` in the project's folder. The limit is `COPY (SELECT …) TO` of the same five columns in
the same order, its bytes thrown away; rounds alternate, and the median ratio counts.
"""

import asyncio
import statistics
import subprocess
import sys
import time

from starlette.types import Message

from bench.bed import bed, growth_mib
from bench.figures import figure, sized, step
from models.batches.tables import Batch
from models.database import unit_of_work
from models.kernel.actor import Actor
from models.kernel.env import Env
from tests.api.routes.conftest import KnownTokens, make_app
from tests.factories import make_batch, make_company, make_passports

ROWS = sized(100_000)
ROUNDS = 9


async def export(env: Env, actor: Actor, batch: Batch) -> int:
    """Download the file and throw it away; gives its length."""
    received = 0
    tokens = KnownTokens()

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError("nobody sets the event")

    async def send(message: Message) -> None:
        nonlocal received
        received += len(message.get("body", b""))

    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/batches/{batch.id}/passports.csv",
        "query_string": b"",
        "headers": [(b"authorization", tokens.sign_in(actor)["Authorization"].encode())],
    }
    await make_app(env, tokens)(scope, receive, send)
    return received


async def copy(env: Env, batch: Batch) -> None:
    async def take(_: bytes) -> None:
        """The bytes are not needed."""

    columns = "id, serial_number, manufacture_date, status, $2::text || id"
    query = f"SELECT {columns} FROM passport WHERE batch_id = $1 ORDER BY id"  # noqa: S608  # a constant
    async with unit_of_work() as connection:
        address = f"{env.policy.public_base_url}/p/"
        await connection.copy_from_query(query, batch.id, address, output=take, format="csv")


async def make_many(env: Env, actor: Actor, rows: int) -> Batch:
    batch = await make_batch(env, actor)
    await make_passports(env, batch, rows)
    return batch


async def compare() -> None:
    ours_each, limits = [], []
    async with bed() as env:
        actor = await make_company(env)
        batch = await make_many(env, actor, ROWS)
        await copy(env, batch)
        for done in range(ROUNDS):
            step(f"{ROWS:,} passports", done, ROUNDS)
            started = time.perf_counter()
            await export(env, actor, batch)
            ours = time.perf_counter() - started
            await copy(env, batch)
            limit = time.perf_counter() - started - ours
            ours_each.append(ours)
            limits.append(limit)
    figure(
        "CSV export, beside COPY TO",
        ROWS / statistics.median(ours_each),
        "passports/s",
        limit=ROWS / statistics.median(limits),
        ratio=statistics.median(limit / ours for limit, ours in zip(limits, ours_each, strict=True)),
    )


async def watch(rows: int) -> None:
    async with bed() as env:
        actor = await make_company(env)
        batch = await make_many(env, actor, rows)

        async def once() -> None:
            await export(env, actor, batch)

        figure(f"CSV export of {rows:,} passports, memory grows by", await growth_mib(once()), "MiB")


def main() -> None:
    if len(sys.argv) > 1:
        asyncio.run(watch(int(sys.argv[1])))
        return
    asyncio.run(compare())
    for rows in (sized(20_000), sized(100_000)):
        subprocess.run([sys.executable, "-m", "bench.export", str(rows)], check=True)


if __name__ == "__main__":
    main()
