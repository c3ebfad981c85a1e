"""Brands, products and production batches: the context's public face."""

from typing import Final

from models.batches.actions import (
    CreateBatch,
    CreateBrand,
    CreateProduct,
    UpdateBatch,
    UpdateBrand,
    UpdateProduct,
    add_issued,
    create_batch,
    create_brand,
    create_product,
    lock_for_issuing,
    record_download,
    update_batch,
    update_brand,
    update_product,
)
from models.batches.errors import BatchErrorCode
from models.batches.queries import (
    SUMMARY_COLUMNS,
    BatchFilter,
    BatchSummary,
    batch,
    batch_counts,
    batch_summaries,
    batches,
    batches_by_id,
    batches_by_product,
    brands,
    brands_by_id,
    count_batches,
    count_brands,
    count_products,
    newest_batches,
    product_counts,
    products,
    products_by_brand,
    products_by_id,
    require_brands,
    summary_of,
)
from models.batches.rules import BatchPatch, SpecsPatch
from models.batches.tables import Batch, BatchStatus, Brand, CellSource, MarketRegion, Product
from models.batches.visible import VISIBLE_BATCHES, visible_to
from models.kernel.context import DomainContext
from models.kernel.env import Participants

CONTEXT: Final = DomainContext(
    error_codes=(BatchErrorCode,), participants=Participants(member_limited=(require_brands,))
)

__all__ = [
    "CONTEXT",
    "SUMMARY_COLUMNS",
    "VISIBLE_BATCHES",
    "Batch",
    "BatchErrorCode",
    "BatchFilter",
    "BatchPatch",
    "BatchStatus",
    "BatchSummary",
    "Brand",
    "CellSource",
    "CreateBatch",
    "CreateBrand",
    "CreateProduct",
    "MarketRegion",
    "Product",
    "SpecsPatch",
    "UpdateBatch",
    "UpdateBrand",
    "UpdateProduct",
    "add_issued",
    "batch",
    "batch_counts",
    "batch_summaries",
    "batches",
    "batches_by_id",
    "batches_by_product",
    "brands",
    "brands_by_id",
    "count_batches",
    "count_brands",
    "count_products",
    "create_batch",
    "create_brand",
    "create_product",
    "lock_for_issuing",
    "newest_batches",
    "product_counts",
    "products",
    "products_by_brand",
    "products_by_id",
    "record_download",
    "require_brands",
    "summary_of",
    "update_batch",
    "update_brand",
    "update_product",
    "visible_to",
]
