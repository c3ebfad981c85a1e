"""Lifecycle events as they are appended."""

from collections.abc import AsyncIterable
from typing import Annotated, Self

import strawberry

from models import lifecycle
from models.kernel.live import FeedItem
from models.lifecycle import LiveEvent
from resolvers.context import Info
from resolvers.engine import LiveSource
from resolvers.lifecycle.types import LifecycleEvent
from resolvers.relay import AfterCursor, key_or_uuid


@strawberry.type(description="An event that was appended to a passport's chain.")
class LifecycleEventAdded:
    cursor: str = strawberry.field(
        description="Give it as `after` to go on behind this event; it is the event's edge cursor in `Passport.events` "
        "and `lifecycleEvents`."
    )
    event: LifecycleEvent = strawberry.field(description="The event.")

    @classmethod
    def of(cls, item: FeedItem[LiveEvent]) -> Self:
        """The event for an item of the feed."""
        return cls(cursor=item.cursor, event=LifecycleEvent.of(item.row.event))


@strawberry.type
class LifecycleSubscription:
    @strawberry.subscription(
        description="Your company's lifecycle events, each once and in the order of recording: those behind `after`, "
        "then every new one. After a lost connection subscribe again with the last cursor received. The error "
        "RESYNC_REQUIRED ends a stream whose client reads too slowly, and refuses a cursor with more than 10,000 "
        "events behind it: then read `lifecycleEvents` anew and go on from its `feedCursor`."
    )
    async def lifecycle_event_added(
        self,
        info: Info,
        after: AfterCursor = None,
        batch_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Only events of this batch's passports: its global id or `uuid`."),
        ] = None,
        passport_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Only events of this passport: its global id or `uuid`."),
        ] = None,
    ) -> AsyncIterable[LifecycleEventAdded]:
        stream = await lifecycle.event_stream(
            info.context.actor,
            after,
            key_or_uuid(batch_id, "Batch") if batch_id else None,
            key_or_uuid(passport_id, "Passport") if passport_id else None,
            info.context.env,
        )
        return LiveSource(stream, LifecycleEventAdded.of)
