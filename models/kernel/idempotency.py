"""Idempotency keys: a repeat after a lost answer gets the first answer and does nothing twice.

The key is claimed in the same transaction as the work, so both are there or neither. A second request with the key
waits on the unique index until the first has committed or failed. Keys live 24 hours.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from models import database
from models.database import Connection
from models.kernel.env import Env
from models.kernel.errors import ErrorCode, Rejected, reject

LIFETIME = timedelta(hours=24)
LONGEST_KEY = 200


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


def check_key(key: str) -> str:
    """The key, or a rejection naming what a key may be."""
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise reject(
            IdempotencyErrorCode.IDEMPOTENCY_KEY_INVALID,
            f"An idempotency key has 1 to {LONGEST_KEY} printable characters.",
            "idempotency_key",
            value=key[:LONGEST_KEY],
            http_status=400,
        )
    return key


async def claim(
    connection: Connection, tenant_id: UUID, operation: str, key: str, input_hash: bytes, env: Env
) -> dict[str, Any] | None:
    """Claim a key in the open transaction: None when the work is to be done, else the answer given before.

    Raises a rejection (409) when the key belongs to other content.
    """
    now = env.now()
    # Other keys that are free again are left to `sweep`: their locks would be held for as long as the work takes.
    claimed = await connection.fetchval(
        "INSERT INTO idempotency_key AS k (tenant_id, operation, key, input_hash, created_at) "
        "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, operation, key) DO UPDATE "
        "SET input_hash = excluded.input_hash, answer = NULL, created_at = excluded.created_at "
        "WHERE k.created_at < $6 RETURNING true",
        tenant_id,
        operation,
        key,
        input_hash,
        now,
        now - LIFETIME,
    )
    if claimed:
        return None
    row = await connection.fetchrow(
        "SELECT input_hash, answer FROM idempotency_key WHERE tenant_id = $1 AND operation = $2 AND key = $3",
        tenant_id,
        operation,
        key,
    )
    if row is None or row["answer"] is None or row["input_hash"] != input_hash:
        raise reused(key)
    answer: dict[str, Any] = orjson.loads(row["answer"])
    return answer


def reused(key: str) -> Rejected:
    """The rejection of a key that was used for other content."""
    return reject(
        IdempotencyErrorCode.IDEMPOTENCY_KEY_REUSED,
        "This idempotency key was used for other content; take a new key for a new request.",
        "idempotency_key",
        value=key,
        http_status=409,
    )


async def remember(connection: Connection, tenant_id: UUID, operation: str, key: str, answer: dict[str, Any]) -> None:
    """Keep the answer that goes with a claimed key, in the same transaction as the work."""
    await connection.execute(
        "UPDATE idempotency_key SET answer = $4 WHERE tenant_id = $1 AND operation = $2 AND key = $3",
        tenant_id,
        operation,
        key,
        orjson.dumps(answer).decode(),
    )


async def sweep(now: datetime) -> None:
    """Delete keys that are free again."""
    await database.execute("DELETE FROM idempotency_key WHERE created_at < $1", now - LIFETIME)
