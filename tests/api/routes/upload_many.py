"""Uploads a large file twice in a process of its own and prints what came of it, with the process's peak memory.

``python -m tests.api.routes.upload_many <database url> <rows>``. The file is streamed from the disk in one request.
"""

import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
from httpx import ASGITransport, AsyncClient, Timeout

from models import database
from models.kernel.env import Env, Policy
from models.passports.places import NoPlaces
from models.passports.scans import ScanWriter
from models.registry import PARTICIPANTS
from models.tenants.passwords import Argon2Passwords
from tests.api.routes.conftest import KnownTokens, make_app
from tests.factories import make_batch, make_company


async def upload_twice(url: str, file: Path) -> None:
    """Upload the file, and the same file again."""
    async with database.connected(url), ScanWriter() as scans:
        env = Env(
            policy=Policy(
                secret_key="a-key-for-this-process-alone-and-no-other", public_base_url="http://passports.test"
            ),
            passwords=Argon2Passwords(memory_kib=64, passes=1),
            places=NoPlaces(),
            scans=scans,
            participants=PARTICIPANTS,
        )
        actor = await make_company(env, quota=1_000_000)
        batch = await make_batch(env, actor)
        tokens = KnownTokens()
        headers = {**tokens.sign_in(actor), "Content-Type": "text/csv"}
        transport = ASGITransport(make_app(env, tokens))
        async with AsyncClient(transport=transport, base_url="http://passports.test", timeout=Timeout(300)) as client:
            for _ in range(2):
                started = time.perf_counter()
                response = await client.post(f"/batches/{batch.id}/serials", content=pieces(file), headers=headers)
                answer = response.json()
                report = {
                    "status": response.status_code,
                    "created": answer["created"],
                    "listed": len(answer["errors"]),
                    "codes": sorted({error["code"] for error in answer["errors"]}),
                    "errorCount": answer["errorCount"],
                    "seconds": time.perf_counter() - started,
                    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
                }
                sys.stdout.write(orjson.dumps(report).decode() + "\n")


async def pieces(file: Path) -> AsyncIterator[bytes]:
    """The file's bytes as a server gets them."""
    with file.open("rb") as source:  # nothing else runs here
        while piece := source.read(64 * 1024):
            yield piece


def main() -> None:
    """Write the file, then upload it."""
    url, rows = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "serials.csv"
        with file.open("w") as target:
            target.write("serial_number,manufacture_date\n")
            target.writelines(f"BAT-2026-{n:07},2026-01-15\n" for n in range(rows))
        asyncio.run(upload_twice(url, file))


if __name__ == "__main__":
    main()
