"""Auditing passports: the evidence bundle, and what verifying it finds."""

import asyncio
from base64 import b64encode
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson

from models import database
from models.batches import visible_to
from models.database import Record
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import DomainError, NotFound
from models.lifecycle.chain import canonical_event, hash_text, timestamp
from models.lifecycle.events import COLUMNS, HASHED
from models.lifecycle.signing import ALGORITHM, key_id, public_key_of, sign_head
from models.lifecycle.verify import BUNDLE_FORMAT, Verdict, verify
from models.passports import VISIBLE_PASSPORTS, PassportStatus

# How many events a request may have verified while it waits; a longer history is verified by whoever asks.
LONGEST_AUDIT: Final = 1_000

# One statement, so that the passport, its events and its chain's head are of one moment. $4: with more events than this
# none is read.
_PASSPORT_WITH_EVENTS: Final = f"""
SELECT p.serial_number, p.manufacture_date, p.status, p.batch_id AS passport_batch_id, chain.is_readable,
    head.position AS head_position, head.hash AS head_hash, {COLUMNS}
FROM {VISIBLE_PASSPORTS}
CROSS JOIN LATERAL (
    SELECT $4::bigint IS NULL OR count(*) <= $4 AS is_readable
    FROM (SELECT FROM lifecycle_event WHERE passport_id = p.id LIMIT $4 + 1) counted
) chain
LEFT JOIN chain_head head ON head.subject = p.id
LEFT JOIN lifecycle_event e ON e.passport_id = p.id AND chain.is_readable
WHERE p.id = $3
ORDER BY e.position
"""  # noqa: S608  # the text is made of constants


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The end of a chain, as it is stored apart from the events.

    `signed_at`, `signature` and `key_id` are None without a signing key, and when anything is wrong with the history.
    """

    position: int
    hash: str
    signed_at: str | None
    signature: str | None
    key_id: str | None


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found. `stored_status` is the passport's, the verdict has the one that its chain leads to."""

    verdict: Verdict
    stored_status: PassportStatus
    head: AuditHead


class HistoryTooLong(DomainError):
    """The history has more events than are verified while a request waits."""

    code = "COST_EXCEEDED"
    http_status = 400


async def audit(actor: Actor, passport_id: UUID, env: Env) -> AuditReport:
    """Verify a passport's chain, from what the database holds. Raises `NotFound` and `HistoryTooLong`."""
    evidence, verdict = await _evidence(actor, passport_id, env, LONGEST_AUDIT)
    head = evidence["head"]
    return AuditReport(
        verdict=verdict,
        stored_status=PassportStatus(evidence["passport"]["status"]),
        head=AuditHead(head["position"], head["hash"], head.get("signedAt"), head.get("signature"), head.get("keyId")),
    )


async def bundle(actor: Actor, passport_id: UUID, env: Env) -> dict[str, Any]:
    """The evidence bundle: all that a verifier needs, ready to be written as JSON. Raises `NotFound`."""
    evidence, _ = await _evidence(actor, passport_id, env)
    return evidence


async def _evidence(
    actor: Actor, passport_id: UUID, env: Env, most: int | None = None
) -> tuple[dict[str, Any], Verdict]:
    """The evidence and what verifying it finds. Its head is signed only when nothing is wrong."""
    rows = await database.fetch(_PASSPORT_WITH_EVENTS, *visible_to(actor), passport_id, most)
    if not rows:
        raise NotFound("There is no such passport.")
    if not rows[0]["is_readable"]:
        raise HistoryTooLong(
            f"The history has more than {most:,} events: verify GET /passports/{passport_id}/audit.json with "
            "`exportready verify`, as docs/audit.md says."
        )
    # A thousand events take milliseconds, which other requests need not wait for.
    return await asyncio.to_thread(_judged, actor, passport_id, rows, env)


def _judged(actor: Actor, passport_id: UUID, rows: list[Record], env: Env) -> tuple[dict[str, Any], Verdict]:
    # The head as it is stored, not as the events would have it: that they lead there is for the verifier to see.
    position, digest = rows[0]["head_position"] or 0, hash_text(rows[0]["head_hash"]) or ""
    evidence = {
        "format": BUNDLE_FORMAT,
        "passport": _passport(actor, passport_id, rows[0]),
        "events": [_event(row) for row in rows if row["id"] is not None],
        "actors": _actors(rows),
        "head": {"position": position, "hash": digest},
    }
    verdict = verify(evidence)
    seed = env.policy.audit_signing_seed
    if seed is not None and verdict.valid:
        evidence["head"] = sign_head(seed, str(passport_id), position, digest, env.now())
    return evidence, verdict


def published_key(env: Env) -> dict[str, Any] | None:
    """The public keys that heads are verified with, as they are published; None without a signing key."""
    seed = env.policy.audit_signing_seed
    if seed is None:
        return None
    retired = [{**_published(key), "signedUntil": timestamp(until)} for key, until in env.policy.audit_retired_keys]
    return {**_published(public_key_of(seed)), "retired": retired}


def _published(public_key: bytes) -> dict[str, str]:
    return {"algorithm": ALGORITHM, "keyId": key_id(public_key), "publicKey": b64encode(public_key).decode()}


def _passport(actor: Actor, passport_id: UUID, row: Record) -> dict[str, str]:
    return {
        "id": str(passport_id),
        "tenantId": str(actor.tenant_id),
        "batchId": str(row["passport_batch_id"]),
        "serialNumber": row["serial_number"],
        "manufactureDate": row["manufacture_date"].isoformat(),
        "status": row["status"],
    }


def _actors(rows: list[Record]) -> dict[str, str]:
    """The addresses of the members who acted, by their ids; nothing of those whose address is no longer kept."""
    shown = {str(row["actor_id"]): row["actor"] for row in rows if row["actor_id"] is not None}
    return {id: address for id, address in shown.items() if address != id}


def _event(row: Record) -> dict[str, Any]:
    """The event as it is stored, whatever that is: it is for the verifier to judge."""
    columns = {**{name: row[name] for name in HASHED}, "metadata": orjson.loads(row["metadata"])}
    return {**canonical_event(**columns), "hash": hash_text(row["hash"])}
