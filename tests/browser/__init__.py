"""Browser tests: a Python test serves the product, and a script in this folder drives Chromium against it.

A new one is a ``<page>.test.mjs`` that uses ``withPage`` of ``page.mjs``, and a Python test that awaits
``run_browser_test("<page>.test.mjs", url)`` inside ``product_served(database_url, tmp_path)``.
"""

import asyncio
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from api.graphql.uvicorn_protocol import WebSocketProtocol
from api.web.node import Node, find_node, install_packages, one_at_a_time

ROOT = Path(__file__).parent


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """Serves `app` from this very event loop, on a free loopback port; gives its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    host, port = listener.getsockname()
    server = uvicorn.Server(
        uvicorn.Config(app, ws=WebSocketProtocol, ws_per_message_deflate=False, log_level="warning")
    )
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        await running


async def run_browser_test(script: str, url: str) -> None:
    """Runs one of this folder's scripts against `url`; AssertionError with its report when anything fails."""
    node = await asyncio.to_thread(_prepare)
    process = await asyncio.create_subprocess_exec(
        node.executable,
        "--test",
        "--test-reporter=spec",
        ROOT / script,
        env={**node.environment(), "BASE_URL": url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    report, _ = await process.communicate()
    assert process.returncode == 0, f"{script} failed:\n{report.decode()}"


def _prepare() -> Node:
    """Installs Playwright and unpacks Chromium, once."""
    node = find_node()
    with one_at_a_time(ROOT):
        install_packages(node, ROOT)
        unpack = "import('./chromium.mjs').then(({ findChromium }) => findChromium())"
        subprocess.run([node.executable, "--eval", unpack], cwd=ROOT, check=True)
    return node
