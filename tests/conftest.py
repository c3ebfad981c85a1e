"""What all tests share: a private PostgreSQL, a migrated database, an `Env`, counted queries."""

import asyncio
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import asyncpg
import pytest

from models import database
from models.embedded import embedded_postgres
from models.kernel.env import Env, Policy
from models.kernel.live import Hub
from models.passports.places import NoPlaces
from models.passports.scans import ScanWriter
from models.registry import PARTICIPANTS
from models.tenants.passwords import Argon2Passwords

# A test database survives no crash; not waiting for the disk makes the suite several times faster.
_FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

CountQueries = Callable[[], AbstractContextManager[list[str]]]
_recorders: list[list[str]] = []
_SWITCHES_JIT = re.compile(r"\s*SELECT\s+(current_setting\('jit'\)|set_config\(\s*'jit')")


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


async def _record(connection: asyncpg.Connection) -> None:
    def note(query: asyncpg.connection.LoggedQuery) -> None:
        # A new connection asks for the array types that it meets, without JIT: the driver's doing, once each.
        # Bells for the live feeds ring in the background, whoever is being counted.
        background = ("typeinfo_tree", "pg_notify(")
        if not any(word in query.query for word in background) and not _SWITCHES_JIT.match(query.query):
            for recorder in _recorders:
                recorder.append(query.query)

    connection.add_query_logger(note)


@pytest.fixture(scope="session")
async def connected(database_url: str) -> AsyncIterator[None]:
    """The process connected to the shared database, as the server's role."""
    async with database.connected(database_url, pool_size=20, init=_record):
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
