"""What one subscription sees of a company's feed."""

from collections.abc import AsyncGenerator, Callable, Hashable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final, Generic
from uuid import UUID

from models.kernel.errors import BadInput, DomainError
from models.kernel.feed import feed_position
from models.kernel.live.hub import Hub
from models.kernel.live.items import FeedItem, FeedLog, Row, last_position
from models.kernel.live.states import State, StateItem, States, Watcher
from models.kernel.live.tail import PAGE, Follower

MOST_REPLAYED: Final = 10_000


class ResyncRequired(DomainError):
    """The client is too far behind to catch up item by item: it reads the list anew and goes on from its cursor."""

    code = "RESYNC_REQUIRED"
    http_status = 410


@dataclass(frozen=True, slots=True)
class FeedStream(Generic[Row]):
    """A company's feed behind `after`, or from now on without it, as far as `accepts` lets rows through.

    `selection` says which rows these are: streams of one feed, company and selection see the same. Iterating gives
    what the log holds behind `after` and then, for ever, what arrives: all of it, once, in order.
    """

    hub: Hub
    log: FeedLog[Row]
    tenant_id: UUID
    after: int | None
    selection: Hashable
    accepts: Callable[[Row], bool]

    @property
    def key(self) -> Hashable:
        """The same for streams that see the same from any position on."""
        return self.log.feed, self.tenant_id, self.selection

    def following(self, after: int | None = None) -> AbstractAsyncContextManager[Follower[Row]]:
        """Follow the whole feed, unfiltered, behind a position or from now on."""
        return self.hub.following(self.log, self.tenant_id, after)

    async def page(self, after: int) -> list[FeedItem[Row]]:
        """The next items of the log, unfiltered; fewer than `PAGE` when there are no more yet."""
        return await self.log.after({self.tenant_id: after}, PAGE)

    async def __aiter__(self) -> AsyncGenerator[FeedItem[Row], None]:
        async with self.following(self.after) as follower:
            while True:
                for item in await follower.items():
                    if self.accepts(item.row):
                        yield item


@dataclass(frozen=True, slots=True)
class StateStream(Generic[State]):
    """The newest state of a key, and then each that differs from the one before, up to the last if there is one.

    States in between may be left out.
    """

    hub: Hub
    states: States[State]
    state_key: Hashable
    # Before every state there is, so that each subscriber first gets the one that holds now.
    after: int | None = 0

    @property
    def key(self) -> Hashable:
        """The same for streams that see the same."""
        return self.states.name, self.state_key

    def following(self, after: int | None = None) -> AbstractAsyncContextManager[Watcher[State]]:
        """Watch the state; each watcher knows the one that held when it began."""
        return self.hub.watching(self.states, self.state_key)

    async def page(self, after: int) -> list[StateItem[State]]:
        """The newest state."""
        async with self.following() as watcher:
            return [watcher.newest]

    def accepts(self, state: State) -> bool:
        """Every state counts."""
        return True

    async def __aiter__(self) -> AsyncGenerator[StateItem[State], None]:
        async with self.following() as watcher:
            yield watcher.newest
            while items := await watcher.items():
                for item in items:
                    yield item


async def open_stream(
    hub: Hub,
    log: FeedLog[Row],
    tenant_id: UUID,
    cursor: str | None,
    *,
    selection: Hashable = None,
    accepts: Callable[[Row], bool] = lambda row: True,
) -> FeedStream[Row]:
    """A stream behind a cursor of this company's feed, or from now on without one.

    Raises `BadInput` for a cursor that this feed did not give and `ResyncRequired` for one that lies more than
    `MOST_REPLAYED` items back.
    """
    after = None
    if cursor is not None:
        after = feed_position(log.feed, tenant_id, cursor)
        head = await last_position(log.feed, tenant_id)
        if after > head:
            raise BadInput(f"The cursor {cursor[:80]!r} is ahead of this feed: it is not one that this feed gave.")
        if head - after > MOST_REPLAYED:
            raise ResyncRequired(
                f"The cursor lies {head - after:,} items back; at most {MOST_REPLAYED:,} are replayed. "
                f"Read {log.feed.list_name} anew and subscribe with its feedCursor."
            )
    return FeedStream(hub, log, tenant_id, after, selection, accepts)
