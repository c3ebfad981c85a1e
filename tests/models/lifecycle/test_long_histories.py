"""Histories of any length: the word for a unit is found without reading all of it, and an audit has an end."""

import sys

import pytest

from models import database, lifecycle
from models.kernel.env import Env
from models.lifecycle import LifecycleAction, RecordEvent, TraceabilityEvent
from models.lifecycle import queries as queries_module
from models.lifecycle.audit import HistoryTooLong
from models.lifecycle.rules import eu_status
from tests.factories import make_batch, make_company
from tests.models.lifecycle.lives import act, issued

LIVES = [
    "",
    "SHIP INSTALL",
    "SHIP RETURN REPAIR",
    "SHIP RETURN REPAIR SHIP INSTALL",
    "SHIP RETURN REPAIR SHIP INSTALL RETURN REPAIR",
    "SHIP INSTALL RETURN REPAIR SHIP INSTALL RETURN REPAIR SHIP INSTALL RETURN",
    "SHIP INSTALL RETURN REPAIR SHIP INSTALL RETURN REPURPOSE",
    "SHIP INSTALL RETURN REMANUFACTURE",
    "SHIP INSTALL RETURN REPAIR RETIRE RECYCLE",
]


@pytest.mark.parametrize("life", LIVES)
async def test_the_word_is_that_of_the_whole_history(env: Env, life: str) -> None:
    owner = await make_company(env)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    for action in life.split():
        await act(env, owner, unit, LifecycleAction(action))
    rows = await database.fetch("SELECT action FROM lifecycle_event WHERE passport_id = $1 ORDER BY position", unit)
    word = eu_status([row["action"] for row in rows])
    assert await lifecycle.eu_statuses(owner, [unit]) == {unit: word}


async def test_the_word_is_found_by_an_index_of_what_decides(env: Env) -> None:
    owner = await make_company(env)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    async with database.unit_of_work() as connection:
        # The tables of a test are so small that reading all of one is cheapest.
        await connection.execute("SET LOCAL enable_seqscan = off")
        statement = queries_module._DECISIVE_ACTIONS_OF_EACH
        plan = await connection.fetch(f"EXPLAIN {statement}", owner.tenant_id, [], [unit])
    text = "\n".join(row[0] for row in plan)
    assert text.count("lifecycle_event_decisive") == 5
    assert text.count("on lifecycle_event") == 5


async def test_an_audit_reads_so_many_events_and_no_more(env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = await make_company(env)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    for _ in range(4):
        await lifecycle.record_event(owner, RecordEvent(unit, TraceabilityEvent.QC_PASSED), env)
    # The package has a function of the module's name.
    monkeypatch.setattr(sys.modules["models.lifecycle.audit"], "LONGEST_AUDIT", 5)
    report = await lifecycle.audit(owner, unit, env)
    assert (report.verdict.valid, report.verdict.event_count) == (True, 5)
    await lifecycle.record_event(owner, RecordEvent(unit, TraceabilityEvent.QC_PASSED), env)
    with pytest.raises(HistoryTooLong, match=f"more than 5 events: verify GET /passports/{unit}/audit.json"):
        await lifecycle.audit(owner, unit, env)
    # The evidence itself is whole, whatever its length.
    evidence = await lifecycle.bundle(owner, unit, env)
    assert len(evidence["events"]) == evidence["head"]["position"] == 6
    assert lifecycle.verify(evidence).valid
