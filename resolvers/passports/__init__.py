"""Passports: what the context adds to the schema."""

from uuid import UUID

from strawberry.tools import merge_types

from resolvers.context import Context
from resolvers.passports.loaders import load_passports
from resolvers.passports.mutations import PassportsMutation
from resolvers.passports.queries import PassportsQuery
from resolvers.passports.scans import ScansMutation, ScansQuery, load_scans
from resolvers.passports.subscriptions import IssuanceSubscription, ScansSubscription
from resolvers.passports.types import Passport
from resolvers.relay import ContextSchema, NodeType

__all__ = ["SCHEMA"]


async def _load_nodes(context: Context, ids: list[UUID]) -> list[Passport | None]:
    records = await context.loader(load_passports).load_many(ids)
    return [Passport.of(record) if record else None for record in records]


SCHEMA = ContextSchema(
    queries=merge_types("PassportsAndScansQuery", (PassportsQuery, ScansQuery)),
    mutations=merge_types("PassportsAndScansMutation", (PassportsMutation, ScansMutation)),
    subscriptions=merge_types("ScansAndIssuanceSubscription", (ScansSubscription, IssuanceSubscription)),
    nodes=(NodeType("Passport", _load_nodes), NodeType("Scan", load_scans)),
)
