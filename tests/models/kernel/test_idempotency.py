"""Idempotency keys: free again after a day, and no company's key is in another's way."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from models import database
from models.database import unit_of_work
from models.kernel import idempotency
from models.kernel.env import Env, utc_now
from models.kernel.ids import uuid7

_OPERATION = "test"
_SECONDS_UNTIL_STUCK = 10.0


def _a_day_ago(env: Env) -> Env:
    return replace(env, now=lambda: utc_now() - idempotency.LIFETIME - timedelta(seconds=1))


async def _use(tenant_id: UUID, env: Env, content: bytes = b"") -> dict[str, object] | None:
    """Claim the key and remember an answer, if it is free; gives the answer that was given before."""
    async with unit_of_work() as connection:
        given = await idempotency.claim(connection, tenant_id, _OPERATION, "key", content, env)
        if given is None:
            await idempotency.remember(connection, tenant_id, _OPERATION, "key", {"content": content.decode()})
    return given


async def test_a_key_is_free_again_after_a_day(env: Env) -> None:
    tenant_id = uuid7()
    assert await _use(tenant_id, _a_day_ago(env), b"old") is None
    assert await _use(tenant_id, env, b"new") is None
    assert await _use(tenant_id, env, b"new") == {"content": "new"}


async def test_a_long_transaction_with_a_key_keeps_no_other_company_waiting(env: Env) -> None:
    await _use(uuid7(), _a_day_ago(env))
    has_claimed, may_end = asyncio.Event(), asyncio.Event()

    async def upload() -> None:
        async with unit_of_work() as connection:
            await idempotency.claim(connection, uuid7(), _OPERATION, "key", b"", env)
            has_claimed.set()
            await may_end.wait()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(upload())
        await has_claimed.wait()
        async with asyncio.timeout(_SECONDS_UNTIL_STUCK):
            assert await _use(uuid7(), env) is None
        may_end.set()


async def test_sweeping_deletes_keys_that_are_free_again_and_no_others(env: Env) -> None:
    old, new = uuid7(), uuid7()
    await _use(old, _a_day_ago(env))
    await _use(new, env)
    await idempotency.sweep(env.now())
    kept = await database.fetch("SELECT tenant_id FROM idempotency_key WHERE tenant_id = ANY($1)", [old, new])
    assert [row["tenant_id"] for row in kept] == [new]
