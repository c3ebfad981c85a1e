"""Tampering with evidence is found and named, whatever was done."""

import copy
import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest

from models import database, lifecycle
from models.database import unit_of_work
from models.kernel.env import Env
from models.kernel.ids import uuid7
from models.lifecycle import Fault, LifecycleAction, RecordEvent, TraceabilityEvent, verify
from models.lifecycle.chain import event_hash, hash_text
from models.lifecycle.signing import public_key_of
from tests.factories import make_batch, make_company
from tests.models.lifecycle.lives import act, issued

SEED = bytes(range(32))
KEY = public_key_of(SEED)
Bundle = dict[str, Any]
_NAMED_OTHERWISE = {
    "position": Fault.EVENT_MISSING,
    "tenantId": Fault.EVENT_FOREIGN,
    "passportId": Fault.EVENT_FOREIGN,
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
            expected = {
                "position": Fault.EVENT_MISSING,
                "tenantId": Fault.EVENT_FOREIGN,
                "passportId": Fault.EVENT_FOREIGN,
            }
            assert found(changed) == (position, expected.get(name, Fault.CONTENT_CHANGED)), name


def test_every_member_that_is_missing_or_added_is_named(genuine: Bundle) -> None:
    for name in genuine["events"][1]:
        changed = copy.deepcopy(genuine)
        del changed["events"][1][name]
        assert found(changed) == (2, Fault.EVENT_MALFORMED), name
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
    event["actor"] = "someone@else.example"
    event["hash"] = hash_text(event_hash({name: value for name, value in event.items() if name != "hash"}))
    assert found(bundle) == (4, Fault.LINK_BROKEN)


def test_another_end_of_the_chain_does_not_have_the_heads_hash(bundle: Bundle) -> None:
    bundle["events"][4]["actor"] = "someone@else.example"
    rechained(bundle["events"])
    assert found(bundle) == (5, Fault.HEAD_MISMATCH)


def test_an_event_after_the_head_is_named(bundle: Bundle) -> None:
    more = {**bundle["events"][1], "id": str(uuid7())}
    bundle["events"] = rechained([*bundle["events"], more])
    assert found(bundle) == (6, Fault.HEAD_MISMATCH)


def forge_everything(bundle: Bundle) -> None:
    bundle["events"][2]["actor"] = "someone@else.example"
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
