"""A program that scans passports as fast as it can and prints the id of each scan once it is answered.

It ends, with everything answered that it began, when its standard input does. The arguments are a database's URL and
the ids of passports.
"""

import asyncio
import sys
from itertools import cycle
from uuid import UUID

from models import database
from models.kernel.env import Env, Policy
from models.passports.places import NoPlaces
from models.passports.scans import RecordScan, ScanWriter, record_scan
from models.tenants.passwords import Argon2Passwords

_CALLERS = 8


async def _scan_until_told(url: str, passports: list[UUID]) -> None:
    policy = Policy(secret_key="x" * 32, public_base_url="http://passports.test", scan_rate_limit=1_000_000)
    told = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    upcoming = cycle(passports)

    async def keep_scanning(env: Env) -> None:
        while not told.done():
            scan = await record_scan(RecordScan(next(upcoming), "81.2.69.142", ""), env)
            sys.stdout.write(f"{scan.id}\n")
            sys.stdout.flush()

    async with database.connected(url), ScanWriter() as scans:
        env = Env(policy, Argon2Passwords(), NoPlaces(), scans)
        await asyncio.gather(*(keep_scanning(env) for _ in range(_CALLERS)))


if __name__ == "__main__":
    asyncio.run(_scan_until_told(sys.argv[1], [UUID(argument) for argument in sys.argv[2:]]))
