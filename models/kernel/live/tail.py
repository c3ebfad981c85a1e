"""One reader of a feed in each process: it reads what is new once and hands it to everyone who follows."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from contextvars import Context
from typing import Final, Generic
from uuid import UUID

import structlog

from models.kernel.live.items import FeedItem, FeedLog, Row, last_position

PAGE: Final = 500
MOST_BUFFERED: Final = 1_000
_RETRY_SECONDS: Final = 0.5

_log = structlog.get_logger(__name__)


class Follower(Generic[Row]):
    """Someone who follows a company's feed and has seen everything up to `position`.

    What arrives is buffered. Whoever is too slow for the buffer, or began behind it, is served from the log until
    they have caught up: nothing is lost, and memory stays bounded.
    """

    def __init__(self, log: FeedLog[Row], tenant_id: UUID, position: int, *, is_behind: bool) -> None:
        self.tenant_id = tenant_id
        self.position = position
        self._log = log
        self._buffer: list[FeedItem[Row]] = []
        self._is_behind = is_behind
        self._arrived = asyncio.Event()

    def push(self, items: list[FeedItem[Row]]) -> None:
        """Take what the tail has read; never waits."""
        if self._is_behind:
            return
        if len(self._buffer) + len(items) > MOST_BUFFERED:
            self._is_behind = True
            self._buffer.clear()
        else:
            self._buffer.extend(items)
        self._arrived.set()

    async def items(self) -> list[FeedItem[Row]]:
        """Returns the next items in order, one or more; waits for them."""
        while True:
            found = await self._replay() if self._is_behind else await self._buffered()
            if found:
                self.position = found[-1].position
                return found

    async def _replay(self) -> list[FeedItem[Row]]:
        # From here on the buffer takes what is committed after the page was read.
        self._is_behind = False
        found = await self._log.after({self.tenant_id: self.position}, PAGE)
        if len(found) == PAGE:
            self._is_behind = True
            self._buffer.clear()
        return found

    async def _buffered(self) -> list[FeedItem[Row]]:
        await self._arrived.wait()
        self._arrived.clear()
        buffer, self._buffer = self._buffer, []
        found = [item for item in buffer if item.position > self.position]
        if found and found[0].position != self.position + 1:
            self._is_behind = True
            self._buffer.clear()
            return []
        return found


class _Company(Generic[Row]):
    def __init__(self, position: int) -> None:
        self.position = position
        self.followers: set[Follower[Row]] = set()


class FeedTail(Generic[Row]):
    """Reads one feed for all companies that are followed in this process, with one query for all of them.

    A wake-up makes it read at once; `poll_seconds` after the last read it reads without one. It runs while anyone
    follows, in a task of `context`. `incidents` counts positions that did not continue the one before, which must
    never happen.
    """

    def __init__(self, log: FeedLog[Row], *, poll_seconds: float, context: Context) -> None:
        self.incidents = 0
        self._log = log
        self._poll_seconds = poll_seconds
        self._companies: dict[UUID, _Company[Row]] = {}
        self._woken = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None
        self._context = context

    @property
    def followers(self) -> int:
        """How many follow."""
        return sum(len(company.followers) for company in self._companies.values())

    async def follow(self, tenant_id: UUID, after: int | None = None) -> Follower[Row]:
        """Begin to follow a company's feed behind the position `after`, or from now on.

        Every call needs its `leave`. Raises `NotFound` for a company without this feed.
        """
        head = await last_position(self._log.feed, tenant_id)
        company = self._companies.setdefault(tenant_id, _Company(head))
        # The tail may be a moment behind the head, or already ahead of it: either way the log fills the difference.
        position = head if after is None else after
        follower = Follower(self._log, tenant_id, position, is_behind=position < company.position)
        company.followers.add(follower)
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_for_ever(), context=self._context)
        return follower

    def leave(self, follower: Follower[Row]) -> None:
        """Stop following; the tail stops with the last."""
        company = self._companies.get(follower.tenant_id)
        if company is None:
            return
        company.followers.discard(follower)
        if not company.followers:
            del self._companies[follower.tenant_id]
        if not self._companies and self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def wake(self, tenants: Iterable[UUID] | None = None) -> None:
        """Something was committed for these companies, or for any."""
        if tenants is None or not self._companies.keys().isdisjoint(tenants):
            self._woken.set()

    async def _read_for_ever(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll_seconds):
                    await self._woken.wait()
            self._woken.clear()
            try:
                is_more = await self._read()
            except Exception as error:  # noqa: BLE001  # the database may be away for a while; the tail outlives that
                _log.warning("feed_unavailable", feed=str(self._log.feed), exc_info=error)
                await asyncio.sleep(_RETRY_SECONDS)
                is_more = True
            if is_more:
                self._woken.set()

    async def _read(self) -> bool:
        """Read once and hand on. Returns whether a company may have more."""
        items = await self._log.after({id: company.position for id, company in self._companies.items()}, PAGE)
        by_company: dict[UUID, list[FeedItem[Row]]] = {}
        for item in items:
            by_company.setdefault(item.tenant_id, []).append(item)
        for tenant_id, read in by_company.items():
            company = self._companies.get(tenant_id)
            if company is not None:
                self._hand_on(company, [item for item in read if item.position > company.position])
        return any(len(read) == PAGE for read in by_company.values())

    def _hand_on(self, company: _Company[Row], items: list[FeedItem[Row]]) -> None:
        if not items:
            return
        if items[-1].position != company.position + len(items):
            self.incidents += 1
            _log.error("feed_gap", feed=str(self._log.feed), after=company.position, first=items[0].position)
        company.position = items[-1].position
        for follower in company.followers:
            follower.push(items)
