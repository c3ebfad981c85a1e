"""What the domain needs from a payment provider, and what it learns there. Amounts are in paise."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as the provider showed it at some moment. `refunded` is what had gone back by then."""

    id: str
    order_id: str | None
    amount: int
    currency: str
    captured: bool
    failed: bool
    refunded: int


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund that the provider has carried out: all of a payment or a part of it."""

    id: str
    payment_id: str
    amount: int
    currency: str


class GatewayUnavailable(Exception):
    """The payment provider could not be reached, took too long, or refused; whether it acted is not known."""


class PaymentGateway(Protocol):
    """A payment provider. Whatever needs the network may raise `GatewayUnavailable`, so none of it may happen inside
    a unit of work."""

    @property
    def key_id(self) -> str:
        """The public key with which a browser opens the provider's checkout."""
        ...

    async def create_order(self, receipt: str, amount: int, currency: str) -> str:
        """Announce an order and give the provider's id of it. `receipt` is ours, unique, at most 40 characters."""
        ...

    async def find_order(self, receipt: str) -> str | None:
        """Returns the provider's id of the order that was announced with this receipt."""
        ...

    async def payments(self, order_id: str) -> list[Payment]:
        """Returns all attempts to pay the order, whatever came of them."""
        ...

    async def refunds(self, payment_id: str) -> list[Refund]:
        """Returns the payment's refunds that have been carried out."""
        ...

    def signed_checkout(self, order_id: str, payment_id: str, signature: str) -> bool:
        """Returns whether the provider's checkout signed this pair, which does not prove that money was captured."""
        ...

    def signed_event(self, body: bytes, signature: str) -> bool:
        """Returns whether the provider signed these very bytes as a webhook's body."""
        ...


class PaymentsOff:
    """An environment in which nothing is bought: signs nothing, reaches nobody."""

    key_id = ""

    async def create_order(self, receipt: str, amount: int, currency: str) -> str:
        raise GatewayUnavailable("payments are off")

    async def find_order(self, receipt: str) -> str | None:
        raise GatewayUnavailable("payments are off")

    async def payments(self, order_id: str) -> list[Payment]:
        raise GatewayUnavailable("payments are off")

    async def refunds(self, payment_id: str) -> list[Refund]:
        raise GatewayUnavailable("payments are off")

    def signed_checkout(self, order_id: str, payment_id: str, signature: str) -> bool:
        return False

    def signed_event(self, body: bytes, signature: str) -> bool:
        return False
