"""What a patch means, told once more with nothing but a dictionary, to hold the rules and the database against."""

from typing import Any, cast

from models.batches import Batch, BatchPatch, BatchStatus

SPECS = (
    "chemistry",
    "nominal_voltage_v",
    "rated_capacity_ah",
    "manufacturer",
    "weight_kg",
    "country_of_origin",
)
FIELDS = (
    "batch_name",
    "batch_number",
    "status",
    "market_region",
    "production_date",
    "quantity",
    "facility_ref",
    "attributes",
    "pli_compliant",
    "domestic_value_add",
    "cell_source",
    "carbon_footprint_kg_per_kwh",
    "carbon_footprint_url",
    *SPECS,
)
EMPTY: dict[str, Any] = {**dict.fromkeys(FIELDS), "status": BatchStatus.ACTIVE, "attributes": {}}


def patched(batch: dict[str, Any], patch: BatchPatch) -> dict[str, Any]:
    """The batch with the patch's fields in place of its own."""
    given = cast(dict[str, Any], dict(patch))
    if "specs" in given:
        given |= dict.fromkeys(SPECS) if given["specs"] is None else given["specs"]
        del given["specs"]
    given = {name: (value.strip() or None) if type(value) is str else value for name, value in given.items()}
    if given.get("country_of_origin") == "de":
        given["country_of_origin"] = "DE"
    if "attributes" in given:
        given["attributes"] = given["attributes"] or {}
    return {**batch, **given}


def missing(batch: dict[str, Any]) -> set[str]:
    """The fields that a batch can't be without and that this one lacks."""
    return {name for name in ("batch_name", "market_region", "status") if batch[name] is None}


def fields_of(row: Batch) -> dict[str, Any]:
    """The fields that patches reach, as the row has them."""
    return {name: getattr(row, name) for name in FIELDS}
