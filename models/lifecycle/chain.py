"""The hash chain of a passport's events: what is hashed, how, and nothing else.

``hash = SHA-256(canonical JSON of the event, previousHash included)``, canonical as in RFC 8785. Hashed events have
ASCII keys, integers within ±(2^53 - 1), decimals as strings and no floats, for which sorted orjson gives exactly
RFC 8785's bytes.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson


def hash_text(digest: bytes | None) -> str | None:
    """A hash as it is shown and hashed: ``sha256:`` and 64 hexadecimal digits."""
    return None if digest is None else f"sha256:{digest.hex()}"


def timestamp(moment: datetime) -> str:
    """A moment as it is hashed: ISO 8601 in UTC with six decimals and Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical_event(
    *,
    id: UUID,
    tenant_id: UUID,
    passport_id: UUID,
    position: int,
    event_type: str,
    action: str,
    actor: str,
    actor_role: str,
    status_from: str | None,
    status_to: str | None,
    metadata: dict[str, Any],
    created_at: datetime,
    previous_hash: bytes | None,
) -> dict[str, Any]:
    """The event as the object that is hashed."""
    return {
        "action": action,
        "actor": actor,
        "actorRole": actor_role,
        "createdAt": timestamp(created_at),
        "eventType": event_type,
        "id": str(id),
        "metadata": metadata,
        "passportId": str(passport_id),
        "position": position,
        "previousHash": hash_text(previous_hash),
        "statusFrom": status_from,
        "statusTo": status_to,
        "tenantId": str(tenant_id),
    }


def event_hash(event: dict[str, Any]) -> bytes:
    """SHA-256 of a canonical event."""
    return hashlib.sha256(orjson.dumps(event, option=orjson.OPT_SORT_KEYS)).digest()
