"""What billing adds to registering a company and to issuing passports, and quota for nothing."""

from uuid import UUID

from models.billing.ledger import pay_owed, post
from models.billing.tables import QuotaEntryKind
from models.database import Connection
from models.kernel.env import Env, Issuance


async def open_account(connection: Connection, tenant_id: UUID, env: Env) -> None:
    """Open a new company's quota account with the free quota, if there is any."""
    await connection.execute(
        "INSERT INTO quota_account (tenant_id, credited, used, owed) VALUES ($1, 0, 0, 0)", tenant_id
    )
    if env.policy.free_quota:
        await post(connection, tenant_id, QuotaEntryKind.GRANT, env.policy.free_quota, "registration", env.now())


async def charge_issuance(connection: Connection, issuance: Issuance, env: Env) -> None:
    """Take one quota for each passport issued; raises a rejection when the balance does not cover all of them."""
    await post(
        connection, issuance.tenant_id, QuotaEntryKind.ISSUE, -issuance.count, str(issuance.id), issuance.issued_at
    )


async def grant(connection: Connection, tenant_id: UUID, amount: int, cause: str, env: Env) -> int:
    """Give a company quota for nothing, once for each `cause`. Returns the new balance."""
    await post(connection, tenant_id, QuotaEntryKind.GRANT, amount, cause, env.now())
    return await pay_owed(connection, tenant_id, f"grant {cause}", env.now())
