"""Reading brands, products and batches."""

from functools import partial
from typing import Annotated

import strawberry

from models import batches
from models.kernel.pages import PageRequest
from resolvers.batches.enums import BatchStatus, MarketRegion
from resolvers.batches.loaders import load_brands, load_products
from resolvers.batches.types import Batch, BatchConnection, Brand, BrandConnection, Product, ProductConnection, batch_of
from resolvers.context import Info
from resolvers.relay import After, First, key_of, key_or_uuid


@strawberry.input(description="Which products; null and absent fields limit nothing.")
class ProductFilter:
    brand_id: strawberry.ID | None = strawberry.field(default=None, description="Products of this brand (global id).")


@strawberry.input(
    description="Which batches: those that match every field given. Null and absent fields limit nothing."
)
class BatchFilter:
    product_id: strawberry.ID | None = strawberry.field(
        default=None, description="Batches of this product (global id)."
    )
    brand_id: strawberry.ID | None = strawberry.field(
        default=None, description="Batches of this brand's products (global id)."
    )
    status: BatchStatus | None = strawberry.field(default=None, description="Batches with this status.")
    market_region: MarketRegion | None = strawberry.field(default=None, description="Batches made for this market.")
    search: str | None = strawberry.field(
        default=None,
        description="Batches whose name or number contains this text, in upper or lower case; every character stands "
        "for itself. Trimmed, at most 120 characters; blank limits nothing.",
    )

    def to_domain(self) -> batches.BatchFilter:
        """The domain's filter."""
        return batches.BatchFilter(
            product_id=key_of(self.product_id, "Product") if self.product_id else None,
            brand_id=key_of(self.brand_id, "Brand") if self.brand_id else None,
            status=self.status,
            market_region=self.market_region,
            search=self.search,
        )


@strawberry.type
class BatchesQuery:
    @strawberry.field(description="The company's brands, the newest first. A member limited to brands sees only those.")
    async def brands(self, info: Info, first: First = 20, after: After = None) -> BrandConnection:
        actor = info.context.actor
        page = await batches.brands(actor, PageRequest(first, after))
        return BrandConnection.of(page, partial(batches.count_brands, actor))

    @strawberry.field(description="The brand with this id; null when there is none that you may see.")
    async def brand(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Global id of a brand.")]
    ) -> Brand | None:
        row = await info.context.loader(load_brands).load(key_of(id, "Brand"))
        return Brand.of(row) if row else None

    @strawberry.field(
        description="The company's products, the newest first. A member limited to brands sees only theirs."
    )
    async def products(
        self,
        info: Info,
        first: First = 20,
        after: After = None,
        filter: Annotated[ProductFilter | None, strawberry.argument(description="Only these products.")] = None,
    ) -> ProductConnection:
        actor = info.context.actor
        brand_id = key_of(filter.brand_id, "Brand") if filter and filter.brand_id else None
        page = await batches.products(actor, PageRequest(first, after), brand_id)
        return ProductConnection.of(page, partial(batches.count_products, actor, brand_id))

    @strawberry.field(description="The product with this id; null when there is none that you may see.")
    async def product(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Global id of a product.")]
    ) -> Product | None:
        row = await info.context.loader(load_products).load(key_of(id, "Product"))
        return Product.of(row) if row else None

    @strawberry.field(
        description="The company's batches, the newest first. A member limited to brands sees only the batches of "
        "those brands' products, and none without a product."
    )
    async def batches(
        self,
        info: Info,
        first: First = 20,
        after: After = None,
        filter: Annotated[BatchFilter | None, strawberry.argument(description="Only these batches.")] = None,
    ) -> BatchConnection:
        actor = info.context.actor
        wanted = filter.to_domain() if filter else batches.BatchFilter()
        page = await batches.batches(actor, PageRequest(first, after), wanted)
        return BatchConnection.of(page, partial(batches.count_batches, actor, wanted))

    @strawberry.field(description="The batch with this id; null when there is none that you may see.")
    async def batch(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Global id of a batch, or its `uuid`.")],
    ) -> Batch | None:
        return await batch_of(info, key_or_uuid(id, "Batch"))
