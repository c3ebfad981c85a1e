"""The live feed: messages a second and for each second of CPU, and latency, beside raw websocket sends in the same run.

One server process with 1,000 sockets of one company; another process reads them all, a third records the scans. `raw`
sends a text that was encoded once to one socket after the other, as an ASGI application does; `shared` is 1,000
subscribers of one subscription; `distinct` gives each of them variables of their own, so that nothing is shared.
Latency is from a scan's arrival (for `raw` from its encoding) to the reading of the message. The CPU is the server's,
with all that it does besides sending.

Run it from the project's root: `python -m bench.live [sockets] [scans a second] [seconds]`.
"""

import asyncio
import logging
import multiprocessing
import re
import resource
import selectors
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

import orjson
import structlog
import uvicorn
import uvloop
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send

from api.app import create_app
from api.graphql.uvicorn_protocol import WebSocketProtocol
from api.graphql.websocket import SUBPROTOCOL
from api.settings import Settings
from bench.figures import SHARE, figure, sized, step
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
_GIVE_UP_SECONDS: Final = 5.0
_MEASUREMENTS: Final = 5
_STAMP: Final = re.compile(rb'"scannedAt":"([^"]+)"')
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
    # The figures alone are to be read.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    raw = _Raw()
    app = create_app(Settings(database_url=url, secret_key=_KEY, scan_rate_limit=1_000_000))
    app.router.routes.append(WebSocketRoute("/raw", raw))
    options = {"ws": WebSocketProtocol, "ws_per_message_deflate": False, "log_config": None, "access_log": False}
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


def _read(port: int, orders: Connection) -> None:
    """The reading process. It opens a path's sockets, tells how many messages it has read when asked, and closes them
    for their latencies."""
    while (opening := orders.recv()) is not None:
        path, hellos = opening
        selector = selectors.DefaultSelector()
        selector.register(orders, selectors.EVENT_READ)
        readers = [_Reader(port, path, hello) for hello in hellos]
        for reader in readers:
            selector.register(reader.socket, selectors.EVENT_READ, reader)
        orders.send(None)
        latencies: list[float] = []
        while _read_until_ordered(selector, orders, latencies) == "count":
            orders.send(len(latencies))
        selector.close()
        for reader in readers:
            reader.socket.close()
        orders.send(latencies)


def _read_until_ordered(selector: selectors.BaseSelector, orders: Connection, latencies: list[float]) -> object:
    while True:
        for key, _ in selector.select():
            if key.data is None:
                order: object = orders.recv()
                return order
            latencies.extend(key.data.read())


class _Reader:
    """A socket that is read with as little as tells the messages apart; frames of servers are not masked."""

    def __init__(self, port: int, path: str, hello: Sequence[object]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            f"Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n".encode()
        )
        self._unread = b""
        while b"\r\n\r\n" not in self._unread:
            self._unread += self._received()
        for message in hello:
            self._send(orjson.dumps(message))

    def read(self) -> list[float]:
        """The latencies, in seconds, of the messages that have arrived."""
        data = self._unread + self._received()
        now = time.time()
        latencies, end = [], 0
        for stamp in _STAMP.finditer(data):
            latencies.append(now - _moment(stamp[1]))
            end = stamp.end()
        self._unread = data[end:]
        return latencies

    def _received(self) -> bytes:
        data = self.socket.recv(65_536)
        if not data:
            raise ConnectionError("The server has closed a socket.")
        return data

    def _send(self, payload: bytes) -> None:
        length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
        # A mask of zeros leaves the payload as it is.
        self.socket.sendall(b"\x81" + length + bytes(4) + payload)


_moments: dict[bytes, float] = {}


def _moment(stamp: bytes) -> float:
    moment = _moments.get(stamp)
    if moment is None:
        moment = _moments[stamp] = datetime.fromisoformat(stamp.decode()).timestamp()
    return moment


@dataclass(frozen=True, slots=True)
class _Figures:
    """What one measurement gave: the messages read, the seconds they took, and the server's seconds of CPU."""

    messages: int
    seconds: float
    cpu: float

    def __add__(self, other: "_Figures") -> "_Figures":
        return _Figures(self.messages + other.messages, self.seconds + other.seconds, self.cpu + other.cpu)

    @property
    def per_second(self) -> float:
        return self.messages / self.seconds

    @property
    def per_cpu_second(self) -> float:
        return self.messages / self.cpu


class _Bench:
    """One run: the process that serves the sockets, and the one that reads them."""

    def __init__(self, server: Connection, reader: Connection, sockets: int, rate: float, seconds: float) -> None:
        self._server = server
        self._reader = reader
        self._sockets = sockets
        self._rate = rate
        self._texts = int(rate * seconds)
        self._measured = 0

    async def measure(
        self,
        name: str,
        path: str,
        hello: Callable[[int], Sequence[object]],
        record: Callable[[], Awaitable[object]] | None,
    ) -> _Figures:
        """Record scans, or without `record` have raw texts sent; reports what was delivered and how late."""
        due = self._texts * self._sockets
        step(f"{name}, {due:,} messages", self._measured, _MEASUREMENTS)
        self._measured += 1
        await _ask(self._reader, (path, [hello(number) for number in range(self._sockets)]))
        await asyncio.sleep(_SETTLE_SECONDS)
        before = await _ask(self._server, None)
        started = time.monotonic()
        if record is None:
            await _ask(self._server, (self._texts, self._rate))
        else:
            for number in range(self._texts):
                await record()
                await asyncio.sleep(max(started + (number + 1) / self._rate - time.monotonic(), 0))
        elapsed = await self._until_read() - started
        cpu = await _ask(self._server, None) - before
        latencies = await _ask(self._reader, "close")
        await asyncio.sleep(0.5)
        cuts = [1000 * cut for cut in quantiles(latencies, n=100)]
        figures = _Figures(len(latencies), elapsed, cpu)
        figure(f"{name}, messages delivered, beside those due", len(latencies), "messages", limit=due)
        figure(f"{name}, half of the messages within", cuts[49], "ms")
        figure(f"{name}, 99 % of the messages within", cuts[98], "ms")
        return figures

    async def _until_read(self) -> float:
        """Returns when all messages were read, or none for some seconds; gives when the last of them was."""
        read, since = 0, time.monotonic()
        while read < self._texts * self._sockets and time.monotonic() < since + _GIVE_UP_SECONDS:
            count = await _ask(self._reader, "count")
            if count > read:
                read, since = count, time.monotonic()
            await asyncio.sleep(0.02)
        return since


async def _ask(process: Connection, order: object) -> Any:
    process.send(order)
    return await asyncio.to_thread(process.recv)


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
        server = _started(_serve, url, port)
        await _until_open(port)
        reader = _started(_read, port)

        async def record() -> None:
            await record_scan(RecordScan(passport.id, "81.2.69.142", ""), env)

        def hello(number: int | None) -> list[object]:
            subscription = {"query": _QUERY, "variables": {"number": number}}
            return [
                {"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}},
                {"type": "subscribe", "id": "1", "payload": subscription},
            ]

        bench = _Bench(server.orders, reader.orders, sockets, rate, seconds)
        raw = await bench.measure("raw, first", "/raw", lambda number: [], None)
        shared = await bench.measure("shared, first", "/graphql", lambda number: hello(None), record)
        raw += await bench.measure("raw, again", "/raw", lambda number: [], None)
        shared += await bench.measure("shared, again", "/graphql", lambda number: hello(None), record)
        distinct = await bench.measure("distinct", "/graphql", hello, record)
        for name, figures in (("shared", shared), ("distinct", distinct)):
            figure(f"{name}, beside raw sends", figures.per_second, "messages/s", limit=raw.per_second)
            figure(
                f"{name}, for each second of CPU, beside raw sends",
                figures.per_cpu_second,
                "messages",
                limit=raw.per_cpu_second,
            )
        reader.orders.send(None)
        server.orders.send("stop")
        reader.process.join(10)
        server.process.join(10)


@dataclass(frozen=True, slots=True)
class _Process:
    process: BaseProcess
    orders: Connection


def _started(target: Callable[..., None], *arguments: object) -> _Process:
    """A process of its own that runs `target` with a connection for its orders as the last argument."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=target, args=(*arguments, theirs), daemon=True)
    process.start()
    return _Process(process, ours)


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
    uvloop.run(main(*(int(numbers[0]) if numbers else sized(1_000, least=4), *(numbers[1:] or (20.0, 10.0 * SHARE)))))
