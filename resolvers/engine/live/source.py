"""What a live field resolves to, and what it is made of. The application brings the streams."""

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Hashable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

Event = TypeVar("Event")


class Item(Protocol):
    """An item of a stream. Positions grow by one from item to item."""

    @property
    def position(self) -> int:
        """Its place in the stream."""
        ...

    @property
    def row(self) -> Any:
        """What it is about."""
        ...


class Follower(Protocol):
    """Somebody who follows a stream and has seen everything up to `position`."""

    @property
    def position(self) -> int:
        """The position of the last item seen."""
        ...

    async def items(self) -> Sequence[Item]:
        """Returns the next items in order, once there are some; none when nothing follows."""
        ...


class Stream(Protocol):
    """Items behind `after`, or from now on without it, as far as `accepts` lets their rows through.

    Streams with the same `key` see the same from any position on. Positions hold for as long as a stream is followed.
    """

    @property
    def key(self) -> Hashable:
        """What streams that see the same have in common."""
        ...

    @property
    def after(self) -> int | None:
        """The position behind which it begins."""
        ...

    def accepts(self, row: Any) -> bool:
        """Whether the row belongs to the stream."""
        ...

    def following(self, after: int | None = None) -> AbstractAsyncContextManager[Follower]:
        """Follow the stream, unfiltered, for as long as the block lasts."""
        ...

    async def page(self, after: int) -> Sequence[Item]:
        """Returns the next items behind a position, unfiltered."""
        ...

    def __aiter__(self) -> AsyncGenerator[Item, None]:
        """Returns an iterator over what it lets through; whoever stops before its end closes it."""
        ...


@dataclass(frozen=True, slots=True)
class LiveSource(AsyncIterable[Event]):
    """What a live field resolves to: the items of a stream, each converted to the field's type.

    Subscriptions that would get the same bytes for an item share one execution of it.
    """

    stream: Stream
    convert: Callable[[Any], Event]

    async def __aiter__(self) -> AsyncIterator[Event]:
        async with aclosing(aiter(self.stream)) as items:
            async for item in items:
                yield self.convert(item)
