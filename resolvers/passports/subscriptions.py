"""Scans as they arrive."""

from collections.abc import AsyncIterable
from typing import Annotated, Self

import strawberry

from models import passports
from models.kernel.live import FeedItem
from models.passports import LiveScan
from resolvers.context import Info
from resolvers.live import AfterCursor, LiveSource
from resolvers.passports.scans import Scan
from resolvers.relay import key_or_uuid


@strawberry.type(description="A scan that was recorded.")
class ScanAdded:
    cursor: str = strawberry.field(
        description="Give it as `after` to go on behind this scan, here or in `scans`; it is the scan's edge cursor."
    )
    scan: Scan = strawberry.field(description="The scan, with its passport as it is now.")

    @classmethod
    def of(cls, item: FeedItem[LiveScan]) -> Self:
        """The event for an item of the feed."""
        return cls(cursor=item.cursor, scan=Scan.of(item.row.scan))


@strawberry.type
class ScansSubscription:
    @strawberry.subscription(
        description="Your company's scans, each once and in the order of recording: those behind `after`, then every "
        "new one. After a lost connection subscribe again with the last cursor received. The error RESYNC_REQUIRED "
        "ends a stream whose client reads too slowly, and refuses a cursor with more than 10,000 scans behind it: "
        "then read `scans` anew and go on from its `feedCursor`."
    )
    async def scan_added(
        self,
        info: Info,
        after: AfterCursor = None,
        batch_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Only scans of this batch's passports: its global id or `uuid`."),
        ] = None,
    ) -> AsyncIterable[ScanAdded]:
        batch_key = key_or_uuid(batch_id, "Batch") if batch_id else None
        stream = await passports.scan_stream(info.context.actor, after, batch_key, info.context.env)
        return LiveSource(stream, ScanAdded.of)
