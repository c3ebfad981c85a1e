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
from models.kernel.text import too_long
from models.passports.serials.rows import MAX_SERIAL_LENGTH, normalise_serial
from models.passports.tables import PassportStatus
from models.passports.visible import VISIBLE_PASSPORTS

_CURSOR: Final = "Passport"

_COLUMNS: Final = "p.id, p.batch_id, p.serial_number, p.manufacture_date, p.status, p.created_at, p.updated_at"
# For whoever does not show the times, which take as long to read as all the rest.
_WITHOUT_TIMES: Final = (
    f"{_COLUMNS.removesuffix(', p.created_at, p.updated_at')}, NULL AS created_at, NULL AS updated_at"
)

# The columns are constants; values are parameters.
_BY_ID = f"SELECT {_COLUMNS} FROM {VISIBLE_PASSPORTS} WHERE p.id = ANY($3)"  # noqa: S608


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

    def conditions(self, first: int) -> tuple[str, list[str]]:
        """Returns SQL that follows other conditions on `p`, empty where every passport matches, and its values.

        They are numbered from `first` on. Raises `BadInput` for a text that no serial number can hold.
        """
        text = normalise_serial(self.serial_number or "")
        if too_long(text, MAX_SERIAL_LENGTH):
            raise BadInput(
                f"No serial number has more than {MAX_SERIAL_LENGTH} characters; the search has {len(text)}."
            )
        if not text.isprintable():
            raise BadInput("The serial number to search for holds an invisible character.")
        pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        conditions = [("p.status = ${}", self.status), ("p.serial_number ILIKE ${}", pattern and f"%{pattern}%")]
        given = [(condition, value) for condition, value in conditions if value]
        sql = "".join(f" AND {condition.format(number)}" for number, (condition, _) in enumerate(given, start=first))
        return sql, [value for _, value in given]


async def passports_by_id(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, PassportRecord]:
    """Returns the passports with these ids that the actor may see."""
    rows = await database.fetch(_BY_ID, *visible_to(actor), list(ids))
    return {row["id"]: PassportRecord.of(row) for row in rows}


async def passports_by_batch(
    actor: Actor, batch_ids: Iterable[UUID], request: PageRequest, filter: PassportFilter, *, with_times: bool = True
) -> dict[UUID, Page[PassportRecord]]:
    """Returns a page of each batch's passports, in the order of issue, in one query for all batches."""
    batches = list(batch_ids)
    page, values = _page_of_batch(request, filter, with_times=with_times)
    rows = await database.fetch(
        f"SELECT p.* FROM {VISIBLE_BATCHES} CROSS JOIN LATERAL ({page}) p WHERE b.id = ANY($3) ORDER BY p.id",  # noqa: S608
        *visible_to(actor),
        batches,
        *values,
    )
    return _page_of_each(batches, [PassportRecord.of(row) for row in rows], request)


async def batches_with_passports(
    actor: Actor, batch_ids: Iterable[UUID], request: PageRequest, filter: PassportFilter, *, with_times: bool = True
) -> dict[UUID, tuple[BatchSummary, Page[PassportRecord]]]:
    """Returns summaries of the batches that the actor may see, each with a page of its passports, in one query."""
    place = ", row_number() OVER (ORDER BY p.id) AS place"
    page, values = _page_of_batch(request, filter, with_times=with_times, more=place)
    # Each batch stands beside the first of its passports alone, or by itself where it has none.
    rows = await database.fetch(
        f"""
        SELECT p.*, CASE WHEN p.place IS NULL OR p.place = 1 THEN ROW({SUMMARY_COLUMNS}) END AS batch
        FROM {VISIBLE_BATCHES} LEFT JOIN LATERAL ({page}) p ON true WHERE b.id = ANY($3) ORDER BY p.id
        """,  # noqa: S608
        *visible_to(actor),
        list(batch_ids),
        *values,
    )
    summaries: list[BatchSummary] = []
    passports: list[PassportRecord] = []
    for *passport, _, batch in rows:
        if batch is not None:
            summaries.append(summary_of(batch))
        if passport[0] is not None:
            passports.append(PassportRecord.of(passport))
    pages = _page_of_each([summary.id for summary in summaries], passports, request)
    return {summary.id: (summary, pages[summary.id]) for summary in summaries}


def require_page(request: PageRequest, filter: PassportFilter) -> None:
    """Raises `BadInput` for a cursor of another list, and for a search that no serial number can match."""
    _conditions(request, filter, first=1)


def _page_of_batch(
    request: PageRequest, filter: PassportFilter, *, with_times: bool, more: str = ""
) -> tuple[str, list[object]]:
    """Returns SQL for a page of the passports of a batch `b`, one row more than the page has, and its values from $4.

    What is not asked for is not in the text, and how many rows are is: so PostgreSQL keeps the plan of a first page.
    """
    columns = _COLUMNS if with_times else _WITHOUT_TIMES
    conditions, values = _conditions(request, filter, first=4)
    page = f"""
        SELECT {columns}{more} FROM passport p
        WHERE p.batch_id = b.id{conditions} ORDER BY p.id LIMIT {request.first + 1}
    """  # noqa: S608
    return page, values


def _conditions(request: PageRequest, filter: PassportFilter, first: int) -> tuple[str, list[object]]:
    """Returns the filter's conditions, and the one that the page's cursor makes."""
    if request.after is None:
        sql, values = filter.conditions(first)
        return sql, [*values]
    sql, values = filter.conditions(first + 1)
    return f" AND p.id > ${first}{sql}", [_last_seen(request.after), *values]


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
    conditions, values = filter.conditions(4)
    rows = await database.fetch(
        f"""
        SELECT p.batch_id, count(*) AS passports FROM {VISIBLE_PASSPORTS} WHERE b.id = ANY($3){conditions}
        GROUP BY p.batch_id
        """,  # noqa: S608
        *visible_to(actor),
        list(batch_ids),
        *values,
    )
    return {row["batch_id"]: row["passports"] for row in rows}


def _last_seen(cursor: str) -> UUID:
    [last_seen] = decode_cursor(_CURSOR, cursor, 1)
    try:
        return UUID(hex=last_seen)
    except ValueError:
        raise BadInput(f"The cursor {cursor[:80]!r} is not one that this list gave.") from None


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
