"""One execution for all subscriptions that get the same: each item is executed once, encoded once, and its text is
handed to every subscriber.

Subscribers may begin anywhere. Each catches up on its own, from the results kept or from the feed's log, and joins the
others in the very moment it has seen what they have: nothing is lost, nothing comes twice.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any, Final, Protocol, TypeAlias, TypeVar, cast

from resolvers.engine.errors import RESYNC_REQUIRED, Refused, refusal
from resolvers.engine.live.source import Item, Stream

RESULTS_KEPT: Final = 512
CHARACTERS_KEPT: Final = 512 * 1024
_CHUNK: Final = 50
# A result for a thousand subscribers takes tens of milliseconds; others get their turn in between.
_SENDS_IN_A_ROW: Final = 100

# Returns the text of an item's result, or an awaitable of it.
Execute: TypeAlias = Callable[[Any], str | Awaitable[str]]
Result = TypeVar("Result")


class Subscriber(Protocol):
    """Where the results of one operation go."""

    def deliver(self, payload: str) -> bool:
        """Take a result on its way; never waits. False when the client does not keep up."""
        ...

    async def ready(self) -> None:
        """Returns when everything taken has left."""
        ...


def too_slow() -> Refused:
    """Returns why a stream ends whose client reads more slowly than results arrive."""
    message = "The client reads too slowly: subscribe again with `after` set to the last cursor received."
    return refusal(RESYNC_REQUIRED, message)


def take(subscriber: Subscriber, payload: str) -> None:
    """Deliver a result. Raises `Refused` when the client does not keep up."""
    if not subscriber.deliver(payload):
        raise too_slow()


class Sharing:
    """The shared executions of a process, by what they have in common."""

    def __init__(self) -> None:
        self._executions: dict[Hashable, SharedExecution] = {}

    def __len__(self) -> int:
        return len(self._executions)

    @property
    def subscribers(self) -> int:
        """How many have caught up and get what arrives."""
        return sum(execution.subscribers for execution in self._executions.values())

    async def run(self, key: Hashable, stream: Stream, execute: Execute, subscriber: Subscriber) -> None:
        """Deliver a stream's results to its end, or until cancelled. Raises `Refused` for a client too slow.

        Whoever has the same key must be allowed to see the same, and get the same from `execute`.
        """
        execution = self._executions.get(key)
        if execution is None or execution.is_over:
            execution = self._executions[key] = SharedExecution(stream, execute)
        execution.enter()
        try:
            await execution.serve(subscriber, stream.after)
        finally:
            if execution.leave() and self._executions.get(key) is execution:
                del self._executions[key]


class SharedExecution:
    """One execution. It runs from the first `enter` to the last `leave`."""

    def __init__(self, stream: Stream, execute: Execute) -> None:
        self._stream = stream
        self._execute = execute
        self._visitors = 0
        self._running: asyncio.Task[None] | None = None
        self._started = asyncio.Event()
        # All results behind `_floor` and up to `_position` are in `_recent`.
        self._floor = self._position = 0
        self._recent: deque[tuple[int, str]] = deque()
        self._characters = 0
        # Nothing follows the results there are.
        self.is_over = False
        # Each with the position up to which it has seen everything, and what tells it that nothing follows: whether
        # because the stream is over or because the subscriber is too slow.
        self._subscribers: dict[Subscriber, tuple[int, asyncio.Future[bool]]] = {}

    @property
    def subscribers(self) -> int:
        """How many have caught up and get what arrives."""
        return len(self._subscribers)

    def enter(self) -> None:
        """Somebody is about to be served."""
        self._visitors += 1
        if self._running is None:
            self._running = asyncio.create_task(self._run())

    def leave(self) -> bool:
        """Somebody is served no more. Returns whether they were the last, with whom the execution ends."""
        self._visitors -= 1
        if self._visitors == 0 and self._running is not None:
            self._running.cancel()
        return self._visitors == 0

    async def serve(self, subscriber: Subscriber, after: int | None) -> None:
        """Deliver everything behind `after`, or what comes from now on, to the end, or until cancelled or too slow."""
        await self._unless_it_fails(self._started.wait())
        if after is None:
            after = self._position
        else:
            after = await self._catch_up(subscriber, after)
        # No await since the last look at the results: what comes next comes through `_publish`.
        if self.is_over:
            return
        is_complete = asyncio.get_running_loop().create_future()
        self._subscribers[subscriber] = after, is_complete
        try:
            if not await self._unless_it_fails(is_complete):
                raise too_slow()
        finally:
            self._subscribers.pop(subscriber, None)

    async def _unless_it_fails(self, awaitable: Awaitable[Result]) -> Result:
        """Returns what is awaited, unless the execution ends before: raises what ended it then."""
        assert self._running is not None  # noqa: S101  # it runs from `enter` on
        waiting = asyncio.ensure_future(awaitable)
        try:
            await asyncio.wait({waiting, self._running}, return_when=asyncio.FIRST_COMPLETED)
            if not waiting.done():
                await self._running
            return await waiting
        finally:
            waiting.cancel()

    async def _catch_up(self, subscriber: Subscriber, after: int) -> int:
        """Deliver results up to now. Returns the position reached; does not wait after its last look at the results."""
        while True:
            if after < self._floor:
                items = await self._stream.page(after)
                after = items[-1].position
                results = await self._results(items)
            else:
                results = [(position, payload) for position, payload in self._recent if position > after]
                if len(results) <= _CHUNK:
                    _take_all(subscriber, results)
                    return max(after, self._position)
                results = results[:_CHUNK]
                after = results[-1][0]
            for start in range(0, len(results), _CHUNK):
                _take_all(subscriber, results[start : start + _CHUNK])
                await subscriber.ready()

    async def _run(self) -> None:
        async with self._stream.following() as follower:
            self._floor = self._position = follower.position
            self._started.set()
            while items := await follower.items():
                for start in range(0, len(items), _CHUNK):
                    chunk = items[start : start + _CHUNK]
                    for position, payload in await self._results(chunk):
                        await self._publish(position, payload)
                    self._position = chunk[-1].position
            self._end()
            # Positions hold for as long as the stream is followed; whoever is still catching up needs them.
            await asyncio.get_running_loop().create_future()

    def _end(self) -> None:
        self.is_over = True
        for _, is_complete in self._subscribers.values():
            if not is_complete.done():
                is_complete.set_result(True)

    async def _results(self, items: Sequence[Item]) -> list[tuple[int, str]]:
        """The results of those items that the stream lets through; loaders batch what they need."""
        accepted = [item for item in items if self._stream.accepts(item.row)]
        payloads = [self._execute(item) for item in accepted]
        waiting = [payload for payload in payloads if not isinstance(payload, str)]
        if waiting:
            arrived = iter(await asyncio.gather(*waiting))
            payloads = [payload if isinstance(payload, str) else next(arrived) for payload in payloads]
        return [(item.position, cast(str, payload)) for item, payload in zip(accepted, payloads, strict=True)]

    async def _publish(self, position: int, payload: str) -> None:
        self._position = position
        self._keep(position, payload)
        # Whoever joins from here on finds this result among those kept.
        for count, (subscriber, (seen, is_complete)) in enumerate(list(self._subscribers.items()), start=1):
            if position > seen and not is_complete.done() and not subscriber.deliver(payload):
                is_complete.set_result(False)
            if count % _SENDS_IN_A_ROW == 0:
                await asyncio.sleep(0)

    def _keep(self, position: int, payload: str) -> None:
        self._recent.append((position, payload))
        self._characters += len(payload)
        while len(self._recent) > RESULTS_KEPT or self._characters > CHARACTERS_KEPT:
            self._floor, dropped = self._recent.popleft()
            self._characters -= len(dropped)


def _take_all(subscriber: Subscriber, results: Sequence[tuple[int, str]]) -> None:
    for _, payload in results:
        take(subscriber, payload)
