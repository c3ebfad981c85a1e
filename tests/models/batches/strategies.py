"""Valid values and patches of batches for Hypothesis."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from models.batches import BatchPatch, BatchStatus, CellSource, MarketRegion, SpecsPatch

TODAY = date(2026, 11, 20)

# How long an example takes says something about the machine only.
unhurried = settings(deadline=None)


def lines(longest: int) -> st.SearchStrategy[str]:
    """Text as people give it: perhaps blank, perhaps with spaces around it."""
    inside = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=longest)
    return st.tuples(st.sampled_from(["", " ", "\t\n"]), inside, st.sampled_from(["", "  "])).map("".join)


def quantities(largest: str, *, zero: bool = False) -> st.SearchStrategy[Decimal]:
    """Decimals that the column holds exactly."""
    most = Decimal(largest)
    places = -int(most.as_tuple().exponent)
    least = Decimal(0) if zero else Decimal(1).scaleb(-places)
    return st.decimals(least, most, places=places)


json_text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-(2**53) + 1, 2**53 - 1) | json_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(json_text, inner, max_size=3),
    max_leaves=6,
)
attributes: st.SearchStrategy[dict[str, object]] = st.dictionaries(json_text, json_values, max_size=3)

addresses = st.builds(
    "{}://{}.example/{}".format,
    st.sampled_from(["http", "https"]),
    st.from_regex("[a-z]([a-z0-9]{0,8}[a-z0-9])?", fullmatch=True),
    st.from_regex("[a-z0-9/._~-]{0,20}", fullmatch=True).filter(lambda path: ".." not in path and "/." not in path),
).filter(lambda address: "/./" not in address and not address.endswith("/."))

_specs: dict[str, st.SearchStrategy[Any]] = {
    "chemistry": lines(50),
    "nominal_voltage_v": quantities("999999.999"),
    "rated_capacity_ah": quantities("999999999.999"),
    "manufacturer": lines(60),
    "weight_kg": quantities("999999999.999"),
    "country_of_origin": st.sampled_from(["India", "IN", "de", " Viet Nam ", ""]),
}
specs: st.SearchStrategy[SpecsPatch | None] = st.none() | st.fixed_dictionaries(
    {}, optional={name: st.none() | values for name, values in _specs.items()}
).map(lambda patch: SpecsPatch(**patch))  # type: ignore[typeddict-item]

_fields: dict[str, st.SearchStrategy[Any]] = {
    "batch_name": lines(60),
    "batch_number": lines(40),
    "status": st.sampled_from(BatchStatus),
    "market_region": st.sampled_from(MarketRegion),
    "production_date": st.dates(date(1990, 1, 1), TODAY),
    "quantity": st.integers(1, 2**31 - 1),
    "facility_ref": lines(60),
    "attributes": attributes,
    "pli_compliant": st.booleans(),
    "domestic_value_add": quantities("100.00", zero=True),
    "cell_source": st.sampled_from(CellSource),
    "carbon_footprint_kg_per_kwh": quantities("999999999.999", zero=True),
    "carbon_footprint_url": addresses,
}
patches: st.SearchStrategy[BatchPatch] = st.fixed_dictionaries(
    {}, optional={**{name: st.none() | values for name, values in _fields.items()}, "specs": specs}
).map(lambda patch: BatchPatch(**patch))  # type: ignore[typeddict-item]
