"""The server as a person starts it: `exportready serve` in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent


@contextmanager
def passable_folder() -> Iterator[Path]:
    """A new folder that the embedded server's user can reach, which pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="exportready-door-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """The environment without anything that would change what the server does."""
    keep = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR", "LANG")}
    return {**keep, "DATA_DIR": str(folder / "data"), **settings}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "api.cli", *arguments]


@contextmanager
def serving(folder: Path, *arguments: str, ending: signal.Signals = signal.SIGTERM) -> Iterator[str]:
    """`exportready serve` on a free port, until the end of the block; gives its address."""
    port = _free_port()
    log = (folder / "server.log").open("a")
    process = subprocess.Popen(
        command("serve", *arguments), cwd=ROOT, env=environment(folder, PORT=str(port)), stdout=log, stderr=log
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(process, url, folder)
        yield url
    finally:
        process.send_signal(ending)
        process.wait(timeout=20)
        log.close()


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, folder: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, (folder / "server.log").read_text()
        try:
            if httpx.get(f"{url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError((folder / "server.log").read_text())
