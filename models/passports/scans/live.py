"""A company's scans as they arrive."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from models import batches
from models.database import Record
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.feed import Feed
from models.kernel.live import FeedLog, FeedStream, open_stream
from models.kernel.permissions import Permission
from models.passports.scans.queries import SCAN_COLUMNS, ScanRow, scan_row


@dataclass(frozen=True, slots=True)
class LiveScan:
    """A scan and the brand of its batch, which members may be limited to."""

    scan: ScanRow
    brand_id: UUID | None


def _live_scan(row: Record) -> LiveScan:
    return LiveScan(scan_row(row[3:]), row["brand_id"])


SCAN_LOG: Final = FeedLog(
    Feed.SCAN,
    f"""
    SELECT s.tenant_id AS tenant, s.position AS feed_position, b.brand_id, {SCAN_COLUMNS}
    FROM scan s JOIN passport p ON p.id = s.passport_id JOIN batch b ON b.id = s.batch_id
    WHERE s.tenant_id = c.tenant AND s.position > c.position ORDER BY s.position LIMIT $3
    """,  # noqa: S608  # made of constants
    _live_scan,
)


async def scan_stream(actor: Actor, after: str | None, batch_id: UUID | None, env: Env) -> FeedStream[LiveScan]:
    """Returns the scans that the actor may see, of one batch or of all, behind a cursor of `list_scans` or from now on.

    Raises `Forbidden`, `NotFound` for an unknown batch, and as `open_stream` does for the cursor.
    """
    actor.require(Permission.READ)
    if batch_id is not None:
        await batches.batch(actor, batch_id)

    def accepts(live: LiveScan) -> bool:
        return (batch_id is None or live.scan.passport.batch_id == batch_id) and actor.may_use_brand(live.brand_id)

    selection = (batch_id, actor.brand_ids)
    return await open_stream(env.live, SCAN_LOG, actor.tenant_id, after, selection=selection, accepts=accepts)
