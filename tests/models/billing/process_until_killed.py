"""A program that processes stored webhook events and prints a dot before each statement. The argument is a URL."""

import asyncio
import sys
import time

import asyncpg

from models import billing, database
from models.kernel.env import Env, Policy
from models.passports.places import NoPlaces
from models.passports.scans import ScanWriter
from models.tenants.passwords import Argon2Passwords
from tests.models.billing.statements import before_every_statement


def _show(_connection: asyncpg.Connection) -> None:
    sys.stdout.write(".")
    sys.stdout.flush()
    # So that a kill that answers this dot hits before the next.
    time.sleep(0.01)


async def _process(url: str) -> None:
    policy = Policy(secret_key="x" * 32, public_base_url="http://passports.test")
    async with database.connected(url), ScanWriter() as scans:
        with before_every_statement(_show):
            await billing.process_events(Env(policy, Argon2Passwords(), NoPlaces(), scans))


if __name__ == "__main__":
    asyncio.run(_process(sys.argv[1]))
