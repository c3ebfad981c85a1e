"""Reads of a company's scans, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from models import database
from models.batches import SUMMARY_COLUMNS, BatchSummary, summary_of, visible_to
from models.kernel.actor import Actor
from models.kernel.feed import LAST_POSITION_OF, Feed, count_items, feed_cursor, feed_position
from models.kernel.pages import Page, PageRequest, page_of
from models.passports.queries import STATUSES, PassportRecord
from models.passports.tables import DeviceType
from models.passports.visible import VISIBLE_SCANS

_DEVICE_TYPES: Final = {device_type.value: device_type for device_type in DeviceType}


class ScanRow(NamedTuple):
    """A scan and the passport that was scanned, as it is now; its batch where that was read along."""

    id: UUID
    position: int
    passport: PassportRecord
    city: str | None
    country: str | None
    device_type: DeviceType
    scanned_at: datetime
    batch: BatchSummary | None = None


@dataclass(frozen=True, slots=True)
class ScanFilter:
    """Which scans; all that is given must hold. Times are from `since` on and before `until`."""

    batch_id: UUID | None = None
    passport_id: UUID | None = None
    country: str | None = None
    device_type: DeviceType | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ScanPage:
    """A page of scans and the cursor of the company's last scan when it was read, filtered out or not."""

    page: Page[ScanRow]
    feed_cursor: str


_OF_THE_SCAN: Final = "s.id, s.position, s.city, s.country, s.device_type, s.scanned_at"
_OF_THE_PASSPORT: Final = "p.id AS passport_id, p.batch_id, p.serial_number, p.manufacture_date, p.status"
SCAN_COLUMNS: Final = f"{_OF_THE_SCAN}, {_OF_THE_PASSPORT}, p.created_at, p.updated_at"
# For whoever does not show the passport's times, which take as long to read as all the rest.
_WITHOUT_TIMES: Final = f"{_OF_THE_SCAN}, {_OF_THE_PASSPORT}, NULL AS created_at, NULL AS updated_at"
_VISIBLE_SCANS: Final = f"{VISIBLE_SCANS} JOIN passport p ON p.id = s.passport_id"
# Whoever sees a scan sees its batch.
_VISIBLE_SCANS_WITH_BATCHES: Final = f"{_VISIBLE_SCANS} JOIN batch b ON b.id = s.batch_id"
_BY_ID: Final = f"SELECT {SCAN_COLUMNS} FROM {_VISIBLE_SCANS} WHERE s.id = ANY($3)"  # noqa: S608  # made of constants
_COUNT: Final = f"SELECT count(*) FROM {VISIBLE_SCANS}"  # noqa: S608  # as above


async def list_scans(
    actor: Actor,
    request: PageRequest,
    filter: ScanFilter,
    *,
    with_times: bool = True,
    with_batches: bool = False,
) -> ScanPage:
    """Returns a page of what the actor may see, newest first. Cursors are positions in the company's feed of scans.

    Page and head come from one statement, so that a live feed that goes on from `feed_cursor` misses nothing.
    """
    before = feed_position(Feed.SCAN, actor.tenant_id, request.after) if request.after else None
    where, values = _conditions(filter, before)
    columns, scans = SCAN_COLUMNS if with_times else _WITHOUT_TIMES, _VISIBLE_SCANS
    if with_batches:
        columns, scans = f"{columns}, {SUMMARY_COLUMNS}", _VISIBLE_SCANS_WITH_BATCHES
    rows = await database.fetch(
        f"""
        SELECT head.last_position AS head, page.*
        FROM ({LAST_POSITION_OF[Feed.SCAN]}) head LEFT JOIN (
            SELECT {columns} FROM {scans}
            WHERE {where or "true"} ORDER BY s.position DESC LIMIT {request.first + 1}
        ) page ON true
        ORDER BY page.position DESC
        """,  # noqa: S608  # the text is made of constants; values are parameters
        *visible_to(actor),
        *values,
    )
    found = [scan_row(row[1:]) for row in rows if row[1] is not None]
    return ScanPage(
        page_of(found, request, lambda scan: feed_cursor(Feed.SCAN, actor.tenant_id, scan.position)),
        feed_cursor(Feed.SCAN, actor.tenant_id, rows[0]["head"]),
    )


async def count_scans(actor: Actor, filter: ScanFilter) -> int:
    """Returns how many scans the filter lets through, of those that the actor may see."""
    return await count_items(Feed.SCAN, _COUNT, visible_to(actor), *_conditions(filter))


async def scans_by_id(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, ScanRow]:
    """Returns the scans with these ids that the actor may see."""
    rows = await database.fetch(_BY_ID, *visible_to(actor), list(ids))
    return {row[0]: scan_row(tuple(row)) for row in rows}


def _conditions(filter: ScanFilter, before: int | None = None) -> tuple[str, list[object]]:
    """SQL for what the filter lets through, empty for everything, and its values, from $3 on."""
    conditions = [
        ("s.position < {}", before),
        ("s.batch_id = {}", filter.batch_id),
        ("s.passport_id = {}", filter.passport_id),
        ("s.country = {}", filter.country),
        ("s.device_type = {}", filter.device_type),
        ("s.scanned_at >= {}", filter.since),
        ("s.scanned_at < {}", filter.until),
    ]
    given = [(condition, value) for condition, value in conditions if value is not None]
    where = " AND ".join(condition.format(f"${number}") for number, (condition, _) in enumerate(given, start=3))
    return where, [value for _, value in given]


def scan_row(values: tuple[Any, ...]) -> ScanRow:
    """Returns the scan in the values of `SCAN_COLUMNS`, and of `SUMMARY_COLUMNS` if they follow."""
    id, position, city, country, device_type, scanned_at, passport_id, batch_id, serial, made, status, *rest = values
    created_at, updated_at, *summary = rest
    passport = PassportRecord(passport_id, batch_id, serial, made, STATUSES[status], created_at, updated_at)
    batch = summary_of(summary) if summary else None
    return ScanRow(id, position, passport, city, country, _DEVICE_TYPES[device_type], scanned_at, batch)
