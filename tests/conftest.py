"""What all tests share: a private PostgreSQL, a migrated database, an `Env`, counted queries."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from models import database
from models.embedded import embedded_postgres
from models.kernel.env import Env, Policy
from models.kernel.live import Hub
from models.logins import allow_login, as_login
from models.passports.places import NoPlaces
from models.passports.scans import ScanWriter
from models.registry import PARTICIPANTS
from models.tenants.passwords import Argon2Passwords

# A test database survives no crash; not waiting for the disk makes the suite several times faster.
_FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

CountQueries = Callable[[], AbstractContextManager[list[str]]]
_recorders: list[list[str]] = []


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The URL of a private PostgreSQL server (its database `exportready` is empty)."""
    folder = Path(tempfile.mkdtemp(prefix="exportready-tests-"))
    folder.chmod(0o755)
    try:
        with embedded_postgres(folder, settings=_FAST) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def database_url(server_url: str) -> str:
    """The URL of a migrated database, shared by all tests: each makes companies of its own."""
    asyncio.run(database.migrate(server_url))
    return server_url


@pytest.fixture
async def empty_database_url(server_url: str, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The URL of a database of this test's own, with nothing in it."""
    name = f"t{abs(hash(request.node.nodeid))}"
    server = await asyncpg.connect(server_url)
    await server.execute(f"CREATE DATABASE {name}")
    try:
        yield server_url.replace("/exportready?", f"/{name}?")
    finally:
        await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await server.close()


class _Recorded(asyncpg.Connection):  # type: ignore[misc]  # it has no types
    """A connection that tells the recorders of each statement before it runs."""

    async def fetch(self, query: str, *arguments: Any, **options: Any) -> Any:
        _note(query)
        return await super().fetch(query, *arguments, **options)

    async def fetchrow(self, query: str, *arguments: Any, **options: Any) -> Any:
        _note(query)
        return await super().fetchrow(query, *arguments, **options)

    async def fetchval(self, query: str, *arguments: Any, **options: Any) -> Any:
        _note(query)
        return await super().fetchval(query, *arguments, **options)

    async def execute(self, query: str, *arguments: Any, **options: Any) -> Any:
        _note(query)
        return await super().execute(query, *arguments, **options)

    async def executemany(self, command: str, *arguments: Any, **options: Any) -> Any:
        _note(command)
        return await super().executemany(command, *arguments, **options)


def _note(query: str) -> None:
    # Bells for the live feeds ring in the background, whoever is being counted.
    if "pg_notify(" not in query:
        for recorder in _recorders:
            recorder.append(query)


@pytest.fixture(scope="session")
async def login_url(database_url: str) -> str:
    """The migrated database's URL with the login of a server, as production has it."""
    login = as_login(database_url, "exportready_login")
    await allow_login(database_url, login)
    return login


@pytest.fixture(scope="session")
async def connected(login_url: str) -> AsyncIterator[None]:
    """The process connected to the shared database, as the server's role and with a server's login."""
    async with database.connected(login_url, pool_size=20, connection_class=_Recorded):
        yield


@pytest.fixture
def count_queries(connected: None) -> CountQueries:
    """``with count_queries() as queries:`` collects the SQL that runs inside the block."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        queries: list[str] = []
        _recorders.append(queries)
        try:
            yield queries
        finally:
            _recorders.remove(queries)

    return counting


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The settings that rules depend on, as tests need them."""
    return Policy(
        secret_key="a-secret-key-that-only-the-tests-use",
        public_base_url="http://passports.test",
        scan_rate_limit=100_000,
    )


@pytest.fixture(scope="session")
async def env(connected: None, policy: Policy) -> AsyncIterator[Env]:
    """A real environment; only password hashing is cheaper than in production."""
    async with Hub() as live, ScanWriter(live) as scans:
        yield Env(
            policy=policy,
            passwords=Argon2Passwords(memory_kib=64, passes=1),
            places=NoPlaces(),
            scans=scans,
            participants=PARTICIPANTS,
            live=live,
        )
