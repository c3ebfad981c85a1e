"""Something done before every statement that goes to the database: counting, crashing, slowing down."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg


class Crash(BaseException):
    """The process ends here: nothing that only catches errors may catch it."""


@contextmanager
def before_every_statement(act: Callable[[asyncpg.Connection], None]) -> Iterator[None]:
    """Call `act` with the connection before each statement, COMMIT among them.

    Not BEGIN, before which nothing can have happened, and where the ORM does not give its connection back.
    """
    originals = {name: getattr(asyncpg.Connection, name) for name in ("execute", "executemany", "_execute")}

    def watched(original: Callable[..., Any]) -> Callable[..., Any]:
        async def call(connection: asyncpg.Connection, query: str, *arguments: Any, **options: Any) -> Any:
            if not query.startswith("BEGIN"):
                act(connection)
            return await original(connection, query, *arguments, **options)

        return call

    for name, original in originals.items():
        setattr(asyncpg.Connection, name, watched(original))
    try:
        yield
    finally:
        for name, original in originals.items():
            setattr(asyncpg.Connection, name, original)


class CrashPoint:
    """Crashes before the given step and never again; None never. Database connections do not survive it."""

    def __init__(self, step: int | None) -> None:
        self._left = step
        self.reached = False

    def statement(self, connection: asyncpg.Connection) -> None:
        """Before a statement."""
        if self._is_here():
            connection.terminate()
            raise Crash

    def request(self) -> None:
        """Before or after a request to the payment provider."""
        if self._is_here():
            raise Crash

    def _is_here(self) -> bool:
        if self._left is None or self.reached:
            return False
        self.reached = self._left == 0
        self._left -= 1
        return self.reached
