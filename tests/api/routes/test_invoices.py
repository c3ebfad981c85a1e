"""Invoices over HTTP: by bearer token or by link, as a file, and nobody else's."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette

from api.routes import invoices
from models import billing
from models.kernel.env import Env
from tests.api.routes.conftest import SignIn
from tests.models.billing.conftest import Shop, open_shop


@pytest.fixture
async def shop(env: Env) -> Shop:
    """A new shop."""
    return await open_shop(env)


@pytest.fixture
async def client(app: Starlette, shop: Shop) -> AsyncIterator[AsyncClient]:
    """A client of an application that has invoices."""
    app.router.routes.extend(invoices.routes)
    app.state.env = shop.env
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://passports.test") as client:
        yield client


async def test_a_paid_orders_invoice_is_a_pdf(client: AsyncClient, shop: Shop, signed_in: SignIn) -> None:
    order = await shop.order()
    await shop.deliver(shop.provider.pay(order.razorpay_order_id or "")[0])
    by_token = await client.get(f"/invoices/{order.id}.pdf", headers=signed_in(shop.actor))
    link = urlsplit(billing.invoice_url(shop.env, order.id))
    by_link = await client.get(f"{link.path}?{link.query}")
    assert by_token.status_code == by_link.status_code == 200
    assert by_token.content == by_link.content
    assert by_token.content.startswith(b"%PDF-")
    assert by_token.headers["content-type"] == "application/pdf"
    assert by_token.headers["content-disposition"].startswith('attachment; filename="invoice-ER-')
    assert by_token.headers["cache-control"] == "private, no-store"


async def test_anybody_else_gets_a_problem(client: AsyncClient, shop: Shop, signed_in: SignIn) -> None:
    order = await shop.order()
    path = f"/invoices/{order.id}.pdf"
    stranger = (await open_shop(shop.env)).actor
    link = urlsplit(billing.invoice_url(shop.env, uuid4()))
    answers = {
        401: await client.get(path),
        403: await client.get(f"{path}?{link.query}"),
        400: await client.get(f"{path}?signature=x&expires=soon"),
        404: await client.get(path, headers=signed_in(stranger)),
    }
    for status, answer in answers.items():
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    unpaid = await client.get(path, headers=signed_in(shop.actor))
    assert unpaid.json() == answers[404].json()
