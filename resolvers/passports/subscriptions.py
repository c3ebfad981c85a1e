"""Scans as they arrive, and uploads as they go on."""

from collections.abc import AsyncIterable
from datetime import datetime
from typing import Annotated, Self

import strawberry

from models import passports
from models.kernel.live import FeedItem, StateItem
from models.passports import LiveScan
from resolvers.context import Info
from resolvers.engine import LiveSource
from resolvers.passports.enums import IssuancePhase
from resolvers.passports.scans import Scan
from resolvers.relay import AfterCursor, key_or_uuid


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


@strawberry.type(description="How far an upload of serials is.")
class IssuanceProgress:
    id: strawberry.ID = strawberry.field(description="The upload's idempotency key, as it was asked for.")
    phase: IssuancePhase = strawberry.field(description="What is being done. DONE and FAILED are the last.")
    rows_read: int = strawberry.field(description="How many rows without errors were read so far.")
    created: int = strawberry.field(description="How many passports were issued: 0 before DONE.")
    error_count: int = strawberry.field(
        description="How many errors were found so far, of which a row may have several. Serials that already have a "
        "passport are counted from DONE or FAILED on."
    )
    error_code: str | None = strawberry.field(
        description="Why nothing was issued: the code of the first error, as the upload's answer has it, or INTERNAL "
        "for an upload that was broken off. Null before FAILED."
    )
    updated_at: datetime | None = strawberry.field(
        description="When this was so, in UTC. Null while nothing is known about the upload."
    )

    @classmethod
    def of(cls, key: str, progress: passports.IssuanceProgress) -> Self:
        """The GraphQL object for an upload's progress."""
        return cls(
            id=strawberry.ID(key),
            phase=progress.phase,
            rows_read=progress.rows_read or 0,
            created=progress.created,
            error_count=progress.error_count,
            error_code=progress.error_code,
            updated_at=progress.updated_at,
        )


@strawberry.type
class IssuanceSubscription:
    @strawberry.subscription(
        description="How far an upload of your company is, over HTTP or by `passportsIssue`: as it is now, and again "
        "after every change, until it is DONE or FAILED, with which the subscription ends. You may subscribe before "
        "you upload. Changes within a quarter of a second may come as one. Progress is kept for 24 hours. A key whose "
        "upload failed gives FAILED until it is used again."
    )
    async def issuance_progress(
        self,
        info: Info,
        id: Annotated[
            strawberry.ID,
            strawberry.argument(
                description="The upload's idempotency key: its `Idempotency-Key` header over HTTP, or the mutation's "
                "`idempotencyKey`."
            ),
        ],
    ) -> AsyncIterable[IssuanceProgress]:
        def converted(item: StateItem[passports.IssuanceProgress]) -> IssuanceProgress:
            return IssuanceProgress.of(id, item.row)

        stream = passports.issuance_progress_stream(info.context.actor, id, info.context.env)
        return LiveSource(stream, converted)
