"""A demo company with real-looking batches, passports and scans, made through the use cases that everybody uses."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from models import batches, billing, passports, tenants
from models.batches import BatchPatch, CellSource, CreateBatch, CreateBrand, CreateProduct, MarketRegion
from models.database import fetch, unit_of_work
from models.kernel.actor import Actor
from models.kernel.env import ArrivedScan, Env
from models.kernel.ids import uuid7

COMPANY: Final = "Suryodaya Energy Systems"
EMAIL: Final = "demo@exportready.example"
PASSWORD: Final = "demo-passport-2027"  # noqa: S105  # published on purpose: only development has the demo company

_QUOTA: Final = 250_000
_SCANS: Final = 400
_DAYS_OF_SCANS: Final = 14
# City, country, share of the scans.
_PLACES: Final = (
    ("Pune", "India", 8),
    ("Chennai", "India", 5),
    ("Rotterdam", "Netherlands", 6),
    ("Hamburg", "Germany", 5),
    ("Lyon", "France", 3),
    ("Gothenburg", "Sweden", 2),
    ("Los Angeles", "United States", 2),
    (None, None, 1),
)
_DEVICES: Final = (("MOBILE", 14), ("TABLET", 2), ("DESKTOP", 3), ("OTHER", 1))


@dataclass(frozen=True, slots=True)
class _Run:
    """A production run of the demo company."""

    product: str
    number: str
    name: str
    units: int
    made: date
    region: MarketRegion
    chemistry: str
    volts: str
    amp_hours: str
    weight: str
    value_add: str
    cells: CellSource
    footprint: str | None


_RUNS: Final = (
    _Run("SES-48100 rack", "48100-2026-09", "Telecom racks, September", 240, date(2026, 9, 7), MarketRegion.INDIA,
         "LFP", "51.2", "100", "44.5", "65.5", CellSource.DOMESTIC, "58.2"),
    _Run("SES-72040 e-scooter", "72040-2026-10", "E-scooter packs, week 41", 360, date(2026, 10, 5), MarketRegion.EU,
         "NMC 811", "72", "40", "21.3", "41", CellSource.IMPORTED, "71.9"),
    _Run("SES-400E traction", "400E-2026-10", "Traction packs for Rotterdam", 120, date(2026, 10, 19), MarketRegion.EU,
         "NMC 622", "396", "156", "412", "52.4", CellSource.MIXED, "66.4"),
    _Run("SES-48100 rack", "48100-2026-11", "Telecom racks, November", 80, date(2026, 11, 2), MarketRegion.GLOBAL,
         "LFP", "51.2", "100", "44.5", "67", CellSource.DOMESTIC, None),
)  # fmt: skip


async def add_demo_company(env: Env) -> None:
    """Add the demo company, its batches with passports, and two weeks of scans."""
    actor = await _register(env)
    products = await _products(actor, env)
    for run in _RUNS:
        await _produce(actor, run, products[run.product], env)
    await _scan(actor, env)


async def _register(env: Env) -> Actor:
    registered = await tenants.register(tenants.RegisterCompany(COMPANY, EMAIL, PASSWORD), env)
    async with unit_of_work() as connection:
        await billing.grant(connection, registered.tenant.id, _QUOTA, "demo", env)
    return await tenants.actor_by_email(EMAIL)


async def _products(actor: Actor, env: Env) -> dict[str, UUID]:
    brand = await batches.create_brand(actor, CreateBrand("Suryodaya"), env)
    return {
        name: (await batches.create_product(actor, CreateProduct(brand.id, name), env)).id
        for name in dict.fromkeys(run.product for run in _RUNS)
    }


async def _produce(actor: Actor, run: _Run, product_id: UUID, env: Env) -> None:
    fields = BatchPatch(
        batch_name=run.name,
        batch_number=run.number,
        product_id=product_id,
        market_region=run.region,
        production_date=run.made,
        quantity=run.units,
        facility_ref="FAC-PUNE-01",
        specs={
            "chemistry": run.chemistry,
            "nominal_voltage_v": Decimal(run.volts),
            "rated_capacity_ah": Decimal(run.amp_hours),
            "manufacturer": COMPANY,
            "weight_kg": Decimal(run.weight),
            "country_of_origin": "India",
        },
        pli_compliant=Decimal(run.value_add) >= 50,
        domestic_value_add=Decimal(run.value_add),
        cell_source=run.cells,
    )
    if run.footprint:
        fields["carbon_footprint_kg_per_kwh"] = Decimal(run.footprint)
        fields["carbon_footprint_url"] = f"https://suryodaya.example/declarations/{run.number}"
    batch = await batches.create_batch(actor, CreateBatch(fields), env)
    rows = [
        passports.NewPassport(f"{run.number}-{unit:05}", run.made + timedelta(days=(unit - 1) // 60))
        for unit in range(1, run.units + 1)
    ]
    await passports.issue(actor, passports.IssuePassports(batch.id, passports.InputRows(rows)), env)


async def _scan(actor: Actor, env: Env) -> None:
    """Scans spread over the last two weeks, recorded in the order of their times."""
    chance = random.Random(2027)  # the demo looks the same everywhere
    rows = await fetch("SELECT id FROM passport WHERE tenant_id = $1 ORDER BY id", actor.tenant_id)
    now = env.now()
    moments = sorted(now - timedelta(days=_DAYS_OF_SCANS * chance.random() ** 2) for _ in range(_SCANS))
    for moment in moments:
        await env.scans.write(_arrived(chance.choice(rows)["id"], moment, chance))


def _arrived(passport_id: UUID, moment: datetime, chance: random.Random) -> ArrivedScan:
    ((city, country, _),) = chance.choices(_PLACES, [share for _, _, share in _PLACES])
    ((device, _),) = chance.choices(_DEVICES, [share for _, share in _DEVICES])
    return ArrivedScan(
        id=uuid7(),
        passport_id=passport_id,
        city=city,
        country=country,
        device_type=device,
        scanned_at=moment,
        subject=b"demo",
        limit=_SCANS,
    )
