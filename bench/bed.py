"""What the measurements of the database stand on: a private PostgreSQL, eyes on memory and the loop."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from models import database
from models.embedded import embedded_postgres
from models.kernel.env import Env, Policy
from models.passports.places import NoPlaces
from models.passports.scans import ScanWriter
from models.registry import PARTICIPANTS
from models.tenants.passwords import Argon2Passwords


@asynccontextmanager
async def bed() -> AsyncIterator[Env]:
    """An `Env` on a new, migrated database that waits for its disk as in production."""
    folder = _folder()
    try:
        with embedded_postgres(folder) as url:
            await database.migrate(url)
            async with database.connected(url), ScanWriter() as scans:
                yield Env(
                    policy=Policy(secret_key="a-key-for-measurements-alone", public_base_url="https://example.com"),
                    passwords=Argon2Passwords(memory_kib=64, passes=1),
                    places=NoPlaces(),
                    scans=scans,
                    participants=PARTICIPANTS,
                )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="exportready-bench-"))
    folder.chmod(0o755)
    return folder


async def longest_pause_ms(work: Coroutine[Any, Any, None]) -> float:
    """The longest that another task of the event loop waited for its turn while the work was done."""
    longest = 0.0
    running = asyncio.create_task(work)
    while not running.done():
        started = time.perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, time.perf_counter() - started - 0.001)
    await running
    return 1000 * longest


async def growth_mib(work: Coroutine[Any, Any, None]) -> float:
    """By how much the process's memory grew at most while the work was done (Linux only)."""
    before = _reset_peak_kib()
    await work
    return (_status_kib("VmHWM") - before) / 1024


def _reset_peak_kib() -> int:
    Path("/proc/self/clear_refs").write_text("5")
    return _status_kib("VmRSS")


def _status_kib(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
