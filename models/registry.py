"""The contexts of the domain, put together: a new one adds its table module's name to `models.database.CONTEXTS`
and its lines here; nothing else in the core knows it."""

from models import batches, billing, lifecycle
from models.batches.errors import BatchErrorCode
from models.kernel.env import Participants
from models.kernel.errors import ErrorCode
from models.kernel.idempotency import IdempotencyErrorCode
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
