"""The lock on a company's serial numbers, held until the transaction ends: whoever issues passports takes it first.

So no two find the same serial free, and identifiers ascend from one upload to the next.
"""

from uuid import UUID

from models.database import Connection


async def lock_serials(connection: Connection, tenant_id: UUID) -> None:
    """Take the lock, waiting for whoever has it."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"issue {tenant_id}")


async def try_lock_serials(connection: Connection, tenant_id: UUID) -> bool:
    """Take the lock unless somebody has it. Returns whether it was taken."""
    is_taken: bool = await connection.fetchval(
        "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))", f"issue {tenant_id}"
    )
    return is_taken
