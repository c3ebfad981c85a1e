"""Rows that fields of many objects need, loaded together. They are the domain's; the types map them."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TypeVar, cast
from uuid import UUID

from models import batches
from models.kernel.actor import Actor
from models.kernel.errors import BadInput
from models.kernel.pages import Page, PageRequest
from resolvers.context import Context

Row = TypeVar("Row")
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
    return await _load_pages(context, keys, batches.products_by_brand)


async def load_batch_pages(context: Context, keys: list[PageKey]) -> list[Page[batches.Batch]]:
    """A page of the batches of each product."""
    return await _load_pages(context, keys, batches.batches_by_product)


async def load_product_counts(context: Context, brand_ids: list[UUID]) -> list[int]:
    """How many products each brand has."""
    counts = await batches.product_counts(context.actor, brand_ids)
    return [counts.get(id, 0) for id in brand_ids]


async def load_batch_counts(context: Context, product_ids: list[UUID]) -> list[int]:
    """How many batches each product has."""
    counts = await batches.batch_counts(context.actor, product_ids)
    return [counts.get(id, 0) for id in product_ids]


async def _load_pages(
    context: Context,
    keys: list[PageKey],
    read: Callable[[Actor, Iterable[UUID], PageRequest], Awaitable[dict[UUID, Page[Row]]]],
) -> list[Page[Row]]:
    """One read for each page request: a field that is selected once has the same request under every parent."""
    parents: dict[PageRequest, list[UUID]] = defaultdict(list)
    for parent_id, request in keys:
        parents[request].append(parent_id)
    pages: dict[PageRequest, Mapping[UUID, Page[Row] | BadInput]] = {}
    for request, ids in parents.items():
        try:
            pages[request] = await read(context.actor, ids, request)
        except BadInput as error:  # of this page's cursor alone
            pages[request] = dict.fromkeys(ids, error)
    # A loader raises the errors among its values.
    return [cast(Page[Row], pages[request][parent_id]) for parent_id, request in keys]
