"""The one PostgreSQL database: connecting, the single door to a transaction, plain reads, migrations.

Tortoise ORM owns the tables and everyday reads and writes; set-based statements and COPY go to asyncpg through
the same pool and the same transaction.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias, cast
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
from aerich import Command
from tortoise.connection import get_connections
from tortoise.context import TortoiseContext
from tortoise.transactions import in_transaction

Connection: TypeAlias = asyncpg.Connection
Record: TypeAlias = asyncpg.Record

# Every package here that has tables.
CONTEXTS = tuple(sorted(file.parent.name for file in Path(__file__).parent.glob("*/tables.py")))
MIGRATIONS = Path(__file__).parent.parent / "migrations"

# The server works as this role, which owns no table, so that what the database refuses stays refused.
SERVER_ROLE = "exportready_server"
# Any fixed number; held while migrating, so that two processes that start together do not both migrate.
_MIGRATION_LOCK = 7_303_014


class DatabaseUrlError(ValueError):
    """The database URL cannot be understood; the message says what is wrong and what is right."""


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
                "models": [*(f"models.{context}.tables" for context in CONTEXTS), "aerich.models"],
                "default_connection": "default",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


async def _leave_as_it_is(_connection: Connection) -> None:
    """Nothing here changes a session, so a connection goes back to the pool without asyncpg's reset round trip."""


@asynccontextmanager
async def connected(url: str, *, pool_size: int = 10, **pool: Any) -> AsyncIterator[None]:
    """Connect the process to the database as the server's role for as long as the block lasts."""
    config = tortoise_config(url, pool_size=pool_size, role=SERVER_ROLE, reset=_leave_as_it_is, **pool)
    # The web server runs requests in tasks that do not inherit the lifespan's context, hence the global fallback.
    async with TortoiseContext() as context:
        await context.init(config=config, _enable_global_fallback=True)
        yield


@asynccontextmanager
async def unit_of_work() -> AsyncIterator[Connection]:
    """The one door to a transaction: commits at the end of the block, undoes everything when it raises.

    Gives asyncpg's connection for set-based SQL and COPY; ORM calls inside the block use the same transaction.
    No network call, no new task and no `gather` belongs inside. A block inside a block is a mistake and refused.
    """
    if getattr(get_connections().get("default"), "transaction", None) is not None:
        raise RuntimeError("a unit of work is already open: pass its connection on instead of opening another")
    async with in_transaction("default") as transaction:
        yield cast(Connection, transaction._connection)


async def fetch(sql: str, *arguments: object) -> list[Record]:
    """Rows of one SQL statement, inside the open unit of work if there is one."""
    async with get_connections().get("default").acquire_connection() as connection:
        return cast(list[Record], await connection.fetch(sql, *arguments))


async def fetch_one(sql: str, *arguments: object) -> Record | None:
    """The first row of one SQL statement, or None."""
    async with get_connections().get("default").acquire_connection() as connection:
        return cast(Record | None, await connection.fetchrow(sql, *arguments))


async def fetch_value(sql: str, *arguments: object) -> Any:
    """The first column of the first row of one SQL statement, or None."""
    async with get_connections().get("default").acquire_connection() as connection:
        return await connection.fetchval(sql, *arguments)


async def execute(sql: str, *arguments: object) -> str:
    """Run one SQL statement and give PostgreSQL's command tag, such as ``UPDATE 3``."""
    async with get_connections().get("default").acquire_connection() as connection:
        return cast(str, await connection.execute(sql, *arguments))


async def migrate(url: str, *, on_applied: Callable[[str], None] = lambda name: None) -> list[str]:
    """Bring the database up to date as the owner of its tables; gives the names of the migrations applied.

    aerich takes no lock, so an advisory lock is held meanwhile. `lock_timeout` keeps a migration from queueing
    behind a long transaction while everything else queues behind the migration.
    """
    config = tortoise_config(url, pool_size=2)
    credentials = config["connections"]["default"]["credentials"]
    guard = await asyncpg.connect(
        **{key: credentials[key] for key in ("host", "port", "user", "password", "database")},
        ssl=credentials.get("ssl"),
    )
    try:
        await guard.execute("SELECT pg_advisory_lock($1)", _MIGRATION_LOCK)
        credentials["server_settings"]["lock_timeout"] = "10s"
        # aerich's connection is a context of its own, so that it neither uses nor closes the caller's.
        async with TortoiseContext(), Command(config, location=str(MIGRATIONS)) as command:
            applied = await command.upgrade()
        for name in applied:
            on_applied(name)
        return applied
    finally:
        await guard.close()


def migration_names() -> list[str]:
    """The file names of all migrations that this version of the code brings, oldest first."""
    files = (MIGRATIONS / "models").glob("[0-9]*_*.py")
    return sorted((file.name for file in files), key=lambda name: int(name.split("_", 1)[0]))


async def pending_migrations() -> list[str]:
    """The migrations that the connected database lacks, oldest first."""
    rows = await fetch("SELECT version FROM aerich WHERE app = 'models'")
    applied = {row["version"] for row in rows}
    return [name for name in migration_names() if name not in applied]
