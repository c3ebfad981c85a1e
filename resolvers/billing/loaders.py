"""Rows that fields of many objects need, loaded together. They are the domain's; the types map them."""

from uuid import UUID

from models import billing
from resolvers.context import Context


async def load_orders(context: Context, ids: list[UUID]) -> list[billing.QuotaOrder | None]:
    """Orders by id; None for what the viewer may not see."""
    found = await billing.orders_by_id(context.actor, ids)
    return [found.get(id) for id in ids]


async def load_entries(context: Context, ids: list[UUID]) -> list[billing.QuotaEntry | None]:
    """Ledger entries by id; None for what the viewer may not see."""
    found = await billing.entries_by_id(context.actor, ids)
    return [found.get(id) for id in ids]


async def load_invoice_numbers(context: Context, order_ids: list[UUID]) -> list[str | None]:
    """The invoice number of each order; None before it is paid."""
    found = await billing.invoice_numbers(context.actor, order_ids)
    return [found.get(id) for id in order_ids]
