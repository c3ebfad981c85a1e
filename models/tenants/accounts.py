"""Accounts: an e-mail address belongs to one member of one company, until that member is removed."""

from models.database import Connection
from models.kernel.errors import reject
from models.tenants.errors import TenantErrorCode
from models.tenants.tables import User


async def add_account(connection: Connection, user: User) -> None:
    """Add a member in the open transaction. Raises a rejection when somebody has the address.

    Of two for one address at the same time, the later waits here for the earlier and is rejected.
    """
    added = await connection.fetchval(
        "INSERT INTO user_account (id, tenant_id, email, password_hash, role, brand_ids, invited_at, created_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (email) WHERE removed_at IS NULL DO NOTHING "
        "RETURNING true",
        user.id,
        user.tenant_id,
        user.email,
        user.password_hash,
        user.role,
        user.brand_ids,
        user.invited_at,
        user.created_at,
    )
    if not added:
        raise reject(
            TenantErrorCode.EMAIL_TAKEN,
            "Somebody has an account or an invitation with this e-mail address already. If it is yours, sign in, reset "
            "the password or accept the invitation.",
            "email",
            value=user.email,
        )
