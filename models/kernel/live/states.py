"""Watching a company's state, where only the newest matters: each process reads all that are watched at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import Context
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import structlog

State = TypeVar("State")

_POLL_SECONDS: Final = 0.25
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class StateItem(Generic[State]):
    """A state; `position` counts the states seen in this process."""

    position: int
    row: State


@dataclass(frozen=True, slots=True)
class States(Generic[State]):
    """States by key: `read` gives those of many keys from one statement. `name` tells one kind from another.

    Behind a state that `is_last` nothing follows.
    """

    name: str
    read: Callable[[Sequence[Any]], Awaitable[Mapping[Any, State]]]
    is_last: Callable[[State], bool] = lambda state: False


class Watched(Generic[State]):
    """One key that is watched, with its newest state."""

    def __init__(self, state: State) -> None:
        self.item = StateItem(1, state)
        self.watchers = 0
        self.changed = asyncio.Event()

    def update(self, state: State) -> None:
        """Take what was read."""
        if state != self.item.row:
            self.item = StateItem(self.item.position + 1, state)
            self.changed.set()
            self.changed = asyncio.Event()


class Watcher(Generic[State]):
    """Somebody who watches a key and knows its state up to `position`."""

    def __init__(self, watched: Watched[State], is_last: Callable[[State], bool]) -> None:
        self.position = watched.item.position
        self._watched = watched
        self._is_last = is_last

    @property
    def newest(self) -> StateItem[State]:
        """The newest state."""
        return self._watched.item

    async def items(self) -> list[StateItem[State]]:
        """Returns the newest state, once it differs from the one known; none behind the last."""
        while self._watched.item.position == self.position:
            if self._is_last(self._watched.item.row):
                return []
            await self._watched.changed.wait()
        self.position = self._watched.item.position
        return [self._watched.item]


class StateWatch(Generic[State]):
    """Reads the states that are watched in this process, all with one query; runs while anyone watches."""

    def __init__(self, states: States[State], context: Context) -> None:
        self._states = states
        self._context = context
        self._watched: dict[Hashable, Watched[State]] = {}
        self._reading: asyncio.Task[None] | None = None
        # Of two reads at the same time the older one could be taken for the newer.
        self._in_order = asyncio.Lock()

    @property
    def watchers(self) -> int:
        """How many watch."""
        return sum(watched.watchers for watched in self._watched.values())

    @asynccontextmanager
    async def watching(self, key: Hashable) -> AsyncIterator[Watcher[State]]:
        """Watch a key for as long as the block lasts."""
        async with self._in_order:
            state = (await self._states.read([key]))[key]
            watched = self._watched.setdefault(key, Watched(state))
            watched.update(state)
        watched.watchers += 1
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_for_ever(), context=self._context)
        try:
            yield Watcher(watched, self._states.is_last)
        finally:
            watched.watchers -= 1
            if not watched.watchers:
                del self._watched[key]
            if not self._watched and self._reading is not None:
                self._reading.cancel()
                self._reading = None

    async def _read_for_ever(self) -> None:
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            try:
                await self._read()
            except Exception as error:  # noqa: BLE001  # the database may be away for a while; the watch outlives that
                _log.warning("states_unavailable", states=self._states.name, exc_info=error)

    async def _read(self) -> None:
        async with self._in_order:
            states = await self._states.read(list(self._watched))
            for key, state in states.items():
                if key in self._watched:
                    self._watched[key].update(state)
