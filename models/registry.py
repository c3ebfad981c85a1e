"""The contexts of the domain, put together: a new one adds its table module's name to `models.database.CONTEXTS`
and its lines here; nothing else in the core knows it."""

from datetime import timedelta

from models import batches, billing, lifecycle, passports, tenants
from models.batches.errors import BatchErrorCode
from models.kernel import idempotency, throttle
from models.kernel.env import Participants
from models.kernel.errors import ErrorCode
from models.kernel.idempotency import IdempotencyErrorCode
from models.kernel.jobs import JobKind
from models.kernel.mailing import MAIL, send_mail
from models.passports.errors import PassportErrorCode
from models.passports.serials import SerialErrorCode
from models.tenants.errors import TenantErrorCode

ERROR_CODES: tuple[type[ErrorCode], ...] = (
    IdempotencyErrorCode,
    TenantErrorCode,
    SerialErrorCode,
    BatchErrorCode,
    PassportErrorCode,
    lifecycle.LifecycleErrorCode,
    billing.BillingErrorCode,
)

PARTICIPANTS = Participants(
    tenant_registered=(billing.open_account,),
    member_limited=(batches.require_brands,),
    passports_issued=(billing.charge_issuance, lifecycle.record_issuance),
)

JOBS: tuple[JobKind, ...] = (
    JobKind(MAIL, send_mail, concurrency=4),
    JobKind("sweep_throttles", lambda _payload, env: throttle.sweep(env.now()), every=timedelta(minutes=10)),
    JobKind("sweep_idempotency_keys", lambda _payload, env: idempotency.sweep(env.now()), every=timedelta(minutes=10)),
    *tenants.JOBS,
    *passports.JOBS,
    *billing.JOBS,
)
