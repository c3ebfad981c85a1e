"""NOTIFY wakes the tails of all processes; it carries nothing that is not in the tables, and may get lost.

A NOTIFY inside the writing transaction would make all of them queue for one lock while they commit. So wake-ups are
sent after the commit, in statements of their own, and those of a few milliseconds together.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextvars import copy_context
from typing import Final
from uuid import UUID

import asyncpg
import structlog
from tortoise.connection import get_connections

from models import database
from models.kernel.feed import Feed

CHANNEL: Final = "feed"
# A payload has less than 8,000 bytes; beyond this many companies everyone is woken.
MOST_NAMED: Final = 200
_COALESCE_SECONDS: Final = 0.003
_RETRY_SECONDS: Final = 1.0

_log = structlog.get_logger(__name__)

OnWake = Callable[[Feed, list[UUID] | None], None]


class Announcer:
    """Tells all processes that something was committed."""

    def __init__(self) -> None:
        self._pending: dict[Feed, set[UUID]] = {}
        self._sending: asyncio.Task[None] | None = None
        # The announcements are the process's, not part of whatever transaction or request a caller is in.
        self._context = copy_context()

    def announce(self, feed: Feed, tenants: Iterable[UUID]) -> None:
        """Wake whoever follows these companies' feed; returns at once. Call it after the commit."""
        self._pending.setdefault(feed, set()).update(tenants)
        if self._sending is None:
            self._sending = asyncio.get_running_loop().create_task(self._send(), context=self._context)

    async def close(self) -> None:
        """Wait until what was announced is sent."""
        if self._sending is not None:
            await self._sending

    async def _send(self) -> None:
        try:
            while self._pending:
                await asyncio.sleep(_COALESCE_SECONDS)
                pending, self._pending = self._pending, {}
                for feed, tenants in pending.items():
                    await database.execute("SELECT pg_notify($1, $2)", CHANNEL, _payload(feed, tenants))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _log.warning("wakeup_not_sent", exc_info=error)
        finally:
            self._sending = None


async def listen(on_wake: OnWake) -> None:
    """Call `on_wake` for every announcement of any process, until cancelled; holds one connection of the pool."""

    def received(_connection: object, _process: int, _channel: str, payload: object) -> None:
        on_wake(*_parse(str(payload)))

    while True:
        try:
            async with get_connections().get("default").acquire_connection() as connection:
                await _listen_on(connection, received)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _log.warning("wakeups_unavailable", exc_info=error)
        await asyncio.sleep(_RETRY_SECONDS)


async def _listen_on(connection: asyncpg.Connection, received: Callable[..., None]) -> None:
    """Returns when the connection is lost."""
    lost = asyncio.Event()

    def note_loss(_connection: object) -> None:
        lost.set()

    connection.add_termination_listener(note_loss)
    await connection.add_listener(CHANNEL, received)
    try:
        await lost.wait()
    finally:
        # A connection that was lost is no longer the pool's, and refuses every call.
        if not lost.is_set():
            connection.remove_termination_listener(note_loss)
            await connection.remove_listener(CHANNEL, received)


def _payload(feed: Feed, tenants: set[UUID]) -> str:
    named = [] if len(tenants) > MOST_NAMED else [tenant.hex for tenant in tenants]
    return " ".join([feed, *named])


def _parse(payload: str) -> tuple[Feed, list[UUID] | None]:
    feed, *tenants = payload.split()
    return Feed(feed), [UUID(tenant) for tenant in tenants] or None
