"""Reads by key that anybody may make, those of one moment in one statement.

The first read goes at once; whoever asks while it is under way shares the next one. So a single caller waits for
nobody, and a thousand at a time take a few statements. Not for what a member reads: who may see it would have to be
part of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextvars import copy_context
from typing import Any, Final, TypeAlias, TypeVar
from uuid import UUID

Row = TypeVar("Row")
Read: TypeAlias = Callable[[list[UUID]], Awaitable[Mapping[UUID, Row]]]

MOST_TOGETHER: Final = 500


class ReadsTogether:
    """The shared reads of one process."""

    def __init__(self) -> None:
        self._reads: dict[Read[Any], _Together] = {}

    async def one(self, read: Read[Row], id: UUID) -> Row | None:
        """Returns what `read` gives for this id, None when that is nothing. Raises what it raises."""
        together = self._reads.get(read)
        if together is None:
            together = self._reads[read] = _Together(read)
        row: Row | None = await together.wanted(id)
        return row


class _Together:
    def __init__(self, read: Read[Any]) -> None:
        self._read = read
        self._waiting: dict[UUID, asyncio.Future[Any]] = {}
        self._reading: asyncio.Task[None] | None = None
        # The statement is the process's, not part of whatever transaction or request the first caller is in.
        self._context = copy_context()

    async def wanted(self, id: UUID) -> Any:
        future = self._waiting.get(id)
        if future is None:
            future = self._waiting[id] = asyncio.get_running_loop().create_future()
        if self._reading is None:
            self._reading = asyncio.get_running_loop().create_task(self._read_waiting(), context=self._context)
        # Others may wait for the same row: one who leaves must not take it along.
        return await asyncio.shield(future)

    async def _read_waiting(self) -> None:
        try:
            while self._waiting:
                ids = list(self._waiting)[:MOST_TOGETHER]
                await self._read_group({id: self._waiting.pop(id) for id in ids})
        finally:
            self._reading = None

    async def _read_group(self, group: Mapping[UUID, asyncio.Future[Any]]) -> None:
        try:
            found = await self._read(list(group))
        except Exception as error:  # noqa: BLE001  # everybody who waits hears of it
            for future in group.values():
                future.set_exception(error)
            return
        for id, future in group.items():
            future.set_result(found.get(id))
