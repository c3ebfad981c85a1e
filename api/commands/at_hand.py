"""What commands need at hand: the settings, the database, the domain's environment, somewhere to print."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from pydantic import ValidationError

from api.commands.wording import plain_console
from api.settings import Settings
from models import database
from models.embedded import EmbeddedDatabaseError, embedded_postgres
from models.kernel.env import Env
from models.kernel.errors import DomainError
from models.logins import UnfitLogin

CONSOLE: Final = plain_console()


class UsageError(Exception):
    """The command can't do what was asked; the message is one clear line."""


# What ends a command in one line rather than a traceback.
MISTAKES: Final = (
    UsageError,
    EmbeddedDatabaseError,
    database.DatabaseUrlError,
    database.UnservedServerError,
    UnfitLogin,
    DomainError,
    OSError,
)


def read_settings() -> Settings:
    """The settings from the environment, or a usage error that names each one that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(
            f"{str(fault['loc'][0]).upper() + ': ' if fault['loc'] else ''}{fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors()
        )
        raise UsageError(f"The settings are not right: {faults}") from None


@contextmanager
def database_at_hand(settings: Settings) -> Iterator[str]:
    """The URL of the database: the one that is set, else the embedded one, started for as long as the block lasts."""
    if settings.database_url:
        yield settings.database_url
        return
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with embedded_postgres(settings.data_dir) as url:
        yield url


@asynccontextmanager
async def domain(url: str, settings: Settings) -> AsyncIterator[Env]:
    """The process connected to the database, with an `Env` for calling use cases."""
    from api.environment import environment

    async with database.connected(url, pool_size=4), environment(settings) as env:
        yield env


def bring_up_to_date(url: str) -> None:
    """Apply the migrations that the database lacks, and say which."""
    asyncio.run(database.migrate(url, on_applied=lambda name: CONSOLE.print(f"Applied {name}")))
