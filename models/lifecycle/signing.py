"""Signed heads: what proves that a chain was neither cut off at its end nor recomputed as a whole.

Ed25519 (RFC 8032) over the canonical JSON of the head with its passport's id; see docs/audit.md.
"""

import binascii
import hashlib
from base64 import b64decode, b64encode
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from models.lifecycle.chain import canonical_json, timestamp

HEAD_FORMAT: Final = "exportready-audit-head/1"
ALGORITHM: Final = "Ed25519"
_KEY_BYTES: Final = 32
_PEM: Final = "-----BEGIN"


class InvalidKey(ValueError):
    """A key that can't be used; the message says what one looks like."""


class RetiredKey(NamedTuple):
    """A public key that signed until a moment and no longer."""

    public_key: bytes
    until: datetime


def signing_seed(text: str) -> bytes:
    """Returns the 32-byte seed in `AUDIT_SIGNING_KEY`: a PKCS #8 PEM file's text or the seed in base64."""
    if _PEM not in text:
        return _raw_key(text)
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError):
        raise InvalidKey("The PEM text holds no readable private key without a password.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise InvalidKey("The PEM text holds a private key that is not Ed25519.")
    return key.private_bytes_raw()


def verification_key(text: str) -> bytes:
    """Returns a public key's 32 bytes, from PEM text or base64."""
    if _PEM not in text:
        return _raw_key(text)
    try:
        key = load_pem_public_key(text.encode())
    except ValueError:
        raise InvalidKey("The PEM text holds no readable public key.") from None
    if not isinstance(key, Ed25519PublicKey):
        raise InvalidKey("The PEM text holds a public key that is not Ed25519.")
    return key.public_bytes_raw()


def retired_key(text: str) -> RetiredKey:
    """Returns a key in `AUDIT_RETIRED_KEYS`: the public key in base64, ``@``, and the time until which it signed."""
    encoded, _, moment = text.partition("@")
    try:
        until = datetime.fromisoformat(moment.strip())
        is_certain = until.tzinfo is not None
    except ValueError:
        is_certain = False
    if not is_certain:
        raise InvalidKey(
            "A retired key is the public key in base64, @, and a time with its zone, as 2026-11-21T12:00Z."
        )
    return RetiredKey(_raw_key(encoded), until)


def key_id(public_key: bytes) -> str:
    """Returns what tells one public key from another: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def public_key_of(seed: bytes) -> bytes:
    """Returns the public key that belongs to a seed."""
    return _private_key(seed).public_key().public_bytes_raw()


def sign_head(seed: bytes, passport_id: str, position: int, digest: str, signed_at: datetime) -> dict[str, Any]:
    """Returns the head of a chain, signed: `position`, `hash`, `signedAt`, `signature` in base64, `keyId`."""
    head = {"position": position, "hash": digest, "signedAt": timestamp(signed_at)}
    signature = _private_key(seed).sign(signed_bytes(passport_id, head))
    return {**head, "signature": b64encode(signature).decode(), "keyId": key_id(public_key_of(seed))}


def signed_bytes(passport_id: str, head: dict[str, Any]) -> bytes:
    """Returns what is signed. The format keeps a signature from being taken for one of something else."""
    members = {name: head[name] for name in ("position", "hash", "signedAt")}
    return canonical_json({"format": HEAD_FORMAT, "passportId": passport_id, **members})


def is_signed_by(public_key: bytes, passport_id: str, head: dict[str, Any]) -> bool:
    """Returns whether the head's signature is this key's."""
    try:
        signature = b64decode(head["signature"], validate=True)
        _public_key(public_key).verify(signature, signed_bytes(passport_id, head))
    except (InvalidSignature, binascii.Error, ValueError, TypeError):
        return False
    return True


def _raw_key(text: str) -> bytes:
    try:
        key = b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise InvalidKey("An Ed25519 key is PEM text, or 32 bytes in base64.")
    return key


@lru_cache(maxsize=4)
def _private_key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


@lru_cache(maxsize=4)
def _public_key(raw: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw)
