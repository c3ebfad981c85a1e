"""The one PostgreSQL database: connecting, the single door to a transaction, plain reads, migrations.

Tortoise ORM owns the tables and everyday reads and writes; set-based statements and COPY go to asyncpg through
the same pool and the same transaction.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeAlias, cast
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
from tortoise.connection import get_connections
from tortoise.context import TortoiseContext
from tortoise.transactions import in_transaction

from models.statements import StatementConnections

Connection: TypeAlias = asyncpg.Connection
Record: TypeAlias = asyncpg.Record

# Every package here that has tables.
CONTEXTS = tuple(sorted(file.parent.name for file in Path(__file__).parent.glob("*/tables.py")))
MIGRATIONS = Path(__file__).parent.parent / "migrations"

# The server works as this role, which owns no table, so that what the database refuses stays refused.
SERVER_ROLE = "exportready_server"
# Any fixed number; held while migrating, so that two processes that start together do not both migrate.
_MIGRATION_LOCK = 7_303_014
_APPLIED = "SELECT version FROM aerich WHERE app = 'models'"

# The oldest major version whose GRANT of a role can leave SET alone, which the server's role is given with.
OLDEST_POSTGRESQL = 16

# The connection of the open unit of work.
_transaction: ContextVar[Connection | None] = ContextVar("transaction", default=None)
_statements: StatementConnections | None = None

# What the open unit of work calls after its commit.
_after_commit: ContextVar[list[Callable[[], None]]] = ContextVar("after_commit")


class DatabaseUrlError(ValueError):
    """The database URL cannot be understood; the message says what is wrong and what is right."""


class UnservedServerError(RuntimeError):
    """The database's version is not served; the message says which one was found and which are."""


def tortoise_config(url: str, *, pool_size: int = 10, role: str | None = None, **pool: Any) -> dict[str, Any]:
    """Tortoise's configuration for a URL ``postgresql://user:password@host:port/database?sslmode=require``.

    A Unix socket is given as ``?host=/folder``. `pool` goes to `asyncpg.create_pool` as it is.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise DatabaseUrlError(f"DATABASE_URL must start with postgresql://, not {parts.scheme or 'nothing'}://")
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    unknown = options.keys() - {"host", "sslmode", "application_name"}
    if unknown:
        raise DatabaseUrlError(f"DATABASE_URL has options that are not known here: {', '.join(sorted(unknown))}")
    if not parts.path.strip("/"):
        raise DatabaseUrlError("DATABASE_URL must name a database: postgresql://user@host/database")
    settings = {
        "application_name": options.get("application_name", "exportready"),
        "timezone": "UTC",
        "jit": "off",
        # Whoever was answered was answered after the commit was on disk, whatever the server's own setting is.
        "synchronous_commit": "on",
    }
    if role:
        settings["role"] = role
    credentials: dict[str, Any] = {
        "host": options.get("host") or parts.hostname or "127.0.0.1",
        "port": parts.port or 5432,
        "user": unquote(parts.username or "postgres"),
        "password": unquote(parts.password) if parts.password else None,
        "database": unquote(parts.path.lstrip("/")),
        "minsize": 1,
        "maxsize": pool_size,
        "server_settings": settings,
        **pool,
    }
    if "sslmode" in options:
        credentials["ssl"] = options["sslmode"]
    return {
        "connections": {"default": {"engine": "tortoise.backends.asyncpg", "credentials": credentials}},
        "apps": {
            "models": {
                "models": [f"models.{context}.tables" for context in CONTEXTS],
                "default_connection": "default",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


async def _leave_as_it_is(_connection: Connection) -> None:
    """Nothing here changes a session, so a connection goes back to the pool without asyncpg's reset round trip."""


@asynccontextmanager
async def connected(url: str, *, pool_size: int = 10, for_all_tasks: bool = True, **pool: Any) -> AsyncIterator[None]:
    """Connect the process to the database as the server's role for as long as the block lasts."""
    for_statements = max(1, pool_size // 2)
    transactions = max(1, pool_size - for_statements)
    config = tortoise_config(url, pool_size=transactions, role=SERVER_ROLE, reset=_leave_as_it_is, **pool)
    # The web server runs requests in tasks that do not inherit the lifespan's context, hence the global fallback.
    async with TortoiseContext() as context, _statements_of(url, for_statements, **pool):
        await context.init(config=config, _enable_global_fallback=for_all_tasks)
        yield


@asynccontextmanager
async def _statements_of(
    url: str, most: int, *, connection_class: type[Connection] = asyncpg.Connection
) -> AsyncIterator[None]:
    global _statements  # noqa: PLW0603  # what the process is connected to, as Tortoise keeps its own
    options = _connection_options(tortoise_config(url, role=SERVER_ROLE))

    async def connect() -> Connection:
        return await asyncpg.connect(connection_class=connection_class, **options)

    around, _statements = _statements, StatementConnections(connect, most)
    try:
        yield
    finally:
        await _statements.close()
        _statements = around


def _connection_options(config: dict[str, Any]) -> dict[str, Any]:
    """What `asyncpg.connect` takes of Tortoise's configuration."""
    credentials = config["connections"]["default"]["credentials"]
    names = ("host", "port", "user", "password", "database", "ssl", "server_settings")
    return {name: credentials[name] for name in names if name in credentials}


@asynccontextmanager
async def unit_of_work() -> AsyncIterator[Connection]:
    """The one door to a transaction: commits at the end of the block, undoes everything when it raises.

    Gives asyncpg's connection for set-based SQL and COPY; ORM calls inside the block use the same transaction.
    No network call, no new task and no `gather` belongs inside. A block inside a block is a mistake and refused.
    """
    if getattr(get_connections().get("default"), "transaction", None) is not None:
        raise RuntimeError("a unit of work is already open: pass its connection on instead of opening another")
    calls: list[Callable[[], None]] = []
    token = _after_commit.set(calls)
    try:
        async with in_transaction("default") as transaction:
            connection = cast(Connection, transaction._connection)
            around = _transaction.set(connection)
            try:
                yield connection
            finally:
                _transaction.reset(around)
    finally:
        _after_commit.reset(token)
    for call in calls:
        call()


def after_commit(call: Callable[[], None]) -> None:
    """Have the open unit of work call this once it has committed; if it is undone, nothing is called."""
    _after_commit.get().append(call)


async def fetch(sql: str, *arguments: object) -> list[Record]:
    """Returns the rows of one SQL statement, inside the open unit of work if there is one."""
    return cast(list[Record], await _run("fetch", sql, *arguments))


async def fetch_one(sql: str, *arguments: object) -> Record | None:
    """Returns the first row of one SQL statement, or None."""
    return cast(Record | None, await _run("fetchrow", sql, *arguments))


async def fetch_value(sql: str, *arguments: object) -> Any:
    """Returns the first column of the first row of one SQL statement, or None."""
    return await _run("fetchval", sql, *arguments)


async def execute(sql: str, *arguments: object) -> str:
    """Runs one SQL statement and returns PostgreSQL's command tag, such as ``UPDATE 3``."""
    return cast(str, await _run("execute", sql, *arguments))


async def _run(method: str, sql: str, *arguments: object) -> Any:
    connection = _transaction.get()
    if connection is not None:
        return await getattr(connection, method)(sql, *arguments)
    if _statements is None:
        raise RuntimeError("the process is not connected to a database")
    return await _statements.run(method, sql, *arguments)


@asynccontextmanager
async def one_connection(url: str) -> AsyncIterator[Connection]:
    """A single connection as the owner of the tables, without the ORM: for a question or two before all else.

    Raises `UnservedServerError` when the server is older than what is served.
    """
    credentials = tortoise_config(url)["connections"]["default"]["credentials"]
    connection = await asyncpg.connect(
        **{key: credentials[key] for key in ("host", "port", "user", "password", "database")},
        ssl=credentials.get("ssl"),
    )
    try:
        require_served_version(int(await connection.fetchval("SHOW server_version_num")))
        yield connection
    finally:
        await connection.close()


def require_served_version(version_num: int) -> None:
    """Raises `UnservedServerError` for PostgreSQL's `server_version_num` (150004 is 15.4) below the oldest served."""
    major = version_num // 10_000
    if major < OLDEST_POSTGRESQL:
        raise UnservedServerError(
            f"The database is PostgreSQL {major}; ExportReady needs PostgreSQL {OLDEST_POSTGRESQL} or newer. "
            "Nothing was changed in it."
        )


async def migrate(url: str, *, on_applied: Callable[[str], None] = lambda name: None) -> list[str]:
    """Bring the database up to date as the owner of its tables; gives the names of the migrations applied.

    A database that lacks nothing is recognised by one query, and what migrates is not even loaded. aerich takes no
    lock, so an advisory lock is held meanwhile.
    """
    async with one_connection(url) as guard:
        if not await _pending(guard):
            return []
        from models.migrating import upgrade

        await guard.execute("SELECT pg_advisory_lock($1)", _MIGRATION_LOCK)
        applied = await upgrade(url)
    for name in applied:
        on_applied(name)
    return applied


async def _pending(connection: Connection) -> list[str]:
    """The migrations that a database lacks, which may never have seen one."""
    if await connection.fetchval("SELECT to_regclass('aerich')") is None:
        return migration_names()
    return _lacking(await connection.fetch(_APPLIED))


def migration_names() -> list[str]:
    """The file names of all migrations that this version of the code brings, oldest first."""
    files = (MIGRATIONS / "models").glob("[0-9]*_*.py")
    return sorted((file.name for file in files), key=lambda name: int(name.split("_", 1)[0]))


async def pending_migrations() -> list[str]:
    """The migrations that the connected database lacks, oldest first."""
    return _lacking(await fetch(_APPLIED))


def _lacking(applied: list[Record]) -> list[str]:
    known = {row["version"] for row in applied}
    return [name for name in migration_names() if name not in known]
