"""Rows that fields of many objects need, loaded together. They are the domain's; the types map them."""

from functools import partial
from uuid import UUID

from models import batches
from models.kernel.pages import Page, PageRequest
from resolvers.context import Context
from resolvers.parents import of_each_parent

PageKey = tuple[UUID, PageRequest]


async def load_brands(context: Context, ids: list[UUID]) -> list[batches.Brand | None]:
    """Brands by id; None for what the viewer may not see."""
    found = await batches.brands_by_id(context.actor, ids)
    return [found.get(id) for id in ids]


async def load_products(context: Context, ids: list[UUID]) -> list[batches.Product | None]:
    """Products by id; None for what the viewer may not see."""
    found = await batches.products_by_id(context.actor, ids)
    return [found.get(id) for id in ids]


async def load_batches(context: Context, ids: list[UUID]) -> list[batches.Batch | None]:
    """Batches by id; None for what the viewer may not see."""
    found = await batches.batches_by_id(context.actor, ids)
    return [found.get(id) for id in ids]


async def load_batch_summaries(context: Context, ids: list[UUID]) -> list[batches.BatchSummary | None]:
    """What lists show of batches, by id; None for what the viewer may not see."""
    found = await batches.batch_summaries(context.actor, ids)
    return [found.get(id) for id in ids]


async def load_product_pages(context: Context, keys: list[PageKey]) -> list[Page[batches.Product]]:
    """A page of the products of each brand."""
    return await of_each_parent(keys, partial(batches.products_by_brand, context.actor))


async def load_batch_pages(context: Context, keys: list[PageKey]) -> list[Page[batches.Batch]]:
    """A page of the batches of each product."""
    return await of_each_parent(keys, partial(batches.batches_by_product, context.actor))


async def load_product_counts(context: Context, brand_ids: list[UUID]) -> list[int]:
    """How many products each brand has."""
    counts = await batches.product_counts(context.actor, brand_ids)
    return [counts.get(id, 0) for id in brand_ids]


async def load_batch_counts(context: Context, product_ids: list[UUID]) -> list[int]:
    """How many batches each product has."""
    counts = await batches.batch_counts(context.actor, product_ids)
    return [counts.get(id, 0) for id in product_ids]
