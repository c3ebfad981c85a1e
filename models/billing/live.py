"""A company's quota as it changes."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from models import database
from models.billing.queries import Quota
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.live import States, StateStream
from models.kernel.permissions import Permission


async def _quotas(tenants: Sequence[UUID]) -> Mapping[UUID, Quota]:
    rows = await database.fetch(
        """
        SELECT id, coalesce(credited, 0) AS credited, coalesce(used, 0) AS used, coalesce(owed, 0) AS owed
        FROM unnest($1::uuid[]) id LEFT JOIN quota_account ON tenant_id = id
        """,
        list(tenants),
    )
    return {row["id"]: Quota(row["credited"], row["used"], row["credited"] - row["used"], row["owed"]) for row in rows}


_STATES: Final = States("quota", _quotas)


def quota_stream(actor: Actor, env: Env) -> StateStream[Quota]:
    """Returns a stream of the quota of the actor's company: its state now, then each change. Raises `Forbidden`."""
    actor.require(Permission.READ)
    return StateStream(env.live, _STATES, actor.tenant_id)
