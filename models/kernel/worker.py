"""The worker that runs jobs beside the requests of a server process."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from types import TracebackType
from typing import Final, Self

import structlog

from models.kernel.env import Env
from models.kernel.jobs import Job, JobKind, arm, attempt, take

_POLL_SECONDS: Final = 1.0
_GRACE_SECONDS: Final = 5.0
_log = structlog.get_logger(__name__)


class Worker:
    """Takes jobs that are due and runs them, each kind within its own slots, for as long as the block lasts.

    It looks as soon as a transaction of this process has asked for a job or a slot has become free, and once a second
    for what other processes asked for or what has become due. At the end it takes nothing more, waits a little for
    what is running, and gives the rest back.
    """

    def __init__(self, kinds: Iterable[JobKind], env: Env, *, grace_seconds: float = _GRACE_SECONDS) -> None:
        self._kinds = tuple(kinds)
        self._env = env
        self._grace_seconds = grace_seconds
        self._armed = False
        self._stopping = False
        self._attempts: dict[asyncio.Task[None], JobKind] = {}

    async def __aenter__(self) -> Self:
        self._loop = asyncio.create_task(self._work())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stopping = True
        self._env.jobs_due.set()
        # Not cancelled at once: jobs that are just being taken would stay taken by nobody.
        await asyncio.wait([self._loop], timeout=self._grace_seconds)
        if self._attempts:
            await asyncio.wait(self._attempts, timeout=self._grace_seconds)
        unfinished = [self._loop, *self._attempts]
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    async def _work(self) -> None:
        while not self._stopping:
            self._env.jobs_due.clear()
            if not await self._start_due():
                await self._wait()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(_POLL_SECONDS):
                await self._env.jobs_due.wait()
        except TimeoutError:
            pass

    async def _start_due(self) -> int:
        """Start what is due and has a slot. Returns how many jobs that were."""
        try:
            if not self._armed:
                await arm(self._kinds, self._env)
                self._armed = True
            jobs = await take(self._slots(), self._env)
        except Exception as error:  # noqa: BLE001  # the database may be away for a while; the worker must outlive that
            _log.warning("jobs_unavailable", exc_info=error)
            return 0
        for job in jobs:
            task = asyncio.create_task(self._attempt(job))
            self._attempts[task] = job.kind
            task.add_done_callback(self._ended)
        return len(jobs)

    def _slots(self) -> dict[JobKind, int]:
        taken = Counter(self._attempts.values())
        return {kind: kind.concurrency - taken[kind] for kind in self._kinds}

    async def _attempt(self, job: Job) -> None:
        try:
            await attempt(job, self._env)
        except Exception as error:  # noqa: BLE001  # likewise; the job is taken again when its lease has run out
            _log.warning("job_not_settled", job=job.id, kind=job.kind.name, exc_info=error)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._attempts[task]
        self._env.jobs_due.set()
