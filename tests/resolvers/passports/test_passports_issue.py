"""`passportsIssue`: the same rules as the upload, and every fault as a path into the input."""

from typing import Any
from uuid import uuid4

import pytest

from models.batches import BatchStatus
from models.batches.tables import Batch
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.permissions import Role
from resolvers.relay import global_id
from tests.factories import make_batch, make_company, make_member, make_passports
from tests.models.passports.issuing import NOTHING, all_of, state_of
from tests.resolvers.client import Client

ISSUE = """
mutation ($input: PassportsIssueInput!) {
  passportsIssue(input: $input) {
    created errorCount
    errors { line column value code message }
    batch { uuid totalPassports passports { totalCount nodes { serialNumber status } } }
    userErrors { code field value message }
  }
}
"""
DAY = "2026-01-15"


@pytest.fixture
async def actor(env: Env) -> Actor:
    """The owner of a new company."""
    return await make_company(env)


@pytest.fixture
async def batch(env: Env, actor: Actor) -> Batch:
    """A batch of the company's."""
    return await make_batch(env, actor)


def rows_of(*serials: str) -> list[dict[str, str]]:
    """Rows of the input, all made on one day."""
    return [{"serialNumber": serial, "manufactureDate": DAY} for serial in serials]


async def issue(env: Env, actor: Actor, batch: Batch, rows: list[dict[str, str]], **input: Any) -> dict[str, Any]:
    """The payload of `passportsIssue`."""
    given = {"batchId": global_id("Batch", batch.id), "rows": rows, **input}
    payload: dict[str, Any] = (await Client(env, actor).run(ISSUE, input=given))["passportsIssue"]
    return payload


async def test_rows_become_passports(env: Env, actor: Actor, batch: Batch) -> None:
    assert await issue(env, actor, batch, rows_of("BAT-2", "BAT-1"), activate=False) == {
        "created": 2,
        "errorCount": 0,
        "errors": [],
        "batch": {
            "uuid": str(batch.id),
            "totalPassports": 2,
            "passports": {
                "totalCount": 2,
                "nodes": [
                    {"serialNumber": "BAT-2", "status": "INACTIVE"},
                    {"serialNumber": "BAT-1", "status": "INACTIVE"},
                ],
            },
        },
        "userErrors": [],
    }
    assert await state_of(actor) == all_of(2)


async def test_a_thousand_rows_go_in_one_mutation(env: Env) -> None:
    actor = await make_company(env, quota=1_000)
    batch = await make_batch(env, actor)
    payload = await issue(env, actor, batch, rows_of(*(f"BAT-{n}" for n in range(1_000))))
    assert payload["created"] == 1_000


async def test_faults_are_user_errors_with_their_paths(env: Env, actor: Actor, batch: Batch) -> None:
    [old] = await make_passports(env, batch, 1)
    rows = [*rows_of("BAT-1", old.serial_number, ""), {"serialNumber": "BAT-2", "manufactureDate": "2999-01-01"}]
    payload = await issue(env, actor, batch, rows)
    assert (payload["created"], payload["errorCount"], payload["batch"]) == (0, 3, None)
    assert [(e["line"], e["column"], e["value"], e["code"]) for e in payload["errors"]] == [
        (2, "serial_number", old.serial_number, "SERIAL_ALREADY_ISSUED"),
        (3, "serial_number", "", "SERIAL_MISSING"),
        (4, "manufacture_date", "2999-01-01", "DATE_IN_FUTURE"),
    ]
    assert [(e["code"], e["field"], e["value"]) for e in payload["userErrors"]] == [
        ("SERIAL_ALREADY_ISSUED", ["rows", "1", "serialNumber"], old.serial_number),
        ("SERIAL_MISSING", ["rows", "2", "serialNumber"], ""),
        ("DATE_IN_FUTURE", ["rows", "3", "manufactureDate"], "2999-01-01"),
    ]
    assert (await state_of(actor))["passports"] == 1


async def test_valid_issues_the_good_rows_and_reports_the_rest(env: Env, actor: Actor, batch: Batch) -> None:
    payload = await issue(env, actor, batch, rows_of("BAT-1", "", "BAT-2"), mode="VALID")
    assert (payload["created"], payload["errorCount"], payload["userErrors"]) == (2, 1, [])
    assert [error["line"] for error in payload["errors"]] == [2]
    assert payload["batch"]["totalPassports"] == 2


async def test_a_repeat_gives_the_first_answer(env: Env, actor: Actor, batch: Batch) -> None:
    key = str(uuid4())
    first = await issue(env, actor, batch, rows_of("BAT-1"), idempotencyKey=key)
    again = await issue(env, actor, batch, rows_of("BAT-1"), idempotencyKey=key)
    assert first == again
    other = await issue(env, actor, batch, rows_of("BAT-2"), idempotencyKey=key)
    assert [error["code"] for error in other["userErrors"]] == ["IDEMPOTENCY_KEY_REUSED"]
    assert other["created"] == 0
    assert await state_of(actor) == all_of(1, keys=1)


async def test_rules_about_the_whole_are_user_errors(env: Env, actor: Actor, batch: Batch) -> None:
    archived = await make_batch(env, actor, status=BatchStatus.ARCHIVED)
    for rows, where, code, field in [
        ([], batch, "ROWS_MISSING", ["rows"]),
        (rows_of(*(f"BAT-{n}" for n in range(1_001))), batch, "ROWS_TOO_MANY", ["rows"]),
        (rows_of(*(f"BAT-{n}" for n in range(101))), batch, "QUOTA_EXCEEDED", []),
        (rows_of("BAT-1"), archived, "BATCH_ARCHIVED", []),
    ]:
        payload = await issue(env, actor, where, rows)
        assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [(code, field)]
        assert (payload["created"], payload["batch"]) == (0, None)
    assert await state_of(actor) == NOTHING


async def test_who_may_not_issue(env: Env, actor: Actor, batch: Batch) -> None:
    given = {"batchId": str(batch.id), "rows": rows_of("BAT-1")}
    assert (await Client(env).error(ISSUE, input=given))["code"] == "UNAUTHENTICATED"
    viewer = await make_member(env, actor.tenant_id, Role.VIEWER)
    assert (await Client(env, viewer).error(ISSUE, input=given))["code"] == "FORBIDDEN"
    stranger = await make_company(env)
    theirs = await Client(env, stranger).error(ISSUE, input=given)
    unknown = await Client(env, actor).error(ISSUE, input={**given, "batchId": str(actor.user_id)})
    assert theirs == unknown == {"code": "NOT_FOUND"}
    assert await state_of(actor) == NOTHING


async def test_a_date_that_is_none_is_refused_with_its_place(env: Env, actor: Actor, batch: Batch) -> None:
    given = {"batchId": str(batch.id), "rows": [{"serialNumber": "BAT-1", "manufactureDate": "15.01.2026"}]}
    assert (await Client(env, actor).error(ISSUE, input=given))["code"] == "BAD_USER_INPUT"
