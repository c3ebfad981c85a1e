"""Reads of passports: a company's own, and the public one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

from models import database
from models.batches import (
    SUMMARY_COLUMNS,
    VISIBLE_BATCHES,
    BatchSummary,
    CellSource,
    MarketRegion,
    summary_of,
    visible_to,
)
from models.database import Record
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import BadInput
from models.kernel.pages import Page, PageRequest, decode_cursor, encode_cursor, page_of
from models.passports.serials.rows import normalise_serial
from models.passports.tables import PassportStatus
from models.passports.visible import VISIBLE_PASSPORTS

_CURSOR: Final = "Passport"
_BELOW_ALL: Final = UUID(int=0)

_COLUMNS: Final = "p.id, p.batch_id, p.serial_number, p.manufacture_date, p.status, p.created_at, p.updated_at"
# Reading two times takes as long as reading all the rest of a row: $8 says whether they are wanted.
_COLUMNS_OF_A_PAGE: Final = (
    "p.id, p.batch_id, p.serial_number, p.manufacture_date, p.status, "
    "CASE WHEN $8 THEN p.created_at END, CASE WHEN $8 THEN p.updated_at END"
)
# A filter: $4 status, $5 pattern of the serial number; null matches all.
_MATCHING: Final = "($4::text IS NULL OR p.status = $4) AND ($5::text IS NULL OR p.serial_number ILIKE $5)"

# The columns are constants; values are parameters.
_BY_ID = f"SELECT {_COLUMNS} FROM {VISIBLE_PASSPORTS} WHERE p.id = ANY($3)"  # noqa: S608
_PAGE_OF_EACH_BATCH = f"""
SELECT p.* FROM {VISIBLE_BATCHES} CROSS JOIN LATERAL (
    SELECT {_COLUMNS_OF_A_PAGE} FROM passport p
    WHERE p.batch_id = b.id AND p.id > $6 AND {_MATCHING}
    ORDER BY p.id LIMIT $7
) p
WHERE b.id = ANY($3)
ORDER BY p.id
"""  # noqa: S608
# Each batch stands beside the first of its passports alone, or by itself where it has none.
_BATCHES_WITH_PAGES = f"""
SELECT p.*, CASE WHEN p.place IS NULL OR p.place = 1 THEN ROW({SUMMARY_COLUMNS}) END AS batch
FROM {VISIBLE_BATCHES} LEFT JOIN LATERAL (
    SELECT {_COLUMNS_OF_A_PAGE}, row_number() OVER (ORDER BY p.id) AS place FROM passport p
    WHERE p.batch_id = b.id AND p.id > $6 AND {_MATCHING}
    ORDER BY p.id LIMIT $7
) p ON true
WHERE b.id = ANY($3)
ORDER BY p.id
"""  # noqa: S608
_COUNT_OF_EACH_BATCH = f"""
SELECT p.batch_id, count(*) AS passports FROM {VISIBLE_PASSPORTS}
WHERE b.id = ANY($3) AND {_MATCHING}
GROUP BY p.batch_id
"""  # noqa: S608


STATUSES: Final = {status.value: status for status in PassportStatus}


class PassportRecord(NamedTuple):
    """A passport as its company sees it. The times are None where a read was told to leave them out."""

    id: UUID
    batch_id: UUID
    serial_number: str
    manufacture_date: date
    status: PassportStatus
    created_at: datetime | None
    updated_at: datetime | None

    @classmethod
    def of(cls, row: Iterable[Any]) -> Self:
        """Returns the record in a row of `_COLUMNS`."""
        id, batch_id, serial_number, manufacture_date, status, created_at, updated_at = row
        return cls(id, batch_id, serial_number, manufacture_date, STATUSES[status], created_at, updated_at)


@dataclass(frozen=True, slots=True)
class PassportFilter:
    """Which passports: those that match everything given. `serial_number` is found anywhere in it, in any case."""

    status: PassportStatus | None = None
    serial_number: str | None = None

    @property
    def matches_all(self) -> bool:
        """Whether every passport matches."""
        return self.status is None and not self.serial_number

    def parameters(self) -> tuple[str | None, str | None]:
        """Returns the parameters of `_MATCHING`. Raises `BadInput` for a text that no serial number can hold."""
        text = normalise_serial(self.serial_number or "")
        if not text.isprintable():
            raise BadInput("The serial number to search for holds an invisible character.")
        pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return self.status, f"%{pattern}%" if pattern else None


async def passports_by_id(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, PassportRecord]:
    """Returns the passports with these ids that the actor may see."""
    rows = await database.fetch(_BY_ID, *visible_to(actor), list(ids))
    return {row["id"]: PassportRecord.of(row) for row in rows}


async def passports_by_batch(
    actor: Actor, batch_ids: Iterable[UUID], request: PageRequest, filter: PassportFilter, *, with_times: bool = True
) -> dict[UUID, Page[PassportRecord]]:
    """Returns a page of each batch's passports, in the order of issue, in one query for all batches."""
    batches = list(batch_ids)
    arguments = _page_arguments(actor, batches, request, filter, with_times)
    passports = [PassportRecord.of(row) for row in await database.fetch(_PAGE_OF_EACH_BATCH, *arguments)]
    return _page_of_each(batches, passports, request)


async def batches_with_passports(
    actor: Actor, batch_ids: Iterable[UUID], request: PageRequest, filter: PassportFilter, *, with_times: bool = True
) -> dict[UUID, tuple[BatchSummary, Page[PassportRecord]]]:
    """Returns summaries of the batches that the actor may see, each with a page of its passports, in one query."""
    arguments = _page_arguments(actor, list(batch_ids), request, filter, with_times)
    summaries: list[BatchSummary] = []
    passports: list[PassportRecord] = []
    for *passport, _, batch in await database.fetch(_BATCHES_WITH_PAGES, *arguments):
        if batch is not None:
            summaries.append(summary_of(batch))
        if passport[0] is not None:
            passports.append(PassportRecord.of(passport))
    pages = _page_of_each([summary.id for summary in summaries], passports, request)
    return {summary.id: (summary, pages[summary.id]) for summary in summaries}


def require_page(request: PageRequest, filter: PassportFilter) -> None:
    """Raises `BadInput` for a cursor of another list, and for a search that no serial number can match."""
    _after(request)
    filter.parameters()


def _page_arguments(
    actor: Actor, batch_ids: list[UUID], request: PageRequest, filter: PassportFilter, with_times: bool
) -> tuple[object, ...]:
    return (*visible_to(actor), batch_ids, *filter.parameters(), _after(request), request.first + 1, with_times)


def _page_of_each(
    batch_ids: list[UUID], passports: list[PassportRecord], request: PageRequest
) -> dict[UUID, Page[PassportRecord]]:
    if len(batch_ids) == 1:
        return {batch_ids[0]: page_of(passports, request, _cursor_of)}
    found = defaultdict[UUID, list[PassportRecord]](list)
    for passport in passports:
        found[passport.batch_id].append(passport)
    return {id: page_of(found[id], request, _cursor_of) for id in batch_ids}


def _cursor_of(passport: PassportRecord) -> str:
    return encode_cursor(_CURSOR, passport.id.hex)


async def passport_counts(actor: Actor, batch_ids: Iterable[UUID], filter: PassportFilter) -> dict[UUID, int]:
    """Returns how many passports of each batch match the filter; a batch without any is left out."""
    arguments = (*visible_to(actor), list(batch_ids), *filter.parameters())
    return {row["batch_id"]: row["passports"] for row in await database.fetch(_COUNT_OF_EACH_BATCH, *arguments)}


def _after(request: PageRequest) -> UUID:
    if request.after is None:
        return _BELOW_ALL
    [last_seen] = decode_cursor(_CURSOR, request.after, 1)
    try:
        return UUID(hex=last_seen)
    except ValueError:
        raise BadInput(f"The cursor {request.after[:80]!r} is not one that this list gave.") from None


@dataclass(frozen=True, slots=True)
class PublicSpecs:
    """What a batch's specs tell everybody: the columns of these names."""

    chemistry: str | None
    nominal_voltage_v: float | None
    rated_capacity_ah: float | None
    manufacturer: str | None
    weight_kg: float | None
    country_of_origin: str | None


@dataclass(frozen=True, slots=True)
class PublicBatch:
    """What a passport's batch tells everybody: the columns of these names. Null is what the company has not declared.

    `domestic_value_add` is in per cent.
    """

    batch_name: str
    model_name: str | None
    market_region: MarketRegion
    specs: PublicSpecs
    pli_compliant: bool | None
    domestic_value_add: float | None
    cell_source: CellSource | None
    carbon_footprint_kg_per_kwh: float | None
    carbon_footprint_url: str | None


@dataclass(frozen=True, slots=True)
class PublicTenant:
    """What a passport's company tells everybody: who answers for the battery, and where to reach them."""

    company_name: str
    address: str | None
    support_email: str | None
    website: str | None
    epr_registration_number: str | None
    bis_r_number: str | None


@dataclass(frozen=True, slots=True)
class PublicPassport:
    """A passport as everybody sees it who has its uuid, from the code on the battery."""

    uuid: UUID
    serial_number: str
    manufacture_date: date
    status: PassportStatus
    issued_at: datetime
    batch: PublicBatch
    tenant: PublicTenant


_SPECS_COLUMNS: Final = tuple(field.name for field in fields(PublicSpecs))
_BATCH_COLUMNS: Final = tuple(field.name for field in fields(PublicBatch) if field.name != "specs")
_TENANT_COLUMNS: Final = tuple(field.name for field in fields(PublicTenant))
_PUBLIC_COLUMNS: Final = ", ".join(
    [*(f"b.{name}" for name in (*_BATCH_COLUMNS, *_SPECS_COLUMNS)), *(f"t.{name}" for name in _TENANT_COLUMNS)]
)
_PUBLIC_PASSPORTS: Final = f"""
SELECT p.id, p.serial_number, p.manufacture_date, p.status, p.created_at, {_PUBLIC_COLUMNS}
FROM passport p JOIN batch b ON b.id = p.batch_id JOIN tenant t ON t.id = p.tenant_id
WHERE p.id = ANY($1)
"""  # noqa: S608  # as above


async def public_passport(id: UUID, env: Env) -> PublicPassport | None:
    """Returns the public passport, read with others of the same moment; None for an unknown id.

    A unit keeps it when its life has ended.
    """
    return await env.together.one(_public_passports, id)


async def _public_passports(ids: list[UUID]) -> dict[UUID, PublicPassport]:
    return {row["id"]: _public_passport(row) for row in await database.fetch(_PUBLIC_PASSPORTS, ids)}


def _public_passport(row: Record) -> PublicPassport:
    return PublicPassport(
        uuid=row["id"],
        serial_number=row["serial_number"],
        manufacture_date=row["manufacture_date"],
        status=STATUSES[row["status"]],
        issued_at=row["created_at"],
        batch=_public_batch(row),
        tenant=PublicTenant(**{name: row[name] for name in _TENANT_COLUMNS}),
    )


def _public_batch(row: Record) -> PublicBatch:
    declared = {name: _plain(row[name]) for name in _BATCH_COLUMNS}
    declared["market_region"] = MarketRegion(declared["market_region"])
    declared["cell_source"] = declared["cell_source"] and CellSource(declared["cell_source"])
    return PublicBatch(**declared, specs=PublicSpecs(**{name: _plain(row[name]) for name in _SPECS_COLUMNS}))


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value
