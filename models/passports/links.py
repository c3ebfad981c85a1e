"""Short-lived links to a batch's files, which need no Authorization header: for a browser, a mail, a spreadsheet.

A link names its batch and when it ends, and carries an HMAC-SHA256 over both and the company, under a key that is
derived from the server's secret for this purpose alone.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final, Self
from urllib.parse import urlencode
from uuid import UUID

from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import BadInput, Forbidden
from models.kernel.permissions import Permission

LIFETIME: Final = timedelta(minutes=15)


class BatchFile(StrEnum):
    """The files of a batch, by the last part of their address."""

    QR_ARCHIVE = "qrcodes.zip"
    CSV_EXPORT = "passports.csv"


@dataclass(frozen=True, slots=True)
class LinkSignature:
    """What makes a link valid: when it ends, and the signature."""

    expires: int
    signature: str

    @classmethod
    def of(cls, expires: str, signature: str) -> Self:
        """From the link's parameters; `expires` counts seconds since 1970. Raises `BadInput`."""
        if not (expires.isascii() and expires.isdigit() and len(expires) <= 12):
            raise BadInput("expires must be a whole number of seconds since 1970.")
        return cls(int(expires), signature)


def download_url(actor: Actor, batch_id: UUID, file: BatchFile, env: Env) -> str | None:
    """Returns a link to a file of a batch that the actor sees, good for 15 minutes; None when they may not download."""
    if not actor.may(Permission.PASSPORT_DOWNLOAD):
        return None
    expires = int((env.now() + LIFETIME).timestamp())
    parameters = urlencode({"expires": expires, "signature": _sign(env, actor.tenant_id, batch_id, file, expires)})
    return f"{env.policy.public_base_url.rstrip('/')}/batches/{batch_id}/{file}?{parameters}"


def check_signature(env: Env, tenant_id: UUID, batch_id: UUID, file: BatchFile, given: LinkSignature) -> None:
    """Raises `Forbidden` unless the link was given out for this file and is still good."""
    expected = _sign(env, tenant_id, batch_id, file, given.expires)
    if not hmac.compare_digest(expected.encode(), given.signature.encode()):
        raise invalid_link()
    if env.now().timestamp() >= given.expires:
        raise Forbidden("This link has expired; ask for a new one.")


def invalid_link() -> Forbidden:
    """Returns the error for a link that was never given out, whether or not its batch exists."""
    return Forbidden("This link is not valid; ask for a new one.")


def _sign(env: Env, tenant_id: UUID, batch_id: UUID, file: BatchFile, expires: int) -> str:
    key = hmac.digest(env.policy.secret_key.encode(), b"links to the files of a batch", hashlib.sha256)
    message = f"{tenant_id}\n{batch_id}\n{file}\n{expires}".encode()
    return urlsafe_b64encode(hmac.digest(key, message, hashlib.sha256)).rstrip(b"=").decode()
