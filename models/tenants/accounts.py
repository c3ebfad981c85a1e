"""Accounts: an e-mail address belongs to one member of one company, until that member is removed."""

from models.database import Connection
from models.kernel.env import Env
from models.kernel.errors import reject
from models.tenants.errors import TenantErrorCode
from models.tenants.tables import User


async def add_account(connection: Connection, user: User, env: Env) -> None:
    """Add a member in the open transaction. Raises a rejection when somebody has the address.

    An invitation is an offer and not an account: whoever registers turns it down, and once it has expired another may
    be made. Of two for one address at the same time, the later waits here for the earlier and is rejected.
    """
    await _supersede_invitation(connection, user, env)
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


async def _supersede_invitation(connection: Connection, user: User, env: Env) -> None:
    """Remove whoever is invited under the address: in favour of an account at once, of another invitation if expired.

    Somebody who accepts at this moment either comes first and stays, or finds their invitation gone.
    """
    now = env.now()
    await connection.execute(
        """
        WITH superseded AS (
            UPDATE user_account u SET removed_at = $2
            WHERE u.email = $1 AND u.removed_at IS NULL AND u.password_hash IS NULL AND (
                $3 OR (
                    u.invited_at <= $4
                    AND NOT EXISTS (SELECT FROM invitation i WHERE i.user_id = u.id AND i.expires_at > $2)
                )
            )
            RETURNING u.id
        )
        DELETE FROM invitation WHERE user_id IN (SELECT id FROM superseded)
        """,
        user.email,
        now,
        user.password_hash is not None,
        now - env.policy.invitation_lifetime,
    )
