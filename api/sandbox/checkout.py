"""The sandbox's checkout: a page on which an order is paid, fails, is paid late or is refunded."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from api.sandbox.store import Entity, Store
from api.sandbox.webhooks import Sender
from models.billing import sign

SECONDS_LATE = 20
_templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)

# Its kind, and the entities that it is about.
Event = tuple[str, *tuple[Entity, ...]]
Webhooks = Coroutine[None, None, None]
Action = Callable[[Entity], Webhooks]


def checkout_routes(store: Store, sender: Sender, key_secret: str) -> list[BaseRoute]:
    """``GET /checkout/{order id}`` shows the page, POST does what its buttons say."""
    actions = Till(store, sender).actions()

    def order_of(request: Request) -> Entity:
        order = store.find(request.path_params["id"])
        if order is None or order["entity"] != "order":
            raise HTTPException(404, "There is no such order in the sandbox.")
        return order

    async def show(request: Request) -> Response:
        order = order_of(request)
        payments = store.belonging_to(order["id"])
        signed = {each["id"]: sign(key_secret, f"{order['id']}|{each['id']}".encode()) for each in payments}
        page = _templates.get_template("checkout.html")
        return HTMLResponse(
            page.render(order=order, payments=payments, signatures=signed, seconds_late=SECONDS_LATE),
            headers={"Cache-Control": "no-store"},
        )

    async def act(request: Request) -> Response:
        order = order_of(request)
        action = actions.get(str((await request.form()).get("action")))
        if action is None:
            raise HTTPException(400, f"action must be one of {', '.join(actions)}.")
        webhooks = action(order)
        return RedirectResponse(request.url.path, 303, background=BackgroundTask(_finish, webhooks))

    return [
        Route("/checkout/{id}", show, name="sandbox-checkout"),
        Route("/checkout/{id}", act, methods=["POST"]),
    ]


async def _finish(webhooks: Webhooks) -> None:
    await webhooks


class Till:
    """Takes and gives back money. Each action changes what the sandbox knows and gives the webhooks yet to be sent."""

    def __init__(self, store: Store, sender: Sender) -> None:
        self._store = store
        self._sender = sender

    def actions(self) -> dict[str, Action]:
        """The actions by the name of their button."""
        return {
            "pay": self._pay,
            "fail": self._fail,
            "pay_late": self._pay_late,
            "refund": partial(self._refund, share=1),
            "refund_half": partial(self._refund, share=2),
        }

    def _pay(self, order: Entity) -> Webhooks:
        payment = self._store.add_payment(order)
        return self._capture(order, payment)

    def _fail(self, order: Entity) -> Webhooks:
        return self._send(("payment.failed", self._failed(order)))

    def _pay_late(self, order: Entity) -> Webhooks:
        return self._capture_later(order, self._failed(order))

    def _refund(self, order: Entity, share: int) -> Webhooks:
        """A share of what was paid, at most what is left of it."""
        events: list[Event] = []
        for payment in self._store.belonging_to(order["id"]):
            amount = min(payment["amount"] // share, payment["amount"] - payment["amount_refunded"])
            if payment["captured"] and amount:
                payment["amount_refunded"] += amount
                payment["refund_status"] = "full" if payment["amount_refunded"] == payment["amount"] else "partial"
                self._store.save(payment)
                events.append(("refund.processed", self._store.add_refund(payment, amount), payment))
        return self._send(*events)

    def _failed(self, order: Entity) -> Entity:
        payment = self._store.add_payment(order) | {"status": "failed"}
        self._store.save(payment)
        return payment

    def _capture(self, order: Entity, payment: Entity) -> Webhooks:
        payment = payment | {"status": "captured", "captured": True}
        order = order | {"status": "paid", "amount_paid": payment["amount"], "amount_due": 0}
        self._store.save(payment)
        self._store.save(order)
        return self._send(("payment.captured", payment), ("order.paid", payment, order))

    async def _capture_later(self, order: Entity, payment: Entity) -> None:
        await self._sender.send("payment.failed", payment)
        await asyncio.sleep(SECONDS_LATE)
        await self._capture(order, payment)

    async def _send(self, *events: Event) -> None:
        for kind, *entities in events:
            await self._sender.send(kind, *entities)
