"""Connections for single statements, as nearly all reads are: borrowed and given back without a task or a round trip.

A pool made for transactions takes longer to lend a connection and take it back than a read by key takes.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

import asyncpg

_SECONDS_TO_STOP: Final = 5.0


class StatementConnections:
    """At most `most` connections, made with `connect` when they are first needed, one statement at a time on each."""

    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection]], most: int) -> None:
        self._connect = connect
        self._free_places = most
        self._is_closed = False
        self._open: set[asyncpg.Connection] = set()
        self._idle: list[asyncpg.Connection] = []
        self._retiring: set[asyncio.Task[None]] = set()
        # Whoever waits gets a connection, or None for a place in which to make one.
        self._waiting: deque[asyncio.Future[asyncpg.Connection | None]] = deque()

    async def run(self, method: str, sql: str, *arguments: object) -> Any:
        """Returns what the method of asyncpg's connection gives: `fetch`, `fetchrow`, `fetchval` or `execute`."""
        connection = await self._take()
        try:
            result = await getattr(connection, method)(sql, *arguments)
        except asyncio.CancelledError:
            # The server is being told to stop. Whoever gave up may count on it that nothing is written behind them.
            retiring = asyncio.get_running_loop().create_task(self._retire(connection))
            self._retiring.add(retiring)
            retiring.add_done_callback(self._retiring.discard)
            await asyncio.shield(retiring)
            raise
        except BaseException:
            self._give_back(connection)
            raise
        self._give_back(connection)
        return result

    async def close(self) -> None:
        """Close all connections; whoever waits for one is cancelled."""
        self._is_closed = True
        for waiting in self._waiting:
            waiting.cancel()
        self._waiting.clear()
        await asyncio.gather(*self._retiring)
        for connection in [*self._open]:
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await connection.close(timeout=1)
        self._open.clear()
        self._idle.clear()

    async def _retire(self, connection: asyncpg.Connection) -> None:
        try:
            await connection.close(timeout=_SECONDS_TO_STOP)
        except Exception:  # noqa: BLE001  # whatever is wrong with it, it is not used again
            connection.terminate()
        finally:
            self._open.discard(connection)
            self._pass_on(None)

    async def _take(self) -> asyncpg.Connection:
        if self._is_closed:
            raise RuntimeError("the connections are closed")
        if self._idle:
            connection = self._idle.pop()
            return await self._new() if self._is_gone(connection) else connection
        if self._free_places:
            self._free_places -= 1
            return await self._new()
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        try:
            connection = await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled():
                self._pass_on(waiting.result())
            raise
        return connection or await self._new()

    async def _new(self) -> asyncpg.Connection:
        """A connection in a place that is the caller's."""
        try:
            connection = await self._connect()
        except BaseException:
            self._pass_on(None)
            raise
        if self._is_closed:
            connection.terminate()
            raise RuntimeError("the connections are closed")
        self._open.add(connection)
        return connection

    def _is_gone(self, connection: asyncpg.Connection) -> bool:
        if connection.is_closed():
            self._open.discard(connection)
            return True
        return False

    def _give_back(self, connection: asyncpg.Connection) -> None:
        self._pass_on(None if self._is_gone(connection) else connection)

    def _pass_on(self, connection: asyncpg.Connection | None) -> None:
        """Hand a connection, or a place for one, to whoever has waited longest; let it rest when nobody has."""
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(connection)
                return
        if connection is None:
            self._free_places += 1
        else:
            self._idle.append(connection)
