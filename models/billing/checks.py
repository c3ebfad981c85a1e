"""Proof that the books are right: everything that is kept as a total, derived anew from what it is the total of."""

from dataclasses import dataclass
from uuid import UUID

from models import database

# One statement sees one moment. `found` is what is kept, `expected` what follows from the rows beneath it.
_DIFFERENCES = """
WITH totals AS (
    SELECT tenant_id,
        coalesce(sum(amount) FILTER (WHERE kind <> 'ISSUE'), 0) AS credited,
        -coalesce(sum(amount) FILTER (WHERE kind = 'ISSUE'), 0) AS used,
        -coalesce(sum(amount) FILTER (WHERE kind = 'REFUND'), 0) AS taken_back
    FROM quota_entry GROUP BY tenant_id
), refunds AS (
    SELECT tenant_id, sum(refunded_quota) AS due FROM quota_order GROUP BY tenant_id
), issued AS (
    SELECT tenant_id, count(*) AS passports FROM passport GROUP BY tenant_id
), running AS (
    SELECT tenant_id, position, balance,
        sum(amount) OVER ledger AS expected_balance, row_number() OVER ledger AS expected_position
    FROM quota_entry WINDOW ledger AS (PARTITION BY tenant_id ORDER BY position)
), refunded AS (
    SELECT quota_order.id, least(coalesce(sum(quota_refund.amount), 0), quota_order.amount) AS amount
    FROM quota_order LEFT JOIN quota_refund USING (razorpay_payment_id)
    WHERE quota_order.status = 'PAID' GROUP BY quota_order.id
), differences AS (
    SELECT a.tenant_id, 'quota credited' AS what, coalesce(t.credited, 0) AS expected, a.credited AS found
        FROM quota_account a LEFT JOIN totals t USING (tenant_id)
    UNION ALL
    SELECT a.tenant_id, 'quota used', coalesce(t.used, 0), a.used
        FROM quota_account a LEFT JOIN totals t USING (tenant_id)
    UNION ALL
    SELECT a.tenant_id, 'quota owed', coalesce(r.due, 0) - coalesce(t.taken_back, 0), a.owed
        FROM quota_account a LEFT JOIN totals t USING (tenant_id) LEFT JOIN refunds r USING (tenant_id)
    UNION ALL
    SELECT a.tenant_id, 'passports issued', coalesce(i.passports, 0), a.used
        FROM quota_account a LEFT JOIN issued i USING (tenant_id)
    UNION ALL
    SELECT tenant_id, 'balance after entry ' || position, expected_balance, balance FROM running
    UNION ALL
    SELECT tenant_id, 'position of entry ' || position, expected_position, position FROM running
    UNION ALL
    SELECT o.tenant_id, 'quota credited for order ' || o.id, CASE WHEN o.status = 'PAID' THEN o.quota ELSE 0 END,
        coalesce(sum(e.amount), 0)
        FROM quota_order o LEFT JOIN quota_entry e
            ON e.tenant_id = o.tenant_id AND e.kind = 'PURCHASE' AND e.cause = o.id::text
        GROUP BY o.id
    UNION ALL
    SELECT e.tenant_id, 'orders behind purchase ' || e.cause, 1, count(o.id)
        FROM quota_entry e LEFT JOIN quota_order o ON o.tenant_id = e.tenant_id AND o.id::text = e.cause
        WHERE e.kind = 'PURCHASE' GROUP BY e.id
    UNION ALL
    SELECT o.tenant_id, 'money refunded of order ' || o.id, r.amount, o.refunded_amount
        FROM quota_order o JOIN refunded r USING (id)
    UNION ALL
    SELECT o.tenant_id, 'quota refunded of order ' || o.id, ceil(o.quota * r.amount / o.amount::numeric),
        o.refunded_quota
        FROM quota_order o JOIN refunded r USING (id)
    UNION ALL
    SELECT o.tenant_id, 'invoices of order ' || o.id, (o.status = 'PAID')::int, count(i.order_id)
        FROM quota_order o LEFT JOIN invoice i ON i.order_id = o.id GROUP BY o.id
    UNION ALL
    SELECT NULL, 'invoices of ' || c.financial_year, c.last_sequence, count(i.order_id)
        FROM invoice_counter c LEFT JOIN invoice i USING (financial_year) GROUP BY c.financial_year
)
SELECT tenant_id, what, expected::bigint, found::bigint FROM differences
WHERE expected <> found AND ($1::uuid IS NULL OR tenant_id = $1) ORDER BY tenant_id, what
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A total that is not what it should be. `tenant_id` is None for what all companies share."""

    tenant_id: UUID | None
    what: str
    expected: int
    found: int


async def check_quota(tenant_id: UUID | None = None) -> list[Difference]:
    """Returns all differences, of one company or of all; an empty list is proof that the books are right."""
    rows = await database.fetch(_DIFFERENCES, tenant_id)
    return [Difference(row["tenant_id"], row["what"], row["expected"], row["found"]) for row in rows]
