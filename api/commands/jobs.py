"""`exportready jobs-requeue`."""

import asyncio

from api.commands.at_hand import CONSOLE, database_at_hand, domain, read_settings
from api.commands.wording import counted
from models.kernel import jobs


def requeue_jobs(*, only_look: bool) -> None:
    """List parked jobs and, unless one only looks, try them again."""
    chosen = read_settings()

    async def requeue(url: str) -> tuple[list[jobs.ParkedJob], int]:
        async with domain(url, chosen) as env:
            return await jobs.parked_jobs(), 0 if only_look else await jobs.requeue_parked(env)

    with database_at_hand(chosen) as url:
        parked, requeued = asyncio.run(requeue(url))
    for job in parked:
        CONSOLE.print(f"{job.parked_at:%Y-%m-%d %H:%M:%S} {job.kind} {job.id} {job.last_error}")
    CONSOLE.print(f"{counted(len(parked), 'parked job')} shown, {requeued} requeued.")
