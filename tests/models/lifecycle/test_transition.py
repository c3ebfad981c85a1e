"""One passport at a time: the table, roles, evidence, idempotency, tenancy, people who act at once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from models import database, lifecycle
from models.batches.tables import Brand, Product
from models.kernel.env import Env
from models.kernel.errors import Forbidden, NotFound, Rejected
from models.kernel.ids import uuid7
from models.kernel.permissions import Role
from models.lifecycle import TRANSITIONS, LifecycleAction, allowed_transitions
from models.passports import PassportStatus
from tests.factories import make_batch, make_company, make_member
from tests.models.lifecycle.lives import act, evidence_for, issued, led_to, status_of


def codes(rejected: pytest.ExceptionInfo[Rejected]) -> set[tuple[str, tuple[str, ...]]]:
    return {(str(violation.code), violation.field) for violation in rejected.value.violations}


@pytest.mark.parametrize("status", list(PassportStatus))
async def test_every_action_of_every_role_in_every_status_follows_the_table(env: Env, status: PassportStatus) -> None:
    owner = await make_company(env, quota=300)
    batch = await make_batch(env, owner)
    members = {role: await make_member(env, owner.tenant_id, role) for role in Role}
    for action, line in TRANSITIONS.items():
        for role, member in members.items():
            unit = await led_to(env, owner, batch, status)
            if role is Role.VIEWER:
                with pytest.raises(Forbidden):
                    await act(env, member, unit, action)
            elif role not in line.roles:
                with pytest.raises(Rejected, match=f"Your role {role} may take"):
                    await act(env, member, unit, action)
            elif status not in line.from_statuses:
                with pytest.raises(Rejected, match=f"{action} starts from") as rejected:
                    await act(env, member, unit, action)
                assert all(line.action in rejected.value.message for line in allowed_transitions(status, role))
            else:
                result = await act(env, member, unit, action)
                assert result.previous_status == status
                assert result.new_status == (line.to or PassportStatus.ACTIVE)
                assert await status_of(unit) == result.new_status
                continue
            assert await status_of(unit) == status


async def test_the_event_says_what_happened_and_joins_the_chain(env: Env) -> None:
    owner = await make_company(env)
    logistics = await make_member(env, owner.tenant_id, Role.LOGISTICS)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    evidence = {"shipmentReference": " IND-1 ", "shipmentDate": "2024-02-01", "carrier": ""}
    event = (await act(env, logistics, unit, LifecycleAction.SHIP, evidence)).event
    first = await database.fetch_one("SELECT hash, feed_position FROM lifecycle_event WHERE passport_id = $1", unit)
    assert first is not None
    assert event.previous_hash == first["hash"]
    assert (event.position, event.feed_position) == (2, first["feed_position"] + 1)
    assert (event.actor, event.actor_role) == (logistics.email, Role.LOGISTICS)
    assert event.metadata == {"evidence": {"shipmentReference": "IND-1", "shipmentDate": "2024-02-01"}}
    assert (await lifecycle.events_by_id(owner, [event.id]))[event.id] == event
    assert (await lifecycle.audit(owner, unit, env)).verdict.valid


@pytest.mark.parametrize("status", ["ACTIVE", "SHIPPED", "INSTALLED", "RETURNED"])
async def test_reinstating_leads_back_to_the_status_before_the_suspension(env: Env, status: str) -> None:
    owner = await make_company(env)
    unit = await led_to(env, owner, await make_batch(env, owner), status)
    await act(env, owner, unit, LifecycleAction.SUSPEND)
    assert (await act(env, owner, unit, LifecycleAction.REINSTATE)).new_status == status


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ({}, {("EVIDENCE_MISSING", "shipmentReference"), ("EVIDENCE_MISSING", "shipmentDate")}),
        ({"shipmentReference": " ", "shipmentDate": None},
         {("EVIDENCE_MISSING", "shipmentReference"), ("EVIDENCE_MISSING", "shipmentDate")}),
        ({"shipmentReference": "R", "shipmentDate": "2024-01-14"}, {("EVIDENCE_INVALID", "shipmentDate")}),
        ({"shipmentReference": "R", "shipmentDate": "20260201"}, {("EVIDENCE_INVALID", "shipmentDate")}),
        ({"shipmentReference": "R", "shipmentDate": "2024-02-30"}, {("EVIDENCE_INVALID", "shipmentDate")}),
        ({"shipmentReference": "R", "shipmentDate": "9999-01-01"}, {("EVIDENCE_INVALID", "shipmentDate")}),
        ({"shipmentReference": 7, "shipmentDate": 7},
         {("EVIDENCE_INVALID", "shipmentReference"), ("EVIDENCE_INVALID", "shipmentDate")}),
        ({"shipmentReference": "a\nb", "shipmentDate": "2024-02-01"}, {("EVIDENCE_INVALID", "shipmentReference")}),
        ({"shipmentReference": "x" * 201, "shipmentDate": "2024-02-01"}, {("EVIDENCE_INVALID", "shipmentReference")}),
        ({"shipmentReference": "x" * 9999, "shipmentDate": "2024-02-01"}, {("EVIDENCE_INVALID", "shipmentReference")}),
        ({"shipmentReference": "R", "shipmentDate": "2024-02-01", "shipment_date": 1},
         {("EVIDENCE_UNKNOWN", "shipment_date")}),
    ],
)  # fmt: skip
async def test_evidence_that_will_not_do_is_named(env: Env, evidence: Any, expected: set[tuple[str, str]]) -> None:
    owner = await make_company(env)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    with pytest.raises(Rejected) as rejected:
        await act(env, owner, unit, LifecycleAction.SHIP, evidence)
    assert codes(rejected) == {(code, ("evidence", name)) for code, name in expected}
    assert await status_of(unit) == "ACTIVE"


async def test_evidence_must_be_an_object(env: Env) -> None:
    owner = await make_company(env)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    nothing_like_it: tuple[object, ...] = (None, [], "text", 1)
    for given in nothing_like_it:
        command = lifecycle.TransitionPassport(unit, LifecycleAction.SHIP, given)
        with pytest.raises(Rejected) as rejected:
            await lifecycle.transition(owner, command, env)
        assert codes(rejected) == {("EVIDENCE_INVALID", ("evidence",))}


async def test_a_date_may_be_tomorrow_for_those_east_of_utc(env: Env) -> None:
    owner = await make_company(env)
    first, second = await issued(env, owner, await make_batch(env, owner), 2)
    for unit, days in ((first, 1), (second, 2)):
        evidence = {"shipmentReference": "R", "shipmentDate": str(env.today() + timedelta(days=days))}
        if days == 1:
            await act(env, owner, unit, LifecycleAction.SHIP, evidence)
        else:
            with pytest.raises(Rejected, match="in the future"):
                await act(env, owner, unit, LifecycleAction.SHIP, evidence)


async def test_a_repeat_under_its_key_gets_the_first_answer(env: Env) -> None:
    owner = await make_company(env)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    first = await act(env, owner, unit, LifecycleAction.SHIP, key="k")
    assert await act(env, owner, unit, LifecycleAction.SHIP, key="k") == first
    with pytest.raises(Rejected) as rejected:
        await act(env, owner, unit, LifecycleAction.INSTALL, key="k")
    assert codes(rejected) == {("IDEMPOTENCY_KEY_REUSED", ("idempotency_key",))}
    assert (await lifecycle.event_counts(owner, [unit]))[unit] == 2


async def test_a_refused_action_leaves_its_key_free(env: Env) -> None:
    owner = await make_company(env)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    with pytest.raises(Rejected):
        await act(env, owner, unit, LifecycleAction.INSTALL, key="k")
    await act(env, owner, unit, LifecycleAction.SHIP, key="k")


async def test_other_companies_and_brands_are_not_found(env: Env) -> None:
    owner, stranger = await make_company(env), await make_company(env)
    now = env.now()
    brand = await Brand.create(id=uuid7(), tenant_id=owner.tenant_id, name="B", created_at=now, updated_at=now)
    product = await Product.create(
        id=uuid7(), tenant_id=owner.tenant_id, brand=brand, model_name="M", created_at=now, updated_at=now
    )
    inside = await make_batch(env, owner, brand=brand, product=product, batch_number="1")
    outside = await make_batch(env, owner)
    limited = await make_member(env, owner.tenant_id, Role.OPERATOR, brand_ids=[brand.id])
    [seen], [unseen] = await issued(env, owner, inside), await issued(env, owner, outside)
    await act(env, limited, seen, LifecycleAction.SHIP)
    for actor, unit in ((limited, unseen), (stranger, seen), (owner, uuid7())):
        with pytest.raises(NotFound):
            await act(env, actor, unit, LifecycleAction.SHIP)
        with pytest.raises(NotFound):
            await lifecycle.bundle(actor, unit, env)
    assert await lifecycle.event_counts(limited, [seen, unseen]) == {seen: 2}
    assert set(await lifecycle.eu_statuses(limited, [seen, unseen])) == {seen}


async def test_of_fifty_at_once_only_the_legal_ones_happen(env: Env) -> None:
    owner = await make_company(env)
    units = await issued(env, owner, await make_batch(env, owner), 2)
    several = ("SHIP", "INSTALL", "RETURN", "SUSPEND", "REINSTATE", "REPAIR", "RECALL")
    work = [(unit, LifecycleAction(action)) for action in several * 8 for unit in units][:100]
    results = await asyncio.gather(*(act(env, owner, *each) for each in work), return_exceptions=True)
    moved = [result for result in results if isinstance(result, lifecycle.TransitionResult)]
    refused = [result for result in results if isinstance(result, Rejected)]
    assert len(moved) + len(refused) == 100
    assert {refusal.code for refusal in refused} == {"TRANSITION_NOT_ALLOWED"}
    for unit in units:
        events = sorted(
            (result.event for result in moved if result.passport_id == unit), key=lambda event: event.position
        )
        # Never two events at one position, and each legal where the one before it led.
        assert [event.position for event in events] == list(range(2, 2 + len(events)))
        status = "ACTIVE"
        for event in events:
            assert status in TRANSITIONS[LifecycleAction(event.action)].from_statuses
            assert event.status_from == status
            status = str(event.status_to)
        report = await lifecycle.audit(owner, unit, env)
        assert report.verdict.valid
        assert (report.verdict.event_count, report.stored_status) == (1 + len(events), status)


async def test_removing_a_member_leaves_their_events_whole(env: Env) -> None:
    owner = await make_company(env)
    member = await make_member(env, owner.tenant_id, Role.OPERATOR)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    await act(env, member, unit, LifecycleAction.SHIP)
    await database.execute(
        "UPDATE user_account SET removed_at = now(), email = $2, password_hash = NULL WHERE id = $1",
        member.user_id,
        f"removed-{uuid7().hex}@example.com",
    )
    evidence = await lifecycle.bundle(owner, unit, env)
    assert evidence["events"][1]["actor"] == str(member.user_id)
    assert lifecycle.verify(evidence).valid


def test_every_action_has_evidence_in_the_tests() -> None:
    for action, line in TRANSITIONS.items():
        required = {field.name for field in line.evidence if field.required}
        assert required <= evidence_for(action).keys()
