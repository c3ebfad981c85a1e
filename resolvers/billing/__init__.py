"""Quota and payments: what the context adds to the schema."""

from resolvers.billing.queries import BillingQuery
from resolvers.relay import ContextSchema

__all__ = ["SCHEMA"]

SCHEMA = ContextSchema(queries=BillingQuery)
