"""Reads of a company's quota."""

from dataclasses import dataclass

from models import database
from models.kernel.actor import Actor
from models.kernel.permissions import Permission


@dataclass(frozen=True, slots=True)
class Quota:
    """`limit`: quota credited in all, less what refunds took back; `used`: passports issued; `balance`: the rest."""

    limit: int
    used: int
    balance: int


async def quota(actor: Actor) -> Quota:
    """The quota of the actor's company."""
    actor.require(Permission.READ)
    row = await database.fetch_one(
        "SELECT credited, used, credited - used AS balance FROM quota_account WHERE tenant_id = $1", actor.tenant_id
    )
    return Quota(row["credited"], row["used"], row["balance"]) if row else Quota(0, 0, 0)
