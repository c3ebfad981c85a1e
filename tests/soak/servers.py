"""Server processes over one database, to be killed."""

import asyncio
import os
import random
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
SECRET_KEY = "a-secret-key-that-only-the-tests-use"


@dataclass
class Server:
    """One server process."""

    process: Process
    port: int
    is_killed: bool = False

    def kill(self) -> None:
        """Kill -9: nothing is closed or flushed."""
        self.is_killed = True
        self.process.send_signal(signal.SIGKILL)


@asynccontextmanager
async def server_processes(count: int, database_url: str, folder: Path) -> AsyncIterator[list[Server]]:
    """`count` processes that serve the product, each on a port of its own."""
    servers = await asyncio.gather(*(_start(database_url, folder) for _ in range(count)))
    try:
        await asyncio.gather(*(_until_ready(server) for server in servers))
        yield servers
    finally:
        for server in servers:
            if server.process.returncode is None:
                server.process.terminate()
        await asyncio.gather(*(server.process.wait() for server in servers))


def any_alive(servers: list[Server]) -> Server:
    """One that was not killed."""
    return random.choice([server for server in servers if not server.is_killed])


async def _start(database_url: str, folder: Path) -> Server:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    websockets = ["--ws", "api.graphql.uvicorn_protocol:WebSocketProtocol", "--ws-per-message-deflate", "false"]
    options = [*websockets, "--loop", "uvloop"]
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", "uvicorn", "api.app:serve", "--factory", "--port", str(port), *options],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DATABASE_URL": database_url,
            "DATABASE_POOL_SIZE": "5",
            "DATA_DIR": str(folder),
            "SECRET_KEY": SECRET_KEY,
            "SCAN_RATE_LIMIT": "1000000",
        },
        stdout=DEVNULL,
        stderr=DEVNULL,
    )
    return Server(process, port)


async def _until_ready(server: Server) -> None:
    async with asyncio.timeout(60), httpx.AsyncClient() as client:
        while True:
            try:
                if (await client.get(f"http://127.0.0.1:{server.port}/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                assert server.process.returncode is None
            await asyncio.sleep(0.1)
