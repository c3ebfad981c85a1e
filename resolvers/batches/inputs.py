"""What the mutations of brands, products and batches take."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from models.batches import BatchPatch, SpecsPatch
from resolvers.batches.enums import BatchStatus, CellSource, MarketRegion
from resolvers.relay import key_of

_TEXT = "Trimmed; blank is the same as null."


@strawberry.input(description="A brand to be added.")
class BrandCreateInput:
    name: str = strawberry.field(
        description="Name of the brand, unique in the company: 1 to 120 characters on one line; trimmed."
    )


@strawberry.input(description="A brand's new name.")
class BrandUpdateInput:
    id: strawberry.ID = strawberry.field(description="Global id of the brand.")
    name: str = strawberry.field(
        description="Name of the brand, unique in the company: 1 to 120 characters on one line; trimmed."
    )


@strawberry.input(description="A product to be added to a brand.")
class ProductCreateInput:
    brand_id: strawberry.ID = strawberry.field(description="Global id of the brand; it can't be changed later.")
    model_name: str = strawberry.field(
        description="Name of the model, unique in the brand: 1 to 120 characters on one line; trimmed."
    )


@strawberry.input(description="A product's new model name. Batches keep the one that they were given.")
class ProductUpdateInput:
    id: strawberry.ID = strawberry.field(description="Global id of the product.")
    model_name: str = strawberry.field(
        description="Name of the model, unique in the brand: 1 to 120 characters on one line; trimmed."
    )


@strawberry.input(
    description="What the batteries of a batch are. In `batchUpdate` an absent field stays as it is and null clears it."
)
class BatchSpecsInput:
    chemistry: strawberry.Maybe[str | None] = strawberry.field(
        description=f'Cell chemistry, such as "Li-ion NMC": at most 60 characters. {_TEXT}'
    )
    nominal_voltage_v: strawberry.Maybe[float | None] = strawberry.field(
        description="Nominal voltage in volts (V): above 0, at most 999999.999, at most 3 decimals."
    )
    rated_capacity_ah: strawberry.Maybe[float | None] = strawberry.field(
        description="Rated capacity in ampere-hours (Ah): above 0, at most 999999999.999, at most 3 decimals."
    )
    manufacturer: strawberry.Maybe[str | None] = strawberry.field(
        description=f"Who made the batteries: at most 200 characters. {_TEXT}"
    )
    weight_kg: strawberry.Maybe[float | None] = strawberry.field(
        description="Weight of one battery in kilograms (kg): above 0, at most 999999999.999, at most 3 decimals."
    )
    country_of_origin: strawberry.Maybe[str | None] = strawberry.field(
        description="Where the batteries were made: a country's name of at most 60 characters, or its ISO 3166-1 "
        "alpha-2 code. Two letters are taken for a code and kept in capitals; they are not looked up in the standard's "
        f"list. {_TEXT}"
    )


@strawberry.input
class BatchDetails:
    """What may be left out of a new batch and of a patch alike."""

    batch_number: strawberry.Maybe[str | None] = strawberry.field(
        description="The manufacturer's number: at most 60 characters, required with a product and unique within it. "
        f"{_TEXT}"
    )
    product_id: strawberry.Maybe[strawberry.ID | None] = strawberry.field(
        description="Global id of the product that the batch is a run of. The batch takes its brand and its model name "
        "as they are now. Required from a member who is limited to brands."
    )
    brand_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="Only a check: global id of the brand that the batch's product must be one of. Null and absent "
        "check nothing.",
    )
    production_date: strawberry.Maybe[date | None] = strawberry.field(
        description="Day of production, such as 2026-01-15: at most one day after today in UTC."
    )
    quantity: strawberry.Maybe[int | None] = strawberry.field(
        description="How many batteries are planned: at least 1. It limits nothing."
    )
    facility_ref: strawberry.Maybe[str | None] = strawberry.field(
        description=f"Your reference of the production site: at most 120 characters. {_TEXT}"
    )
    specs: strawberry.Maybe[BatchSpecsInput | None] = strawberry.field(
        description="What the batteries are. In `batchUpdate` only the fields given change; null clears all of them."
    )
    attributes: strawberry.Maybe[JSON | None] = strawberry.field(
        description='Whatever else you keep about the batch: a JSON object such as {"line": "B"} of at most 16384 '
        "bytes as compact UTF-8, nested at most 8 deep, numbers within 2^53 - 1. In `batchUpdate` it replaces "
        "all that was there; null empties it."
    )
    pli_compliant: strawberry.Maybe[bool | None] = strawberry.field(
        description="Whether the batch meets the terms of India's Production Linked Incentive scheme."
    )
    domestic_value_add: strawberry.Maybe[float | None] = strawberry.field(
        description="Domestic value added in percent of the sale price: 0 to 100, at most 2 decimals."
    )
    cell_source: strawberry.Maybe[CellSource | None] = strawberry.field(description="Where the cells come from.")
    carbon_footprint_kg_per_kwh: strawberry.Maybe[float | None] = strawberry.field(
        description="Carbon footprint in kilograms of CO2 equivalent per kilowatt-hour of the total energy that the "
        "battery provides over its service life: 0 to 999999999.999, at most 3 decimals."
    )
    carbon_footprint_url: strawberry.Maybe[str | None] = strawberry.field(
        description="Where the carbon footprint is declared: an http or https address of at most 500 characters "
        f"without user and password. It is kept in its normal form, with special characters escaped. {_TEXT}"
    )

    @property
    def expected_brand(self) -> UUID | None:
        """The brand that the batch's product must be one of, if the client wants that checked."""
        return None if self.brand_id is None else key_of(self.brand_id, "Brand")


@strawberry.input
class BatchEssentials:
    """What every new batch has."""

    batch_name: str = strawberry.field(
        description="Name of the batch for people, not blank: at most 120 characters on one line; trimmed."
    )
    market_region: MarketRegion = strawberry.field(description="The market that the batch is made for.")


@strawberry.input
class BatchTarget:
    """Which batch is changed, and what of it can't be cleared."""

    id: strawberry.ID = strawberry.field(description="Global id of the batch, or its `uuid`.")
    expected_version: int = strawberry.field(
        description="The `version` of the batch that the change is based on. If the batch has another one by now, "
        "nothing is changed and VERSION_CONFLICT tells the current version."
    )
    batch_name: strawberry.Maybe[str | None] = strawberry.field(
        description="Name of the batch for people, not blank: at most 120 characters on one line; trimmed. Can't be "
        "cleared."
    )
    market_region: strawberry.Maybe[MarketRegion | None] = strawberry.field(
        description="The market that the batch is made for. Can't be cleared."
    )
    status: strawberry.Maybe[BatchStatus | None] = strawberry.field(
        description="ARCHIVED makes the batch refuse new serials, ACTIVE makes it take them again. Can't be cleared."
    )


# The first base's fields come first in the schema.
@strawberry.input(description="A batch to be added. Null is the same as leaving a field out.")
class BatchCreateInput(BatchEssentials, BatchDetails):
    def patch(self) -> BatchPatch:
        """What the client said about the batch."""
        return {**_details(self), "batch_name": self.batch_name, "market_region": self.market_region}


@strawberry.input(
    description="Changes to a batch. An absent field stays as it is, null clears it. A patch that changes nothing "
    "succeeds and leaves `version` and `updatedAt` as they are."
)
class BatchUpdateInput(BatchTarget, BatchDetails):
    def patch(self) -> BatchPatch:
        """What the client wants changed."""
        return _details(self)


def _details(input: BatchDetails) -> BatchPatch:
    given = _given(input)
    if given.get("product_id") is not None:
        given["product_id"] = key_of(given["product_id"], "Product")
    if given.get("specs"):
        given["specs"] = cast("SpecsPatch", _given(given["specs"]))
    return cast("BatchPatch", given)


def _given(input: BatchDetails | BatchSpecsInput) -> dict[str, Any]:
    """The fields that the client gave, null included; quantities as the decimals that the client wrote."""
    found = {field.name: getattr(input, field.name) for field in fields(input)}
    return {
        name: Decimal(str(maybe.value)) if isinstance(maybe.value, float) else maybe.value
        for name, maybe in found.items()
        if isinstance(maybe, strawberry.Some)
    }
