"""The `Env` of a running process: what the domain needs from outside, built from the settings."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import structlog

from api import sandbox
from api.settings import Settings
from models.billing import RazorpayGateway, read_price_list
from models.kernel.env import Env
from models.kernel.live import Hub
from models.kernel.mail import FolderMailer, Mailer, SmtpMailer
from models.passports.places import GeoIpPlaces, NoPlaces
from models.passports.scans import ScanWriter
from models.registry import PARTICIPANTS
from models.tenants.passwords import Argon2Passwords

_log = structlog.get_logger(__name__)


class ExampleSeller(ValueError):
    """Production would write invoices in the name of a seller that nobody is."""


@asynccontextmanager
async def environment(settings: Settings) -> AsyncIterator[Env]:
    """The environment, for as long as the block lasts."""
    require_price_list(settings)
    if settings.is_production and not settings.is_public:
        _log.warning("rehearsal", because="HOST and PUBLIC_BASE_URL are on this machine, so not all is checked")
    with closing(_payments(settings)) as payments:
        async with Hub() as live, ScanWriter(live) as scans:
            yield Env(
                policy=settings.policy(),
                passwords=Argon2Passwords(),
                places=GeoIpPlaces(settings.geoip_db) if settings.geoip_db else NoPlaces(),
                scans=scans,
                participants=PARTICIPANTS,
                live=live,
                payments=payments,
                mailer=_mailer(settings),
                issuing=asyncio.Semaphore(max(1, settings.database_pool_size // 4)),
            )


def _mailer(settings: Settings) -> Mailer:
    """Without SMTP, mail goes to a folder, which only development allows."""
    if settings.smtp_url:
        return SmtpMailer(settings.smtp_url, settings.mail_from)
    return FolderMailer(settings.data_dir / "mailbox", settings.mail_from)


def _payments(settings: Settings) -> RazorpayGateway:
    secrets = (settings.razorpay_webhook_secret, settings.razorpay_webhook_secret_previous)
    if settings.razorpay_key_id and settings.razorpay_key_secret:
        return RazorpayGateway(
            settings.razorpay_key_id, settings.razorpay_key_secret, tuple(secret for secret in secrets if secret)
        )
    return sandbox.gateway(settings)


def require_price_list(settings: Settings) -> None:
    """Find a mistake in the price list before the first customer does. Raises `ValueError`, `OSError`."""
    sold = read_price_list(settings.quota_packages)
    if settings.is_public and sold.seller.gstin == read_price_list(None).seller.gstin:
        raise ExampleSeller(
            f"the seller in {settings.quota_packages} is the example's, and invoices can't be changed once they are "
            "written; fill in your own name, address and GSTIN"
        )
