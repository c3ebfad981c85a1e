"""What an actor may see of passports and their scans, for SQL: see `models.batches.visible`."""

from typing import Final

from models.batches import VISIBLE_BATCHES

VISIBLE_PASSPORTS: Final = f"passport p JOIN {VISIBLE_BATCHES} ON b.id = p.batch_id"
# Brands are looked up only for members limited to them: everybody else's scans are read in the feed's order.
VISIBLE_SCANS: Final = """(
    SELECT * FROM scan WHERE tenant_id = $1
        AND (cardinality($2::uuid[]) = 0 OR batch_id IN (SELECT id FROM batch WHERE brand_id = ANY($2)))
) s"""
