"""Nothing lost, nothing twice, in order: 4 server processes, 8 writers, 200 subscribers that come and go, one kill -9.

It lasts SOAK_SECONDS, 10 without it; `make soak` takes a minute.
"""

import asyncio
import os
import random
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from uuid import UUID

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException
from websockets.typing import Subprotocol

from api.graphql.websocket import SUBPROTOCOL
from models import database
from models.kernel.env import Env
from models.kernel.feed import Feed, feed_cursor, feed_position
from models.kernel.live import last_position
from resolvers.relay import global_id
from tests.contract.live.live_app import Company, new_company
from tests.soak.servers import ROOT, Server, any_alive, server_processes

SECONDS = float(os.environ.get("SOAK_SECONDS", "10"))
SERVERS, SUBSCRIBERS = 4, 200
_WATCH = "subscription($after: String) { scanAdded(after: $after) { cursor scan { id } } }"


@dataclass
class Subscriber:
    """A client that keeps what it was sent, and comes back with the last cursor whenever it was cut off."""

    company: Company
    token: str
    cursor: str
    seen: list[tuple[int, str]] = field(default_factory=list)
    connections: int = 0

    async def come_and_go(self, servers: Sequence[Server], until: float) -> None:
        """Connect anywhere, read for a while, leave in one of several ways, and again."""
        while monotonic() < until:
            with suppress(OSError, WebSocketException, InvalidHandshake, TimeoutError, EOFError):
                await self._read(any_alive(list(servers)), monotonic() + random.uniform(0.1, 5.0))

    async def catch_up(self, servers: Sequence[Server], head: int) -> None:
        """Read until the company's last scan."""
        while not self.seen or self.seen[-1][0] < head:
            with suppress(OSError, WebSocketException, TimeoutError, EOFError):
                await self._read(any_alive(list(servers)), monotonic() + 30, head)

    async def _read(self, server: Server, until: float, head: int | None = None) -> None:
        uri = f"ws://127.0.0.1:{server.port}/graphql"
        async with connect(uri, subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None) as connection:
            self.connections += 1
            await _send(connection, {"type": "connection_init", "payload": {"Authorization": self.token}})
            variables = {"after": self.cursor}
            subscription = {"query": _WATCH, "variables": variables}
            await connection.recv()
            await _send(connection, {"type": "subscribe", "id": "1", "payload": subscription})
            async with asyncio.timeout(until - monotonic()):
                while head is None or not self.seen or self.seen[-1][0] < head:
                    self._note(orjson.loads(await connection.recv()))
            if random.random() < 0.5:
                connection.transport.abort()

    def _note(self, frame: dict[str, object]) -> None:
        assert frame["type"] == "next", frame
        added = frame["payload"]["data"]["scanAdded"]  # type: ignore[index]
        self.cursor = added["cursor"]
        position = feed_position(Feed.SCAN, self.company.owner.tenant_id, added["cursor"])
        self.seen.append((position, added["scan"]["id"]))


async def _send(connection: ClientConnection, message: object) -> None:
    await connection.send(orjson.dumps(message).decode())


@asynccontextmanager
async def _writing(servers: Sequence[Server], passports: Sequence[UUID]) -> AsyncIterator[Callable[[], Awaitable[int]]]:
    """8 writers at work; the function ends that and gives how many scans were answered."""
    ports = ",".join(str(server.port) for server in servers)
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", "tests.soak.writers", ports, *map(str, passports)], cwd=ROOT, stdin=PIPE, stdout=PIPE
    )

    async def stop() -> int:
        output, _ = await process.communicate(b"")
        return int(output)

    try:
        yield stop
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_every_subscribers_record_is_the_table(env: Env, database_url: str, tmp_path: Path) -> None:
    companies = [await new_company(env), await new_company(env)]
    # Everybody begins at the same place, so that everybody's record is the same.
    subscribers = [
        Subscriber(company, company.token(), feed_cursor(Feed.SCAN, company.owner.tenant_id, 0))
        for company in companies
        for _ in range(SUBSCRIBERS // len(companies))
    ]
    passports = [passport for company in companies for passport in company.passports]
    async with (
        server_processes(SERVERS, database_url, tmp_path) as servers,
        _writing(servers, passports) as stop_writing,
    ):
        until = monotonic() + SECONDS
        coming = [asyncio.create_task(subscriber.come_and_go(servers, until)) for subscriber in subscribers]
        await asyncio.sleep(SECONDS / 2)
        servers[0].kill()
        await asyncio.gather(*coming)
        answered = await stop_writing()
        heads = {id(company): await last_position(Feed.SCAN, company.owner.tenant_id) for company in companies}
        async with asyncio.timeout(60):
            await asyncio.gather(
                *(subscriber.catch_up(servers, heads[id(subscriber.company)]) for subscriber in subscribers)
            )
    assert answered >= 8
    assert sum(heads.values()) >= answered
    tables = {id(company): await _table(company) for company in companies}
    for subscriber in subscribers:
        assert subscriber.seen == tables[id(subscriber.company)]
    assert sum(subscriber.connections for subscriber in subscribers) > 2 * SUBSCRIBERS


async def _table(company: Company) -> list[tuple[int, str]]:
    """The company's scans as subscribers see them."""
    rows = await database.fetch(
        "SELECT position, id FROM scan WHERE tenant_id = $1 ORDER BY position",
        company.owner.tenant_id,
    )
    return [(row["position"], global_id("Scan", row["id"])) for row in rows]
