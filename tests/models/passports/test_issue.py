"""Issuing passports: all or nothing, in one transaction with the charge and each passport's first event."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest

from models import database, passports
from models.batches import BatchStatus
from models.database import Connection
from models.kernel.env import Env, Issuance, Participants
from models.kernel.errors import Forbidden, NotFound, Rejected
from models.kernel.permissions import Role
from models.lifecycle.chain import canonical_event, event_hash
from models.passports import InputRows, IssueMode, IssuePassports, NewPassport
from tests.factories import make_batch, make_branded_batch, make_company, make_member, make_passports
from tests.models.passports.issuing import NOTHING, all_of, csv_of, issue_csv, state_of


async def test_a_file_becomes_passports_with_their_events_and_the_charge(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    result = await issue_csv(env, actor, batch.id, csv_of(["BAT-003", "BAT-001", "BAT-002"]))
    assert (result.created, result.errors, result.error_count) == (3, [], 0)
    assert await state_of(actor) == all_of(3)
    rows = await database.fetch("SELECT * FROM passport WHERE batch_id = $1 ORDER BY id", batch.id)
    assert [row["serial_number"] for row in rows] == ["BAT-003", "BAT-001", "BAT-002"], "in the order of the file"
    assert {(row["tenant_id"], row["status"], row["manufacture_date"]) for row in rows} == {
        (actor.tenant_id, "ACTIVE", date(2026, 1, 15))
    }
    issuance = await database.fetch_one("SELECT * FROM issuance WHERE batch_id = $1", batch.id)
    assert issuance is not None
    assert (issuance["issued_by"], issuance["created"]) == (actor.user_id, 3)
    assert {row["created_at"] for row in rows} == {issuance["issued_at"]}


async def test_the_first_event_of_each_passport_is_hashed_as_the_chain_says(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    await issue_csv(env, actor, batch.id, csv_of([f"BAT-{n}" for n in range(5)]))
    events = await database.fetch(
        "SELECT e.*, p.serial_number FROM lifecycle_event e JOIN passport p ON p.id = e.passport_id "
        "WHERE e.tenant_id = $1 ORDER BY feed_position",
        actor.tenant_id,
    )
    assert [event["feed_position"] for event in events] == [1, 2, 3, 4, 5]
    assert [event["serial_number"] for event in events] == [f"BAT-{n}" for n in range(5)]
    for event in events:
        metadata = orjson.loads(event["metadata"])
        assert metadata["serialNumber"] == event["serial_number"]
        names = [
            "id",
            "tenant_id",
            "passport_id",
            "position",
            "event_type",
            "action",
            "actor",
            "actor_id",
            "actor_role",
        ]
        names += ["status_from", "status_to", "created_at", "previous_hash"]
        rebuilt = canonical_event(metadata=metadata, **{name: event[name] for name in names})
        assert event["hash"] == event_hash(rebuilt)
        assert (event["position"], event["previous_hash"], event["status_to"]) == (1, None, "ACTIVE")


async def test_passports_may_begin_inactive(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    await issue_csv(env, actor, batch.id, csv_of(["BAT-1"]), activate=False)
    status = (
        "SELECT p.status || e.status_to FROM passport p JOIN lifecycle_event e ON e.passport_id = p.id WHERE batch_id"
    )
    assert (
        await database.fetch_value(f"{status.replace('batch_id', 'p.batch_id')} = $1", batch.id) == "INACTIVEINACTIVE"
    )


async def test_one_faulty_row_keeps_all_from_being_issued(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    result = await issue_csv(env, actor, batch.id, csv_of(["BAT-1", "BAT-2", "BAT-1"]))
    assert (result.created, result.error_count) == (0, 1)
    [error] = result.errors
    assert (error.line, error.column, error.value, error.code) == (
        4,
        "serial_number",
        "BAT-1",
        "SERIAL_DUPLICATE_IN_FILE",
    )
    assert await state_of(actor) == NOTHING


async def test_serials_that_the_company_has_are_named_with_the_other_faults_by_line(env: Env) -> None:
    actor, other = await make_company(env), await make_company(env)
    batch = await make_batch(env, actor)
    await issue_csv(env, actor, batch.id, csv_of(["OLD-1", "OLD-2"]))
    content = csv_of(["NEW-1", "OLD-2", "", "OLD-1", "NEW-2"])
    result = await issue_csv(env, actor, (await make_batch(env, actor)).id, content)
    found = [(error.line, error.code) for error in result.errors]
    assert found == [(3, "SERIAL_ALREADY_ISSUED"), (4, "SERIAL_MISSING"), (5, "SERIAL_ALREADY_ISSUED")]
    assert (result.created, result.error_count) == (0, 3)
    assert await state_of(actor) == all_of(2)
    theirs = await issue_csv(env, other, (await make_batch(env, other)).id, csv_of(["OLD-1", "OLD-2"]))
    assert theirs.created == 2, "another company's serials are its own"


async def test_valid_issues_the_good_rows_and_numbers_them_without_gaps(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    await issue_csv(env, actor, batch.id, csv_of(["OLD-1", "OLD-2"]))
    content = csv_of(["OLD-1", "NEW-1", "NEW-1", "OLD-2", "NEW-2", "NEW-3"])
    result = await issue_csv(env, actor, batch.id, content, mode=IssueMode.VALID)
    assert (result.created, result.error_count) == (3, 3)
    assert [error.line for error in result.errors] == [2, 4, 5]
    assert await state_of(actor) == all_of(5, issuances=2)
    events = await database.fetch(
        "SELECT p.serial_number, e.feed_position FROM lifecycle_event e JOIN passport p ON p.id = e.passport_id "
        "WHERE e.tenant_id = $1 AND feed_position > 2 ORDER BY feed_position",
        actor.tenant_id,
    )
    assert [tuple(event) for event in events] == [("NEW-1", 3), ("NEW-2", 4), ("NEW-3", 5)]


async def test_valid_without_a_single_good_row_issues_nothing(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    await issue_csv(env, actor, batch.id, csv_of(["OLD-1"]))
    result = await issue_csv(env, actor, batch.id, csv_of(["OLD-1", ""]), mode=IssueMode.VALID)
    assert (result.created, result.error_count) == (0, 2)
    assert await state_of(actor) == all_of(1)


async def test_tomorrow_in_utc_is_allowed_and_the_day_after_is_not(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    noon = replace(env, now=lambda: datetime(2026, 3, 31, 12, tzinfo=UTC))
    assert (await issue_csv(noon, actor, batch.id, csv_of(["BAT-1"], "2026-04-01"))).created == 1
    [error] = (await issue_csv(noon, actor, batch.id, csv_of(["BAT-2"], "2026-04-02"))).errors
    assert (error.code, error.value, error.column) == ("DATE_IN_FUTURE", "2026-04-02", "manufacture_date")


@pytest.mark.parametrize("role", [Role.LOGISTICS, Role.VIEWER])
async def test_who_may_not_issue(env: Env, role: Role) -> None:
    owner = await make_company(env)
    batch = await make_batch(env, owner)
    member = await make_member(env, owner.tenant_id, role)
    with pytest.raises(Forbidden):
        await issue_csv(env, member, batch.id, csv_of(["BAT-1"]))
    with pytest.raises(Forbidden):
        await passports.authorise_issuing(member, batch.id)
    assert await state_of(owner) == NOTHING


async def test_another_companys_batch_is_not_found(env: Env) -> None:
    owner, stranger = await make_company(env), await make_company(env)
    batch = await make_batch(env, owner)
    with pytest.raises(NotFound):
        await issue_csv(env, stranger, batch.id, csv_of(["BAT-1"]))
    with pytest.raises(NotFound):
        await passports.authorise_issuing(stranger, batch.id)
    assert await state_of(owner) == NOTHING


async def test_a_member_limited_to_brands_issues_into_their_batches_alone(env: Env) -> None:
    owner = await make_company(env)
    own, other = await make_branded_batch(env, owner, "Own"), await make_branded_batch(env, owner, "Other")
    assert own.brand_id is not None
    member = await make_member(env, owner.tenant_id, Role.OPERATOR, brand_ids=[own.brand_id])
    assert (await issue_csv(env, member, own.id, csv_of(["BAT-1"]))).created == 1
    with pytest.raises(NotFound):
        await issue_csv(env, member, other.id, csv_of(["BAT-2"]))


async def test_an_archived_batch_takes_nothing(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor, status=BatchStatus.ARCHIVED)
    with pytest.raises(Rejected) as rejected:
        await issue_csv(env, actor, batch.id, csv_of(["BAT-1"]))
    assert rejected.value.code == "BATCH_ARCHIVED"
    assert await state_of(actor) == NOTHING


async def test_too_little_quota_says_how_much_is_missing(env: Env) -> None:
    actor = await make_company(replace(env, policy=replace(env.policy, free_quota=2)))
    batch = await make_batch(env, actor)
    with pytest.raises(Rejected) as rejected:
        await issue_csv(env, actor, batch.id, csv_of(["BAT-1", "BAT-2", "BAT-3"]), idempotency_key="k")
    assert (rejected.value.code, rejected.value.http_status) == ("QUOTA_EXCEEDED", 402)
    assert rejected.value.extensions == {"required": 3, "balance": 2}
    assert await state_of(actor) == NOTHING


async def test_a_participant_that_fails_undoes_everything(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)

    async def fail(connection: Connection, issuance: Issuance, env: Env) -> None:
        raise RuntimeError("the participant failed")

    for position in range(len(env.participants.passports_issued) + 1):
        participants = list(env.participants.passports_issued)
        participants.insert(position, fail)
        failing = replace(env, participants=Participants(passports_issued=tuple(participants)))
        with pytest.raises(RuntimeError, match="the participant failed"):
            await issue_csv(failing, actor, batch.id, csv_of(["BAT-1", "BAT-2"]), idempotency_key="k")
        assert await state_of(actor) == NOTHING
    assert (await issue_csv(env, actor, batch.id, csv_of(["BAT-1", "BAT-2"]), idempotency_key="k")).created == 2


# -- Repeats


async def test_a_repeat_gives_the_first_answer_and_issues_nothing_twice(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    content = csv_of(["BAT-1", "BAT-2"])
    first = await issue_csv(env, actor, batch.id, content, idempotency_key="upload-1")
    again = await issue_csv(env, actor, batch.id, content, idempotency_key="upload-1")
    assert again.answer() == first.answer()
    assert await state_of(actor) == all_of(2, keys=1)


async def test_a_repeat_after_valid_gives_the_same_faults_again(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    content = csv_of(["BAT-1", "BAT-1", "", "BAT-2"])
    options: dict[str, Any] = {"mode": IssueMode.VALID, "idempotency_key": "upload-1"}
    first = await issue_csv(env, actor, batch.id, content, **options)
    again = await issue_csv(env, actor, batch.id, content, **options)
    assert (first.created, first.error_count) == (2, 2)
    assert again == first
    assert await state_of(actor) == all_of(2, keys=1)


@pytest.mark.parametrize(
    "change",
    [
        {"content": csv_of(["BAT-3"])},
        {"mode": IssueMode.VALID},
        {"activate": False},
        {"batch_id": True},
    ],
)
async def test_a_key_that_was_used_for_something_else_is_refused(env: Env, change: dict[str, Any]) -> None:
    actor = await make_company(env)
    batch, other = await make_batch(env, actor), await make_batch(env, actor)
    upload: dict[str, Any] = {"batch_id": batch.id, "content": csv_of(["BAT-1"]), "idempotency_key": "k"}
    await issue_csv(env, actor, **upload)
    if "batch_id" in change:
        change = {"batch_id": other.id}
    with pytest.raises(Rejected) as rejected:
        await issue_csv(env, actor, **{**upload, **change})
    assert (rejected.value.code, rejected.value.http_status) == ("IDEMPOTENCY_KEY_REUSED", 409)
    assert await state_of(actor) == all_of(1, keys=1)


async def test_a_key_under_which_nothing_was_issued_may_be_used_again(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    assert (await issue_csv(env, actor, batch.id, csv_of(["BAT-1", ""]), idempotency_key="k")).created == 0
    assert (await issue_csv(env, actor, batch.id, csv_of(["BAT-1"]), idempotency_key="k")).created == 1


async def test_companies_do_not_share_keys(env: Env) -> None:
    for actor in [await make_company(env), await make_company(env)]:
        batch = await make_batch(env, actor)
        assert (await issue_csv(env, actor, batch.id, csv_of(["BAT-1"]), idempotency_key="same")).created == 1


async def test_a_key_that_is_none_is_refused(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    with pytest.raises(Rejected) as rejected:
        await issue_csv(env, actor, batch.id, csv_of(["BAT-1"]), idempotency_key="")
    assert rejected.value.code == "IDEMPOTENCY_KEY_INVALID"


# -- At once


async def test_of_two_uploads_that_overlap_exactly_one_is_issued(env: Env) -> None:
    actor = await make_company(env)
    batches = [await make_batch(env, actor) for _ in range(2)]
    files = [csv_of([f"BAT-{n}" for n in range(start, start + 30)]) for start in (0, 20)]
    results = await asyncio.gather(
        *(issue_csv(env, actor, batch.id, content) for batch, content in zip(batches, files, strict=True))
    )
    assert sorted(result.created for result in results) == [0, 30]
    [refused] = [result for result in results if not result.created]
    assert {error.code for error in refused.errors} == {"SERIAL_ALREADY_ISSUED"}
    assert refused.error_count == 10
    assert await state_of(actor) == all_of(30)


async def test_uploads_at_once_never_issue_more_than_the_quota(env: Env) -> None:
    actor = await make_company(replace(env, policy=replace(env.policy, free_quota=25)))
    batch = await make_batch(env, actor)

    uploads = (issue_csv(env, actor, batch.id, csv_of([f"{name}-{n}" for n in range(10)])) for name in "ABCDE")
    results = await asyncio.gather(*uploads, return_exceptions=True)
    assert [result.created for result in results if not isinstance(result, BaseException)] == [10, 10]
    refusals = [result for result in results if isinstance(result, BaseException)]
    assert [isinstance(refusal, Rejected) and refusal.code for refusal in refusals] == ["QUOTA_EXCEEDED"] * 3
    assert await state_of(actor) == all_of(20, issuances=2)


async def test_repeats_at_once_issue_once(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    content = csv_of(["BAT-1", "BAT-2"])
    results = await asyncio.gather(*(issue_csv(env, actor, batch.id, content, idempotency_key="k") for _ in range(4)))
    assert [result.created for result in results] == [2, 2, 2, 2]
    assert await state_of(actor) == all_of(2, keys=1)


async def test_uploads_that_wait_for_another_leave_the_connections_to_others(env: Env, database_url: str) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    other = await asyncpg.connect(database_url)
    try:
        await other.execute("SELECT pg_advisory_lock(hashtextextended($1, 0))", f"issue {actor.tenant_id}")
        waiting = [asyncio.create_task(issue_csv(env, actor, batch.id, csv_of([f"BAT-{n}"]))) for n in range(25)]
        async with asyncio.timeout(60):
            for _ in range(10):
                await asyncio.sleep(0.01)
                assert await state_of(actor) == NOTHING
    finally:
        await other.close()
    assert [(await upload).created for upload in waiting] == [1] * 25
    assert await state_of(actor) == all_of(25, issuances=25)


async def test_ids_ascend_from_one_upload_of_a_batch_to_the_next(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    await asyncio.gather(
        *(issue_csv(env, actor, batch.id, csv_of([f"{name}-{n}" for n in range(20)])) for name in "ABC")
    )
    rows = await database.fetch("SELECT created_at FROM passport WHERE batch_id = $1 ORDER BY id", batch.id)
    moments = [row["created_at"] for row in rows]
    assert moments == sorted(moments)


# -- Files and rows as a whole


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FILE_EMPTY"),
        (b"serial_number,manufacture_date\n\n\n", "FILE_EMPTY"),
        (b"serial_number\nBAT-1\n", "COLUMN_MISSING"),
        (b"serial_number,manufacture_date\nBAT-1,2026-01-15\nB\xff\xfeT,2026-01-15\n", "ENCODING_INVALID"),
    ],
)
async def test_a_file_that_cannot_be_read_issues_nothing(env: Env, content: bytes, code: str) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    with pytest.raises(Rejected) as rejected:
        await issue_csv(env, actor, batch.id, content, mode=IssueMode.VALID, idempotency_key="k")
    assert (rejected.value.code, rejected.value.http_status) == (code, 400)
    assert await state_of(actor) == NOTHING


def _rows(batch_id: UUID, *serials: str) -> IssuePassports:
    return IssuePassports(batch_id, InputRows([NewPassport(serial, date(2026, 1, 15)) for serial in serials]))


async def test_rows_are_issued_by_the_same_rules(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    result = await passports.issue(actor, _rows(batch.id, "BAT-1", " BAT-2 ", "BAT-1", "B\tT"), env)
    assert [(error.line, error.code) for error in result.errors] == [
        (3, "SERIAL_DUPLICATE_IN_FILE"),
        (4, "SERIAL_INVALID_CHARACTER"),
    ]
    assert [violation.field for violation in result.violations()] == [
        ("rows", "2", "serial_number"),
        ("rows", "3", "serial_number"),
    ]
    assert (await passports.issue(actor, _rows(batch.id, "BAT-1", " BAT-2 "), env)).created == 2
    assert await state_of(actor) == all_of(2)


@pytest.mark.parametrize(("count", "code"), [(0, "ROWS_MISSING"), (1001, "ROWS_TOO_MANY")])
async def test_rows_are_counted(env: Env, count: int, code: str) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    with pytest.raises(Rejected) as rejected:
        await passports.issue(actor, _rows(batch.id, *(f"BAT-{n}" for n in range(count))), env)
    assert rejected.value.code == code


async def test_a_serial_that_no_text_can_hold_is_a_fault_and_no_crash(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    command = replace(_rows(batch.id, "BAT-\ud800"), idempotency_key="k")
    [error] = (await passports.issue(actor, command, env)).errors
    assert (error.code, error.value) == ("SERIAL_INVALID_CHARACTER", "BAT-\ufffd")


async def test_at_most_1000_errors_are_listed_and_all_are_counted(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    old = await make_passports(env, batch, 700)
    content = csv_of([passport.serial_number for passport in old] + [""] * 700)
    result = await issue_csv(env, actor, batch.id, content)
    assert (len(result.errors), result.error_count) == (1000, 1400)
    assert [error.line for error in result.errors] == list(range(2, 1002))
