"""Reads of brands, products and batches. All lists run from the newest to the oldest."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

from tortoise.expressions import Q
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from models import database
from models.batches import values
from models.batches.tables import Batch, BatchStatus, Brand, MarketRegion, Product
from models.batches.visible import (
    VISIBLE_BATCHES,
    VISIBLE_PRODUCTS,
    visible_batches,
    visible_brands,
    visible_products,
    visible_to,
)
from models.kernel.actor import Actor
from models.kernel.errors import BadInput, NotFound, Rejected
from models.kernel.pages import Page, PageRequest, decode_cursor, encode_cursor, page_of

Row = TypeVar("Row", Brand, Product, Batch)

LONGEST_SEARCH = 120
_ABOVE_ALL = UUID(int=2**128 - 1)

# The ORM has no LATERAL, so these find the ids of a page of each parent: $3 parents, $4 id before the page, $5 rows.
_PRODUCTS_OF_EACH_BRAND = f"""
SELECT page.id FROM unnest($3::uuid[]) brand (id) CROSS JOIN LATERAL (
    SELECT product.id FROM {VISIBLE_PRODUCTS}
    WHERE product.brand_id = brand.id AND product.id < $4 ORDER BY product.id DESC LIMIT $5
) page
"""  # noqa: S608  # made of constants
_BATCHES_OF_EACH_PRODUCT = f"""
SELECT page.id FROM unnest($3::uuid[]) product (id) CROSS JOIN LATERAL (
    SELECT b.id FROM {VISIBLE_BATCHES} WHERE b.product_id = product.id AND b.id < $4 ORDER BY b.id DESC LIMIT $5
) page
"""  # noqa: S608  # as above


@dataclass(frozen=True, slots=True)
class BatchFilter:
    """Which batches: those that match everything given. `search` is found in the name or number, in any case."""

    product_id: UUID | None = None
    brand_id: UUID | None = None
    status: BatchStatus | None = None
    market_region: MarketRegion | None = None
    search: str | None = None


async def brands(actor: Actor, request: PageRequest) -> Page[Brand]:
    """A page of the brands."""
    return await _page(visible_brands(actor), request)


async def count_brands(actor: Actor) -> int:
    """How many brands there are."""
    return await visible_brands(actor).count()


async def brands_by_id(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, Brand]:
    """Those of the brands that the actor may see."""
    return {brand.id: brand for brand in await visible_brands(actor).filter(id__in=set(ids))}


async def require_brands(actor: Actor, brand_ids: Collection[UUID]) -> None:
    """Raises `NotFound` unless the actor may see all these brands."""
    if await visible_brands(actor).filter(id__in=brand_ids).count() < len(set(brand_ids)):
        raise NotFound("There is no such brand.")


async def products(actor: Actor, request: PageRequest, brand_id: UUID | None = None) -> Page[Product]:
    """A page of the products, of one brand or of all."""
    return await _page(_products(actor, brand_id), request)


async def count_products(actor: Actor, brand_id: UUID | None = None) -> int:
    """How many products there are, of one brand or of all."""
    return await _products(actor, brand_id).count()


async def products_by_id(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, Product]:
    """Those of the products that the actor may see."""
    return {product.id: product for product in await visible_products(actor).filter(id__in=set(ids))}


async def products_by_brand(actor: Actor, brand_ids: Iterable[UUID], request: PageRequest) -> dict[UUID, Page[Product]]:
    """The page of each brand's products, in two queries however many brands there are."""
    ids_of_each = _PRODUCTS_OF_EACH_BRAND
    return await _page_of_each(actor, visible_products(actor), "brand_id", set(brand_ids), request, ids_of_each)


async def product_counts(actor: Actor, brand_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many products each brand has; a brand without any is left out."""
    counted = visible_products(actor).filter(brand_id__in=list(brand_ids)).annotate(products=Count("id"))
    return dict(await counted.group_by("brand_id").values_list("brand_id", "products"))


async def batches(actor: Actor, request: PageRequest, filter: BatchFilter) -> Page[Batch]:
    """A page of the batches that match the filter. Raises `BadInput` when the search can't be text."""
    return await _page(_batches(actor, filter), request)


async def newest_batches(actor: Actor, count: int) -> list[Batch]:
    """The batches that were added last, at most `count` of them."""
    return await visible_batches(actor).order_by("-id").limit(count)


async def count_batches(actor: Actor, filter: BatchFilter) -> int:
    """How many batches match the filter."""
    return await _batches(actor, filter).count()


async def batch(actor: Actor, batch_id: UUID) -> Batch:
    """One batch. Raises `NotFound`."""
    return require_row(await visible_batches(actor).get_or_none(id=batch_id), "batch")


async def batches_by_id(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, Batch]:
    """Those of the batches that the actor may see."""
    return {batch.id: batch for batch in await visible_batches(actor).filter(id__in=set(ids))}


class BatchSummary(NamedTuple):
    """What lists show of a batch: the columns of these names."""

    id: UUID
    product_id: UUID | None
    brand_id: UUID | None
    batch_name: str
    batch_number: str | None
    model_name: str | None
    status: BatchStatus
    market_region: MarketRegion
    total_passports: int
    version: int


# For statements that read a batch beside something else, as the last of their columns, from `b`.
SUMMARY_COLUMNS: Final = ", ".join(f"b.{name}" for name in BatchSummary._fields)
_SUMMARIES: Final = f"SELECT {SUMMARY_COLUMNS} FROM {VISIBLE_BATCHES} WHERE b.id = ANY($3)"  # noqa: S608  # of constants
_BATCH_STATUSES: Final = {status.value: status for status in BatchStatus}
_MARKET_REGIONS: Final = {region.value: region for region in MarketRegion}


async def batch_summaries(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, BatchSummary]:
    """Returns summaries of the batches with these ids that the actor may see."""
    rows = await database.fetch(_SUMMARIES, *visible_to(actor), list(ids))
    return {row["id"]: summary_of(row) for row in rows}


def summary_of(values: Iterable[Any]) -> BatchSummary:
    """Returns the summary in the values of `SUMMARY_COLUMNS`."""
    id, product_id, brand_id, name, number, model_name, status, region, total, version = values
    status, region = _BATCH_STATUSES[status], _MARKET_REGIONS[region]
    return BatchSummary(id, product_id, brand_id, name, number, model_name, status, region, total, version)


async def batches_by_product(
    actor: Actor, product_ids: Iterable[UUID], request: PageRequest
) -> dict[UUID, Page[Batch]]:
    """The page of each product's batches, in two queries however many products there are."""
    ids_of_each = _BATCHES_OF_EACH_PRODUCT
    return await _page_of_each(actor, visible_batches(actor), "product_id", set(product_ids), request, ids_of_each)


async def batch_counts(actor: Actor, product_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many batches each product has; a product without any is left out."""
    counted = visible_batches(actor).filter(product_id__in=list(product_ids)).annotate(batches=Count("id"))
    return dict(await counted.group_by("product_id").values_list("product_id", "batches"))


def require_row(row: Row | None, kind: str) -> Row:
    """Returns the row. Raises `NotFound`, which does not tell whether the row exists for somebody else."""
    if row is None:
        raise NotFound(f"There is no such {kind}.")
    return row


def _products(actor: Actor, brand_id: UUID | None) -> QuerySet[Product]:
    rows = visible_products(actor)
    return rows if brand_id is None else rows.filter(brand_id=brand_id)


def _batches(actor: Actor, filter: BatchFilter) -> QuerySet[Batch]:
    columns = {
        "product_id": filter.product_id,
        "brand_id": filter.brand_id,
        "status": filter.status,
        "market_region": filter.market_region,
    }
    rows = visible_batches(actor).filter(**{name: value for name, value in columns.items() if value is not None})
    search = _search_text(filter.search)
    return rows.filter(Q(batch_name__icontains=search) | Q(batch_number__icontains=search)) if search else rows


def _search_text(search: str | None) -> str | None:
    try:
        return values.text(LONGEST_SEARCH)(search) if search else None
    except Rejected as rejected:
        raise BadInput(f"The search is not usable: {rejected.message}") from None


async def _page(rows: QuerySet[Row], request: PageRequest) -> Page[Row]:
    before = _before(rows.model, request)
    return _page_of(await rows.filter(id__lt=before).order_by("-id").limit(request.first + 1), request)


async def _page_of_each(
    actor: Actor, visible: QuerySet[Row], parent: str, parent_ids: set[UUID], request: PageRequest, ids_of_each: str
) -> dict[UUID, Page[Row]]:
    before = _before(visible.model, request)
    records = await database.fetch(ids_of_each, *visible_to(actor), parent_ids, before, request.first + 1)
    rows_of: dict[UUID, list[Row]] = defaultdict(list)
    for row in await visible.filter(id__in=[record["id"] for record in records]).order_by("-id"):
        rows_of[getattr(row, parent)].append(row)
    return {id: _page_of(rows_of[id], request) for id in parent_ids}


def _page_of(rows: list[Row], request: PageRequest) -> Page[Row]:
    return page_of(rows, request, lambda row: encode_cursor(type(row).__name__, row.id.hex))


def _before(table: type[Row], request: PageRequest) -> UUID:
    """The id below which the page begins."""
    if request.after is None:
        return _ABOVE_ALL
    [last_seen] = decode_cursor(table.__name__, request.after, 1)
    try:
        return UUID(hex=last_seen)
    except ValueError:
        raise BadInput(f"The cursor {request.after[:80]!r} is not one that this list gave.") from None
