"""Tampering with evidence is found and named, whatever was done."""

import copy
import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
import pytest

from models import database, lifecycle
from models.database import unit_of_work
from models.kernel.env import Env
from models.kernel.ids import uuid7
from models.kernel.permissions import Role
from models.lifecycle import EventRecord, EventType, Fault, LifecycleAction, RecordEvent, TraceabilityEvent, verify
from models.lifecycle.chain import event_hash, hash_text
from models.lifecycle.events import COLUMNS
from models.lifecycle.signing import public_key_of
from tests.factories import make_batch, make_company, make_member
from tests.models.lifecycle.lives import act, issued

SEED = bytes(range(32))
KEY = public_key_of(SEED)
ANOTHER = "019bc0d5-6a00-7000-8000-0000000000f1"
Bundle = dict[str, Any]
_NAMED_OTHERWISE = {
    "position": Fault.EVENT_MISSING,
    "tenantId": Fault.EVENT_FOREIGN,
    "passportId": Fault.EVENT_FOREIGN,
    "version": Fault.EVENT_MALFORMED,
}


@pytest.fixture(scope="module")
async def genuine(env: Env) -> Bundle:
    """A signed bundle of five events, as a client gets it."""
    signing = replace(env, policy=replace(env.policy, audit_signing_seed=SEED))
    owner = await make_company(env)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    await lifecycle.record_event(
        owner, RecordEvent(unit, TraceabilityEvent.QC_PASSED, "Pune", 18.5, 73.8, {"line": 7}), env
    )
    for action in (LifecycleAction.SHIP, LifecycleAction.INSTALL, LifecycleAction.SUSPEND):
        await act(env, owner, unit, action)
    bundle: Bundle = orjson.loads(orjson.dumps(await lifecycle.bundle(owner, unit, signing)))
    return bundle


@pytest.fixture
def bundle(genuine: Bundle) -> Bundle:
    return copy.deepcopy(genuine)


def rechained(events: list[Bundle]) -> list[Bundle]:
    """The events with positions and hashes made anew, as a forger who knows the algorithm would."""
    previous = None
    for position, event in enumerate(events, start=1):
        event.pop("hash", None)
        event.update(position=position, previousHash=previous)
        previous = event["hash"] = hash_text(event_hash(event))
    return events


def found(bundle: Bundle, key: bytes | None = None) -> tuple[int | None, Fault] | None:
    broken = verify(bundle, key).first_fault
    return (broken.position, broken.fault) if broken else None


def test_what_was_not_touched_is_valid_and_authenticated_by_its_key_alone(bundle: Bundle) -> None:
    verdict = verify(bundle, KEY)
    assert (verdict.valid, verdict.authenticated, verdict.event_count) == (True, True, 5)
    assert verdict.chain_status == "SUSPENDED"
    unchecked = verify(bundle)
    assert (unchecked.valid, unchecked.authenticated) == (True, False)
    assert found(bundle, public_key_of(b"\1" * 32)) == (None, Fault.SIGNATURE_INVALID)


def test_every_change_of_a_single_member_is_named(genuine: Bundle) -> None:
    for position, event in enumerate(genuine["events"], start=1):
        for name in event:
            changed = copy.deepcopy(genuine)
            target = changed["events"][position - 1]
            if name == "metadata":
                target[name] = {**target[name], "more": 1}
            elif name == "position":
                target[name] += 1
            else:
                target[name] = f"{target[name]}x" if isinstance(target[name], str) else "x"
            assert found(changed) == (position, _NAMED_OTHERWISE.get(name, Fault.CONTENT_CHANGED)), name


def test_every_member_that_is_missing_or_added_is_named(genuine: Bundle) -> None:
    for name in genuine["events"][1]:
        changed = copy.deepcopy(genuine)
        del changed["events"][1][name]
        # Without its version it would be of version 1, if that had been hashed.
        expected = Fault.CONTENT_CHANGED if name == "version" else Fault.EVENT_MALFORMED
        assert found(changed) == (2, expected), name
    added = copy.deepcopy(genuine)
    added["events"][1]["note"] = "x"
    assert found(added) == (2, Fault.EVENT_MALFORMED)


@pytest.mark.parametrize("position", [2.0, "2", None, True])
def test_a_position_is_a_whole_number(bundle: Bundle, position: object) -> None:
    bundle["events"][1]["position"] = position
    assert found(bundle) == (2, Fault.EVENT_MALFORMED)


def test_the_first_position_is_not_true(bundle: Bundle) -> None:
    bundle["events"][0]["position"] = True
    assert found(bundle) == (1, Fault.EVENT_MALFORMED)


@pytest.mark.parametrize("value", [1.5, 2**53, {"é": 1}])
def test_what_other_programs_might_write_differently_is_refused(bundle: Bundle, value: object) -> None:
    bundle["events"][1]["metadata"]["metadata"]["line"] = value
    rechained(bundle["events"])
    assert found(bundle) == (2, Fault.EVENT_MALFORMED)


@pytest.mark.parametrize("index", range(5))
def test_a_removed_event_is_missing_also_the_last(bundle: Bundle, index: int) -> None:
    del bundle["events"][index]
    assert found(bundle) == (index + 1, Fault.EVENT_MISSING)


def test_no_events_at_all(bundle: Bundle) -> None:
    bundle["events"] = []
    assert found(bundle) == (1, Fault.EVENT_MISSING)


@pytest.mark.parametrize("index", range(4))
def test_swapped_repeated_and_inserted_events(genuine: Bundle, index: int) -> None:
    swapped, repeated, inserted = (copy.deepcopy(genuine) for _ in range(3))
    events = swapped["events"]
    events[index], events[index + 1] = events[index + 1], events[index]
    assert found(swapped) == (index + 1, Fault.EVENT_MISSING)
    repeated["events"].insert(index, copy.deepcopy(repeated["events"][index]))
    assert found(repeated) == (index + 2, Fault.EVENT_OUT_OF_ORDER)
    foreign = copy.deepcopy(inserted["events"][index])
    foreign.pop("hash")
    foreign.update(position=index + 2, previousHash=inserted["events"][index]["hash"], action="FORGED")
    foreign["hash"] = hash_text(event_hash(foreign))
    inserted["events"].insert(index + 1, foreign)
    assert found(inserted) in [(index + 2, Fault.STATUS_SKIPPED), (index + 3, Fault.EVENT_OUT_OF_ORDER)]


def test_an_event_whose_hash_was_made_anew_breaks_the_link_after_it(bundle: Bundle) -> None:
    event = bundle["events"][2]
    event["actor"] = ANOTHER
    event["hash"] = hash_text(event_hash({name: value for name, value in event.items() if name != "hash"}))
    assert found(bundle) == (4, Fault.LINK_BROKEN)


def test_another_end_of_the_chain_does_not_have_the_heads_hash(bundle: Bundle) -> None:
    bundle["events"][4]["actor"] = ANOTHER
    rechained(bundle["events"])
    assert found(bundle) == (5, Fault.HEAD_MISMATCH)


def test_an_event_after_the_head_is_named(bundle: Bundle) -> None:
    more = {**bundle["events"][1], "id": str(uuid7())}
    bundle["events"] = rechained([*bundle["events"], more])
    assert found(bundle) == (6, Fault.HEAD_MISMATCH)


def forge_everything(bundle: Bundle) -> None:
    bundle["events"][2]["actor"] = ANOTHER
    rechained(bundle["events"])
    bundle["head"]["hash"] = bundle["events"][-1]["hash"]


def cut_off_the_end(bundle: Bundle) -> None:
    del bundle["events"][-1]
    bundle["passport"]["status"] = "INSTALLED"
    bundle["head"].update(position=4, hash=bundle["events"][-1]["hash"])


def move_the_date(bundle: Bundle) -> None:
    bundle["head"]["signedAt"] = "2030-01-01T00:00:00.000000Z"


@pytest.mark.parametrize("forge", [forge_everything, cut_off_the_end, move_the_date])
def test_only_the_signature_shows_a_chain_made_anew_or_cut_off_with_its_head(
    bundle: Bundle, forge: Callable[[Bundle], None]
) -> None:
    forge(bundle)
    assert verify(bundle).valid
    assert not verify(bundle).authenticated
    assert found(bundle, KEY) == (None, Fault.SIGNATURE_INVALID)


def test_another_passports_head_does_not_fit(bundle: Bundle) -> None:
    other = str(uuid7())
    for event in bundle["events"]:
        event["passportId"] = other
    bundle["passport"]["id"] = other
    rechained(bundle["events"])
    bundle["head"]["hash"] = bundle["events"][-1]["hash"]
    assert found(bundle, KEY) == (None, Fault.SIGNATURE_INVALID)


def test_a_head_without_signature_or_with_a_broken_one(bundle: Bundle) -> None:
    bundle["head"]["signature"] = "%%%"
    assert found(bundle, KEY) == (None, Fault.SIGNATURE_INVALID)
    bundle["head"]["signature"] = b64encode(b"short").decode()
    assert found(bundle, KEY) == (None, Fault.SIGNATURE_INVALID)
    del bundle["head"]["signature"]
    assert found(bundle, KEY) == (None, Fault.SIGNATURE_MISSING)


@pytest.mark.parametrize("name", ["serialNumber", "manufactureDate", "batchId"])
def test_a_passport_that_was_renamed_is_named(bundle: Bundle, name: str) -> None:
    bundle["passport"][name] = "x"
    assert found(bundle) == (None, Fault.PASSPORT_MISMATCH)


def test_a_status_that_the_chain_does_not_lead_to_is_named(bundle: Bundle) -> None:
    bundle["passport"]["status"] = "ACTIVE"
    assert found(bundle) == (None, Fault.STATUS_MISMATCH)


@pytest.mark.parametrize(
    ("index", "change"),
    [
        (2, {"statusFrom": "INSTALLED"}),
        (1, {"statusTo": "SHIPPED"}),
        (3, {"statusTo": None}),
        (0, {"statusFrom": "ACTIVE"}),
    ],
)
def test_a_status_that_was_skipped_is_named(bundle: Bundle, index: int, change: dict[str, str]) -> None:
    bundle["events"][index].update(change)
    rechained(bundle["events"])
    assert found(bundle) == (index + 1, Fault.STATUS_SKIPPED)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other/1"}, {"events": None}, {"head": []}, {"passport": "x"}, {"passport": {"id": "x"}},
        {"head": {"position": 5.0, "hash": "x"}}, {"head": {"position": 5}},
    ],
)  # fmt: skip
def test_what_is_no_bundle_is_malformed(bundle: Bundle, change: dict[str, Any]) -> None:
    bundle.update(change)
    assert found(bundle) == (None, Fault.BUNDLE_MALFORMED)


def test_json_that_is_no_object_is_malformed() -> None:
    for text in ("null", "1", '"x"', "[]"):
        assert found(json.loads(text)) == (None, Fault.BUNDLE_MALFORMED)


async def test_the_audit_compares_the_stored_status_with_the_chains(env: Env) -> None:
    owner = await make_company(env)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    await database.execute("UPDATE passport SET status = 'INSTALLED' WHERE id = $1", unit)
    report = await lifecycle.audit(owner, unit, env)
    assert (report.stored_status, report.verdict.chain_status) == ("INSTALLED", "ACTIVE")
    assert report.verdict.first_fault is not None
    assert report.verdict.first_fault.fault is Fault.STATUS_MISMATCH
    assert report.head.signature is None


@pytest.mark.parametrize(
    "statement",
    ["UPDATE lifecycle_event SET actor = 'x'", "DELETE FROM lifecycle_event", "TRUNCATE lifecycle_event"],
)
async def test_the_database_refuses_to_change_events(connected: None, statement: str) -> None:
    with pytest.raises(Exception, match=r"permission denied|append-only"):
        async with unit_of_work() as connection:
            await connection.execute(statement)


FIRST_VERSION = "exportready-audit/1"


def in_version_1(bundle: Bundle, events: int = 5) -> Bundle:
    """The bundle as it would be if its first events were of version 1, unsigned."""
    for event in bundle["events"][:events]:
        del event["version"]
        event["actor"] = "owner@acme.example"
    rechained(bundle["events"])
    head = {"position": len(bundle["events"]), "hash": bundle["events"][-1]["hash"]}
    return {**bundle, "head": head}


def test_version_1_stays_valid(bundle: Bundle) -> None:
    first = in_version_1(bundle)
    first["format"] = FIRST_VERSION
    del first["actors"]
    assert found(first) is None
    assert verify(first).event_count == 5
    first["events"][3]["actor"] = "someone@else.example"
    assert found(first) == (4, Fault.CONTENT_CHANGED)


@pytest.mark.parametrize("events", range(6))
def test_a_chain_that_was_begun_in_version_1_goes_on(bundle: Bundle, events: int) -> None:
    assert found(in_version_1(bundle, events)) is None


def test_a_bundle_of_version_1_has_no_events_of_version_2(bundle: Bundle) -> None:
    changed = in_version_1(bundle, 3)
    changed["format"] = FIRST_VERSION
    assert found(changed) == (4, Fault.EVENT_MALFORMED)


@pytest.mark.parametrize("version", [1, 3, "2", 2.0, True, None])
def test_an_event_is_of_a_known_version(bundle: Bundle, version: object) -> None:
    bundle["events"][2]["version"] = version
    rechained(bundle["events"])
    assert found(bundle) == (3, Fault.EVENT_MALFORMED)


MEMBER = "019a1fec-5ffe-7a95-ba89-af6b6d47efe9"


@pytest.mark.parametrize("actor", ["owner@acme.example", "", None, 7, MEMBER.upper(), MEMBER.replace("-", "")])
def test_an_event_of_version_2_names_a_member_by_id(bundle: Bundle, actor: object) -> None:
    bundle["events"][2]["actor"] = actor
    rechained(bundle["events"])
    assert found(bundle) == (3, Fault.EVENT_MALFORMED)


def test_addresses_are_not_part_of_what_is_proved(bundle: Bundle) -> None:
    [(member, address)] = bundle["actors"].items()
    assert {event["actor"] for event in bundle["events"]} == {member}
    assert address not in json.dumps({**bundle, "actors": {}})
    for actors in ({}, {member: "someone@else.example"}):
        bundle["actors"] = actors
        assert verify(bundle, KEY).authenticated
    bundle["actors"] = None
    assert found(bundle) == (None, Fault.BUNDLE_MALFORMED)


async def test_a_person_can_be_forgotten(env: Env) -> None:
    owner = await make_company(env)
    member = await make_member(env, owner.tenant_id, Role.OPERATOR)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    await act(env, member, unit, LifecycleAction.SHIP)
    before = await lifecycle.bundle(owner, unit, env)
    assert before["actors"] == {str(owner.user_id): owner.email, str(member.user_id): member.email}
    await database.execute("UPDATE user_account SET email = 'forgotten@example.com' WHERE id = $1", member.user_id)
    after = await lifecycle.bundle(owner, unit, env)
    assert member.email not in orjson.dumps(after).decode()
    assert (after["events"], after["head"]) == (before["events"], before["head"])
    assert verify(after).valid
    rows = await database.fetch("SELECT to_jsonb(e)::text FROM lifecycle_event e WHERE passport_id = $1", unit)
    assert not any(member.email in row[0] for row in rows)


async def test_events_that_were_stored_in_version_1_keep_it(env: Env) -> None:
    owner = await make_company(env)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    [issue] = await events_of(unit)
    first = issue._replace(
        id=uuid7(), position=2, feed_position=2, actor="gone@acme.example", actor_id=None, previous_hash=issue.hash,
        event_type=EventType.RECORDED, action="QC_PASSED", status_to=None, metadata={},
    )  # fmt: skip
    first = first._replace(hash=event_hash(first.hashed()))
    async with unit_of_work() as connection:
        await connection.fetch("SELECT * FROM feed_advance('lifecycle', $1, '{1}')", [owner.tenant_id])
        values = {**first._asdict(), "metadata": "{}"}
        await connection.copy_records_to_table(
            "lifecycle_event", records=[tuple(values.values())], columns=list(values)
        )
    await act(env, owner, unit, LifecycleAction.SHIP)
    evidence = orjson.loads(orjson.dumps(await lifecycle.bundle(owner, unit, env)))
    assert [(event["actor"], event.get("version")) for event in evidence["events"]] == [
        (str(owner.user_id), 2),
        ("gone@acme.example", None),
        (str(owner.user_id), 2),
    ]
    assert verify(evidence).valid
    assert [event.actor for event in await events_of(unit)] == [owner.email, "gone@acme.example", owner.email]


async def events_of(passport_id: UUID) -> list[EventRecord]:
    rows = await database.fetch(
        f"SELECT {COLUMNS} FROM lifecycle_event e WHERE passport_id = $1 ORDER BY position",  # noqa: S608  # constants
        passport_id,
    )
    return [EventRecord.of(row) for row in rows]
