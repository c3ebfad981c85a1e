"""Idempotency keys: a repeat after a lost answer gets the first answer and does nothing twice.

A use case says in a `Guard` which key and which content guard it, and does its work through `once`. The key is claimed
in the same transaction as the work, so both are there or neither. A second request with the key waits on the unique
index until the first has committed or failed. Keys live 24 hours.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import orjson

from models import database
from models.database import Connection
from models.kernel.env import Env
from models.kernel.errors import ErrorCode, Rejected, reject
from models.kernel.text import shown, too_long

LIFETIME = timedelta(hours=24)
LONGEST_KEY = 200

Answer = dict[str, Any]
_Result = TypeVar("_Result")


class IdempotencyErrorCode(ErrorCode):
    """Codes of the rules for idempotency keys."""

    IDEMPOTENCY_KEY_INVALID = (
        "IDEMPOTENCY_KEY_INVALID",
        "The idempotency key is empty, too long or not printable.",
    )
    IDEMPOTENCY_KEY_REUSED = (
        "IDEMPOTENCY_KEY_REUSED",
        "The idempotency key was used within the last 24 hours for other content.",
    )


@dataclass(frozen=True, slots=True)
class Guard:
    """What makes a request a repeat of an earlier one: its company, operation and key. Without a key nothing does.

    `content` gives the SHA-256 of what both must share; it is only asked for when there is a key. Raises a rejection
    (400) for what can't be a key.
    """

    tenant_id: UUID
    operation: str
    key: str | None
    content: Callable[[], bytes]

    def __post_init__(self) -> None:
        if self.key is not None:
            check_key(self.key)


async def once(
    connection: Connection,
    guard: Guard,
    env: Env,
    work: Callable[[], Awaitable[_Result]],
    *,
    keep: Callable[[_Result], Answer],
    recall: Callable[[Answer], Awaitable[_Result]],
) -> _Result:
    """Do the work in the open transaction, unless it was done under the guard's key before.

    `keep` turns a result into the answer that is stored with the key, and `recall` a stored answer into the result of
    a repeat. Work that raises leaves its key free. Raises a rejection (409) when the key belongs to other content.
    """
    if guard.key is None:
        return await work()
    given = await _claim(connection, guard, guard.key, env)
    if given is not None:
        return await recall(given)
    result = await work()
    await _remember(connection, guard, keep(result))
    return result


def check_key(key: str) -> str:
    """The key, or a rejection naming what a key may be."""
    if not key or too_long(key, LONGEST_KEY) or not key.isprintable():
        raise reject(
            IdempotencyErrorCode.IDEMPOTENCY_KEY_INVALID,
            f"An idempotency key has 1 to {LONGEST_KEY} printable characters.",
            "idempotency_key",
            value=shown(key),
            http_status=400,
        )
    return key


async def _claim(connection: Connection, guard: Guard, key: str, env: Env) -> Answer | None:
    """Claim the key: None when the work is to be done, else the answer given before."""
    now, content = env.now(), guard.content()
    # Other keys that are free again are left to `sweep`: their locks would be held for as long as the work takes.
    claimed = await connection.fetchval(
        "INSERT INTO idempotency_key AS k (tenant_id, operation, key, input_hash, created_at) "
        "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, operation, key) DO UPDATE "
        "SET input_hash = excluded.input_hash, answer = NULL, created_at = excluded.created_at "
        "WHERE k.created_at < $6 RETURNING true",
        guard.tenant_id,
        guard.operation,
        key,
        content,
        now,
        now - LIFETIME,
    )
    if claimed:
        return None
    row = await connection.fetchrow(
        "SELECT input_hash, answer FROM idempotency_key WHERE tenant_id = $1 AND operation = $2 AND key = $3",
        guard.tenant_id,
        guard.operation,
        key,
    )
    if row is None or row["answer"] is None or row["input_hash"] != content:
        raise _reused(key)
    answer: Answer = orjson.loads(row["answer"])
    return answer


def _reused(key: str) -> Rejected:
    """The rejection of a key that was used for other content."""
    return reject(
        IdempotencyErrorCode.IDEMPOTENCY_KEY_REUSED,
        "This idempotency key was used for other content; take a new key for a new request.",
        "idempotency_key",
        value=key,
        http_status=409,
    )


async def _remember(connection: Connection, guard: Guard, answer: Answer) -> None:
    await connection.execute(
        "UPDATE idempotency_key SET answer = $4 WHERE tenant_id = $1 AND operation = $2 AND key = $3",
        guard.tenant_id,
        guard.operation,
        guard.key,
        orjson.dumps(answer).decode(),
    )


async def sweep(now: datetime) -> None:
    """Delete keys that are free again."""
    await database.execute("DELETE FROM idempotency_key WHERE created_at < $1", now - LIFETIME)
