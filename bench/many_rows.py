"""The three hot reads with 100 times the rows, beside the same reads without: indexes carry them, or they don't.

Run `python -m bench.many_rows [passports]` in the project's folder (100,000, or what BENCH_ROWS says): that many
passports with as many scans in one database, 100 times as many in another, made in SQL. A server stands before each;
turns alternate, and the median ratio of their rates counts.
"""

import asyncio
import json
import os
import random
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

import asyncpg

from bench.figures import figure, step
from models import database
from models.embedded import embedded_postgres
from models.kernel.env import Env, Policy
from models.passports.places import NoPlaces
from models.passports.scans import ScanWriter
from models.registry import PARTICIPANTS
from models.tenants.passwords import Argon2Passwords
from models.tenants.tokens import access_token
from tests.factories import make_batch, make_company

TIMES: Final = 100
COMPANIES: Final = 20
UNITS: Final = 1_000  # of each batch
ROWS_AT_ONCE: Final = 200_000
CONNECTIONS: Final = 16
ROUNDS: Final = 5
SECONDS: Final = 2.0
# Only reads are measured, so the writing before them needs no disk.
SETTINGS: Final = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "4GB"}
KEY: Final = "a-key-for-measurements-alone-32-characters"

PASSPORT: Final = """query ($id: ID!) { publicPassport(id: $id) {
  uuid serialNumber manufactureDate status issuedAt
  batch { batchName modelName marketRegion carbonFootprintKgPerKwh specs { chemistry nominalVoltageV ratedCapacityAh } }
  tenant { companyName eprRegistrationNumber }
} }"""
PAGE: Final = """query ($id: ID!) { batch(id: $id) { batchName passports(first: 50) {
  nodes { uuid serialNumber manufactureDate status } pageInfo { hasNextPage endCursor }
} } }"""
SCANS: Final = """{ scans(first: 20) {
  nodes { id city scannedAt passport { serialNumber batch { batchName } } }
} }"""

# Ids that ascend as numbers do, as those of real rows ascend with time; so none has to be looked up.
FIRST: Final = 0x019A00000000
BATCH_KIND: Final = "8b00"
PASSPORT_KIND: Final = "8a00"


def numbered_in_sql(n: str, kind: str) -> str:
    return f"(lpad(to_hex(x'{FIRST:x}'::bigint + {n}), 12, '0') || '7000{kind}' || lpad(to_hex({n}), 12, '0'))::uuid"


def batch_id(n: str) -> str:
    return numbered_in_sql(n, BATCH_KIND)


def passport_id(n: str) -> str:
    return numbered_in_sql(n, PASSPORT_KIND)


BATCHES: Final = f"""
INSERT INTO batch SELECT made.* FROM batch, generate_series(0, $2::bigint - 1) n, jsonb_populate_record(batch,
    jsonb_build_object('id', {batch_id("n")}, 'batch_name', 'Batch ' || n, 'total_passports', {UNITS},
        'tenant_id', ($3::uuid[])[n % {COMPANIES} + 1])) made
WHERE batch.id = $1"""  # noqa: S608  # of constants
PASSPORTS: Final = f"""
INSERT INTO passport (id, tenant_id, batch_id, serial_number, manufacture_date, status, created_at, updated_at)
SELECT {passport_id("n")}, ($3::uuid[])[n / {UNITS} % {COMPANIES} + 1], {batch_id(f"(n / {UNITS})")},
    'SN-' || n, '2026-01-15', 'ACTIVE', now(), now()
FROM generate_series($1::bigint, $2::bigint - 1) n"""  # noqa: S608  # likewise
# A company's scans are of passports here and there in its batches.
SCAN_ROWS: Final = f"""
INSERT INTO scan (id, tenant_id, position, passport_id, batch_id, city, country, device_type, scanned_at)
SELECT uuidv7(), ($3::uuid[])[company + 1], s / {COMPANIES} + 1, {passport_id(f"(b * {UNITS} + unit)")},
    {batch_id("b")}, 'Pune', 'India', 'MOBILE', now()
FROM generate_series($1::bigint, $2::bigint - 1) s,
    LATERAL (SELECT s % {COMPANIES} AS company, s * 7919 % {UNITS} AS unit),
    LATERAL (SELECT abs(hashint8(s)::bigint) % ($4::bigint / {COMPANIES}) * {COMPANIES} + company AS b)"""  # noqa: S608  # likewise


@dataclass(frozen=True, slots=True)
class Rows:
    """A database with so many passports, and who may read them."""

    url: str
    passports: int
    tokens: tuple[str, ...]  # of each company

    @property
    def batches(self) -> int:
        return self.passports // UNITS


Ask = Callable[[Rows], tuple[str | None, bytes]]


def ask_passport(rows: Rows) -> tuple[str | None, bytes]:
    return None, body(PASSPORT, numbered(random.randrange(rows.passports), PASSPORT_KIND))


def ask_page(rows: Rows) -> tuple[str | None, bytes]:
    batch = random.randrange(rows.batches)
    return rows.tokens[batch % COMPANIES], body(PAGE, numbered(batch, BATCH_KIND))


def ask_scans(rows: Rows) -> tuple[str | None, bytes]:
    return random.choice(rows.tokens), body(SCANS, None)


def numbered(n: int, kind: str) -> str:
    return str(UUID(f"{FIRST + n:012x}7000{kind}{n:012x}"))


def body(query: str, id: str | None) -> bytes:
    return json.dumps({"query": query, "variables": {"id": id} if id else {}}).encode()


READS: Final[dict[str, Ask]] = {
    "publicPassport by uuid": ask_passport,
    "a batch's page of 50": ask_page,
    "the newest 20 scans with passport and batch": ask_scans,
}


async def filled(url: str, passports: int) -> Rows:
    """Migrate the database and fill it."""
    await database.migrate(url)
    async with database.connected(url), ScanWriter() as scans:
        policy = Policy(secret_key=KEY, public_base_url="http://localhost")
        env = Env(policy, Argon2Passwords(memory_kib=64, passes=1), NoPlaces(), scans, PARTICIPANTS)
        actors = [await make_company(env) for _ in range(COMPANIES)]
        pattern = await make_batch(env, actors[0], nominal_voltage_v="48", chemistry="LFP")
        tokens = tuple(access_token(who.tenant_id, who.user_id, who.session_id, who.role, env) for who in actors)
    tenants = [actor.tenant_id for actor in actors]
    owner = await asyncpg.connect(url)
    # What the rows refer to is there: looking it up for each would take most of the time.
    await owner.execute("SET session_replication_role = replica; SET synchronous_commit = off")
    await owner.execute(BATCHES, pattern.id, passports // UNITS, tenants)
    for start in range(0, passports, ROWS_AT_ONCE):
        step(f"writing {passports:,} passports and scans", start, passports)
        end = min(start + ROWS_AT_ONCE, passports)
        await owner.execute(PASSPORTS, start, end, tenants)
        await owner.execute(SCAN_ROWS, start, end, tenants, passports // UNITS)
    await owner.execute(
        f"UPDATE feed_head SET last_position = {passports // COMPANIES} WHERE feed = 'scan'"  # noqa: S608  # a number
    )
    await owner.execute("VACUUM ANALYZE")
    await owner.close()
    return Rows(url, passports, tokens)


@asynccontextmanager
async def served(rows: Rows, folder: Path) -> AsyncIterator[int]:
    """A server over the rows; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    settings = {"DATABASE_URL": rows.url, "DATA_DIR": str(folder), "PORT": str(port), "SECRET_KEY": KEY}
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "api.cli", "serve"),
        env={"PATH": os.environ["PATH"], **settings},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(60):
            while not await is_open(port):
                assert server.returncode is None, "the server has ended"
        yield port
    finally:
        if server.returncode is None:
            server.terminate()
        await server.wait()


async def is_open(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        await asyncio.sleep(0.05)
        return False
    writer.close()
    return True


class Client:
    """One connection that is kept alive."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def ask(self, token: str | None, content: bytes) -> bytes:
        """The answer's body, which has no errors."""
        authorization = f"Authorization: Bearer {token}\r\n" if token else ""
        self._writer.write(
            f"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{authorization}"
            f"Content-Length: {len(content)}\r\n\r\n".encode()
            + content
        )
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        answer = await self._reader.readexactly(length)
        assert head.startswith(b"http/1.1 200"), answer[:300]
        assert b'"errors"' not in answer, answer[:300]
        return answer

    def close(self) -> None:
        self._writer.close()


async def rate(port: int, rows: Rows, ask: Ask, seconds: float) -> float:
    """Answers a second over all connections."""
    clients = [Client(*await asyncio.open_connection("127.0.0.1", port)) for _ in range(CONNECTIONS)]
    started = time.perf_counter()

    async def keep_asking(client: Client) -> int:
        count = 0
        while time.perf_counter() < started + seconds:
            await client.ask(*ask(rows))
            count += 1
        return count

    answers = sum(await asyncio.gather(*map(keep_asking, clients)))
    elapsed = time.perf_counter() - started
    for client in clients:
        client.close()
    return answers / elapsed


async def check(port: int, rows: Rows) -> None:
    """The answers hold what they should, or fast ones would say nothing."""
    client = Client(*await asyncio.open_connection("127.0.0.1", port))
    answers = [json.loads(await client.ask(*ask(rows)))["data"] for ask in READS.values()]
    client.close()
    assert answers[0]["publicPassport"]["batch"]["specs"]["chemistry"] == "LFP", answers[0]
    assert len(answers[1]["batch"]["passports"]["nodes"]) == 50, answers[1]
    assert [node["passport"]["batch"] is not None for node in answers[2]["scans"]["nodes"]] == [True] * 20, answers[2]


async def compare(few: Rows, many: Rows, folder: Path) -> None:
    async with AsyncExitStack() as servers:
        ports = {rows: await servers.enter_async_context(served(rows, folder)) for rows in (few, many)}
        for rows, port in ports.items():
            await check(port, rows)
        for name, ask in READS.items():
            rates: dict[Rows, list[float]] = {few: [], many: []}
            for done in range(ROUNDS):
                step(f"{name}, {few.passports:,} and {many.passports:,}", done, ROUNDS)
                # Whose turn is first changes, so that what comes before or after favours neither.
                for rows in (few, many) if done % 2 else (many, few):
                    rates[rows].append(await rate(ports[rows], rows, ask, SECONDS))
            figure(
                f"{name}, with {TIMES} times the rows",
                statistics.median(rates[many]),
                "answers/s",
                limit=statistics.median(rates[few]),
                ratio=statistics.median(
                    of_many / of_few for of_few, of_many in zip(rates[few], rates[many], strict=True)
                ),
            )


async def main(passports: int) -> None:
    with tempfile.TemporaryDirectory(prefix="exportready-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # noqa: ASYNC240  # nothing else runs yet
        with embedded_postgres(folder, settings=SETTINGS) as url:
            server = await asyncpg.connect(url)
            await server.execute("CREATE DATABASE many")
            await server.close()
            few = await filled(url, passports)
            many = await filled(url.replace("/exportready?", "/many?"), TIMES * passports)
            await compare(few, many, folder)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else int(os.environ.get("BENCH_ROWS", "100000"))))
