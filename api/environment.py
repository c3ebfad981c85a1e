"""The `Env` of a running process: what the domain needs from outside, built from the settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.settings import Settings
from models.kernel.env import Env
from models.passports.places import GeoIpPlaces, NoPlaces
from models.passports.scans import ScanWriter
from models.registry import PARTICIPANTS
from models.tenants.passwords import Argon2Passwords


@asynccontextmanager
async def environment(settings: Settings) -> AsyncIterator[Env]:
    """The environment, for as long as the block lasts."""
    async with ScanWriter() as scans:
        yield Env(
            policy=settings.policy(),
            passwords=Argon2Passwords(),
            places=GeoIpPlaces(settings.geoip_db) if settings.geoip_db else NoPlaces(),
            scans=scans,
            participants=PARTICIPANTS,
        )
