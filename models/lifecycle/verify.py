"""Verifying an evidence bundle. Needs nothing but the bundle and, to authenticate it, the public key.

What is found is named: the first event that is not what it must be, and why. docs/audit.md says the same in words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from models.lifecycle.chain import VERSION, NotCanonical, canonical_json, require_canonical, timestamp
from models.lifecycle.signing import RetiredKey, is_signed_by, key_id

BUNDLE_FORMAT: Final = "exportready-audit/2"
_FIRST_FORMAT: Final = "exportready-audit/1"

# Of version 1, whose events name the actor's address.
_FIRST_MEMBERS: Final = frozenset(
    {
        "action", "actor", "actorRole", "createdAt", "eventType", "hash", "id", "metadata",
        "passportId", "position", "previousHash", "statusFrom", "statusTo", "tenantId",
    }
)  # fmt: skip
_EVENT_MEMBERS: Final = _FIRST_MEMBERS | {"version"}
# What the events of a bundle may be: a chain that was begun in version 1 goes on in version 2.
_MEMBERS: Final = {_FIRST_FORMAT: (_FIRST_MEMBERS,), BUNDLE_FORMAT: (_EVENT_MEMBERS, _FIRST_MEMBERS)}
_MEMBER_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_IDENTITY: Final = ("serialNumber", "manufactureDate", "batchId")


class Fault(StrEnum):
    """What is wrong with a chain, its head or the passport that it belongs to."""

    BUNDLE_MALFORMED = "BUNDLE_MALFORMED"
    EVENT_MALFORMED = "EVENT_MALFORMED"
    EVENT_FOREIGN = "EVENT_FOREIGN"
    EVENT_MISSING = "EVENT_MISSING"
    EVENT_OUT_OF_ORDER = "EVENT_OUT_OF_ORDER"
    CONTENT_CHANGED = "CONTENT_CHANGED"
    LINK_BROKEN = "LINK_BROKEN"
    STATUS_SKIPPED = "STATUS_SKIPPED"
    HEAD_MISMATCH = "HEAD_MISMATCH"
    PASSPORT_MISMATCH = "PASSPORT_MISMATCH"
    STATUS_MISMATCH = "STATUS_MISMATCH"
    SIGNATURE_MISSING = "SIGNATURE_MISSING"
    SIGNATURE_INVALID = "SIGNATURE_INVALID"


@dataclass(frozen=True, slots=True)
class LocatedFault:
    """A fault and where it was found. `position` is the event's place in the chain; None when no event is at fault."""

    position: int | None
    fault: Fault
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found. `authenticated`: the head's signature was checked against a key and is that key's."""

    event_count: int
    chain_status: str | None
    authenticated: bool
    first_fault: LocatedFault | None

    @property
    def valid(self) -> bool:
        """Whether nothing was found wrong."""
        return self.first_fault is None


class _Faulty(Exception):
    def __init__(self, position: int | None, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.found = LocatedFault(position, fault, message)


def verify(
    bundle: object,
    public_key: bytes | None = None,
    retired: Sequence[RetiredKey] = (),
    earlier: dict[str, Any] | None = None,
) -> Verdict:
    """Verify a bundle as it was parsed from JSON. Without a key a consistent bundle is not authenticated.

    With a key, a head may also be signed by one of the retired keys, while that one signed. `earlier` is the head of an
    earlier bundle of the passport, which the chain must have passed.
    """
    chain = _Chain()
    try:
        format, passport, events, head = _parts(bundle)
        for event in events:
            chain.take(event, passport, _MEMBERS[format])
        if earlier is not None:
            _check_earlier(events, earlier)
        _check_head(chain, head)
        _check_passport(chain, passport)
        if public_key is not None:
            _check_signature(passport, head, public_key, retired)
    except _Faulty as faulty:
        return Verdict(chain.length, chain.status, False, faulty.found)
    return Verdict(chain.length, chain.status, public_key is not None, None)


class _Chain:
    """The events taken so far: how many, the hash of the last, and the status that they lead to."""

    __slots__ = ("first", "hash", "length", "status")

    def __init__(self) -> None:
        self.length = 0
        self.hash: str | None = None
        self.status: str | None = None
        self.first: dict[str, Any] = {}

    def take(self, event: object, passport: dict[str, Any], members: tuple[frozenset[str], ...]) -> None:
        """Check the next event, which has one of these sets of members, and go on to it. Raises `_Faulty`."""
        expected = self.length + 1
        if not isinstance(event, dict) or event.keys() not in members or not _is_version(event):
            raise _Faulty(expected, Fault.EVENT_MALFORMED, f"Event {expected} does not have the members of an event.")
        position = event["position"]
        if position != expected or type(position) is not int:
            raise _misplaced(position, expected)
        if event["passportId"] != passport["id"] or event["tenantId"] != passport["tenantId"]:
            raise _Faulty(expected, Fault.EVENT_FOREIGN, f"Event {expected} belongs to another passport or company.")
        claimed = event["hash"]
        if claimed != _hash_of(event, expected):
            message = f"The content of event {expected} does not give its hash: one of the two was changed."
            raise _Faulty(expected, Fault.CONTENT_CHANGED, message)
        if "version" in event and not _names_a_member(event["actor"]):
            message = f"Event {expected} does not name the member who acted by id."
            raise _Faulty(expected, Fault.EVENT_MALFORMED, message)
        if event["previousHash"] != self.hash:
            message = f"Event {expected} does not follow on the hash of the event before it."
            raise _Faulty(expected, Fault.LINK_BROKEN, message)
        self._follow_status(event, expected)
        if expected == 1:
            self.first = event
        self.length, self.hash = expected, claimed

    def _follow_status(self, event: dict[str, Any], expected: int) -> None:
        before, after = event["statusFrom"], event["statusTo"]
        if event["eventType"] == "RECORDED" and expected > 1:
            if before is not None or after is not None:
                raise _Faulty(
                    expected, Fault.STATUS_SKIPPED, f"Event {expected} records no change of status but has one."
                )
            return
        if before != self.status or type(after) is not str:
            message = f"Event {expected} leads from {before}, but the chain stands at {self.status}."
            raise _Faulty(expected, Fault.STATUS_SKIPPED, message)
        self.status = after


def _is_version(event: dict[str, Any]) -> bool:
    """Whether an event that says which version it is, says the one that is known."""
    return "version" not in event or (event["version"] == VERSION and type(event["version"]) is int)


def _names_a_member(actor: object) -> bool:
    return isinstance(actor, str) and _MEMBER_ID.fullmatch(actor) is not None


def _misplaced(position: object, expected: int) -> _Faulty:
    if type(position) is not int:
        return _Faulty(expected, Fault.EVENT_MALFORMED, f"Event {expected} has no whole number as its position.")
    if position > expected:
        return _Faulty(expected, Fault.EVENT_MISSING, f"Event {expected} is missing: event {position} follows.")
    message = f"Event {position} stands in the place of event {expected}: repeated, inserted or moved."
    return _Faulty(expected, Fault.EVENT_OUT_OF_ORDER, message)


def _hash_of(event: dict[str, Any], position: int) -> str:
    content = event.copy()
    del content["hash"]
    try:
        for value in content.values():
            # Nearly all members are text or null, of which a verifier sees millions a second.
            if type(value) is not str and value is not None:
                require_canonical(value)
        return f"sha256:{sha256(canonical_json(content)).hexdigest()}"
    except (NotCanonical, TypeError) as error:
        raise _Faulty(position, Fault.EVENT_MALFORMED, f"Event {position} can't be hashed: {error}.") from None


def _parts(bundle: object) -> tuple[str, dict[str, Any], list[Any], dict[str, Any]]:
    format = bundle.get("format") if isinstance(bundle, dict) else None
    if not isinstance(bundle, dict) or not isinstance(format, str) or format not in _MEMBERS:
        message = f"This is no bundle of the format {' or '.join(_MEMBERS)}."
        raise _Faulty(None, Fault.BUNDLE_MALFORMED, message)
    passport, events, head = bundle.get("passport"), bundle.get("events"), bundle.get("head")
    if not isinstance(passport, dict) or not isinstance(events, list) or not isinstance(head, dict):
        raise _Faulty(None, Fault.BUNDLE_MALFORMED, "A bundle has a passport, a list of events and a head.")
    if not all(isinstance(passport.get(name), str) for name in ("id", "tenantId", "status", *_IDENTITY)):
        raise _Faulty(None, Fault.BUNDLE_MALFORMED, "The passport lacks one of the members that identify it.")
    if format == BUNDLE_FORMAT and not isinstance(bundle.get("actors"), dict):
        raise _Faulty(None, Fault.BUNDLE_MALFORMED, "A bundle has the addresses of those who acted, or none.")
    if not events:
        raise _Faulty(1, Fault.EVENT_MISSING, "Event 1 is missing: there are no events.")
    return format, passport, events, head


def _check_earlier(events: list[dict[str, Any]], earlier: dict[str, Any]) -> None:
    position = earlier["position"]
    if position > len(events):
        message = f"Event {len(events) + 1} is missing: an earlier bundle goes on to event {position}."
        raise _Faulty(len(events) + 1, Fault.EVENT_MISSING, message)
    if events[position - 1]["hash"] != earlier["hash"]:
        message = f"Event {position} is not the one that an earlier bundle ends with: the chain was made anew."
        raise _Faulty(position, Fault.HEAD_MISMATCH, message)


def _check_head(chain: _Chain, head: dict[str, Any]) -> None:
    if type(head.get("position")) is not int or not isinstance(head.get("hash"), str):
        raise _Faulty(None, Fault.BUNDLE_MALFORMED, "The head lacks its position or its hash.")
    position = head["position"]
    if position > chain.length:
        message = f"Event {chain.length + 1} is missing: the head stands at event {position}."
        raise _Faulty(chain.length + 1, Fault.EVENT_MISSING, message)
    if position < chain.length:
        message = f"Event {position + 1} comes after the head, which stands at event {position}."
        raise _Faulty(position + 1, Fault.HEAD_MISMATCH, message)
    if head["hash"] != chain.hash:
        message = f"The head has another hash than event {position}: the end of the chain was made anew."
        raise _Faulty(position, Fault.HEAD_MISMATCH, message)


def _check_passport(chain: _Chain, passport: dict[str, Any]) -> None:
    issued = chain.first["metadata"]
    for name in _IDENTITY:
        if not isinstance(issued, dict) or issued.get(name) != passport[name]:
            message = f"The passport's {name} is not the one that it was issued with."
            raise _Faulty(None, Fault.PASSPORT_MISMATCH, message)
    if passport["status"] != chain.status:
        message = f"The passport is stored as {passport['status']}, but its chain leads to {chain.status}."
        raise _Faulty(None, Fault.STATUS_MISMATCH, message)


def _check_signature(
    passport: dict[str, Any], head: dict[str, Any], public_key: bytes, retired: Sequence[RetiredKey]
) -> None:
    if not isinstance(head.get("signature"), str):
        raise _Faulty(None, Fault.SIGNATURE_MISSING, "The head is not signed.")
    is_dated = isinstance(head.get("signedAt"), str)
    if is_dated and is_signed_by(public_key, passport["id"], head):
        return
    if is_dated and any(_signed_in_time(key, passport["id"], head) for key in retired):
        return
    others = ", nor that of a retired key from the time when it signed" if retired else ""
    message = f"The head's signature is not that of the key {key_id(public_key)}{others}."
    raise _Faulty(None, Fault.SIGNATURE_INVALID, message)


def _signed_in_time(key: RetiredKey, passport_id: str, head: dict[str, Any]) -> bool:
    # What the key did sign has its times written in one way, in which texts sort as times do.
    return bool(head["signedAt"] <= timestamp(key.until)) and is_signed_by(key.public_key, passport_id, head)
