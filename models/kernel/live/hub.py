"""The hub: everything live in one process. It runs nothing until somebody follows a feed."""

import asyncio
from collections.abc import AsyncIterator, Hashable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from contextvars import copy_context
from types import TracebackType
from typing import Any, Final, Self
from uuid import UUID

from models.kernel.feed import Feed
from models.kernel.live.items import FeedLog, Row
from models.kernel.live.states import State, States, StateWatch, Watcher
from models.kernel.live.tail import FeedTail, Follower
from models.kernel.live.wakeups import Announcer, listen

POLL_SECONDS: Final = 0.1


class Hub:
    """The tails of a process's feeds, the listener that wakes them, and the announcer of what it commits itself.

    Rows are the log and NOTIFY only wakes: a lost one costs `poll_seconds`, never an item.
    """

    def __init__(self, *, poll_seconds: float = POLL_SECONDS, listens: bool = True) -> None:
        self._poll_seconds = poll_seconds
        self._listens = listens
        self._tails: dict[Feed, FeedTail[Any]] = {}
        self._watches: dict[str, StateWatch[Any]] = {}
        self._listening: asyncio.Task[None] | None = None
        self._announcer = Announcer()
        # The listener belongs to the process, not to the request or transaction of the first follower.
        self._context = copy_context()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._stop_listening()
        await self._announcer.close()

    @property
    def followers(self) -> int:
        """How many follow a feed or watch a state in this process."""
        tails, watches = self._tails.values(), self._watches.values()
        return sum(tail.followers for tail in tails) + sum(watch.watchers for watch in watches)

    @property
    def incidents(self) -> int:
        """How often a position did not continue the one before it, which must never happen."""
        return sum(tail.incidents for tail in self._tails.values())

    def announce(self, feed: Feed, tenants: Iterable[UUID]) -> None:
        """Wake the followers of these companies' feed in all processes. Call it after the commit; never waits."""
        self._announcer.announce(feed, tenants)

    @asynccontextmanager
    async def following(
        self, log: FeedLog[Row], tenant_id: UUID, after: int | None = None
    ) -> AsyncIterator[Follower[Row]]:
        """Follow a company's feed behind the position `after`, or from now on, for as long as the block lasts."""
        tail = self._tails.get(log.feed)
        if tail is None:
            tail = self._tails[log.feed] = FeedTail(log, poll_seconds=self._poll_seconds, context=self._context)
        if self._listens and self._listening is None:
            self._listening = asyncio.create_task(listen(self._wake), context=self._context)
        follower = await tail.follow(tenant_id, after)
        try:
            yield follower
        finally:
            tail.leave(follower)
            if not self.followers and self._listening is not None:
                self._listening.cancel()
                self._listening = None

    def watching(self, states: States[State], key: Hashable) -> AbstractAsyncContextManager[Watcher[State]]:
        """Watch a state for as long as the block lasts."""
        watch = self._watches.get(states.name)
        if watch is None:
            watch = self._watches[states.name] = StateWatch(states, self._context)
        return watch.watching(key)

    def _wake(self, feed: Feed, tenants: list[UUID] | None) -> None:
        tail = self._tails.get(feed)
        if tail is not None:
            tail.wake(tenants)

    async def _stop_listening(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
            self._listening = None
