"""Razorpay in memory: takes orders, payments and refunds, and gives out the webhooks that Razorpay would send."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import orjson

from models.billing import RazorpayGateway, sign
from models.kernel.payments import GatewayUnavailable, Payment, Refund

KEY_ID = "rzp_test_key"
KEY_SECRET = "key_secret_test_only"
WEBHOOK_SECRET = "whsec_test_only"


@dataclass(frozen=True, slots=True)
class Webhook:
    """A request to our webhook."""

    id: str
    body: bytes
    signature: str


def webhook(kind: str, **entities: dict[str, Any]) -> Webhook:
    """A signed event about these entities."""
    payload = {name: {"entity": entity} for name, entity in entities.items()}
    body = orjson.dumps({"entity": "event", "event": kind, "contains": list(payload), "payload": payload})
    return Webhook(f"evt_{uuid4().hex}", body, sign(WEBHOOK_SECRET, body))


def _entity_id(prefix: str) -> str:
    return f"{prefix}_{uuid4().hex[:14]}"


@dataclass
class Provider:
    """The gateway over it. `step` is called at every request, before and after it takes effect; it may raise."""

    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    payments_made: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds_made: dict[str, dict[str, Any]] = field(default_factory=dict)
    down: bool = False
    step: Callable[[], None] = lambda: None
    key_id: str = KEY_ID

    async def create_order(self, receipt: str, amount: int, currency: str) -> str:
        self._answer()
        if any(order["receipt"] == receipt for order in self.orders.values()):
            raise GatewayUnavailable("Razorpay refused: the receipt is taken")
        id = _entity_id("order")
        self.orders[id] = {"id": id, "receipt": receipt, "amount": amount, "currency": currency, "status": "created"}
        self.step()
        return id

    async def find_order(self, receipt: str) -> str | None:
        self._answer()
        return next((id for id, order in self.orders.items() if order["receipt"] == receipt), None)

    async def payments(self, order_id: str) -> list[Payment]:
        self._answer()
        return [
            Payment(
                id=payment["id"],
                order_id=order_id,
                amount=payment["amount"],
                currency=payment["currency"],
                captured=payment["captured"],
                failed=payment["status"] == "failed",
                refunded=payment["amount_refunded"],
            )
            for payment in self.payments_made.values()
            if payment["order_id"] == order_id
        ]

    async def refunds(self, payment_id: str) -> list[Refund]:
        self._answer()
        return [
            Refund(refund["id"], payment_id, refund["amount"], refund["currency"])
            for refund in self.refunds_made.values()
            if refund["payment_id"] == payment_id
        ]

    def signed_checkout(self, order_id: str, payment_id: str, signature: str) -> bool:
        return _GATEWAY.signed_checkout(order_id, payment_id, signature)

    def signed_event(self, body: bytes, signature: str) -> bool:
        return _GATEWAY.signed_event(body, signature)

    def attempt(self, order_id: str, **changes: Any) -> dict[str, Any]:
        """A payment that is authorised but not captured."""
        order = self.orders[order_id]
        id = _entity_id("pay")
        self.payments_made[id] = {
            "id": id,
            "order_id": order_id,
            "amount": order["amount"],
            "currency": order["currency"],
            "status": "authorized",
            "captured": False,
            "amount_refunded": 0,
            **changes,
        }
        return self.payments_made[id]

    def fail(self, payment: dict[str, Any]) -> Webhook:
        """The payment fails."""
        payment["status"] = "failed"
        return webhook("payment.failed", payment=payment)

    def capture(self, payment: dict[str, Any]) -> tuple[Webhook, Webhook]:
        """The money is taken: `payment.captured` and `order.paid`."""
        payment |= {"status": "captured", "captured": True}
        order = self.orders[payment["order_id"]] | {"status": "paid", "amount_paid": payment["amount"]}
        return webhook("payment.captured", payment=payment), webhook("order.paid", payment=payment, order=order)

    def pay(self, order_id: str, **changes: Any) -> tuple[Webhook, Webhook]:
        """A payment that succeeds at once."""
        return self.capture(self.attempt(order_id, **changes))

    def refund(self, payment: dict[str, Any], amount: int) -> Webhook:
        """Some of the money goes back."""
        payment["amount_refunded"] += amount
        refund = {
            "id": _entity_id("rfnd"),
            "payment_id": payment["id"],
            "amount": amount,
            "currency": payment["currency"],
            "status": "processed",
        }
        self.refunds_made[refund["id"]] = refund
        return webhook("refund.processed", refund=refund, payment=payment)

    def _answer(self) -> None:
        self.step()
        if self.down:
            raise GatewayUnavailable("Razorpay can't be reached")


_GATEWAY = RazorpayGateway(KEY_ID, KEY_SECRET, (WEBHOOK_SECRET,))
