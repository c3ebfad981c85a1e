"""What runs beside the requests in every server process: the outbox, sweeping what has expired, and payments."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

import structlog

from api.settings import Settings
from models import billing, passports, tenants
from models.kernel import idempotency, throttle
from models.kernel.env import Env
from models.kernel.mail import MAIL, FolderMailer, SmtpMailer, mail_handler
from models.kernel.outbox import Handler, deliver_due

_OUTBOX_SECONDS = 1.0
_SWEEP_SECONDS = 600.0
_EVENTS_SECONDS = 1.0
_RECONCILE_SECONDS = 30.0
_log = structlog.get_logger(__name__)


def outbox_handlers(settings: Settings, env: Env) -> Mapping[str, Handler]:
    """The handler of each kind of side effect. Without SMTP, mail goes to a folder, which only development allows."""
    mailer = (
        SmtpMailer(settings.smtp_url, settings.mail_from)
        if settings.smtp_url
        else FolderMailer(settings.data_dir / "mailbox", settings.mail_from)
    )
    return {MAIL: mail_handler(mailer), **tenants.outbox_handlers(mailer, env)}


async def _deliver_for_ever(handlers: Mapping[str, Handler], env: Env) -> None:
    while True:
        try:
            while await deliver_due(handlers, env):
                pass
        except Exception as error:  # noqa: BLE001  # the database may be away for a while; the worker must outlive that
            _log.warning("outbox_unavailable", exc_info=error)
        await asyncio.sleep(_OUTBOX_SECONDS)


async def _sweep_for_ever(env: Env) -> None:
    while True:
        try:
            await throttle.sweep(env.now())
            await idempotency.sweep(env.now())
            await tenants.sweep(env.now())
            await passports.sweep(env.now())
        except Exception as error:  # noqa: BLE001  # likewise
            _log.warning("sweep_failed", exc_info=error)
        await asyncio.sleep(_SWEEP_SECONDS)


async def _process_events_for_ever(env: Env) -> None:
    while True:
        try:
            while await billing.process_events(env):
                pass
        except Exception as error:  # noqa: BLE001  # likewise
            _log.warning("events_unavailable", exc_info=error)
        await asyncio.sleep(_EVENTS_SECONDS)


async def _reconcile_for_ever(env: Env) -> None:
    while True:
        try:
            await billing.reconcile_due(env)
        except Exception as error:  # noqa: BLE001  # likewise
            _log.warning("reconciler_failed", exc_info=error)
        await asyncio.sleep(_RECONCILE_SECONDS)


@asynccontextmanager
async def working(env: Env, settings: Settings) -> AsyncIterator[None]:
    """Run the worker for as long as the block lasts."""
    handlers = outbox_handlers(settings, env)
    tasks = [
        asyncio.create_task(loop)
        for loop in (
            _deliver_for_ever(handlers, env),
            _sweep_for_ever(env),
            _process_events_for_ever(env),
            _reconcile_for_ever(env),
        )
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
