"""Quota and payments: what the context adds to the schema."""

from uuid import UUID

from resolvers.billing.loaders import load_entries, load_orders
from resolvers.billing.mutations import BillingMutation
from resolvers.billing.queries import BillingQuery
from resolvers.billing.subscriptions import BillingSubscription
from resolvers.billing.types import QuotaEntry, QuotaOrder
from resolvers.context import Context
from resolvers.relay import ContextSchema, NodeType

__all__ = ["SCHEMA"]


async def _orders(context: Context, ids: list[UUID]) -> list[QuotaOrder | None]:
    return [QuotaOrder.of(row) if row else None for row in await context.loader(load_orders).load_many(ids)]


async def _entries(context: Context, ids: list[UUID]) -> list[QuotaEntry | None]:
    return [QuotaEntry.of(row) if row else None for row in await context.loader(load_entries).load_many(ids)]


SCHEMA = ContextSchema(
    queries=BillingQuery,
    mutations=BillingMutation,
    subscriptions=BillingSubscription,
    nodes=(NodeType("QuotaOrder", _orders), NodeType("QuotaEntry", _entries)),
)
