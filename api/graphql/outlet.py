"""What is on its way to one client: in order, bounded, and sent at once while the client keeps up."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator
from types import coroutine as generator_based
from typing import Any, Final, Protocol

MOST_WAITING: Final = 256

Send = Callable[[str], Coroutine[Any, Any, None]]
SendNow = Callable[[str], bool]


def never(_text: str) -> bool:
    """The `SendNow` of a connection that has none: everything goes through `Send`."""
    return False


class Channel(Protocol):
    """One of several streams over the same connection."""

    def frame(self, payload: str) -> str | None:
        """The payload as it is sent; None when the stream is over and nobody wants it."""
        ...


class Outlet:
    """Sends frames over a connection with `send`, which waits while the client does not read.

    `send_now` is a cheaper way for a client that keeps up: it sends, or returns False and has done nothing.

    A frame waits as a reference to a payload that all clients share, so that a thousand stalled clients take little
    more memory than one.
    """

    def __init__(self, send: Send, send_now: SendNow = never, *, most_waiting: int = MOST_WAITING) -> None:
        self._send = send
        self._send_now = send_now
        self._most_waiting = most_waiting
        self._waiting: deque[tuple[Channel, str]] = deque()
        self._draining: asyncio.Task[None] | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._is_closed = False

    def push(self, channel: Channel, payload: str) -> bool:
        """Put a frame on its way without waiting. False when too many wait already."""
        if self._is_closed:
            return True
        if self._draining is not None:
            if len(self._waiting) >= self._most_waiting:
                return False
            self._waiting.append((channel, payload))
            return True
        frame = channel.frame(payload)
        if frame is None:
            return True
        try:
            if self._send_now(frame):
                return True
            rest = _start(self._send(frame))
        except Exception:  # noqa: BLE001  # the client is gone, which the reading side learns too
            self._is_closed = True
            return True
        if rest is not None:
            self._idle.clear()
            self._draining = asyncio.get_running_loop().create_task(self._drain(rest))
        return True

    async def ready(self) -> None:
        """Returns when nothing waits any more."""
        await self._idle.wait()

    async def close(self) -> None:
        """Send nothing more; what waits is dropped."""
        self._is_closed = True
        self._waiting.clear()
        if self._draining is not None:
            self._draining.cancel()
            await asyncio.wait({self._draining})
            # A task that is cancelled before it began runs none of its `finally`.
            self._draining = None
            self._idle.set()

    async def _drain(self, rest: Awaitable[None]) -> None:
        try:
            await rest
            while self._waiting:
                channel, payload = self._waiting.popleft()
                frame = channel.frame(payload)
                if frame is not None:
                    await self._send(frame)
        except Exception:  # noqa: BLE001  # as above
            self._is_closed = True
            self._waiting.clear()
        finally:
            self._draining = None
            self._idle.set()


def _start(sending: Coroutine[Any, Any, None]) -> Awaitable[None] | None:
    """Run a coroutine up to where it has to wait. Returns the rest of it, None when it did not have to.

    Sending to a client that keeps up never waits, and starting a task for each of a thousand clients takes longer
    than sending. (Python 3.12's eager tasks do the same.)
    """
    try:
        awaited = sending.send(None)
    except StopIteration:
        return None
    return _rest(sending, awaited)


@generator_based
def _rest(sending: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    """A started coroutine from the first thing it waits for."""
    try:
        while True:
            try:
                value = yield awaited
            except BaseException as error:  # noqa: BLE001  # cancelling, too, goes to where it waits
                awaited = sending.throw(error)
            else:
                awaited = sending.send(value)
    except StopIteration:
        return
