"""Razorpay's SDK and the HTTP library beneath it, loaded by the first call to Razorpay and by nothing else."""

from collections.abc import Callable
from typing import Any, TypeVar

import requests
from razorpay import Client
from razorpay.errors import BadRequestError, GatewayError, ServerError

from models.kernel.payments import GatewayUnavailable

Answer = TypeVar("Answer")

_CONNECT_SECONDS = 5.0
_READ_SECONDS = 10.0


class _Session(requests.Session):
    """Every request with a time limit, which the SDK has none of its own for, and every failure as one error."""

    def request(self, *arguments: Any, **options: Any) -> requests.Response:
        options.setdefault("timeout", (_CONNECT_SECONDS, _READ_SECONDS))
        try:
            return super().request(*arguments, **options)
        except requests.RequestException as error:
            raise GatewayUnavailable(f"Razorpay can't be reached: {type(error).__name__}") from error


class Sdk:
    """The SDK with a session of its own; may be called from several threads."""

    def __init__(self, key_id: str, key_secret: str, base_url: str) -> None:
        self._client = Client(session=_Session(), auth=(key_id, key_secret), base_url=base_url)

    def answer(self, call: Callable[[Client], Answer]) -> Answer:
        """What the call gives. Raises `GatewayUnavailable` when Razorpay can't be reached or refuses."""
        try:
            return call(self._client)
        except (BadRequestError, GatewayError, ServerError) as error:
            raise GatewayUnavailable(f"Razorpay refused: {error}") from error

    def close(self) -> None:
        """Close the connections."""
        self._client.session.close()
