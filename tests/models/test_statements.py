"""Connections for single statements: bounded, shared fairly, and replaced when they are lost."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from models.statements import StatementConnections
from tests.api.graphql.sockets import until

OF_THIS_SESSION = "SELECT pg_backend_pid()"


@pytest.fixture
async def connections(database_url: str) -> AsyncIterator[StatementConnections]:
    found = StatementConnections(lambda: asyncpg.connect(database_url), 2)
    yield found
    await found.close()


async def sessions(connections: StatementConnections, statements: int) -> set[int]:
    """The server's sessions that ran so many statements, all asked for at once."""
    slow = "SELECT pg_backend_pid() FROM pg_sleep(0.01)"
    return set(await asyncio.gather(*(connections.run("fetchval", slow) for _ in range(statements))))


async def test_more_statements_than_connections_wait_for_one_another(connections: StatementConnections) -> None:
    assert len(await sessions(connections, 1)) == 1
    assert len(await sessions(connections, 20)) == 2


async def test_a_statement_that_fails_leaves_its_connection_to_others(connections: StatementConnections) -> None:
    used = await sessions(connections, 2)
    for _ in range(5):
        with pytest.raises(asyncpg.DivisionByZeroError):
            await connections.run("fetchval", "SELECT 1 / 0")

    assert await sessions(connections, 5) == used


async def test_a_cancelled_statement_takes_its_connection_along_and_nobody_waits_for_it(
    connections: StatementConnections,
) -> None:
    before = await sessions(connections, 2)
    sleeping = [asyncio.create_task(connections.run("execute", "SELECT pg_sleep(30)")) for _ in range(2)]
    waiting = asyncio.create_task(connections.run("fetchval", OF_THIS_SESSION))
    given_up = asyncio.create_task(connections.run("fetchval", OF_THIS_SESSION))
    await asyncio.sleep(0.05)
    for task in (given_up, *sleeping):
        task.cancel()

    async with asyncio.timeout(5):
        assert await waiting not in before
        assert len(await sessions(connections, 4) - before) == 2


async def test_a_connection_that_the_server_ended_is_replaced(
    connections: StatementConnections, database_url: str
) -> None:
    before = await sessions(connections, 2)
    server = await asyncpg.connect(database_url)
    for session in before:
        await server.execute("SELECT pg_terminate_backend($1)", session)
    await server.close()
    await until(lambda: all(connection.is_closed() for connection in connections._idle))

    assert not await sessions(connections, 4) & before


async def test_a_server_that_is_away_is_told_to_everybody_and_asked_again(database_url: str) -> None:
    is_away = True

    async def connect() -> asyncpg.Connection:
        if is_away:
            raise ConnectionRefusedError
        return await asyncpg.connect(database_url)

    connections = StatementConnections(connect, 1)
    tried = (connections.run("fetchval", OF_THIS_SESSION) for _ in range(3))
    answers = await asyncio.gather(*tried, return_exceptions=True)
    assert [type(answer) for answer in answers] == [ConnectionRefusedError] * 3
    is_away = False
    assert len(await sessions(connections, 3)) == 1
    await connections.close()
