"""How long a start takes: `exportready --help`, and `exportready serve` on a migrated database until it answers.

Run `python -m bench.start` in the project's folder. The limit is the time that a bare Python takes to load the
libraries that a server can't do without (for `--help`, the command line's); turns alternate, and the best of each
counts. PostgreSQL runs already.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from bench.figures import figure, sized, step
from models.embedded import embedded_postgres

ROUNDS = sized(10, least=2)
COMMAND_LINE = "import typer, typer.rich_utils"
LIBRARIES = """
import gc
gc.disable()
import typer, rich.console, pydantic_settings, asyncpg, tortoise.models, tortoise.backends.asyncpg, strawberry, jwt
import starlette.applications, uvicorn, uvloop, httptools, websockets, structlog, jinja2, orjson, email_validator
"""


def python(*arguments: str, environment: dict[str, str] | None = None) -> float:
    """The seconds that a Python takes from its start to its end."""
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], env=environment, check=True, capture_output=True)
    return time.perf_counter() - started


def served(environment: dict[str, str]) -> float:
    """The seconds from the start of a server to its first answer that it is ready."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    started = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve"],
        env={**environment, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not answers(port):
            assert server.poll() is None, "the server has ended"
            assert time.perf_counter() < started + 60, "the server does not answer"
            time.sleep(0.005)
        return time.perf_counter() - started
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def compare(what: str, ours: Callable[[], float], limit: Callable[[], float]) -> None:
    seconds = []
    for done in range(ROUNDS):
        step(what, done, ROUNDS)
        seconds.append((ours(), limit()))
    best, least = (min(times) for times in zip(*seconds, strict=True))
    figure(what, best, "s", limit=least, ratio=least / best)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="exportready-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with embedded_postgres(folder) as url:
            environment = {"PATH": os.environ["PATH"], "DATA_DIR": name, "DATABASE_URL": url}
            # The first runs compile what is not compiled yet.
            python("-m", "api.cli", "seed", environment=environment)
            served(environment)
            compare(
                "exportready --help, beside loading typer alone",
                lambda: python("-m", "api.cli", "--help", environment=environment),
                lambda: python("-c", COMMAND_LINE),
            )
            compare(
                "exportready serve until it answers, beside loading its libraries alone",
                lambda: served(environment),
                lambda: python("-c", LIBRARIES),
            )


if __name__ == "__main__":
    main()
