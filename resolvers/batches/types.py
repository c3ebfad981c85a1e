"""Brands, products and batches in GraphQL."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final, Self, cast
from uuid import UUID

import strawberry
from strawberry.scalars import JSON
from strawberry.utils.str_converters import to_camel_case

from models.batches import Batch as BatchRow
from models.batches import BatchSummary
from models.batches import Brand as BrandRow
from models.batches import Product as ProductRow
from models.kernel.pages import Page, PageRequest
from models.passports import BatchFile, PublicSpecs, download_url
from resolvers.batches.enums import BatchStatus, CellSource, MarketRegion
from resolvers.batches.loaders import (
    load_batch_counts,
    load_batch_pages,
    load_batch_summaries,
    load_batches,
    load_brands,
    load_product_counts,
    load_product_pages,
    load_products,
)
from resolvers.context import Info
from resolvers.engine import Cost, selected
from resolvers.relay import After, Connection, First, Node, global_id, id_field
from resolvers.rows import of_row, with_attributes

if TYPE_CHECKING:
    from resolvers.passports.loaders import PageRead, PassportPageKey
    from resolvers.passports.types import PassportConnection, PassportFilter

Count = Callable[[], Awaitable[int]]

COUNT_COST = Cost(weight=5)


@strawberry.type(description="A brand under which the company sells batteries.")
class Brand(Node):
    name: str = strawberry.field(description="Name of the brand, unique in the company.")
    created_at: datetime = strawberry.field(description="When the brand was added.")
    updated_at: datetime = strawberry.field(description="When the brand was last changed.")
    key: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: BrandRow) -> Self:
        """The brand in a row."""
        return cls(
            id=global_id("Brand", row.id),
            key=row.id,
            name=row.name,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )

    @strawberry.field(description="The brand's products, the newest first.")
    async def products(self, info: Info, first: First = 20, after: After = None) -> "ProductConnection":
        page = await info.context.loader(load_product_pages).load((self.key, PageRequest(first, after)))
        return ProductConnection.of(page, partial(info.context.loader(load_product_counts).load, self.key))


@strawberry.type(description="A battery model of a brand, made in batches.")
class Product(Node):
    model_name: str = strawberry.field(description="Name of the model, unique in its brand.")
    brand_id: strawberry.ID = strawberry.field(description="Global id of the product's brand.")
    created_at: datetime = strawberry.field(description="When the product was added.")
    updated_at: datetime = strawberry.field(description="When the product was last changed.")
    key: strawberry.Private[UUID]
    brand_key: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: ProductRow) -> Self:
        """The product in a row."""
        return cls(
            id=global_id("Product", row.id),
            key=row.id,
            brand_key=row.brand_id,
            model_name=row.model_name,
            brand_id=global_id("Brand", row.brand_id),
            created_at=row.created_at,
            updated_at=row.updated_at,
        )

    @strawberry.field(description="The product's brand.")
    async def brand(self, info: Info) -> Brand:
        # Whoever sees a product sees its brand.
        return Brand.of(cast("BrandRow", await info.context.loader(load_brands).load(self.brand_key)))

    @strawberry.field(description="The product's batches, the newest first.")
    async def batches(self, info: Info, first: First = 20, after: After = None) -> "BatchConnection":
        page = await info.context.loader(load_batch_pages).load((self.key, PageRequest(first, after)))
        return BatchConnection.of(page, partial(info.context.loader(load_batch_counts).load, self.key))


@strawberry.type(description="What the batteries of a batch are, as the manufacturer declares it; shown to the public.")
class BatchSpecs:
    chemistry: str | None = strawberry.field(description='Cell chemistry, such as "Li-ion NMC"; null when not stated.')
    nominal_voltage_v: float | None = strawberry.field(
        description="Nominal voltage in volts (V), up to 3 decimals; null when not stated."
    )
    rated_capacity_ah: float | None = strawberry.field(
        description="Rated capacity in ampere-hours (Ah), up to 3 decimals; null when not stated."
    )
    manufacturer: str | None = strawberry.field(description="Who made the batteries; null when not stated.")
    weight_kg: float | None = strawberry.field(
        description="Weight of one battery in kilograms (kg), up to 3 decimals; null when not stated."
    )
    country_of_origin: str | None = strawberry.field(
        description="Where the batteries were made: an ISO 3166-1 alpha-2 code in capitals, or the name as it was "
        "given; null when not stated."
    )

    @classmethod
    def of(cls, row: BatchRow | PublicSpecs) -> Self:
        """The specs in a batch's row, or the public ones."""
        return of_row(cls, row)


@strawberry.type
class BatchDeclarations:
    """What the manufacturer declares about a batch, for its company and for the public."""

    pli_compliant: bool | None = strawberry.field(
        description="Whether the batch meets the terms of India's Production Linked Incentive scheme, as the "
        "manufacturer declares it; null when not stated."
    )
    domestic_value_add: float | None = strawberry.field(
        description="Domestic value added in percent of the sale price, from 0 to 100, up to 2 decimals; null when not "
        "stated."
    )
    cell_source: CellSource | None = strawberry.field(description="Where the cells come from; null when not stated.")
    carbon_footprint_kg_per_kwh: float | None = strawberry.field(
        description="Carbon footprint in kilograms of CO2 equivalent per kilowatt-hour of the total energy that the "
        "battery provides over its service life, up to 3 decimals; null when not declared."
    )
    carbon_footprint_url: str | None = strawberry.field(
        description="Where the carbon footprint is declared: an http or https address; null when not stated."
    )


@strawberry.type
class BatchIdentity(Node):
    """What a batch is to its company."""

    id: strawberry.ID = id_field("Batch")
    uuid: UUID = strawberry.field(description="The batch's bare id, as in the paths of uploads and downloads.")
    batch_name: str = strawberry.field(description="Name of the batch for people; need not be unique.")
    batch_number: str | None = strawberry.field(
        description="The manufacturer's number, unique within the product; null only without a product."
    )
    product_id: strawberry.ID | None = strawberry.field(
        description="Global id of the product that the batch is a run of; null without one."
    )
    brand_id: strawberry.ID | None = strawberry.field(
        description="Global id of the brand of the batch's product; null without a product."
    )
    model_name: str | None = strawberry.field(
        description="The product's model name, copied when the batch was given the product; a later renaming of the "
        "product does not change it. Null without a product."
    )
    status: BatchStatus = strawberry.field(description="Whether the batch takes new serials.")
    market_region: MarketRegion = strawberry.field(description="The market that the batch is made for.")
    production_date: date | None = strawberry.field(description="Day of production; null when not stated.")
    quantity: int | None = strawberry.field(
        description="How many batteries are planned. It limits nothing: see `totalPassports` for those issued. "
        "Null when not stated."
    )
    facility_ref: str | None = strawberry.field(
        description="The manufacturer's reference of the production site; null when not stated."
    )
    specs: BatchSpecs = strawberry.field(
        description="What the batteries are; never null, though all in it may be.", directives=[Cost(weight=0)]
    )
    attributes: JSON = strawberry.field(
        description="Whatever else the manufacturer keeps about the batch: a JSON object, empty when there is nothing. "
        "The order of keys is not kept."
    )


# Fields of the first base come first in the schema.
@strawberry.type(description="A production batch: what its passports have in common.")
class Batch(BatchIdentity, BatchDeclarations):
    total_passports: int = strawberry.field(description="How many passports were issued in the batch.")
    created_at: datetime = strawberry.field(description="When the batch was added.")
    updated_at: datetime = strawberry.field(
        description="When the batch was last changed with `batchUpdate`; issuing passports does not count."
    )
    version: int = strawberry.field(
        description="Number of the batch's current version, from 1, one more with each change: give it to "
        "`batchUpdate` as `expectedVersion`. Issuing passports does not count."
    )
    product_key: strawberry.Private[UUID | None]
    brand_key: strawberry.Private[UUID | None]
    page_read: strawberry.Private["PageRead | None"]

    @classmethod
    def of(cls, row: BatchRow) -> Self:
        """The batch in a row."""
        return of_row(
            cls,
            row,
            uuid=row.id,
            product_key=row.product_id,
            brand_key=row.brand_id,
            product_id=global_id("Product", row.product_id) if row.product_id else None,
            brand_id=global_id("Brand", row.brand_id) if row.brand_id else None,
            specs=BatchSpecs.of(row),
            page_read=None,
        )

    @classmethod
    def of_summary(cls, row: BatchSummary, page_read: "PageRead | None" = None) -> Self:
        """The batch as far as `SUMMARY_FIELDS` show it; it has no other attributes.

        `page_read` is a page of its passports that was read with it, if there is one.
        """
        id, product_id, brand_id, name, number, model_name, status, region, total, version = row
        return with_attributes(
            cls,
            {
                "uuid": id,
                "product_key": product_id,
                "brand_key": brand_id,
                "product_id": global_id("Product", product_id) if product_id else None,
                "brand_id": global_id("Brand", brand_id) if brand_id else None,
                "batch_name": name,
                "batch_number": number,
                "model_name": model_name,
                "status": status,
                "market_region": region,
                "total_passports": total,
                "version": version,
                "page_read": page_read,
            },
        )

    @strawberry.field(description="The product that the batch is a run of; null without one.")
    async def product(self, info: Info) -> Product | None:
        row = await info.context.loader(load_products).load(self.product_key) if self.product_key else None
        return Product.of(row) if row else None

    @strawberry.field(description="The brand of the batch's product; null without a product.")
    async def brand(self, info: Info) -> Brand | None:
        row = await info.context.loader(load_brands).load(self.brand_key) if self.brand_key else None
        return Brand.of(row) if row else None

    @strawberry.field(description="The batch's passports, in the order of issue.")
    async def passports(
        self,
        info: Info,
        first: First = 20,
        after: After = None,
        filter: Annotated[
            Annotated["PassportFilter", strawberry.lazy("resolvers.passports.types")] | None,
            strawberry.argument(description="Only these passports."),
        ] = None,
    ) -> Annotated["PassportConnection", strawberry.lazy("resolvers.passports.types")]:
        # Passports know their batch as batches know their passports; one of the two has to wait.
        from resolvers.passports.types import passports_of

        return await passports_of(self, info, PageRequest(first, after), filter)

    @strawberry.field(
        description="Address of a ZIP with the QR code of each passport, good for 15 minutes and without signing in, "
        "so keep it to yourself. Parameters may be added: `format` (png or svg), `size` in pixels (100 to 2000), "
        "`level` (L, M, Q or H), `label=true` for the serial number beneath. Null when your role may not download."
    )
    def qr_archive_url(self, info: Info) -> str | None:
        return download_url(info.context.actor, self.uuid, BatchFile.QR_ARCHIVE, info.context.env)

    @strawberry.field(
        description="Address of the passports as CSV (uuid, serial_number, manufacture_date, status, qr_url), good for "
        "15 minutes and without signing in, so keep it to yourself. Serial numbers that a spreadsheet would run as a "
        "formula have an apostrophe in front. Null when your role may not download."
    )
    def export_url(self, info: Info) -> str | None:
        return download_url(info.context.actor, self.uuid, BatchFile.CSV_EXPORT, info.context.env)


# The fields of a batch that its summary tells, in the schema's spelling.
SUMMARY_FIELDS: Final = frozenset(
    {
        *(to_camel_case(name) for name in BatchSummary._fields),
        *("__typename", "uuid", "product", "brand", "passports", "qrArchiveUrl", "exportUrl"),
    }
)


async def batch_of(info: Info, id: UUID) -> Batch | None:
    """The batch with this id, of which no more is read than is selected; None when the viewer may not see it."""
    if not selected(info) <= SUMMARY_FIELDS:
        row = await info.context.loader(load_batches).load(id)
        return Batch.of(row) if row else None
    from resolvers.passports.types import selected_page_key  # as above

    key = selected_page_key(info, id)
    if key is not None:
        return await _with_passports(info, key)
    summary = await info.context.loader(load_batch_summaries).load(id)
    return Batch.of_summary(summary) if summary else None


async def _with_passports(info: Info, key: "PassportPageKey") -> Batch | None:
    from resolvers.passports.loaders import PageRead, load_batches_with_passports  # as above

    read = await info.context.loader(load_batches_with_passports).load(key)
    if read is None:
        return None
    summary, page = read
    return Batch.of_summary(summary, PageRead(key, page))


@strawberry.type(description="A page of products, the newest first.")
class ProductConnection(Connection[Product]):
    count: strawberry.Private[Count]

    @classmethod
    def of(cls, page: Page[ProductRow], count: Count) -> Self:
        """The connection over a page of rows; `count` is awaited only when `totalCount` is selected."""
        return cls(page=page.map(Product.of), count=count)

    @strawberry.field(description="How many products the list has, all pages together.", directives=[COUNT_COST])
    async def total_count(self) -> int:
        return await self.count()


@strawberry.type(description="A page of brands, the newest first.")
class BrandConnection(Connection[Brand]):
    count: strawberry.Private[Count]

    @classmethod
    def of(cls, page: Page[BrandRow], count: Count) -> Self:
        """The connection over a page of rows; `count` is awaited only when `totalCount` is selected."""
        return cls(page=page.map(Brand.of), count=count)

    @strawberry.field(description="How many brands the list has, all pages together.", directives=[COUNT_COST])
    async def total_count(self) -> int:
        return await self.count()


@strawberry.type(description="A page of batches, the newest first.")
class BatchConnection(Connection[Batch]):
    count: strawberry.Private[Count]

    @classmethod
    def of(cls, page: Page[BatchRow], count: Count) -> Self:
        """The connection over a page of rows; `count` is awaited only when `totalCount` is selected."""
        return cls(page=page.map(Batch.of), count=count)

    @strawberry.field(
        description="How many batches the list has: those that match the filter, all pages together.",
        directives=[COUNT_COST],
    )
    async def total_count(self) -> int:
        return await self.count()
