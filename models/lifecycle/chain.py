"""The hash chain of a passport's events: what is hashed, how, and nothing else. docs/audit.md says it for others.

``hash = SHA-256(canonical JSON of the event, previousHash included)``, canonical as in RFC 8785. Hashed events have
ASCII keys, integers within ±(2^53 - 1), decimals as strings and no floats, for which sorted orjson gives exactly
RFC 8785's bytes.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import orjson

LARGEST_INTEGER: Final = 2**53 - 1
# Of the events that are written now. Those of version 1 don't say so.
VERSION: Final = 2


class NotCanonical(ValueError):
    """A value that has no place in a hashed event, because other programs might write it differently."""


def canonical_json(value: object) -> bytes:
    """Returns the value's canonical JSON. Right only for what `require_canonical` lets through."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def require_canonical(value: object) -> None:
    """Raise `NotCanonical` for floats, integers beyond ±(2^53 - 1) and keys that are not ASCII, however deep."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not key.isascii():
                raise NotCanonical(f"the key {key!r} is not ASCII")
            # Most values are text, of which a verifier sees hundreds of thousands a second.
            if type(item) is not str:
                require_canonical(item)
    elif isinstance(value, list):
        for item in value:
            require_canonical(item)
    elif isinstance(value, float):
        raise NotCanonical(f"{value!r} is not an integer")
    elif isinstance(value, int) and not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
        raise NotCanonical(f"{value} is beyond 2^53 - 1")


def hash_text(digest: bytes | None) -> str | None:
    """Returns a hash as it is shown and hashed: ``sha256:`` and 64 hexadecimal digits."""
    return None if digest is None else f"sha256:{digest.hex()}"


def timestamp(moment: datetime) -> str:
    """Returns a moment as it is hashed: ISO 8601 in UTC with six decimals and Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical_event(
    *,
    id: UUID,
    tenant_id: UUID,
    passport_id: UUID,
    position: int,
    event_type: str,
    action: str,
    actor: str | None,
    actor_id: UUID | None,
    actor_role: str,
    status_from: str | None,
    status_to: str | None,
    metadata: dict[str, Any],
    created_at: datetime,
    previous_hash: bytes | None,
) -> dict[str, Any]:
    """Returns the event as the object that is hashed: of version 2 if it has an `actor_id`, which names no address."""
    event = {
        "action": action,
        "actor": actor if actor_id is None else str(actor_id),
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
    return event if actor_id is None else {**event, "version": VERSION}


def event_hash(event: dict[str, Any]) -> bytes:
    """SHA-256 of a canonical event."""
    return hashlib.sha256(canonical_json(event)).digest()
