"""What a feed's log gives: items in the order of their positions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from models import database
from models.database import Record
from models.kernel.errors import NotFound
from models.kernel.feed import LAST_POSITION_OF, Feed, feed_cursor

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class FeedItem(Generic[Row]):
    """One item of a company's feed."""

    feed: Feed
    tenant_id: UUID
    position: int
    row: Row

    @property
    def cursor(self) -> str:
        """What a client gives as `after` to go on behind this item."""
        return feed_cursor(self.feed, self.tenant_id, self.position)


@dataclass(frozen=True, slots=True)
class FeedLog(Generic[Row]):
    """The table in which a feed's items are kept.

    `select` is SQL that gives the rows of one company, ``c.tenant``, behind ``c.position``, as many as ``$3`` at most
    in the order of their positions; among its columns are ``tenant`` and ``feed_position``.
    """

    feed: Feed
    select: str
    row: Callable[[Record], Row]

    async def after(self, positions: Mapping[UUID, int], most: int) -> list[FeedItem[Row]]:
        """Of each company at most `most` items behind its position, from one statement."""
        rows = await database.fetch(
            f"""
            SELECT e.* FROM unnest($1::uuid[], $2::bigint[]) c (tenant, position) CROSS JOIN LATERAL ({self.select}) e
            """,  # noqa: S608  # `select` is a constant of a context
            list(positions),
            list(positions.values()),
            most,
        )
        return [FeedItem(self.feed, row["tenant"], row["feed_position"], self.row(row)) for row in rows]


async def last_position(feed: Feed, tenant_id: UUID) -> int:
    """Returns the position of the last item committed. Raises `NotFound` for a company without the feed."""
    position: int | None = await database.fetch_value(LAST_POSITION_OF[feed], tenant_id)
    if position is None:
        raise NotFound("The company has no such feed.")
    return position
