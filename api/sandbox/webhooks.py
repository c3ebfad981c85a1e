"""The sandbox's webhooks: signed, sent at least once, tried again when they are not taken."""

import asyncio
import json
import time
from http.client import HTTPException
from urllib.request import Request, urlopen
from uuid import uuid4

import structlog

from api.sandbox.store import Entity
from models.billing import sign

_SECONDS_TO_ANSWER = 5
_ATTEMPTS = 6
_log = structlog.get_logger(__name__)


class Sender:
    """Sends events to one address."""

    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        self._secret = secret

    async def send(self, kind: str, *entities: Entity) -> None:
        """Send one event about these entities, again with growing delays until it is taken or given up."""
        event = {
            "entity": "event",
            "account_id": "acc_sandbox",
            "event": kind,
            "contains": [entity["entity"] for entity in entities],
            "payload": {entity["entity"]: {"entity": entity} for entity in entities},
            "created_at": int(time.time()),
        }
        body = json.dumps(event).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Razorpay-Event-Id": f"evt_{uuid4().hex[:14]}",
            "X-Razorpay-Signature": sign(self._secret, body),
        }
        for attempt in range(_ATTEMPTS):
            if await asyncio.to_thread(self._post, body, headers):
                return
            await asyncio.sleep(2**attempt)
        _log.warning("sandbox_webhook_given_up", event=kind)

    def _post(self, body: bytes, headers: dict[str, str]) -> bool:
        try:
            # The address is this server's own.
            with urlopen(Request(self._url, body, headers), timeout=_SECONDS_TO_ANSWER):  # noqa: S310
                return True
        # An answer of 400 and above is an `OSError` too.
        except (HTTPException, OSError):
            return False
