"""The sandbox under the unchanged SDK: orders, payments on the checkout page, signed webhooks; never in production."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from httpx import AsyncClient
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import sandbox
from api.sandbox import checkout
from api.settings import Environment, Settings
from models.billing import RazorpayGateway
from models.kernel.payments import GatewayUnavailable

_PRODUCTION: dict[str, Any] = {
    "environment": Environment.PRODUCTION,
    "secret_key": "0123456789abcdeffedcba9876543210",
    "public_base_url": "https://passports.example",
    "database_url": "postgresql://host/database",
    "smtp_url": "smtp://host",
    "mail_from": "Acme <passports@acme.com>",
    "quota_packages": "packages.toml",
    "audit_signing_key": "A" * 43 + "=",
}
_KEYS: dict[str, Any] = {
    "razorpay_key_id": "rzp_live",
    "razorpay_key_secret": "secret",
    "razorpay_webhook_secret": "whsec",
}


class Playground:
    """The sandbox on a port of this machine, the gateway that talks to it, and the webhooks that came out."""

    def __init__(self, settings: Settings) -> None:
        self.url = f"http://127.0.0.1:{settings.port}{sandbox.PATH}"
        self.gateway = sandbox.gateway(settings)
        self.webhooks: list[tuple[bytes, str]] = []
        self._arrived: asyncio.Queue[tuple[bytes, str]] = asyncio.Queue()
        self.busy = 1
        self.app = Starlette(
            routes=[*sandbox.routes(settings), Route("/webhooks/razorpay", self._take, methods=["POST"])]
        )

    async def _take(self, request: Request) -> Response:
        if self.busy:
            self.busy -= 1
            return Response(status_code=503)
        self._arrived.put_nowait((await request.body(), request.headers["x-razorpay-signature"]))
        return Response()

    async def press(self, order_id: str, action: str, expected: int) -> str:
        """Press a button of the checkout page and wait for that many webhooks; gives the page as it is then."""
        async with AsyncClient() as browser:
            page = f"{self.url}/checkout/{order_id}"
            assert (await browser.post(page, data={"action": action})).status_code == 303
            for _ in range(expected):
                self.webhooks.append(await self._arrived.get())
            return (await browser.get(page)).text

    def kinds(self) -> list[str]:
        """The kinds of the webhooks, each of them signed."""
        assert all(self.gateway.signed_event(body, signature) for body, signature in self.webhooks)
        return [re.findall(rb'"event": "([a-z.]+)"', body)[0].decode() for body, _ in self.webhooks]


@pytest.fixture
async def playground(
    tmp_path: Path, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Playground]:
    """A running sandbox whose late payments are not late by much."""
    monkeypatch.setattr(checkout, "SECONDS_LATE", 0)
    playground = Playground(Settings(port=unused_tcp_port, data_dir=tmp_path))
    server = uvicorn.Server(uvicorn.Config(playground.app, port=unused_tcp_port, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  # uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield playground
    playground.gateway.close()
    server.should_exit = True
    await serving


async def test_an_order_is_announced_once_and_found_by_its_receipt(playground: Playground) -> None:
    gateway = playground.gateway
    assert await gateway.find_order("r1") is None
    id = await gateway.create_order("r1", 399900, "INR")
    assert await gateway.find_order("r1") == id
    assert await gateway.payments(id) == []
    with pytest.raises(GatewayUnavailable, match="Receipt should be unique"):
        await gateway.create_order("r1", 399900, "INR")
    with pytest.raises(GatewayUnavailable, match="does not exist"):
        await gateway.payments("order_of_nobody")


async def test_paying_captures_and_tells_signed_even_if_not_taken_at_first(playground: Playground) -> None:
    id = await playground.gateway.create_order("r1", 399900, "INR")
    page = await playground.press(id, "pay", expected=2)
    assert playground.kinds() == ["payment.captured", "order.paid"]
    (payment,) = await playground.gateway.payments(id)
    assert (payment.amount, payment.captured, payment.order_id) == (399900, True, id)
    payment_id, signature = re.findall(r"<dd>(pay_\w+)</dd>.*?<dd>([0-9a-f]{64})</dd>", page, re.DOTALL)[0]
    assert playground.gateway.signed_checkout(id, payment_id, signature)


async def test_failing_paying_late_and_refunding(playground: Playground) -> None:
    gateway = playground.gateway
    id = await gateway.create_order("r1", 399901, "INR")
    await playground.press(id, "fail", expected=1)
    assert not any(payment.captured for payment in await gateway.payments(id))
    await playground.press(id, "pay_late", expected=3)
    (paid,) = [payment for payment in await gateway.payments(id) if payment.captured]
    for amounts in ([199950], [199950, 199950], [199950, 199950, 1]):
        await playground.press(id, "refund_half", expected=1)
        assert [refund.amount for refund in await gateway.refunds(paid.id)] == amounts
    assert playground.kinds() == ["payment.failed"] * 2 + ["payment.captured", "order.paid"] + ["refund.processed"] * 3


async def test_another_key_is_refused(playground: Playground) -> None:
    stranger = RazorpayGateway("rzp_sandbox", "another", ("x",), playground.url)
    with pytest.raises(GatewayUnavailable, match="Authentication failed"):
        await stranger.create_order("r1", 399900, "INR")
    stranger.close()


async def test_no_answer_is_one_kind_of_error(unused_tcp_port: int) -> None:
    gateway = RazorpayGateway("id", "secret", ("x",), f"http://127.0.0.1:{unused_tcp_port}")
    with pytest.raises(GatewayUnavailable, match="can't be reached"):
        await gateway.find_order("r1")
    gateway.close()


def test_production_refuses_to_start_without_keys_and_the_sandbox_refuses_production(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="RAZORPAY_KEY_ID, RAZORPAY_KEY_SECRET, RAZORPAY_WEBHOOK_SECRET"):
        Settings(**_PRODUCTION)
    production = Settings(**_PRODUCTION, **_KEYS, data_dir=tmp_path)
    for start in (sandbox.gateway, sandbox.sandbox):
        with pytest.raises(sandbox.SandboxRefused):
            start(production)
    assert sandbox.routes(production) == []


@pytest.mark.parametrize("blank", ["", " "])
def test_production_refuses_to_start_without_a_signing_key(blank: str) -> None:
    with pytest.raises(ValidationError, match="production needs AUDIT_SIGNING_KEY"):
        Settings(**{**_PRODUCTION, **_KEYS, "audit_signing_key": blank})


@pytest.mark.parametrize("missing", _KEYS)
def test_keys_go_together(missing: str) -> None:
    with pytest.raises(ValidationError, match="set all three or none"):
        Settings(**{**_KEYS, missing: " "})


def test_with_keys_development_has_no_sandbox() -> None:
    assert sandbox.routes(Settings(**_KEYS)) == []
