"""What an actor may see of lifecycle events, for SQL: see `models.batches.visible`."""

from typing import Final

from models.batches import VISIBLE_BATCHES

# Brands are looked up only for members limited to them: everybody else's events are read in the feed's order.
VISIBLE_FEED_EVENTS: Final = """(
    SELECT * FROM lifecycle_event WHERE tenant_id = $1
        AND (cardinality($2::uuid[]) = 0 OR batch_id IN (SELECT id FROM batch WHERE brand_id = ANY($2)))
) e"""
VISIBLE_EVENTS: Final = f"lifecycle_event e JOIN {VISIBLE_BATCHES} ON b.id = e.batch_id"
