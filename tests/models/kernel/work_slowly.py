"""A program with a worker whose handler takes a fifth of a second and says when it begins.

The arguments are a URL, a kind of job, and how many minutes ahead the program's clock is.
"""

import asyncio
import sys
from datetime import timedelta

import structlog

from models import database
from models.kernel.env import Env, Policy, utc_now
from models.kernel.jobs import JobKind, Payload
from models.kernel.worker import Worker
from models.passports.places import NoPlaces
from models.passports.scans import ScanWriter
from models.tenants.passwords import Argon2Passwords


async def _handle(payload: Payload, _env: Env) -> None:
    sys.stdout.write(f"begun {payload['number']}\n")
    sys.stdout.flush()
    await asyncio.sleep(0.2)


async def _work(url: str, kind: str, ahead: timedelta) -> None:
    policy = Policy(secret_key="x" * 32, public_base_url="http://passports.test")
    async with database.connected(url), ScanWriter() as scans:
        env = Env(policy, Argon2Passwords(), NoPlaces(), scans, now=lambda: utc_now() + ahead)
        async with Worker([JobKind(kind, _handle)], env):
            await asyncio.Event().wait()


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(_work(sys.argv[1], sys.argv[2], timedelta(minutes=int(sys.argv[3]))))
