"""A program that processes webhook events and prints a dot before each statement.

The arguments are a URL, and how many minutes ahead the program's clock is.
"""

import asyncio
import sys
import time
from datetime import timedelta

import asyncpg
import structlog

from models import billing, database
from models.kernel.env import Env, Policy, utc_now
from models.kernel.worker import Worker
from models.passports.places import NoPlaces
from models.passports.scans import ScanWriter
from models.tenants.passwords import Argon2Passwords
from tests.models.billing.statements import before_every_statement


def _show(_connection: asyncpg.Connection) -> None:
    sys.stdout.write(".")
    sys.stdout.flush()
    # So that a kill that answers this dot hits before the next.
    time.sleep(0.01)


async def _work(url: str, ahead: timedelta) -> None:
    policy = Policy(secret_key="x" * 32, public_base_url="http://passports.test")
    async with database.connected(url), ScanWriter() as scans:
        env = Env(policy, Argon2Passwords(), NoPlaces(), scans, now=lambda: utc_now() + ahead)
        events = [kind for kind in billing.CONTEXT.jobs if not kind.every]
        with before_every_statement(_show):
            async with Worker(events, env):
                await asyncio.Event().wait()


if __name__ == "__main__":
    # Only dots go to standard output.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(_work(sys.argv[1], timedelta(minutes=int(sys.argv[2]))))
