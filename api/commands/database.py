"""`exportready migrate` and `exportready outbox-requeue`."""

import asyncio

from api.commands.at_hand import CONSOLE, bring_up_to_date, database_at_hand, domain, read_settings
from models.kernel import outbox


def migrate() -> None:
    """Bring the database up to date."""
    with database_at_hand(read_settings()) as url:
        bring_up_to_date(url)
        CONSOLE.print("The database is up to date.")


def requeue_outbox() -> None:
    """Try parked side effects again."""
    chosen = read_settings()

    async def requeue(url: str) -> int:
        async with domain(url, chosen) as env:
            return await outbox.requeue_parked(env.now())

    with database_at_hand(chosen) as url:
        CONSOLE.print(f"Requeued {asyncio.run(requeue(url))}.")
