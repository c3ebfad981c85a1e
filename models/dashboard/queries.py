"""The figures, read from counts that are kept: nothing is counted passport by passport."""

from dataclasses import dataclass
from typing import Final

from models import database
from models.batches import VISIBLE_BATCHES, visible_to
from models.billing import VISIBLE_QUOTA, Quota
from models.dashboard.rules import week_start
from models.kernel.actor import Actor
from models.kernel.env import Env


@dataclass(frozen=True, slots=True)
class Figures:
    """A company's quota, and counts over its batches.

    `pending_export_batches` have passports that no complete download held. `carbon_compliance_pct` is how many per
    cent of the passports belong to batches that declare both a footprint and where it is declared; None without any.
    """

    quota: Quota
    total_passports: int
    total_batches: int
    passports_this_week: int
    pending_export_batches: int
    carbon_compliance_pct: float | None


# $3 start of the week.
_FIGURES: Final = f"""
WITH visible AS MATERIALIZED (
    SELECT id, total_passports, downloaded_passports,
        carbon_footprint_kg_per_kwh IS NOT NULL AND carbon_footprint_url IS NOT NULL AS declares_carbon
    FROM {VISIBLE_BATCHES}
), totals AS (
    SELECT coalesce(sum(total_passports), 0) AS total_passports,
        count(*) AS total_batches,
        count(*) FILTER (WHERE total_passports > downloaded_passports) AS pending_export_batches,
        coalesce(sum(total_passports) FILTER (WHERE declares_carbon), 0) AS compliant_passports
    FROM visible
), week AS (
    SELECT coalesce(sum(i.created), 0) AS passports_this_week
    FROM issuance i JOIN visible ON visible.id = i.batch_id WHERE i.tenant_id = $1 AND i.issued_at >= $3
)
SELECT totals.*, week.*, q.credited, q.used
FROM totals CROSS JOIN week CROSS JOIN {VISIBLE_QUOTA}
"""  # noqa: S608  # made of constants


async def figures(actor: Actor, env: Env) -> Figures:
    """Returns the figures over all batches that the actor may see, in one statement; the quota is the company's."""
    [row] = await database.fetch(_FIGURES, *visible_to(actor), week_start(env.now()))
    total, compliant = row["total_passports"], row["compliant_passports"]
    return Figures(
        quota=Quota(limit=row["credited"], used=row["used"], balance=row["credited"] - row["used"]),
        total_passports=total,
        total_batches=row["total_batches"],
        passports_this_week=row["passports_this_week"],
        pending_export_batches=row["pending_export_batches"],
        carbon_compliance_pct=100 * compliant / total if total else None,
    )
