"""What a batch may be, without a database."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tortoise.fields import CharField, DecimalField

from models.batches import Batch, BatchErrorCode, BatchPatch, MarketRegion, Product, SpecsPatch, rules
from models.kernel.errors import Rejected
from models.kernel.ids import uuid7
from tests.models.batches import model
from tests.models.batches.strategies import TODAY, lines, patches, quantities, unhurried

BARE = BatchPatch(batch_name="A", market_region=MarketRegion.INDIA)
BRAND_ID, PRODUCT_ID = uuid7(), uuid7()


def product_named(model_name: str) -> Product:
    product = Product(id=PRODUCT_ID, model_name=model_name)
    product.brand_id = BRAND_ID  # as an argument it is only taken once the ORM has been set up
    return product


PRODUCT = product_named("PowerCell 48")


def changes(
    patch: BatchPatch,
    current: rules.Columns = rules.EMPTY_BATCH,
    product: Product | None = None,
    brand_id: UUID | None = None,
    *,
    needs_product: bool = False,
) -> dict[str, Any]:
    return rules.changes(current, patch, product, brand_id=brand_id, needs_product=needs_product, today=TODAY)


def refusals(*arguments: Any, **options: Any) -> dict[tuple[str, ...], BatchErrorCode]:
    """What the rules refuse, by the field at fault."""
    with pytest.raises(Rejected) as rejected:
        changes(*arguments, **options)
    found = {violation.field: violation.code for violation in rejected.value.violations}
    assert len(found) == len(rejected.value.violations)
    return found  # type: ignore[return-value]


@unhurried
@given(st.lists(patches, min_size=1, max_size=4))
def test_patches_mean_what_they_mean_on_a_dictionary(patches: list[BatchPatch]) -> None:
    batch: dict[str, Any] = {**rules.EMPTY_BATCH, **BARE}
    for patch in patches:
        expected = model.patched(batch, patch)
        if model.missing(expected):
            required = {(name,): BatchErrorCode.VALUE_REQUIRED for name in model.missing(expected)}
            assert refusals(patch, batch) == required
            continue
        found = changes(patch, batch)
        assert {**batch, **found} == expected
        assert all(batch[name] is not value for name, value in found.items())
        batch = expected
        assert changes(patch, batch) == {}


def test_only_name_and_market_are_required() -> None:
    assert changes(BARE) == BARE
    assert refusals(BatchPatch()) == {
        ("batch_name",): BatchErrorCode.VALUE_REQUIRED,
        ("market_region",): BatchErrorCode.VALUE_REQUIRED,
    }


@pytest.mark.parametrize("field", ["batch_name", "market_region", "status"])
def test_what_is_required_cannot_be_cleared(field: str) -> None:
    batch = {**rules.EMPTY_BATCH, **BARE}
    cleared: Any = {field: None}
    assert refusals(cleared, batch) == {(field,): BatchErrorCode.VALUE_REQUIRED}


def test_blank_text_is_no_text() -> None:
    assert refusals({**BARE, "batch_name": " \t"}) == {("batch_name",): BatchErrorCode.VALUE_REQUIRED}
    assert changes({**BARE, "facility_ref": "  "}) == BARE


def test_every_mistake_is_reported_at_once_and_in_one_order() -> None:
    patch = BatchPatch(
        batch_name="x" * 121,
        batch_number="a\0b",
        market_region=None,
        quantity=0,
        production_date=TODAY + timedelta(days=2),
        specs=SpecsPatch(weight_kg=Decimal(-1), nominal_voltage_v=Decimal("1.0001")),
        attributes={"a": float("nan")},
        carbon_footprint_url="ftp://example.com",
    )
    assert list(refusals(patch, product=PRODUCT).items()) == [
        (("batch_name",), BatchErrorCode.TEXT_TOO_LONG),
        (("batch_number",), BatchErrorCode.TEXT_INVALID),
        (("quantity",), BatchErrorCode.NUMBER_OUT_OF_RANGE),
        (("attributes",), BatchErrorCode.ATTRIBUTES_INVALID),
        (("carbon_footprint_url",), BatchErrorCode.URL_INVALID),
        (("production_date",), BatchErrorCode.DATE_IN_FUTURE),
        (("specs", "nominal_voltage_v"), BatchErrorCode.NUMBER_TOO_PRECISE),
        (("specs", "weight_kg"), BatchErrorCode.NUMBER_OUT_OF_RANGE),
        (("market_region",), BatchErrorCode.VALUE_REQUIRED),
    ]


@unhurried
@given(st.one_of(st.none(), lines(20)))
def test_a_batch_of_a_product_has_a_number(number: str | None) -> None:
    patch = BatchPatch(**BARE, batch_number=number, product_id=PRODUCT.id)
    if number is None or not number.strip():
        assert refusals(patch, product=PRODUCT) == {("batch_number",): BatchErrorCode.BATCH_NUMBER_REQUIRED}
    else:
        found = changes(patch, product=PRODUCT)
        assert (found["batch_number"], found["model_name"]) == (number.strip(), PRODUCT.model_name)
        assert (found["product_id"], found["brand_id"]) == (PRODUCT.id, BRAND_ID)
        cleared = BatchPatch(batch_number=None)
        code = BatchErrorCode.BATCH_NUMBER_REQUIRED
        assert refusals(cleared, {**rules.EMPTY_BATCH, **found}) == {("batch_number",): code}


def test_without_its_product_a_batch_has_no_brand_and_no_model() -> None:
    patch = BatchPatch(**BARE, batch_number="1", product_id=PRODUCT.id)
    batch = {**rules.EMPTY_BATCH, **changes(patch, product=PRODUCT)}
    without_product = {"product_id": None, "brand_id": None, "model_name": None}
    assert changes(BatchPatch(product_id=None), batch) == without_product
    assert changes(BatchPatch(product_id=None, batch_number=None), batch) == {**without_product, "batch_number": None}


def test_naming_the_product_again_takes_its_new_name() -> None:
    batch = {**rules.EMPTY_BATCH, **changes({**BARE, "batch_number": "1", "product_id": PRODUCT.id}, product=PRODUCT)}
    renamed = product_named("PowerCell 48 S")
    patch = BatchPatch(product_id=PRODUCT.id)
    assert changes(patch, batch, PRODUCT) == {}
    assert changes(patch, batch, renamed) == {"model_name": "PowerCell 48 S"}


def test_a_brand_that_is_not_the_products_is_refused() -> None:
    patch = BatchPatch(**BARE, batch_number="1", product_id=PRODUCT.id)
    mismatch = {("brand_id",): BatchErrorCode.BRAND_MISMATCH}
    assert changes(patch, product=PRODUCT, brand_id=BRAND_ID)["brand_id"] == BRAND_ID
    assert refusals(patch, product=PRODUCT, brand_id=uuid7()) == mismatch
    assert refusals(BARE, brand_id=BRAND_ID) == mismatch
    batch = {**rules.EMPTY_BATCH, **changes(patch, product=PRODUCT)}
    assert refusals(BatchPatch(quantity=2), batch, brand_id=uuid7()) == mismatch


def test_who_is_limited_to_brands_keeps_to_their_products() -> None:
    assert refusals(BARE, needs_product=True) == {("product_id",): BatchErrorCode.PRODUCT_REQUIRED}


def test_a_day_ahead_is_not_the_future() -> None:
    tomorrow = TODAY + timedelta(days=1)
    assert changes({**BARE, "production_date": tomorrow})["production_date"] == tomorrow
    late = BatchPatch(**BARE, production_date=date(2026, 11, 22))
    assert refusals(late) == {("production_date",): BatchErrorCode.DATE_IN_FUTURE}


@pytest.mark.parametrize(
    ("field", "largest"),
    [("nominal_voltage_v", "999999.999"), ("rated_capacity_ah", "999999999.999"), ("weight_kg", "999999999.999")],
)
def test_specs_are_bounded_to_their_columns(field: str, largest: str) -> None:
    column = Batch._meta.fields_map[field]
    assert isinstance(column, DecimalField)
    assert Decimal(largest) == Decimal(10) ** (column.max_digits - column.decimal_places) - Decimal("0.001")
    assert spec(field, largest) == Decimal(largest)
    assert spec(field, "0.001") == Decimal("0.001")
    for value in ["0", "-0.001", "NaN", "Infinity", "1E+400", str(Decimal(largest) + Decimal("0.001"))]:
        assert spec(field, value) is BatchErrorCode.NUMBER_OUT_OF_RANGE
    assert spec(field, "0.0005") is BatchErrorCode.NUMBER_TOO_PRECISE


def spec(field: str, value: str) -> object:
    """What the rules make of one quantity: the number as kept, or why not."""
    patch: Any = {**BARE, "specs": {field: Decimal(value)}}
    try:
        return changes(patch)[field]
    except Rejected as rejected:
        [violation] = rejected.violations
        assert violation.field == ("specs", field)
        return violation.code


@unhurried
@given(st.decimals(-1000, 1000, places=3))
def test_domestic_value_add_is_a_percentage_with_two_decimals(value: Decimal) -> None:
    patch = BatchPatch(**BARE, domestic_value_add=value)
    if not 0 <= value <= 100:
        assert refusals(patch) == {("domestic_value_add",): BatchErrorCode.NUMBER_OUT_OF_RANGE}
    elif value * 100 % 1:
        assert refusals(patch) == {("domestic_value_add",): BatchErrorCode.NUMBER_TOO_PRECISE}
    else:
        kept = changes(patch)["domestic_value_add"]
        assert kept == value
        assert not kept.is_signed()


@unhurried
@given(quantities("999999999.999", zero=True))
def test_a_carbon_footprint_is_never_negative(value: Decimal) -> None:
    assert changes({**BARE, "carbon_footprint_kg_per_kwh": value})["carbon_footprint_kg_per_kwh"] == value
    negative = BatchPatch(**BARE, carbon_footprint_kg_per_kwh=-value - Decimal("0.001"))
    assert refusals(negative) == {("carbon_footprint_kg_per_kwh",): BatchErrorCode.NUMBER_OUT_OF_RANGE}


@unhurried
@given(st.integers())
def test_a_quantity_is_a_positive_32_bit_number(quantity: int) -> None:
    patch = BatchPatch(**BARE, quantity=quantity)
    if 1 <= quantity < 2**31:
        assert changes(patch)["quantity"] == quantity
    else:
        assert refusals(patch) == {("quantity",): BatchErrorCode.NUMBER_OUT_OF_RANGE}


@pytest.mark.parametrize(
    ("field", "parents"),
    [
        ("batch_name", ()),
        ("batch_number", ()),
        ("facility_ref", ()),
        ("chemistry", ("specs",)),
        ("manufacturer", ("specs",)),
        ("country_of_origin", ("specs",)),
    ],
)
def test_text_fits_its_column_and_one_line(field: str, parents: tuple[str, ...]) -> None:
    column = Batch._meta.fields_map[field]
    assert isinstance(column, CharField)

    def patch(value: str) -> Any:
        return {**BARE, "specs": {field: value}} if parents else {**BARE, field: value}

    longest = "é" * column.max_length
    assert changes(patch(f" {longest}\n"))[field] == longest
    assert refusals(patch(longest + "é")) == {(*parents, field): BatchErrorCode.TEXT_TOO_LONG}
    for unfit in ["a\0b", "a\nb", "a\x85b", "a\u2028b", "a\ud800b"]:
        assert refusals(patch(unfit)) == {(*parents, field): BatchErrorCode.TEXT_INVALID}
    assert changes(patch("क्\u200dष"))[field] == "क्\u200dष"


def test_an_unfit_value_is_shown_as_valid_text() -> None:
    with pytest.raises(Rejected) as rejected:
        changes({**BARE, "batch_name": "\ud800" + "x" * 500})
    [violation] = rejected.value.violations
    assert violation.value is not None
    assert violation.value.encode().decode().startswith("\\ud800xxx")
    assert len(violation.value) < 250
