"""Passports with chains to stand on, and evidence that each action takes."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from models import database, lifecycle, passports
from models.batches import Batch
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.ids import uuid7
from models.lifecycle import LifecycleAction, TransitionPassport, TransitionResult
from models.passports import InputRows, IssuePassports, NewPassport

MADE = date(2024, 1, 15)

_EVIDENCE: dict[LifecycleAction, dict[str, Any]] = {
    LifecycleAction.SHIP: {"shipmentReference": "IND123456789", "shipmentDate": "2024-02-01"},
    LifecycleAction.INSTALL: {"installationDate": "2024-03-01"},
    LifecycleAction.RETURN: {"reason": "The customer moved.", "returnDate": "2024-04-01"},
    LifecycleAction.REPAIR: {"repairDate": "2024-05-01", "description": "Two cells replaced."},
    LifecycleAction.RECALL: {"recallReference": "RC-7", "reason": "The seal may leak."},
    LifecycleAction.SUSPEND: {"reason": "Papers are being checked."},
    LifecycleAction.RETIRE: {"reason": "Capacity below 60 %.", "retirementDate": "2024-06-01"},
    LifecycleAction.RECYCLE: {"recyclerName": "Lohum", "recyclingDate": "2024-07-01"},
}
# How a new ACTIVE passport comes into each status.
PATHS: dict[str, tuple[LifecycleAction, ...]] = {
    "ACTIVE": (),
    "SHIPPED": (LifecycleAction.SHIP,),
    "INSTALLED": (LifecycleAction.SHIP, LifecycleAction.INSTALL),
    "RETURNED": (LifecycleAction.SHIP, LifecycleAction.RETURN),
    "RECALLED": (LifecycleAction.RECALL,),
    "SUSPENDED": (LifecycleAction.SUSPEND,),
    "RETIRED": (LifecycleAction.RETIRE,),
    "RECYCLED": (LifecycleAction.RETIRE, LifecycleAction.RECYCLE),
    "REPURPOSED": (LifecycleAction.SHIP, LifecycleAction.RETURN, LifecycleAction.REPURPOSE),
}


def evidence_for(action: LifecycleAction) -> dict[str, Any]:
    """Evidence that the action takes; a successor's serial number is new each time."""
    if action in (LifecycleAction.REPURPOSE, LifecycleAction.REMANUFACTURE):
        return {"serialNumber": f"SECOND-{uuid7().hex}", "manufactureDate": "2024-08-01"}
    return dict(_EVIDENCE.get(action, {}))


async def issued(env: Env, actor: Actor, batch: Batch, count: int = 1, *, activate: bool = True) -> list[UUID]:
    """New passports of the batch, in the order of issue, each with its first event."""
    serials = [f"SN-{uuid7().hex}-{number}" for number in range(count)]
    for start in range(0, count, passports.MAX_INPUT_ROWS):
        rows = [NewPassport(serial, MADE) for serial in serials[start : start + passports.MAX_INPUT_ROWS]]
        result = await passports.issue(actor, IssuePassports(batch.id, InputRows(rows), activate=activate), env)
        assert result.created == len(rows)
    rows_found = await database.fetch(
        "SELECT id FROM passport WHERE batch_id = $1 AND serial_number = ANY($2) ORDER BY id", batch.id, serials
    )
    return [row["id"] for row in rows_found]


async def act(
    env: Env,
    actor: Actor,
    passport_id: UUID,
    action: LifecycleAction,
    evidence: Mapping[str, object] | None = None,
    key: str | None = None,
) -> TransitionResult:
    """Take the action, with evidence that it takes unless other is given."""
    given = evidence_for(action) if evidence is None else evidence
    return await lifecycle.transition(actor, TransitionPassport(passport_id, action, given, key), env)


async def led_to(env: Env, actor: Actor, batch: Batch, status: str) -> UUID:
    """A new passport, led into the status."""
    [passport_id] = await issued(env, actor, batch, activate=status != "INACTIVE")
    for action in PATHS.get(status, ()):
        await act(env, actor, passport_id, action)
    return passport_id


async def status_of(passport_id: UUID) -> str:
    """The status that is stored."""
    return str(await database.fetch_value("SELECT status FROM passport WHERE id = $1", passport_id))
