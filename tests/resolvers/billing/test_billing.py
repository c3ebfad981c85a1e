"""Buying quota over GraphQL, and reading orders and the ledger."""

from dataclasses import replace
from typing import Any

import pytest

from models import billing
from models.kernel.env import Env
from models.kernel.permissions import PERMISSIONS, Permission, Role
from resolvers.relay import global_id
from tests.conftest import CountQueries
from tests.factories import make_member
from tests.models.billing.conftest import Shop, open_shop
from tests.models.billing.provider import KEY_ID, KEY_SECRET
from tests.resolvers.client import Client

CREATE = """mutation ($input: QuotaOrderCreateInput!) { quotaOrderCreate(input: $input) {
  order { id status packageId packageName quota amount currency razorpayOrderId receipt invoiceNumber invoiceUrl }
  razorpayKeyId userErrors { code field value message }
} }"""
VERIFY = """mutation ($input: QuotaPaymentVerifyInput!) { quotaPaymentVerify(input: $input) {
  order { id status } quota { balance limit } userErrors { code field }
} }"""
ORDERS = """query ($first: Int, $after: String) { quotaOrders(first: $first, after: $after) {
  totalCount nodes { id status invoiceNumber invoiceUrl paidAt } pageInfo { hasNextPage endCursor }
} }"""
LEDGER = """query ($first: Int, $after: String) { quotaLedger(first: $first, after: $after) {
  totalCount nodes { id position kind amount balance cause } pageInfo { hasNextPage endCursor }
} }"""


@pytest.fixture
async def shop(env: Env) -> Shop:
    """A new shop."""
    return await open_shop(env)


def _client(shop: Shop) -> Client:
    return Client(shop.env, shop.actor)


async def test_anybody_sees_the_packages(env: Env) -> None:
    data = await Client(env).run("{ quotaPackages { id name quota price currency gstRate sac } }")
    assert data["quotaPackages"] == [
        {"id": id, "name": name, "quota": quota, "price": price, "currency": "INR", "gstRate": 18.0, "sac": "998315"}
        for id, name, quota, price in (
            ("starter", "Starter", 100, 99900),
            ("professional", "Professional", 500, 399900),
        )
    ]


async def test_an_order_from_creating_to_paid(shop: Shop) -> None:
    client = _client(shop)
    created = (await client.run(CREATE, input={"packageId": "professional", "idempotencyKey": "k"}))["quotaOrderCreate"]
    order = created["order"]
    assert created["userErrors"] == []
    assert created["razorpayKeyId"] == KEY_ID
    assert order["razorpayOrderId"] in shop.provider.orders
    assert (order["status"], order["quota"], order["amount"], order["currency"]) == ("OPEN", 500, 399900, "INR")
    assert order["invoiceNumber"] is order["invoiceUrl"] is None
    webhooks = shop.provider.pay(order["razorpayOrderId"])
    (payment_id,) = shop.provider.payments_made
    verification = {
        "razorpayOrderId": order["razorpayOrderId"],
        "razorpayPaymentId": payment_id,
        "razorpaySignature": billing.sign(KEY_SECRET, f"{order['razorpayOrderId']}|{payment_id}".encode()),
    }
    for status, balance in (("OPEN", 0), ("PAID", 500)):
        assert (await client.run(VERIFY, input=verification))["quotaPaymentVerify"] == {
            "order": {"id": order["id"], "status": status},
            "quota": {"balance": balance, "limit": balance},
            "userErrors": [],
        }
        await shop.deliver(*webhooks)
    (shown,) = (await client.run(ORDERS))["quotaOrders"]["nodes"]
    assert shown["id"] == order["id"]
    assert shown["invoiceNumber"].startswith("ER/")
    assert shown["invoiceUrl"].startswith("http://passports.test/invoices/")


async def test_rules_that_say_no_are_user_errors(shop: Shop) -> None:
    client = _client(shop)
    refused = (await client.run(CREATE, input={"packageId": "gold"}))["quotaOrderCreate"]
    assert refused["order"] is refused["razorpayKeyId"] is None
    (error,) = refused["userErrors"]
    assert (error["code"], error["field"], error["value"]) == ("PACKAGE_UNKNOWN", ["packageId"], "gold")
    order = await shop.order()
    forged = {"razorpayOrderId": order.razorpay_order_id, "razorpayPaymentId": "pay_1", "razorpaySignature": "0" * 64}
    assert (await client.run(VERIFY, input=forged))["quotaPaymentVerify"] == {
        "order": None,
        "quota": None,
        "userErrors": [{"code": "PAYMENT_SIGNATURE_INVALID", "field": ["razorpaySignature"]}],
    }


async def test_no_answer_from_razorpay_is_masked_and_can_be_repeated(shop: Shop) -> None:
    client = _client(shop)
    order = {"packageId": "starter", "idempotencyKey": "k"}
    shop.provider.down = True
    assert (await client.error(CREATE, input=order))["code"] == "INTERNAL"
    (left,) = (await client.run(ORDERS))["quotaOrders"]["nodes"]
    assert left["status"] == "CREATING"
    shop.provider.down = False
    created = (await client.run(CREATE, input=order))["quotaOrderCreate"]["order"]
    assert (created["id"], created["status"]) == (left["id"], "OPEN")


async def test_lists_run_from_the_newest_in_pages(shop: Shop) -> None:
    client = _client(shop)
    for _ in range(3):
        order = await shop.order()
        await shop.deliver(shop.provider.pay(order.razorpay_order_id or "")[0])
    for document, name in ((ORDERS, "quotaOrders"), (LEDGER, "quotaLedger")):
        first = (await client.run(document, first=2))[name]
        assert (first["totalCount"], len(first["nodes"]), first["pageInfo"]["hasNextPage"]) == (3, 2, True)
        rest = (await client.run(document, first=2, after=first["pageInfo"]["endCursor"]))[name]
        assert (len(rest["nodes"]), rest["pageInfo"]["hasNextPage"]) == (1, False)
        everything = (await client.run(document))[name]["nodes"]
        assert [node["id"] for node in everything] == [node["id"] for node in first["nodes"] + rest["nodes"]]
    assert [(node["position"], node["kind"], node["balance"]) for node in everything] == [
        (3, "PURCHASE", 1500),
        (2, "PURCHASE", 1000),
        (1, "PURCHASE", 500),
    ]
    assert (await client.error(ORDERS, after="nonsense"))["code"] == "BAD_USER_INPUT"
    assert (await client.error(LEDGER, after=first["pageInfo"]["endCursor"] + "A"))["code"] == "BAD_USER_INPUT"


async def test_a_page_of_orders_takes_as_many_statements_as_one_order(shop: Shop, count_queries: CountQueries) -> None:
    client = _client(shop)
    statements = []
    for _ in range(2):
        order = await shop.order()
        await shop.deliver(shop.provider.pay(order.razorpay_order_id or "")[0])
        with count_queries() as queries:
            await client.run("{ quotaOrders { nodes { id invoiceNumber invoiceUrl } } }")
        statements.append(len(queries))
    assert statements == [2, 2]


async def test_nodes_are_found_by_their_company_alone(shop: Shop) -> None:
    order = await shop.order()
    await shop.deliver(shop.provider.pay(order.razorpay_order_id or "")[0])
    client, stranger = _client(shop), _client(await open_shop(shop.env))
    (entry,) = (await client.run(LEDGER))["quotaLedger"]["nodes"]
    for id in (global_id("QuotaOrder", order.id), entry["id"]):
        document = "query ($id: ID!) { node(id: $id) { __typename id } }"
        assert (await client.run(document, id=id))["node"]["id"] == id
        assert (await stranger.run(document, id=id))["node"] is None
    document = "query ($id: ID!) { quotaOrder(id: $id) { id } }"
    assert (await client.run(document, id=global_id("QuotaOrder", order.id)))["quotaOrder"]
    assert (await stranger.run(document, id=global_id("QuotaOrder", order.id)))["quotaOrder"] is None


@pytest.mark.parametrize("role", Role)
async def test_who_may_read_and_buy(shop: Shop, role: Role) -> None:
    member = replace(shop, actor=await make_member(shop.env, shop.actor.tenant_id, role))
    operations: tuple[tuple[Permission, str, dict[str, Any]], ...] = (
        (Permission.BILLING_READ, "{ quotaLedger { totalCount } }", {}),
        (Permission.BILLING_READ, "{ quotaOrders { nodes { id } } }", {}),
        (Permission.BILLING_BUY, CREATE, {"input": {"packageId": "starter"}}),
    )
    for permission, document, variables in operations:
        if permission in PERMISSIONS[role]:
            await _client(member).run(document, **variables)
        else:
            assert (await _client(member).error(document, **variables))["code"] == "FORBIDDEN"
