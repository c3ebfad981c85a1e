"""The contexts of the domain, put together: a new one is a line here."""

from dataclasses import fields
from datetime import timedelta
from typing import Final

from models import batches, billing, dashboard, lifecycle, passports, tenants
from models.kernel import idempotency, throttle
from models.kernel.context import DomainContext
from models.kernel.env import Participants
from models.kernel.errors import ErrorCode
from models.kernel.idempotency import IdempotencyErrorCode
from models.kernel.jobs import JobKind
from models.kernel.mailing import MAIL, send_mail

# Participants take part in this order: whoever locks a feed comes last.
CONTEXTS: Final[tuple[DomainContext, ...]] = (
    tenants.CONTEXT,
    batches.CONTEXT,
    passports.CONTEXT,
    billing.CONTEXT,
    lifecycle.CONTEXT,
    dashboard.CONTEXT,
)

ERROR_CODES: Final[tuple[type[ErrorCode], ...]] = (
    IdempotencyErrorCode,
    *(codes for context in CONTEXTS for codes in context.error_codes),
)
PARTICIPANTS: Final = Participants(
    **{
        field.name: tuple(part for context in CONTEXTS for part in getattr(context.participants, field.name))
        for field in fields(Participants)
    }
)

JOBS: Final[tuple[JobKind, ...]] = (
    JobKind(MAIL, send_mail, concurrency=4),
    JobKind("sweep_throttles", lambda _payload, env: throttle.sweep(env.now()), every=timedelta(minutes=10)),
    JobKind("sweep_idempotency_keys", lambda _payload, env: idempotency.sweep(env.now()), every=timedelta(minutes=10)),
    *(kind for context in CONTEXTS for kind in context.jobs),
)
