"""A second life: a new passport, its charge, its first event and the old one's last, all or nothing."""

from dataclasses import replace

import pytest

from models import billing, database, lifecycle
from models.batches.tables import Batch, BatchStatus
from models.database import Connection
from models.kernel.env import Env, Issuance, Participants
from models.kernel.errors import Rejected
from models.kernel.ids import uuid7
from models.lifecycle import EuStatus, LifecycleAction
from tests.factories import make_batch, make_company
from tests.models.lifecycle.lives import act, issued, led_to, status_of
from tests.models.passports.issuing import state_of

SECOND_LIFE = {"serialNumber": "SECOND-1", "manufactureDate": "2024-08-01", "stateOfHealthPercent": 81.50}


@pytest.mark.parametrize(
    ("action", "word"),
    [(LifecycleAction.REPURPOSE, EuStatus.REPURPOSED), (LifecycleAction.REMANUFACTURE, EuStatus.REMANUFACTURED)],
)
async def test_both_passports_tell_of_each_other(env: Env, action: LifecycleAction, word: EuStatus) -> None:
    owner = await make_company(env)
    batch = await make_batch(env, owner)
    unit = await led_to(env, owner, batch, "RETURNED")
    used = (await billing.quota(owner)).used
    result = await act(env, owner, unit, action, SECOND_LIFE, key="k")
    assert result.successor_id is not None
    successor = result.successor_id
    assert result.event.metadata == {
        "evidence": {**SECOND_LIFE, "stateOfHealthPercent": "81.5"},
        "successorId": str(successor),
    }
    assert [await status_of(unit), await status_of(successor)] == ["REPURPOSED", "ACTIVE"]
    row = await database.fetch_one("SELECT * FROM passport WHERE id = $1", successor)
    assert row is not None
    assert (row["predecessor_id"], row["batch_id"], row["serial_number"]) == (unit, batch.id, "SECOND-1")
    [first] = (await lifecycle.bundle(owner, successor, env))["events"]
    assert (first["eventType"], first["action"], first["metadata"]["predecessorId"]) == ("ISSUED", action, str(unit))
    for passport in (unit, successor):
        assert (await lifecycle.audit(owner, passport, env)).verdict.valid
    assert await lifecycle.eu_statuses(owner, [unit, successor]) == {unit: word, successor: word}
    assert (await billing.quota(owner)).used == used + 1
    assert (await Batch.get(id=batch.id)).total_passports == 2
    lineages = await lifecycle.lineages([unit, successor])
    assert lineages == {unit: lifecycle.Lineage(None, successor), successor: lifecycle.Lineage(unit, None)}
    # A repeat after a lost answer issues nothing twice.
    assert await act(env, owner, unit, action, SECOND_LIFE, key="k") == result
    assert (await billing.quota(owner)).used == used + 1


async def test_a_successor_has_a_life_of_its_own(env: Env) -> None:
    owner = await make_company(env)
    unit = await led_to(env, owner, await make_batch(env, owner), "RETURNED")
    second = (await act(env, owner, unit, LifecycleAction.REPURPOSE)).successor_id
    assert second is not None
    life = {"shipmentReference": "R", "shipmentDate": "2024-08-02"}
    await act(env, owner, second, LifecycleAction.SHIP, life)
    await act(env, owner, second, LifecycleAction.RETURN, {"reason": "r", "returnDate": "2024-08-03"})
    third = (await act(env, owner, second, LifecycleAction.REMANUFACTURE)).successor_id
    assert third is not None
    await act(env, owner, third, LifecycleAction.RETIRE, {"reason": "r", "retirementDate": "2024-09-01"})
    words = await lifecycle.eu_statuses(owner, [second, third])
    assert words == {second: EuStatus.REMANUFACTURED, third: EuStatus.WASTE}


async def test_what_keeps_a_successor_from_being_issued_leaves_nothing_behind(env: Env) -> None:
    owner = await make_company(env)
    batch = await make_batch(env, owner)
    unit = await led_to(env, owner, batch, "RETURNED")
    [other] = await issued(env, owner, batch)
    taken = await database.fetch_value("SELECT serial_number FROM passport WHERE id = $1", other)
    before = await state_of(owner)
    refused = [
        ({**SECOND_LIFE, "serialNumber": taken}, "SERIAL_ALREADY_ISSUED", ("evidence", "serialNumber")),
        ({**SECOND_LIFE, "serialNumber": "a\u200bb"}, "SERIAL_INVALID_CHARACTER", ("evidence", "serialNumber")),
        ({**SECOND_LIFE, "manufactureDate": "2024-01-14"}, "EVIDENCE_INVALID", ("evidence", "manufactureDate")),
        ({**SECOND_LIFE, "stateOfHealthPercent": 101}, "EVIDENCE_INVALID", ("evidence", "stateOfHealthPercent")),
        ({**SECOND_LIFE, "stateOfHealthPercent": True}, "EVIDENCE_INVALID", ("evidence", "stateOfHealthPercent")),
        ({**SECOND_LIFE, "stateOfHealthPercent": "8e1"}, "EVIDENCE_INVALID", ("evidence", "stateOfHealthPercent")),
    ]
    for evidence, code, field in refused:
        with pytest.raises(Rejected) as rejected:
            await act(env, owner, unit, LifecycleAction.REPURPOSE, evidence, key=uuid7().hex)
        assert [(str(fault.code), fault.field) for fault in rejected.value.violations] == [(code, field)]
    await Batch.filter(id=batch.id).update(status=BatchStatus.ARCHIVED)
    with pytest.raises(Rejected) as rejected:
        await act(env, owner, unit, LifecycleAction.REPURPOSE, SECOND_LIFE)
    assert rejected.value.code == "BATCH_ARCHIVED"
    assert await status_of(unit) == "RETURNED"
    assert await state_of(owner) == before


async def test_without_quota_or_with_a_failing_participant_nothing_happens(env: Env) -> None:
    poor = replace(env, policy=replace(env.policy, free_quota=1))
    owner = await make_company(poor)
    unit = await led_to(poor, owner, await make_batch(poor, owner), "RETURNED")
    before = await state_of(owner)
    with pytest.raises(Rejected) as rejected:
        await act(poor, owner, unit, LifecycleAction.REPURPOSE, SECOND_LIFE)
    assert rejected.value.code == "QUOTA_EXCEEDED"

    async def fail(connection: Connection, issuance: Issuance, env: Env) -> None:
        raise RuntimeError("the disk is full")

    broken = replace(env, participants=Participants(passports_issued=(fail,)))
    with pytest.raises(RuntimeError, match="disk"):
        await act(broken, owner, unit, LifecycleAction.REPURPOSE, SECOND_LIFE)
    assert await status_of(unit) == "RETURNED"
    assert await state_of(owner) == before
