"""What an actor may see of lifecycle events, for SQL: see `models.batches.visible`."""

from typing import Final

from models.batches import VISIBLE_BATCHES

VISIBLE_EVENTS: Final = f"lifecycle_event e JOIN {VISIBLE_BATCHES} ON b.id = e.batch_id"
