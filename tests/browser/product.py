"""The product as it is served to browsers: a server process over the tests' database."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from mmdb_writer import MMDBWriter
from netaddr import IPSet  # type: ignore[import-untyped]

ROOT = Path(__file__).parent.parent.parent


def _write_places(path: Path) -> Path:
    """A file of places in which the documentation's address 81.2.69.142 is in London."""
    writer = MMDBWriter(4, "GeoLite2-City", languages=["en"])
    names = {part: {"names": {"en": name}} for part, name in {"city": "London", "country": "United Kingdom"}.items()}
    writer.insert_network(IPSet(["81.2.69.0/24"]), names)
    writer.to_db_file(str(path))
    return path


@asynccontextmanager
async def product_served(database_url: str, folder: Path) -> AsyncIterator[str]:
    """A server process on a free loopback port; gives its address."""
    settings = {
        "DATABASE_URL": database_url,
        "DATA_DIR": str(folder),
        "GEOIP_DB": str(_write_places(folder / "city.mmdb")),
        "SCAN_RATE_LIMIT": "100000",
        "TRUSTED_PROXIES": "127.0.0.1",
    }
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        command = [sys.executable, "-m", "uvicorn", "--factory", "api.app:serve", "--ws", "websockets-sansio"]
        server = await asyncio.create_subprocess_exec(
            *command, "--no-proxy-headers", "--log-level", "warning", "--fd", str(listener.fileno()),
            cwd=ROOT, env={**os.environ, **settings}, pass_fds=[listener.fileno()],
        )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(timeout=60) as client:
            # The socket listens already, so that the answer waits for the server.
            assert (await client.get(f"{url}/readyz")).status_code == 200
        yield url
    finally:
        server.terminate()
        await server.wait()
