"""Running jobs one after another, without a worker beside the test."""

from collections.abc import Iterable

from models.kernel import jobs
from models.kernel.env import Env
from models.kernel.jobs import JobKind


async def run_due(kinds: Iterable[JobKind], env: Env, *, limit: int = 100) -> int:
    """Run jobs of these kinds that are due, one at a time; gives how many were tried."""
    kinds, tried = tuple(kinds), 0
    while tried < limit:
        for kind in kinds:
            if taken := await jobs.take({kind: 1}, env):
                break
        else:
            break
        await jobs.attempt(taken[0], env)
        tried += 1
    return tried
