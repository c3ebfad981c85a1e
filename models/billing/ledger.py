"""The quota ledger: every change of a company's quota is one append-only entry, written with its cause.

An account row per company carries the totals and is the lock that puts entries in order. The database keeps its
balance from going below zero, each cause from counting twice, and account and entries from telling different things.
"""

from datetime import datetime
from uuid import UUID

from models.billing.errors import BillingErrorCode
from models.billing.tables import QuotaEntryKind
from models.database import Connection
from models.kernel.errors import reject
from models.kernel.ids import uuid7


async def post(
    connection: Connection, tenant_id: UUID, kind: QuotaEntryKind, amount: int, cause: str, now: datetime
) -> int:
    """Append an entry in the open transaction and give the new balance. `amount` is signed.

    Raises a rejection with `required` and `balance` (402 over HTTP) when the balance does not cover it.
    """
    used = -amount if kind is QuotaEntryKind.ISSUE else 0
    credited = 0 if kind is QuotaEntryKind.ISSUE else amount
    balance = await connection.fetchval(
        "UPDATE quota_account SET credited = credited + $2, used = used + $3 "
        "WHERE tenant_id = $1 AND credited + $2 >= used + $3 RETURNING credited - used",
        tenant_id,
        credited,
        used,
    )
    if balance is None:
        available = await connection.fetchval(
            "SELECT credited - used FROM quota_account WHERE tenant_id = $1", tenant_id
        )
        raise reject(
            BillingErrorCode.QUOTA_EXCEEDED,
            f"This needs a quota of {-amount}, and the balance is {available}. Buy quota, or issue fewer passports.",
            http_status=402,
            required=-amount,
            balance=available,
        )
    await connection.execute(
        "INSERT INTO quota_entry (id, tenant_id, position, kind, amount, balance, cause, created_at) "
        "SELECT $1, $2, coalesce(max(position), 0) + 1, $3, $4, $5, $6, $7 FROM quota_entry WHERE tenant_id = $2",
        uuid7(),
        tenant_id,
        kind,
        amount,
        balance,
        cause,
        now,
    )
    return int(balance)


async def take_back(connection: Connection, tenant_id: UUID, amount: int, cause: str, now: datetime) -> None:
    """Take quota back for a refund as far as the balance allows; the rest is owed."""
    await connection.execute("UPDATE quota_account SET owed = owed + $2 WHERE tenant_id = $1", tenant_id, amount)
    await pay_owed(connection, tenant_id, cause, now)


async def pay_owed(connection: Connection, tenant_id: UUID, cause: str, now: datetime) -> int:
    """Pay what the company owes from its balance, as far as that goes. Returns the new balance."""
    account = await connection.fetchrow(
        "SELECT credited - used AS balance, owed FROM quota_account WHERE tenant_id = $1 FOR UPDATE", tenant_id
    )
    paid = min(account["balance"], account["owed"])
    if not paid:
        return int(account["balance"])
    await connection.execute("UPDATE quota_account SET owed = owed - $2 WHERE tenant_id = $1", tenant_id, paid)
    return await post(connection, tenant_id, QuotaEntryKind.REFUND, -paid, cause, now)
