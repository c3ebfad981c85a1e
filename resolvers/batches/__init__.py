"""Brands, products and batches: what the context adds to the schema."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from resolvers.batches.loaders import load_batches, load_brands, load_products
from resolvers.batches.mutations import BatchesMutation
from resolvers.batches.queries import BatchesQuery
from resolvers.batches.types import Batch, Brand, Product
from resolvers.context import Context
from resolvers.relay import ContextSchema, Node, NodeType

__all__ = ["SCHEMA"]

_LoadRows = Callable[[Context, list[UUID]], Awaitable[list[Any]]]


def _node_type(name: str, load_rows: _LoadRows, of: Callable[[Any], Node]) -> NodeType:
    async def load(context: Context, ids: list[UUID]) -> list[Node | None]:
        rows = await context.loader(load_rows).load_many(ids)
        return [of(row) if row else None for row in rows]

    return NodeType(name, load)


SCHEMA = ContextSchema(
    queries=BatchesQuery,
    mutations=BatchesMutation,
    nodes=(
        _node_type("Brand", load_brands, Brand.of),
        _node_type("Product", load_products, Product.of),
        _node_type("Batch", load_batches, Batch.of),
    ),
)
