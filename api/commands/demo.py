"""The demo company: `exportready seed`, and what `exportready serve` does in development."""

import asyncio

from api.commands.at_hand import CONSOLE, UsageError, bring_up_to_date, database_at_hand, domain, read_settings
from api.settings import Settings
from models import database


def seed() -> None:
    """Add the demo company to an empty database."""
    chosen = read_settings()
    if chosen.is_production:
        raise UsageError("The demo company has a published password and is not for production.")
    with database_at_hand(chosen) as url:
        bring_up_to_date(url)
        if not seed_if_empty(url, chosen):
            raise UsageError("The database already has companies; the demo company is only added to an empty one.")


def seed_if_empty(url: str, chosen: Settings) -> bool:
    """Add the demo company unless there is a company already. Returns whether it was added."""
    return asyncio.run(_seed_if_empty(url, chosen))


async def _seed_if_empty(url: str, chosen: Settings) -> bool:
    async with database.one_connection(url) as connection:
        if await connection.fetchval("SELECT EXISTS (SELECT FROM tenant)"):
            return False
    from api.demo import add_demo_company

    async with domain(url, chosen) as env:
        with CONSOLE.status("Adding a demo company ..."):
            await add_demo_company(env)
    return True
