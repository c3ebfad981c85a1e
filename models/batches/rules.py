"""What a batch may be. Creating is patching an empty batch, so every rule stands here once."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, TypedDict, get_origin, get_type_hints
from uuid import UUID

from models.batches import values
from models.batches.errors import BatchErrorCode
from models.batches.tables import BatchStatus, CellSource, MarketRegion, Product
from models.batches.values import Check
from models.kernel.errors import Rejected, Violation
from models.kernel.text import shown

# A factory east of Greenwich may already write tomorrow's date.
DAYS_AHEAD = timedelta(days=1)


class SpecsPatch(TypedDict, total=False):
    """Changes to the specs: an absent key leaves the value, None clears it. Each field stands with its check."""

    chemistry: Annotated[str | None, values.text(60)]
    nominal_voltage_v: Annotated[Decimal | None, values.decimal("999999.999")]
    rated_capacity_ah: Annotated[Decimal | None, values.decimal("999999999.999")]
    manufacturer: Annotated[str | None, values.text(200)]
    weight_kg: Annotated[Decimal | None, values.decimal("999999999.999")]
    country_of_origin: Annotated[str | None, values.country(60)]


class BatchPatch(TypedDict, total=False):
    """Changes to a batch: an absent key leaves the value, None clears it. Each field stands with its check.

    `attributes` are replaced whole. `specs` are patched field by field; None clears them all. With `product_id`
    the batch takes the product's brand and model name as they are now.
    """

    batch_name: Annotated[str | None, values.text(120)]
    batch_number: Annotated[str | None, values.text(60)]
    product_id: UUID | None
    status: Annotated[BatchStatus | None, values.unchecked]
    market_region: Annotated[MarketRegion | None, values.unchecked]
    production_date: date | None
    quantity: Annotated[int | None, values.quantity]
    facility_ref: Annotated[str | None, values.text(120)]
    specs: SpecsPatch | None
    attributes: Annotated[dict[str, object] | None, values.attributes]
    pli_compliant: Annotated[bool | None, values.unchecked]
    domestic_value_add: Annotated[Decimal | None, values.decimal("100.00", zero=True)]
    cell_source: Annotated[CellSource | None, values.unchecked]
    carbon_footprint_kg_per_kwh: Annotated[Decimal | None, values.decimal("999999999.999", zero=True)]
    carbon_footprint_url: Annotated[str | None, values.web_address(500)]


Columns = Mapping[str, object]


def _checks(patch: type) -> Mapping[str, Check]:
    """Returns the checks that stand with the patch's fields; a field without one has its rule in `changes`."""
    hints = get_type_hints(patch, include_extras=True)
    return {field: hint.__metadata__[0] for field, hint in hints.items() if get_origin(hint) is Annotated}


_CHECKS = _checks(BatchPatch)
_SPECS_CHECKS = _checks(SpecsPatch)
_REQUIRED = ("batch_name", "market_region", "status")
_PRODUCT_COLUMNS = ("product_id", "brand_id", "model_name")

# The columns that a patch can reach, as they are before anything is said about a batch.
EMPTY_BATCH: Columns = MappingProxyType(
    {
        **dict.fromkeys([*_CHECKS, *_SPECS_CHECKS, *_PRODUCT_COLUMNS, "production_date"]),
        "status": BatchStatus.ACTIVE,
        "attributes": {},
    }
)


def changes(
    current: Columns,
    patch: BatchPatch,
    product: Product | None,
    *,
    brand_id: UUID | None,
    needs_product: bool,
    today: date,
) -> dict[str, Any]:
    """Returns the columns that the patch changes, with their new values; empty when the patch changes nothing.

    `product` is the one that the patch names. `brand_id`, when given, must be the brand that the batch ends up with;
    `needs_product` refuses a batch without one. Raises `Rejected` with every violation found.
    """
    wanted, violations = _checked(patch, {**_CHECKS, "production_date": values.not_after(today + DAYS_AHEAD)})
    specs, specs_violations = _checked_specs(patch)
    wanted |= specs
    if "attributes" in wanted:
        wanted["attributes"] = wanted["attributes"] or {}
    if "product_id" in patch:
        wanted |= _of_product(product)
    violations += specs_violations
    broken = {violation.field[0] for violation in violations}
    violations += [
        violation
        for violation in _violations({**current, **wanted}, brand_id, needs_product)
        if violation.field[0] not in broken
    ]
    if violations:
        raise Rejected(violations)
    return {name: value for name, value in wanted.items() if not values.is_same(current[name], value)}


def checked_name(value: str, field: str) -> str:
    """Returns the name of a brand or product as it is kept: 1 to 120 characters. Raises `Rejected` with the field."""
    cleaned, violations = _checked({field: value}, {field: values.text(120)})
    if not violations and cleaned[field] is None:
        violations = [_required(field)]
    if violations:
        raise Rejected(violations)
    return str(cleaned[field])


def _checked(
    patch: Mapping[str, Any], checks: Mapping[str, Check], *parents: str
) -> tuple[dict[str, Any], list[Violation]]:
    """Returns the checked values of the fields that have a check, and the violations found."""
    cleaned: dict[str, Any] = {}
    violations: list[Violation] = []
    for field, check in checks.items():
        if field not in patch:
            continue
        value = patch[field]
        try:
            cleaned[field] = None if value is None else check(value)
        except Rejected as rejected:
            violations += rejected.at(*parents, field, value=shown(value))
    return cleaned, violations


def _checked_specs(patch: BatchPatch) -> tuple[dict[str, Any], list[Violation]]:
    if "specs" not in patch:
        return {}, []
    specs = patch["specs"]
    if specs is None:
        return dict.fromkeys(_SPECS_CHECKS), []
    return _checked(specs, _SPECS_CHECKS, "specs")


def _of_product(product: Product | None) -> dict[str, Any]:
    if product is None:
        return dict.fromkeys(_PRODUCT_COLUMNS)
    return {"product_id": product.id, "brand_id": product.brand_id, "model_name": product.model_name}


def _violations(batch: Columns, brand_id: UUID | None, needs_product: bool) -> list[Violation]:
    """Returns what is wrong with the batch as a whole."""
    violations = [_required(field) for field in _REQUIRED if batch[field] is None]
    if batch["product_id"] is not None and batch["batch_number"] is None:
        violations.append(
            Violation(
                BatchErrorCode.BATCH_NUMBER_REQUIRED,
                "A batch of a product needs a number that is unique within the product.",
                ("batch_number",),
            )
        )
    if batch["product_id"] is None and needs_product:
        violations.append(
            Violation(
                BatchErrorCode.PRODUCT_REQUIRED,
                "You are limited to brands: name a product of one of them, or you could not see the batch.",
                ("product_id",),
            )
        )
    if brand_id is not None and brand_id != batch["brand_id"]:
        violations.append(
            Violation(BatchErrorCode.BRAND_MISMATCH, "The batch's product is not one of this brand.", ("brand_id",))
        )
    return violations


def _required(field: str) -> Violation:
    return Violation(BatchErrorCode.VALUE_REQUIRED, "This must have a value.", (field,))
