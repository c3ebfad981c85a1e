"""The page of a passport for a person: what it says, in words and with units. HTML without scripts in it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from api.pages import TEMPLATES
from models.batches import CellSource, MarketRegion
from models.lifecycle import LifecycleAction, PublicHistory, TraceabilityEvent
from models.passports import PassportStatus, PublicPassport


@dataclass(frozen=True, slots=True)
class StatusText:
    """A state in words. `tone` colours it: `good`, `plain`, `warning` or `ended`."""

    label: str
    explanation: str
    tone: str


STATUS_TEXTS: Final = {
    PassportStatus.INACTIVE: StatusText(
        "Not yet in use", "The manufacturer has prepared this passport and not yet put it into use.", "plain"
    ),
    PassportStatus.ACTIVE: StatusText("Active", "The battery was made and its passport is in use.", "good"),
    PassportStatus.SHIPPED: StatusText("Shipped", "The battery is on its way or has been delivered.", "good"),
    PassportStatus.INSTALLED: StatusText("Installed", "The battery was installed and is in service.", "good"),
    PassportStatus.RETURNED: StatusText("Returned", "The battery was returned and is not in service.", "plain"),
    PassportStatus.RECALLED: StatusText(
        "Recalled", "The manufacturer has recalled this battery. Do not use it; contact the company below.", "warning"
    ),
    PassportStatus.SUSPENDED: StatusText(
        "Suspended", "This passport is suspended while the company looks into it.", "warning"
    ),
    PassportStatus.RETIRED: StatusText(
        "Life ended", "This battery has reached the end of its life and is waste: hand it in for recycling.", "ended"
    ),
    PassportStatus.RECYCLED: StatusText(
        "Life ended: recycled", "This battery's life has ended: it was recycled.", "ended"
    ),
    PassportStatus.REPURPOSED: StatusText(
        "Life ended: repurposed",
        "This battery's first life has ended. It was given another use, under a passport of its own.",
        "ended",
    ),
}
_REGIONS: Final = {
    MarketRegion.INDIA: "India",
    MarketRegion.EU: "European Union",
    MarketRegion.US: "United States",
    MarketRegion.GLOBAL: "Worldwide",
}
_CELL_SOURCES: Final = {
    CellSource.DOMESTIC: "Made in the country where the battery is made",
    CellSource.IMPORTED: "Imported",
    CellSource.MIXED: "Some domestic, some imported",
}

_EVENT_TEXTS: Final = {
    "ISSUE": "Passport issued",
    LifecycleAction.ACTIVATE: "Put into use",
    LifecycleAction.SHIP: "Shipped",
    LifecycleAction.INSTALL: "Installed",
    LifecycleAction.RETURN: "Returned",
    LifecycleAction.REPAIR: "Repaired",
    LifecycleAction.RECALL: "Recalled",
    LifecycleAction.SUSPEND: "Suspended",
    LifecycleAction.REINSTATE: "Reinstated",
    LifecycleAction.REPURPOSE: "Repurposed for a second life",
    LifecycleAction.REMANUFACTURE: "Remanufactured for a second life",
    LifecycleAction.RETIRE: "End of life",
    LifecycleAction.RECYCLE: "Recycled",
    TraceabilityEvent.QC_PASSED: "Quality control passed",
    TraceabilityEvent.EXPORT_CLEARED: "Cleared for export",
    TraceabilityEvent.IMPORT_CLEARED: "Cleared for import",
    TraceabilityEvent.INITIAL_SALE: "First sold",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the page. `link` is where the value leads, `moment` the date that it tells, for machines."""

    name: str
    value: str
    link: str | None = None
    moment: date | None = None


def passport_page(passport: PublicPassport, history: PublicHistory) -> str:
    """The page as HTML."""
    return TEMPLATES.get_template("passport.html").render(
        passport=passport,
        status=STATUS_TEXTS[passport.status],
        sections=[
            ("The battery", _battery_facts(passport)),
            ("Origin and footprint", _origin_facts(passport)),
            ("Who answers for it", _company_facts(passport)),
        ],
        timeline=_timeline(history),
        lineage=history.lineage,
    )


def unknown_passport_page() -> str:
    """The page for an address that no passport has."""
    return TEMPLATES.get_template("unknown.html").render()


def _battery_facts(passport: PublicPassport) -> list[Fact]:
    batch = passport.batch
    made, issued = passport.manufacture_date, passport.issued_at.date()
    return _given(
        Fact("Serial number", passport.serial_number),
        Fact("Model", batch.model_name or ""),
        Fact("Batch", batch.batch_name),
        Fact("Manufactured on", _in_words(made), moment=made),
        Fact("Manufacturer", batch.specs.manufacturer or ""),
        Fact("Chemistry", batch.specs.chemistry or ""),
        Fact("Nominal voltage", _quantity(batch.specs.nominal_voltage_v, "V")),
        Fact("Rated capacity", _quantity(batch.specs.rated_capacity_ah, "Ah")),
        Fact("Weight", _quantity(batch.specs.weight_kg, "kg")),
        Fact("Passport issued on", _in_words(issued), moment=issued),
    )


def _origin_facts(passport: PublicPassport) -> list[Fact]:
    batch = passport.batch
    return _given(
        Fact("Made for the market", _REGIONS[batch.market_region]),
        Fact("Country of origin", batch.specs.country_of_origin or ""),
        Fact("Carbon footprint", _quantity(batch.carbon_footprint_kg_per_kwh, "kg CO₂e per kWh")),
        Fact("Footprint declaration", batch.carbon_footprint_url or "", _web_link(batch.carbon_footprint_url)),
        Fact("Meets India's PLI scheme", "" if batch.pli_compliant is None else "Yes" if batch.pli_compliant else "No"),
        Fact("Domestic value added", _quantity(batch.domestic_value_add, "%")),
        Fact("Cells", _CELL_SOURCES[batch.cell_source] if batch.cell_source else ""),
    )


def _company_facts(passport: PublicPassport) -> list[Fact]:
    tenant = passport.tenant
    return _given(
        Fact("Company", tenant.company_name),
        Fact("Address", tenant.address or ""),
        Fact("Support", tenant.support_email or "", f"mailto:{tenant.support_email}"),
        Fact("Website", tenant.website or "", _web_link(tenant.website)),
        Fact("EPR registration (CPCB)", tenant.epr_registration_number or ""),
        Fact("BIS registration", tenant.bis_r_number or ""),
    )


def _timeline(history: PublicHistory) -> list[Fact]:
    return [
        Fact(
            _EVENT_TEXTS.get(event.action, event.action) + (f", {event.place}" if event.place else ""),
            _in_words(event.at.date()),
            moment=event.at.date(),
        )
        for event in history.events
    ]


def _given(*facts: Fact) -> list[Fact]:
    """The facts that were declared: the page is silent about the others."""
    return [fact for fact in facts if fact.value]


def _quantity(value: float | None, unit: str) -> str:
    """A number without idle zeros, and its unit, which stays on the same line."""
    if value is None:
        return ""
    return f"{value:,.3f}".rstrip("0").rstrip(".") + f"\N{NO-BREAK SPACE}{unit}"


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _web_link(address: str | None) -> str | None:
    """The address if it is one of a web page: a link that runs a script must not get onto the page."""
    return address if address and address.lower().startswith(("https://", "http://")) else None
