"""A company at a glance: what the context adds to the schema."""

from resolvers.dashboard.queries import DashboardQuery
from resolvers.relay import ContextSchema

__all__ = ["SCHEMA"]

SCHEMA = ContextSchema(queries=DashboardQuery)
