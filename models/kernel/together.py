"""Reads by key that anybody may make, those of one moment in one statement.

The first read goes at once; whoever asks while it is under way shares the next one. So a single caller waits for
nobody, and a thousand at a time take a few statements. Not for what a member reads: who may see it would have to be
part of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextvars import Context, copy_context
from typing import Any, Final, TypeAlias, TypeVar
from uuid import UUID

Row = TypeVar("Row")
Read: TypeAlias = Callable[[list[UUID]], Awaitable[Mapping[UUID, Row]]]

MOST_TOGETHER: Final = 500
_SECONDS: Final = 10.0


class ReadsTogether:
    """The shared reads of one process. After so many seconds those who wait for a statement get a `TimeoutError`.

    Reads are told apart by their function, which is remembered: give functions of a module. One that is made anew for
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


class _ReadFailed(Exception):
    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


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
        try:
            # Others may wait for the same row: one who leaves must not take it along.
            return await asyncio.shield(future)
        except _ReadFailed as failed:
            error = failed.error
        raise _copy_of(error) from error

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
                future.set_exception(_ReadFailed(error))
        finally:
            for future in group.values():
                future.cancel()


def _copy_of(error: Exception) -> Exception:
    """Returns an error to raise in place of one that several wait for: each `raise` would make its traceback longer."""
    # Without its `__init__`, which may take other arguments than those that it passes on.
    copy = type(error).__new__(type(error), *error.args)
    copy.__dict__.update(error.__dict__)
    return copy
