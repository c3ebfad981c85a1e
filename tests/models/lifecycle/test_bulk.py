"""Many passports in one call: each judged alone, in a fixed number of statements."""

import asyncio
from dataclasses import replace

import pytest

from models import database, lifecycle
from models.kernel.env import Env
from models.kernel.errors import Forbidden, NotFound, Rejected
from models.kernel.ids import uuid7
from models.kernel.permissions import Role
from models.lifecycle import LifecycleAction, TransitionPassports, UnitFilter
from models.lifecycle.actions import bulk
from models.passports import PassportStatus
from tests.conftest import CountQueries
from tests.factories import make_batch, make_company, make_member
from tests.models.lifecycle.lives import act, evidence_for, issued, status_of

SHIP = TransitionPassports(LifecycleAction.SHIP, evidence_for(LifecycleAction.SHIP))


async def test_each_unit_succeeds_or_fails_alone(env: Env) -> None:
    owner, stranger = await make_company(env), await make_company(env)
    first, shipped, last = await issued(env, owner, await make_batch(env, owner), 3)
    [foreign] = await issued(env, stranger, await make_batch(env, stranger))
    await act(env, owner, shipped, LifecycleAction.SHIP)
    unknown = uuid7()
    ids = [last, unknown, shipped, foreign, first, first]
    result = await lifecycle.transition_many(owner, replace(SHIP, ids=ids), env)
    assert (result.total, result.succeeded) == (5, 2)
    assert [(error.id, str(error.code)) for error in result.errors] == [
        (unknown, "PASSPORT_NOT_FOUND"),
        (shipped, "TRANSITION_NOT_ALLOWED"),
        (foreign, "PASSPORT_NOT_FOUND"),
    ]
    assert [await status_of(id) for id in (first, last, foreign)] == ["SHIPPED", "SHIPPED", "ACTIVE"]
    for unit in (first, shipped, last):
        assert (await lifecycle.audit(owner, unit, env)).verdict.valid


async def test_a_date_is_judged_against_each_units_own_manufacture_date(env: Env) -> None:
    owner = await make_company(env)
    older, newer = await issued(env, owner, await make_batch(env, owner), 2)
    await database.execute("UPDATE passport SET manufacture_date = '2024-02-02' WHERE id = $1", newer)
    result = await lifecycle.transition_many(owner, replace(SHIP, ids=[older, newer]), env)
    assert result.succeeded == 1
    assert [(error.id, str(error.code)) for error in result.errors] == [(newer, "EVIDENCE_INVALID")]


async def test_a_filter_takes_the_units_of_a_batch_in_a_status(env: Env) -> None:
    owner = await make_company(env)
    batch, other = await make_batch(env, owner), await make_batch(env, owner)
    units = await issued(env, owner, batch, 3)
    [elsewhere] = await issued(env, owner, other)
    await act(env, owner, units[0], LifecycleAction.SHIP)
    active = replace(SHIP, filter=UnitFilter(batch.id, PassportStatus.ACTIVE))
    assert (await lifecycle.transition_many(owner, active, env)).succeeded == 2
    result = await lifecycle.transition_many(owner, replace(SHIP, filter=UnitFilter(batch.id)), env)
    assert (result.total, result.succeeded) == (3, 0)
    assert await status_of(elsewhere) == "ACTIVE"


async def test_what_one_call_does_not_take_is_counted_and_can_be_gone_on_with(
    env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "LARGEST_BULK", 2)
    owner = await make_company(env)
    batch = await make_batch(env, owner)
    units = await issued(env, owner, batch, 5)
    filter = UnitFilter(batch.id)
    seen = []
    while True:
        result = await lifecycle.transition_many(owner, replace(SHIP, filter=filter), env)
        seen.append((result.succeeded, result.remaining, result.last_id))
        if not result.remaining:
            break
        filter = replace(filter, after=result.last_id)
    assert seen == [(2, 3, units[1]), (2, 1, units[3]), (1, 0, units[4])]


async def test_reinstating_leads_each_unit_back_to_its_own_status(env: Env) -> None:
    owner = await make_company(env)
    batch = await make_batch(env, owner)
    active, shipped = await issued(env, owner, batch, 2)
    await act(env, owner, shipped, LifecycleAction.SHIP)
    for action in (LifecycleAction.SUSPEND, LifecycleAction.REINSTATE):
        command = TransitionPassports(action, evidence_for(action), filter=UnitFilter(batch.id))
        assert (await lifecycle.transition_many(owner, command, env)).succeeded == 2
    assert [await status_of(active), await status_of(shipped)] == ["ACTIVE", "SHIPPED"]


async def test_a_repeat_under_its_key_gets_the_first_answer(env: Env) -> None:
    owner = await make_company(env)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    command = replace(SHIP, ids=[unit, uuid7()], idempotency_key="k")
    first = await lifecycle.transition_many(owner, command, env)
    assert await lifecycle.transition_many(owner, command, env) == first
    assert (first.succeeded, len(first.errors)) == (1, 1)
    with pytest.raises(Rejected, match="other content"):
        await lifecycle.transition_many(owner, replace(command, ids=[unit]), env)


async def test_calls_that_will_not_do_as_a_whole(env: Env) -> None:
    owner, stranger = await make_company(env), await make_company(env)
    batch = await make_batch(env, owner)
    viewer = await make_member(env, owner.tenant_id, Role.VIEWER)
    logistics = await make_member(env, owner.tenant_id, Role.LOGISTICS)
    repurpose = LifecycleAction.REPURPOSE
    rejected = [
        (owner, SHIP, "UNITS_MISSING"),
        (owner, replace(SHIP, ids=[]), "UNITS_MISSING"),
        (owner, replace(SHIP, ids=[uuid7()], filter=UnitFilter(batch.id)), "UNITS_TOO_MANY"),
        (owner, replace(SHIP, ids=[uuid7() for _ in range(1_001)]), "UNITS_TOO_MANY"),
        (owner, replace(SHIP, ids=[uuid7()], evidence={}), "EVIDENCE_MISSING"),
        (owner, TransitionPassports(repurpose, evidence_for(repurpose), [uuid7()]), "ACTION_NOT_BULK"),
        (logistics, TransitionPassports(LifecycleAction.ACTIVATE, {}, [uuid7()]), "ROLE_NOT_ALLOWED"),
    ]
    for actor, command, code in rejected:
        with pytest.raises(Rejected) as rejection:
            await lifecycle.transition_many(actor, command, env)
        assert rejection.value.code == code
    with pytest.raises(Forbidden):
        await lifecycle.transition_many(viewer, replace(SHIP, ids=[uuid7()]), env)
    with pytest.raises(NotFound):
        await lifecycle.transition_many(stranger, replace(SHIP, filter=UnitFilter(batch.id)), env)


async def test_a_thousand_units_take_as_many_statements_as_two(env: Env, count_queries: CountQueries) -> None:
    owner = await make_company(env, quota=2_000)
    units = await issued(env, owner, await make_batch(env, owner), 1_002)
    statements = []
    for chosen in (units[:2], units[2:]):
        with count_queries() as queries:
            result = await lifecycle.transition_many(owner, replace(SHIP, ids=chosen), env)
        assert result.succeeded == len(chosen)
        statements.append(len(queries))
    assert statements[0] == statements[1] <= 6
    heads = await database.fetch_one(
        "SELECT last_position, (SELECT count(*) FROM lifecycle_event WHERE tenant_id = $1) AS events "
        "FROM feed_head WHERE tenant_id = $1 AND feed = 'lifecycle'",
        owner.tenant_id,
    )
    assert heads is not None
    assert heads["last_position"] == heads["events"] == 2_004


async def test_overlapping_calls_at_once_move_each_unit_once(env: Env) -> None:
    owner = await make_company(env)
    units = await issued(env, owner, await make_batch(env, owner), 50)
    calls = [replace(SHIP, ids=units[start : start + 30]) for start in (0, 10, 20)]
    calls += [replace(SHIP, ids=units[::-1])]
    results = await asyncio.gather(*(lifecycle.transition_many(owner, call, env) for call in calls))
    assert sum(result.succeeded for result in results) == 50
    for unit in units:
        report = await lifecycle.audit(owner, unit, env)
        assert (report.verdict.valid, report.verdict.event_count) == (True, 2)
