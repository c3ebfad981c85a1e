"""Passports per second that one bulk transition moves, beside COPY of the same events in the same run.

Run it from the project's root: `python -m bench.transitions [passports]`.
"""

import asyncio
import sys
from time import perf_counter
from uuid import UUID

from bench.bed import bed
from bench.figures import figure, sized, step
from models import database, lifecycle
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.lifecycle import LifecycleAction, TransitionPassports, UnitFilter
from models.passports import InputRows, IssuePassports, NewPassport, issue
from tests.factories import make_batch, make_company
from tests.models.lifecycle.lives import MADE, evidence_for

CHUNK = 1_000
ROUND = (LifecycleAction.SHIP, LifecycleAction.INSTALL, LifecycleAction.SUSPEND, LifecycleAction.REINSTATE)


async def main(passports: int) -> None:
    async with bed() as env:
        owner = await make_company(env, quota=passports)
        batch = await make_batch(env, owner)
        await issued(env, owner, batch.id, passports)
        rates = {}
        for done, action in enumerate(ROUND):
            step(f"{passports:,} passports, {action}", done, len(ROUND))
            command = TransitionPassports(action, evidence_for(action), filter=UnitFilter(batch.id))
            start = perf_counter()
            result = await lifecycle.transition_many(owner, command, env)
            rates[action] = passports / (perf_counter() - start)
            assert result.succeeded == passports
        limit = passports * (len(ROUND) + 1) / await copied(owner)
        for action, rate in rates.items():
            figure(
                f"{action}, in one call, beside COPY of the events without an index", rate, "passports/s", limit=limit
            )


async def issued(env: Env, owner: Actor, batch_id: UUID, passports: int) -> None:
    for start in range(0, passports, CHUNK):
        rows = [NewPassport(f"BAT-{number:07}", MADE) for number in range(start, min(start + CHUNK, passports))]
        await issue(owner, IssuePassports(batch_id, InputRows(rows)), env)


async def copied(owner: Actor) -> float:
    """Seconds that COPY takes for all of the company's events."""
    rows = await database.fetch("SELECT * FROM lifecycle_event WHERE tenant_id = $1", owner.tenant_id)
    async with database.unit_of_work() as connection:
        await connection.execute("CREATE TEMPORARY TABLE copied (LIKE lifecycle_event) ON COMMIT DROP")
        start = perf_counter()
        await connection.copy_records_to_table("copied", records=[tuple(row.values()) for row in rows])
        return perf_counter() - start


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else sized(10_000)))
