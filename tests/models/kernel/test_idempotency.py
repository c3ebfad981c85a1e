"""Idempotency keys: work is done once, whatever is repeated and whatever crashes, and no key is in another's way."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from models import database
from models.database import unit_of_work
from models.kernel import idempotency
from models.kernel.env import Env, utc_now
from models.kernel.errors import Rejected
from models.kernel.idempotency import Guard
from models.kernel.ids import uuid7
from tests.models.billing.statements import CrashPoint, before_every_statement

_OPERATION = "test"
_SECONDS_UNTIL_STUCK = 10.0


class Work:
    """Something that must be done once: leaves a row behind, and gives a number that is another each time."""

    def __init__(self, env: Env, tenant_id: UUID | None = None) -> None:
        self.tenant_id = tenant_id or uuid7()
        self.begun = 0
        self._env = env

    async def ask(
        self,
        content: str = "",
        key: str | None = "key",
        operation: str = _OPERATION,
        during: Callable[[], Awaitable[None]] | None = None,
    ) -> int:
        """The number that the work gave, the first time or this time."""
        guard = Guard(self.tenant_id, operation, key, lambda: hashlib.sha256(content.encode()).digest())
        async with unit_of_work() as connection:

            async def do() -> int:
                self.begun += 1
                number = self.begun
                await connection.execute(
                    "INSERT INTO feed_head (tenant_id, feed, last_position) VALUES ($1, $2, 0)",
                    self.tenant_id,
                    f"done {number}",
                )
                if during:
                    await during()
                return number

            async def recall(answer: idempotency.Answer) -> int:
                return int(answer["number"])

            return await idempotency.once(
                connection, guard, self._env, do, keep=lambda number: {"number": number}, recall=recall
            )

    async def done(self) -> int:
        """How often the work was done and kept."""
        count: int = await database.fetch_value("SELECT count(*) FROM feed_head WHERE tenant_id = $1", self.tenant_id)
        return count


@pytest.fixture
def work(env: Env) -> Work:
    """Work of a company of its own."""
    return Work(env)


def _a_day_ago(env: Env) -> Env:
    return replace(env, now=lambda: utc_now() - idempotency.LIFETIME - timedelta(seconds=1))


async def test_a_repeat_gets_the_first_answer_and_does_nothing(work: Work) -> None:
    assert [await work.ask() for _ in range(3)] == [1, 1, 1]
    assert (work.begun, await work.done()) == (1, 1)


async def test_without_a_key_nothing_is_a_repeat(work: Work) -> None:
    assert [await work.ask(key=None) for _ in range(3)] == [1, 2, 3]
    kept = "SELECT count(*) FROM idempotency_key WHERE tenant_id = $1"
    assert await database.fetch_value(kept, work.tenant_id) == 0


async def test_another_key_operation_or_company_is_no_repeat(work: Work, env: Env) -> None:
    assert [await work.ask(), await work.ask(key="other"), await work.ask(operation="other")] == [1, 2, 3]
    assert await Work(env).ask() == 1
    assert await work.done() == 3


async def test_other_content_is_refused_and_the_first_answer_stays(work: Work) -> None:
    await work.ask("a")
    with pytest.raises(Rejected) as refused:
        await work.ask("b")
    [violation] = refused.value.violations
    assert (violation.code, violation.field, refused.value.http_status) == (
        "IDEMPOTENCY_KEY_REUSED",
        ("idempotency_key",),
        409,
    )
    assert await work.ask("a") == 1
    assert await work.done() == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "a\nb", "a\x00"])
async def test_what_can_be_no_key_is_refused_before_anything_is_done(work: Work, key: str) -> None:
    with pytest.raises(Rejected) as refused:
        await work.ask(key=key)
    [violation] = refused.value.violations
    assert (violation.code, refused.value.http_status) == ("IDEMPOTENCY_KEY_INVALID", 400)
    assert work.begun == 0


async def test_of_repeats_at_the_same_time_one_does_the_work(work: Work) -> None:
    async def take_a_while() -> None:
        await asyncio.sleep(0.05)

    async with asyncio.timeout(_SECONDS_UNTIL_STUCK):
        assert await asyncio.gather(*(work.ask(during=take_a_while) for _ in range(8))) == [1] * 8
    assert (work.begun, await work.done()) == (1, 1)


async def test_of_two_contents_at_the_same_time_one_is_refused(work: Work) -> None:
    async with asyncio.timeout(_SECONDS_UNTIL_STUCK):
        outcomes = await asyncio.gather(*(work.ask(content) for content in "ab"), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes if outcome != 1] == [Rejected]
    assert await work.done() == 1


async def test_work_that_fails_leaves_its_key_free_also_for_one_who_waited(work: Work) -> None:
    has_begun, may_fail = asyncio.Event(), asyncio.Event()

    async def fail() -> None:
        has_begun.set()
        await may_fail.wait()
        raise OSError("the disk is full")

    failing = asyncio.create_task(work.ask("a", during=fail))
    await has_begun.wait()
    second = asyncio.create_task(work.ask("b"))
    await asyncio.sleep(0.05)
    assert not second.done()
    may_fail.set()
    with pytest.raises(OSError, match="disk"):
        await failing
    assert await second == 2
    assert await work.done() == 1


async def test_a_crash_before_any_statement_leaves_all_or_nothing(work: Work) -> None:
    """Claim, work, remember, commit: whichever was not reached, a repeat does the work once."""
    outcomes = []
    for step in range(10):
        work.tenant_id, work.begun = uuid7(), 0
        point = CrashPoint(step)
        with before_every_statement(point.statement):
            # What the crash looks like from outside depends on what the driver was doing; that it happened does not.
            await asyncio.gather(asyncio.create_task(work.ask()), return_exceptions=True)
        if not point.reached:
            break
        outcomes.append(await work.done())
        await work.ask()
        assert await work.done() == 1
    # At least before the claim, the work, the remembering and the commit.
    assert len(outcomes) >= 4
    assert set(outcomes) == {0}


async def test_a_key_is_free_again_after_a_day(env: Env) -> None:
    tenant_id = uuid7()
    assert await Work(_a_day_ago(env), tenant_id).ask("old", operation="a") == 1
    again = Work(env, tenant_id)
    again.begun = 1
    assert await again.ask("new", operation="a") == 2
    assert await again.ask("new", operation="a") == 2


async def test_a_long_transaction_with_a_key_keeps_no_other_company_waiting(env: Env) -> None:
    await Work(_a_day_ago(env)).ask()
    has_claimed, may_end = asyncio.Event(), asyncio.Event()

    async def upload() -> None:
        has_claimed.set()
        await may_end.wait()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(Work(env).ask(during=upload))
        await has_claimed.wait()
        async with asyncio.timeout(_SECONDS_UNTIL_STUCK):
            assert await Work(env).ask() == 1
        may_end.set()


async def test_sweeping_deletes_keys_that_are_free_again_and_no_others(env: Env) -> None:
    old, new = Work(_a_day_ago(env)), Work(env)
    await old.ask()
    await new.ask()
    await idempotency.sweep(env.now())
    kept = await database.fetch(
        "SELECT tenant_id FROM idempotency_key WHERE tenant_id = ANY($1)", [old.tenant_id, new.tenant_id]
    )
    assert [row["tenant_id"] for row in kept] == [new.tenant_id]
