"""Scans in GraphQL: reporting one, which anybody may, and the company's feed of them."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Final, Self, cast
from uuid import UUID

import strawberry

from models import passports
from models.kernel.errors import BadInput
from models.kernel.pages import PageRequest
from models.passports import DeviceType, RecordScan, ScanPage, ScanRow
from resolvers.batches.types import COUNT_COST, SUMMARY_FIELDS, Batch
from resolvers.context import Context, Info
from resolvers.engine import selected
from resolvers.enums import describe_enum
from resolvers.errors import RejectionsInPayload, UserError, user_errors_field
from resolvers.moments import in_utc
from resolvers.passports.types import Passport, shows_times
from resolvers.relay import After, Connection, First, Node, global_id, id_field, key_or_uuid
from resolvers.rows import with_attributes

LONGEST_COUNTRY = 120

describe_enum(
    DeviceType,
    "The kind of device that scanned, judged by the user agent that it sent.",
    {
        "MOBILE": "A phone.",
        "TABLET": "A tablet. An iPad that asks for desktop pages, as they do from the factory, counts as DESKTOP.",
        "DESKTOP": "A computer, on a desk or a lap.",
        "OTHER": "Anything else: a program, a robot, or a device that does not say what it is.",
    },
)


@strawberry.type(description="A scan as whoever reported it sees it: nothing that leads into the company's data.")
class PublicScan:
    id: strawberry.ID = strawberry.field(
        description="Global id of the scan; only members of the company that issued the passport find it with `node`."
    )
    scanned_at: datetime = strawberry.field(description="When the report arrived.")


@strawberry.type(description="One scan of a passport's QR code.")
class Scan(Node):
    id: strawberry.ID = id_field("Scan")
    passport_id: UUID = strawberry.field(description="The passport's `uuid`.")
    serial_number: str = strawberry.field(description="Serial number of the battery that was scanned.")
    city: str | None = strawberry.field(
        description="English name of the city where the device's address is registered; null when not known. "
        "The address itself is not kept."
    )
    country: str | None = strawberry.field(
        description="English name of the country where the device's address is registered; null when not known."
    )
    device_type: DeviceType = strawberry.field(description="The kind of device that scanned.")
    scanned_at: datetime = strawberry.field(
        description="When the report arrived. The order of the feed is that of recording, which may differ by moments."
    )
    passport: Passport = strawberry.field(description="The passport that was scanned.")
    uuid: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: ScanRow) -> Self:
        """The scan in a row."""
        id, _, passport, city, country, device_type, scanned_at, batch = row
        return with_attributes(
            cls,
            {
                "uuid": id,
                "passport_id": passport.id,
                "serial_number": passport.serial_number,
                "city": city,
                "country": country,
                "device_type": device_type,
                "scanned_at": scanned_at,
                "passport": Passport.of(passport, batch),
            },
        )

    @strawberry.field(description="The batch of the battery that was scanned.")
    def batch(self, info: Info) -> Batch:
        return cast(Batch, self.passport.batch(info))


@strawberry.type(description="A page of scans, newest first.")
class ScanConnection(Connection[Scan]):
    feed_cursor: str = strawberry.field(
        description="Cursor of the company's last scan when this page was read, whether or not the filter lets it "
        "through, also when there are no scans. A live feed that starts after the first page's `feedCursor` brings "
        "everything that the pages do not have."
    )
    count: strawberry.Private[Callable[[], Awaitable[int]]]

    @classmethod
    def of(cls, found: ScanPage, count: Callable[[], Awaitable[int]]) -> Self:
        """The connection over a page of rows; `count` is called when `totalCount` is selected."""
        return cls(page=found.page.map(Scan.of), feed_cursor=found.feed_cursor, count=count)

    @strawberry.field(
        description="How many scans there are that the filter lets through, on all pages together.",
        directives=[COUNT_COST],
    )
    async def total_count(self) -> int:
        return await self.count()


@strawberry.input(description="Which scans: those that match every field given. Null and absent fields limit nothing.")
class ScanFilter:
    batch_id: strawberry.ID | None = strawberry.field(
        default=None, description="Scans of this batch's passports: its global id or `uuid`."
    )
    passport_id: strawberry.ID | None = strawberry.field(
        default=None, description="Scans of this passport: its global id or `uuid`."
    )
    country: str | None = strawberry.field(
        default=None, description='Scans from the country with exactly this English name, such as "India".'
    )
    device_type: DeviceType | None = strawberry.field(default=None, description="Scans with this kind of device.")
    from_: datetime | None = strawberry.field(
        name="from", default=None, description="Scans that arrived at this time or later. Without a zone it is UTC."
    )
    to: datetime | None = strawberry.field(
        default=None, description="Scans that arrived before this time. Without a zone it is UTC."
    )

    def to_domain(self) -> passports.ScanFilter:
        """The domain's filter. Raises `BadInput` for what no scan can match because it can't be compared."""
        if self.country is not None and not (self.country.isprintable() and len(self.country) <= LONGEST_COUNTRY):
            raise BadInput(f"country has at most {LONGEST_COUNTRY} printable characters.")
        return passports.ScanFilter(
            batch_id=key_or_uuid(self.batch_id, "Batch") if self.batch_id else None,
            passport_id=key_or_uuid(self.passport_id, "Passport") if self.passport_id else None,
            country=self.country,
            device_type=self.device_type,
            since=in_utc("from", self.from_),
            until=in_utc("to", self.to),
        )


@strawberry.input(description="The scan of a passport's QR code.")
class ScanRecordInput:
    passport_id: strawberry.ID = strawberry.field(
        description="The passport that was scanned: the `uuid` in its QR code, or its global id."
    )


@strawberry.type(description="The answer to `scanRecord`.")
class ScanRecordPayload:
    scan: PublicScan | None = strawberry.field(default=None, description="The scan that was recorded.")
    user_errors: list[UserError] = user_errors_field()


# Where scans stand beneath a list of them.
_SCANS: Final = ("nodes", "edges.node")


@strawberry.type
class ScansQuery:
    @strawberry.field(
        description="The company's feed of scans, newest first. A member limited to brands sees only scans of those "
        "brands' batches. An edge's cursor, like `feedCursor`, is also where a live feed can start."
    )
    async def scans(
        self,
        info: Info,
        first: First = 20,
        after: After = None,
        filter: Annotated[ScanFilter | None, strawberry.argument(description="Only these scans.")] = None,
    ) -> ScanConnection:
        actor = info.context.actor
        wanted = filter.to_domain() if filter else passports.ScanFilter()
        with_times = shows_times(selected(info, *(f"{scan}.passport" for scan in _SCANS)))
        of_batches = selected(info, *(f"{scan}.{batch}" for scan in _SCANS for batch in ("batch", "passport.batch")))
        found = await passports.list_scans(
            actor,
            PageRequest(first, after),
            wanted,
            with_times=with_times,
            with_batches=bool(of_batches) and of_batches <= SUMMARY_FIELDS,
        )
        return ScanConnection.of(found, partial(passports.count_scans, actor, wanted))


@strawberry.type
class ScansMutation:
    @strawberry.mutation(
        description="Report that a passport's QR code was scanned. Anybody may, signed in or not; every report counts. "
        "The server works out device type, city and country itself and keeps no address. Fails with NOT_FOUND for an "
        "unknown passport, and with RATE_LIMITED and `retryAfter` (seconds) when too many reports came from one "
        "address within a minute.",
        extensions=[RejectionsInPayload()],
    )
    async def scan_record(
        self,
        info: Info,
        input: Annotated[ScanRecordInput, strawberry.argument(description="What was scanned.")],
    ) -> ScanRecordPayload:
        context = info.context
        command = RecordScan(key_or_uuid(input.passport_id, "Passport"), context.address, context.user_agent)
        recorded = await passports.record_scan(command, context.env)
        return ScanRecordPayload(scan=PublicScan(id=global_id("Scan", recorded.id), scanned_at=recorded.scanned_at))


async def load_scans(context: Context, ids: list[UUID]) -> list[Scan | None]:
    """Scans by id; None for what the viewer may not see."""
    found = await passports.scans_by_id(context.actor, ids)
    return [Scan.of(found[id]) if id in found else None for id in ids]
