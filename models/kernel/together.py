"""Reads by key that anybody may make, those of one moment in one statement.

The first read goes at once; whoever asks while it is under way shares the next one. So a single caller waits for
nobody, and a thousand at a time take a few statements. Not for what a member reads: who may see it would have to be
part of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextvars import Context, copy_context
from copy import copy
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar
from uuid import UUID

Row = TypeVar("Row")
Read: TypeAlias = Callable[[list[UUID]], Awaitable[Mapping[UUID, Row]]]

MOST_TOGETHER: Final = 500
_SECONDS: Final = 10.0


class ReadsTogether:
    """The shared reads of one process. After so many seconds those who wait for a statement get a `TimeoutError`.

    Reads are told apart by their function, which is remembered: pass module-level functions. One that is made anew for
    each call, such as a lambda, would share nothing and never be forgotten.
    """

    def __init__(self, *, seconds: float = _SECONDS) -> None:
        self._reads: dict[Read[Any], _Together] = {}
        self._seconds = seconds
        # Statements are the process's, not part of whatever transaction or request a caller is in.
        self._context = copy_context()

    async def one(self, read: Read[Row], id: UUID) -> Row | None:
        """Returns what `read` finds for this id, None for nothing. Raises what it raises, and `TimeoutError`."""
        together = self._reads.get(read)
        if together is None:
            together = self._reads[read] = _Together(read, self._seconds, self._context)
        row: Row | None = await together.wanted(id)
        return row


@dataclass(frozen=True, slots=True)
class _Failed:
    """What those who wait for a read get in place of a row when it failed."""

    error: Exception


class _Together:
    def __init__(self, read: Read[Any], seconds: float, context: Context) -> None:
        self._read = read
        self._seconds = seconds
        self._waiting: dict[UUID, asyncio.Future[Any]] = {}
        self._reading: asyncio.Task[None] | None = None
        self._context = context

    async def wanted(self, id: UUID) -> Any:
        future = self._waiting.get(id)
        if future is None:
            future = self._waiting[id] = asyncio.get_running_loop().create_future()
        if self._reading is None:
            self._reading = asyncio.get_running_loop().create_task(self._read_waiting(), context=self._context)
        # Others may wait for the same row: one who leaves must not take it along.
        found = await asyncio.shield(future)
        if isinstance(found, _Failed):
            error = _copy_of(found.error)
            raise error from (found.error if error is not found.error else None)
        return found

    async def _read_waiting(self) -> None:
        try:
            while self._waiting:
                ids = list(self._waiting)[:MOST_TOGETHER]
                await self._read_group({id: self._waiting.pop(id) for id in ids})
        finally:
            self._reading = None

    async def _read_group(self, group: Mapping[UUID, asyncio.Future[Any]]) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                found = await self._read(list(group))
            for id, future in group.items():
                future.set_result(found.get(id))
        except Exception as error:  # noqa: BLE001  # everybody who waits hears of it
            for future in group.values():
                future.set_result(_Failed(error))
        finally:
            for future in group.values():
                future.cancel()


def _copy_of(error: Exception) -> Exception:
    """Returns a copy to raise, for an error that several raise grows a traceback with each; itself if it has none."""
    try:
        return copy(error)
    except Exception:  # noqa: BLE001  # made with other arguments than it keeps
        return error
