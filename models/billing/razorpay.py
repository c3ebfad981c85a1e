"""Razorpay: its SDK as the payment gateway, and the shapes of what it sends."""

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

from pydantic import BaseModel, Field, ValidationError

from models.kernel.payments import GatewayUnavailable, Payment, Refund

if TYPE_CHECKING:
    from razorpay import Client

    from models.billing.razorpay_sdk import Sdk

Answer = TypeVar("Answer")

RAZORPAY_URL: Final = "https://api.razorpay.com"
_CALL_SECONDS = 20.0
_CALLS_AT_ONCE = 4
_LARGEST_PAGE = 100

_Id = Annotated[str, Field(pattern=r"^[!-~]{1,64}$")]
_Paise = Annotated[int, Field(strict=True, ge=0, le=10**12)]


class PaymentEntity(BaseModel):
    """A payment as Razorpay writes it: https://razorpay.com/docs/api/payments/entity/."""

    id: _Id
    order_id: _Id | None
    amount: _Paise
    currency: str
    status: str
    captured: bool
    amount_refunded: _Paise | None = 0

    def payment(self) -> Payment:
        """The payment in the domain's terms. One that was refunded had been captured before."""
        return Payment(
            id=self.id,
            order_id=self.order_id,
            amount=self.amount,
            currency=self.currency,
            captured=self.captured and self.status in ("captured", "refunded"),
            failed=self.status == "failed",
            refunded=self.amount_refunded or 0,
        )


class RefundEntity(BaseModel):
    """A refund as Razorpay writes it: https://razorpay.com/docs/api/refunds/entity/."""

    id: _Id
    payment_id: _Id
    amount: Annotated[_Paise, Field(gt=0)]
    currency: str
    status: str

    def refund(self) -> Refund:
        """The refund in the domain's terms."""
        return Refund(self.id, self.payment_id, self.amount, self.currency)


class _OrderEntity(BaseModel):
    id: _Id
    receipt: str | None
    amount: _Paise
    currency: str


class _Payments(BaseModel):
    items: list[PaymentEntity]


class _Refunds(BaseModel):
    items: list[RefundEntity]


class _Orders(BaseModel):
    items: list[_OrderEntity]


class RazorpayGateway:
    """The payment gateway over Razorpay's SDK. The SDK blocks, so it runs in a few threads of its own.

    `webhook_secrets` are the current one and, while a change is under way, the one before it.
    """

    def __init__(
        self, key_id: str, key_secret: str, webhook_secrets: tuple[str, ...], base_url: str = RAZORPAY_URL
    ) -> None:
        self._key_id = key_id
        self._key_secret = key_secret.encode()
        self._webhook_secrets = [secret.encode() for secret in webhook_secrets]
        self._address = base_url
        self._opened: Sdk | None = None
        self._opening = Lock()
        self._threads = ThreadPoolExecutor(_CALLS_AT_ONCE, thread_name_prefix="razorpay")

    def close(self) -> None:
        """Let go of the threads without waiting for an answer that may never come."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._opened:
            self._opened.close()

    @property
    def key_id(self) -> str:
        """The public key for the checkout."""
        return self._key_id

    async def create_order(self, receipt: str, amount: int, currency: str) -> str:
        """POST /v1/orders."""
        order = {"amount": amount, "currency": currency, "receipt": receipt, "unique_receipt": True}
        answer = await self._call(lambda sdk: _OrderEntity.model_validate(sdk.order.create(order)))
        if (answer.receipt, answer.amount, answer.currency) != (receipt, amount, currency):
            raise GatewayUnavailable(f"Razorpay's order {answer.id} is not the one that was announced")
        return answer.id

    async def find_order(self, receipt: str) -> str | None:
        """GET /v1/orders?receipt=…"""
        answer = await self._call(lambda sdk: _Orders.model_validate(sdk.order.all({"receipt": receipt})))
        return next((order.id for order in answer.items if order.receipt == receipt), None)

    async def payments(self, order_id: str) -> list[Payment]:
        """GET /v1/orders/{id}/payments."""
        answer = await self._call(lambda sdk: _Payments.model_validate(sdk.order.payments(order_id)))
        return [entity.payment() for entity in answer.items]

    async def refunds(self, payment_id: str) -> list[Refund]:
        """GET /v1/payments/{id}/refunds; only those that were processed."""
        page = {"count": _LARGEST_PAGE}
        answer = await self._call(
            lambda sdk: _Refunds.model_validate(sdk.payment.fetch_multiple_refund(payment_id, page))
        )
        return [entity.refund() for entity in answer.items if entity.status == "processed"]

    def signed_checkout(self, order_id: str, payment_id: str, signature: str) -> bool:
        """Hex HMAC-SHA256 under the key's secret over ``order_id|payment_id``."""
        return _signed(self._key_secret, f"{order_id}|{payment_id}".encode(), signature)

    def signed_event(self, body: bytes, signature: str) -> bool:
        """Hex HMAC-SHA256 over the raw body under a webhook secret. The SDK's own check takes text only."""
        return any(_signed(secret, body, signature) for secret in self._webhook_secrets)

    async def _call(self, call: Callable[["Client"], Answer]) -> Answer:
        try:
            async with asyncio.timeout(_CALL_SECONDS):
                return await asyncio.get_running_loop().run_in_executor(self._threads, self._answer, call)
        except TimeoutError as error:
            raise GatewayUnavailable(f"Razorpay gave no answer within {_CALL_SECONDS:.0f} seconds") from error
        # What a proxy in between says is no JSON, and an answer may lack what we need.
        except (ValidationError, ValueError) as error:
            raise GatewayUnavailable("Razorpay's answer can't be understood") from error

    def _answer(self, call: Callable[["Client"], Answer]) -> Answer:
        """In one of the threads. The first call of all loads the SDK: a server starts without it."""
        with self._opening:
            if self._opened is None:
                from models.billing.razorpay_sdk import Sdk

                self._opened = Sdk(self._key_id, self._key_secret.decode(), self._address)
        return self._opened.answer(call)


def sign(secret: str, message: bytes) -> str:
    """Hex HMAC-SHA256, as Razorpay signs."""
    return hmac.digest(secret.encode(), message, hashlib.sha256).hex()


def _signed(secret: bytes, message: bytes, signature: str) -> bool:
    expected = hmac.digest(secret, message, hashlib.sha256).hex()
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "surrogatepass"))
