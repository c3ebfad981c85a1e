"""Ordered feeds: every company's scans and lifecycle events are numbered without gaps.

`feed_advance` (a database function) locks the companies in a fixed order, advances their heads and gives the
position before the first new one. It is called in the last statement of the work, right before the commit, so that
whoever sees a position also sees all before it. A company without a head is an error, never a silent drop.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from models import database
from models.database import Connection
from models.kernel.errors import BadInput
from models.kernel.pages import decode_cursor, encode_cursor


class Feed(StrEnum):
    """The feeds that a company has."""

    SCAN = "scan"
    LIFECYCLE = "lifecycle"

    @property
    def list_name(self) -> str:
        """The query that lists the feed's items, for messages that send a client there."""
        return {Feed.SCAN: "scans", Feed.LIFECYCLE: "lifecycleEvents"}[self]


# SQL for the position of the company's last item, the company being $1.
LAST_POSITION_OF: Final = {
    feed: f"SELECT last_position FROM feed_head WHERE tenant_id = $1 AND feed = '{feed}'"  # noqa: S608  # made of constants
    for feed in Feed
}


async def open_feeds(connection: Connection, tenant_id: UUID) -> None:
    """Give a new company its feed heads, at position 0."""
    await connection.execute(
        "INSERT INTO feed_head (tenant_id, feed, last_position) SELECT $1, unnest($2::text[]), 0",
        tenant_id,
        list(Feed),
    )


def feed_cursor(feed: Feed, tenant_id: UUID, position: int) -> str:
    """The cursor of a position in a company's feed: a connection's edge cursor and a subscription's `after`."""
    return encode_cursor(feed, tenant_id.hex, position)


def feed_position(feed: Feed, tenant_id: UUID, cursor: str) -> int:
    """The position that a cursor stands for. Raises `BadInput` for another feed's or another company's cursor."""
    company, position = decode_cursor(feed, cursor, 2)
    if company != tenant_id.hex or not position.isascii() or not position.isdigit() or len(position) > 18:
        raise BadInput(f"The cursor {cursor!r} does not belong to this feed.")
    return int(position)


async def count_items(
    feed: Feed, count_visible: str, viewer: tuple[UUID, list[UUID]], where: str, values: Sequence[object]
) -> int:
    """Returns how many items of a company's feed meet the conditions, of those that the viewer may see.

    `count_visible` is SQL that counts what the viewer may see, without conditions: $1 is their company and $2 their
    brands, of which none means all. `where` is SQL for the conditions, empty for none, with `values` from $3 on.
    """
    tenant_id, brand_ids = viewer
    if not where and not brand_ids:
        # Nothing is filtered out, and positions have no gaps: the last one counts all items.
        count: int = await database.fetch_value(LAST_POSITION_OF[feed], tenant_id)
    else:
        statement = f"{count_visible} WHERE {where}" if where else count_visible
        count = await database.fetch_value(statement, tenant_id, brand_ids, *values)
    return count
