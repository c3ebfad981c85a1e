"""The live feed: messages for each second of CPU, and latency, beside raw websocket sends in the same run.

One server process with 1,000 sockets of one company; another process reads them and records the scans. `raw` sends a
text that was encoded once to one socket after the other; `shared` is 1,000 subscribers of one subscription; `distinct`
gives each of them variables of their own, so that nothing is shared. Latency is from a scan's arrival (for `raw` from
its encoding) to the reading of the message. The CPU is the server's, with all that it does besides sending.

Run it from the project's root: `python -m bench.live [sockets] [scans a second] [seconds]`.
"""

import asyncio
import multiprocessing
import resource
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import quantiles
from typing import Final, cast

import orjson
import uvicorn
import uvloop
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send

from api.app import create_app
from api.graphql.websocket import SUBPROTOCOL
from api.settings import Settings
from models import database
from models.embedded import embedded_postgres
from models.kernel.env import Env, Policy
from models.kernel.live import Hub
from models.passports import RecordScan, ScanWriter, record_scan
from models.passports.places import NoPlaces
from models.tenants.passwords import Argon2Passwords
from models.tenants.tokens import access_token
from tests.factories import make_batch, make_company, make_passports

_KEY: Final = "a-key-for-measurements-alone-32-characters"
_QUERY: Final = """subscription {
  scanAdded { cursor scan { id serialNumber deviceType city country passport { status } scannedAt } }
}"""
_SETTLE_SECONDS: Final = 5.0
_STAMP: Final = b'"scannedAt":"'
_TEXT: Final = (
    '{"type":"next","id":"1","payload":{"data":{"scanAdded":{"cursor":"c2NhbnwwMWExZmJhZDhkNmM3MWJhYjhjNGI4MWQ0Y2Y3OGJl'
    'Y3wxMDAw","scan":{"id":"U2NhbjowMWExZmJhZC04ZDZjLTcxYmEtYjhjNC1iODFkNGNmNzhiZWM=","serialNumber":"SN-5f1a2b-00001",'
    '"deviceType":"OTHER","city":null,"country":null,"passport":{"status":"ACTIVE"},"scannedAt":"%s"}}}}}'
)


class _Raw:
    """The limit: sockets that get a text without any protocol around it."""

    def __init__(self) -> None:
        self._sends: list[Send] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        self._sends.append(send)
        while (await receive())["type"] != "websocket.disconnect":
            pass
        self._sends.remove(send)

    async def send(self, texts: int, rate: float) -> None:
        due = time.monotonic()
        for _ in range(texts):
            text = _TEXT % datetime.now(UTC).isoformat()
            for send in self._sends:
                await send({"type": "websocket.send", "text": text})
            due += 1 / rate
            await asyncio.sleep(max(due - time.monotonic(), 0))


def _serve(url: str, port: int, orders: Connection) -> None:
    """The server process. Each order is how many raw texts to send, and how many a second; None asks for the CPU."""
    raw = _Raw()
    app = create_app(Settings(database_url=url, secret_key=_KEY, scan_rate_limit=1_000_000))
    app.router.routes.append(WebSocketRoute("/raw", raw))
    options = {"ws": "websockets-sansio", "ws_per_message_deflate": False, "log_config": None, "access_log": False}
    server = uvicorn.Server(uvicorn.Config(app, port=port, **options))  # type: ignore[arg-type]

    async def serve() -> None:
        running = asyncio.create_task(server.serve())
        while (order := await asyncio.to_thread(orders.recv)) != "stop":
            if order is not None:
                await raw.send(*order)
            usage = resource.getrusage(resource.RUSAGE_SELF)
            orders.send(usage.ru_utime + usage.ru_stime)
        server.should_exit = True
        await running

    uvloop.run(serve())


class _Reader(asyncio.Protocol):
    """A socket that notes when each message with a scan was read; frames of servers are not masked."""

    def __init__(self, path: str, hello: Sequence[object], latencies: list[float]) -> None:
        self._path = path
        self._hello = hello
        self._latencies = latencies
        self._buffer = bytearray()
        self._is_open = False
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(
            f"GET {self._path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            f"Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        now = time.time()
        self._buffer += data
        if not self._is_open:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            del self._buffer[: end + 4]
            self._is_open = True
            for message in self._hello:
                self._send(orjson.dumps(message))
        while (frame := self._next_frame()) is not None:
            at = frame.find(_STAMP)
            if at >= 0:
                at += len(_STAMP)
                self._latencies.append(now - _moment(bytes(frame[at : frame.index(b'"', at)])))

    def _next_frame(self) -> bytearray | None:
        buffer = self._buffer
        if len(buffer) < 4:
            return None
        size, start = buffer[1], 2
        if size == 126:
            size, start = int.from_bytes(buffer[2:4], "big"), 4
        if len(buffer) < start + size:
            return None
        frame = buffer[start : start + size]
        del buffer[: start + size]
        return frame

    def _send(self, payload: bytes) -> None:
        length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
        # A mask of zeros leaves the payload as it is.
        self.transport.write(b"\x81" + length + bytes(4) + payload)


_moments: dict[bytes, float] = {}


def _moment(stamp: bytes) -> float:
    moment = _moments.get(stamp)
    if moment is None:
        moment = _moments[stamp] = datetime.fromisoformat(stamp.decode()).timestamp()
    return moment


class _Bench:
    """One run: the server's orders, and the sockets to be read."""

    def __init__(self, orders: Connection, port: int, sockets: int, rate: float, seconds: float) -> None:
        self._orders = orders
        self._port = port
        self._sockets = sockets
        self._rate = rate
        self._texts = int(rate * seconds)

    async def measure(
        self, name: str, path: str, hello: Callable[[int], Sequence[object]], record: Callable[[], object] | None
    ) -> float:
        """Print what was delivered; gives the messages for each second of the server's CPU."""
        latencies: list[float] = []
        loop = asyncio.get_running_loop()
        readers: list[_Reader] = []
        for number in range(self._sockets):
            reader = _Reader(path, hello(number), latencies)
            await loop.create_connection(lambda reader=reader: reader, "127.0.0.1", self._port)  # type: ignore[misc]
            readers.append(reader)
        await asyncio.sleep(_SETTLE_SECONDS)
        before = await self._order(None)
        started = time.monotonic()
        if record is None:
            after = await self._order((self._texts, self._rate))
        else:
            for number in range(self._texts):
                await record()  # type: ignore[misc]
                await asyncio.sleep(max(started + (number + 1) / self._rate - time.monotonic(), 0))
            await self._until_read(latencies)
            after = await self._order(None)
        elapsed = time.monotonic() - started
        await asyncio.sleep(0.3)
        for reader in readers:
            reader.transport.abort()
        await asyncio.sleep(0.5)
        cuts = [1000 * cut for cut in quantiles(latencies, n=100)]
        per_cpu = len(latencies) / (after - before)
        print(
            f"{name:<9}{len(latencies):>9,} of {self._texts * self._sockets:,} messages, "
            f"{len(latencies) / elapsed:>7,.0f}/s, {per_cpu:>7,.0f} per CPU second, "
            f"p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms"
        )
        return per_cpu

    async def _until_read(self, latencies: list[float]) -> None:
        """Returns when all messages were read, or none for a second."""
        read, since = len(latencies), time.monotonic()
        while read < self._texts * self._sockets and time.monotonic() < since + 1:
            await asyncio.sleep(0.02)
            if len(latencies) > read:
                read, since = len(latencies), time.monotonic()

    async def _order(self, order: object) -> float:
        self._orders.send(order)
        answer: float = await asyncio.to_thread(self._orders.recv)
        return answer


async def main(sockets: int, rate: float, seconds: float) -> None:
    async with _database() as url, Hub() as live, ScanWriter(live) as scans:
        env = Env(
            Policy(_KEY, "http://localhost", scan_rate_limit=1_000_000),
            Argon2Passwords(memory_kib=64, passes=1),
            NoPlaces(),
            scans,
        )
        actor = await make_company(env)
        (passport,) = await make_passports(env, await make_batch(env, actor), 1)
        token = access_token(actor.tenant_id, actor.user_id, actor.session_id, actor.role, env)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        ours, theirs = multiprocessing.Pipe()
        server = multiprocessing.get_context("spawn").Process(target=_serve, args=(url, port, theirs), daemon=True)
        server.start()
        await _until_open(port)

        async def record() -> None:
            await record_scan(RecordScan(passport.id, "81.2.69.142", ""), env)

        def hello(number: int | None) -> list[object]:
            subscription = {"query": _QUERY, "variables": {"number": number}}
            return [
                {"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}},
                {"type": "subscribe", "id": "1", "payload": subscription},
            ]

        bench = _Bench(ours, port, sockets, rate, seconds)
        raw = await bench.measure("raw", "/raw", lambda number: [], None)
        shared = await bench.measure("shared", "/graphql", lambda number: hello(None), record)
        raw = max(raw, await bench.measure("raw", "/raw", lambda number: [], None))
        await bench.measure("distinct", "/graphql", hello, record)
        print(f"shared / raw {shared / raw:.2f} of the messages for each second of CPU")
        ours.send("stop")
        server.join(10)


@asynccontextmanager
async def _database() -> AsyncIterator[str]:
    """The URL of a new, migrated database that this process is connected to."""
    folder = Path(tempfile.mkdtemp(prefix="exportready-bench-"))
    folder.chmod(0o755)  # noqa: ASYNC240  # nothing else runs yet
    try:
        with embedded_postgres(folder) as url:
            await database.migrate(url)
            async with database.connected(url):
                yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _until_open(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return


if __name__ == "__main__":
    numbers = [float(argument) for argument in sys.argv[1:]]
    uvloop.run(main(*(int(numbers[0]) if numbers else 1_000, *(numbers[1:] or (20.0, 10.0)))))
