"""Migrations with aerich, loaded by what migrates and by nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aerich import Command
from tortoise.context import TortoiseContext

from models.database import MIGRATIONS, tortoise_config


@asynccontextmanager
async def aerich(url: str) -> AsyncIterator[Command]:
    """aerich over the database, in a context of its own that neither uses nor closes the caller's connections.

    `lock_timeout` keeps a migration from queueing behind a long transaction while everything else queues behind the
    migration.
    """
    config = tortoise_config(url, pool_size=2)
    config["connections"]["default"]["credentials"]["server_settings"]["lock_timeout"] = "10s"
    config["apps"]["models"]["models"].append("aerich.models")
    async with TortoiseContext(), Command(config, location=str(MIGRATIONS)) as command:
        yield command


async def upgrade(url: str) -> list[str]:
    """Apply what is pending; gives the names of the migrations applied. The caller holds the lock."""
    async with aerich(url) as command:
        applied: list[str] = await command.upgrade()
        return applied
