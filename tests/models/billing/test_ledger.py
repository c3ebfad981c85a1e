"""The ledger, and what the database itself refuses to have written into it."""

import asyncio
from collections import Counter
from datetime import date

import asyncpg
import pytest

from models import billing, passports
from models.billing.ledger import post
from models.billing.tables import QuotaEntryKind
from models.database import execute, unit_of_work
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import Rejected
from models.kernel.ids import uuid7
from tests.factories import make_batch, make_company
from tests.models.billing.conftest import Shop

_ENTRY = (
    "INSERT INTO quota_entry (id, tenant_id, position, kind, amount, balance, cause, created_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, now())"
)


@pytest.fixture
async def company(env: Env) -> Actor:
    """A company with 100 free and 50 granted."""
    return await make_company(env, quota=50)


@pytest.mark.parametrize(
    ("position", "kind", "amount", "balance"),
    [
        (3, "GRANT", 10, 161),  # the balance does not follow
        (4, "GRANT", 10, 160),  # a position is left out
        (2, "GRANT", 10, 160),  # a position is taken
        (3, "REFUND", -200, -50),  # below zero
        (3, "ISSUE", 10, 160),  # the wrong sign
        (3, "PURCHASE", -10, 140),  # the wrong sign
        (3, "GIFT", 10, 160),  # no such kind
        (3, "GRANT", 10, 160),  # right by itself, but the account says otherwise
    ],
)
async def test_the_database_refuses_a_wrong_entry(
    company: Actor, position: int, kind: str, amount: int, balance: int
) -> None:
    async def write() -> None:
        async with unit_of_work() as connection:
            await connection.execute(_ENTRY, uuid7(), company.tenant_id, position, kind, amount, balance, "x")
            # So that the account's own check looks, too.
            await connection.execute("UPDATE quota_account SET used = used WHERE tenant_id = $1", company.tenant_id)

    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await write()
    assert await billing.check_quota(company.tenant_id) == []


@pytest.mark.parametrize("change", ["credited = credited + 1", "used = used + 1", "credited = -1", "owed = -1"])
async def test_the_database_refuses_an_account_that_disagrees(company: Actor, change: str) -> None:
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await execute(f"UPDATE quota_account SET {change} WHERE tenant_id = $1", company.tenant_id)  # noqa: S608  # the test's own


async def test_a_cause_counts_once(env: Env, company: Actor) -> None:
    with pytest.raises(asyncpg.UniqueViolationError):
        async with unit_of_work() as connection:
            await billing.grant(connection, company.tenant_id, 50, "test", env)
    assert (await billing.quota(company)).balance == 150


async def test_paid_orders_invoices_and_refunds_stay_as_they_are(shop: Shop) -> None:
    order = await shop.order()
    captured, _ = shop.provider.pay(order.razorpay_order_id or "")
    await shop.deliver(captured)
    for statement, error in (
        (
            "UPDATE quota_order SET status = 'OPEN', razorpay_payment_id = NULL, paid_at = NULL",
            asyncpg.CheckViolationError,
        ),
        ("UPDATE quota_order SET quota = quota + 1", asyncpg.CheckViolationError),
        ("UPDATE invoice SET taxable = 1", asyncpg.InsufficientPrivilegeError),
        ("DELETE FROM invoice", asyncpg.InsufficientPrivilegeError),
        ("UPDATE quota_refund SET amount = 1", asyncpg.InsufficientPrivilegeError),
        ("DELETE FROM quota_order", asyncpg.InsufficientPrivilegeError),
        ("DELETE FROM razorpay_event", asyncpg.InsufficientPrivilegeError),
    ):
        with pytest.raises(error):
            await execute(statement)


async def test_the_check_finds_what_is_wrong(database_url: str, company: Actor, env: Env) -> None:
    """As after somebody went past the application, and past the database's own checks."""
    account = "UPDATE quota_account SET credited = $2, used = $3 WHERE tenant_id = $1"
    entry = "UPDATE quota_entry SET balance = $2 WHERE tenant_id = $1 AND position = 2"
    owner = await asyncpg.connect(database_url)
    try:
        await owner.execute("SET session_replication_role = replica")
        await owner.execute(account, company.tenant_id, 151, 1)
        await owner.execute(entry, company.tenant_id, 149)
        found = {(each.what, each.expected, each.found) for each in await billing.check_quota(company.tenant_id)}
        await owner.execute(account, company.tenant_id, 150, 0)
        await owner.execute(entry, company.tenant_id, 150)
    finally:
        await owner.close()
    assert found == {
        ("quota credited", 150, 151),
        ("quota used", 0, 1),
        ("passports issued", 0, 1),
        ("balance after entry 2", 150, 149),
    }
    assert await billing.check_quota(company.tenant_id) == []


async def test_of_200_concurrent_issues_the_quota_covers_exactly_half(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)

    async def issue(number: int) -> str:
        rows = passports.InputRows([passports.NewPassport(f"SN-{number:03}", date(2026, 1, 15))])
        try:
            await passports.issue(actor, passports.IssuePassports(batch.id, rows), env)
        except Rejected as rejected:
            return rejected.code
        return "issued"

    outcomes = Counter(await asyncio.gather(*(issue(number) for number in range(200))))
    assert outcomes == {"issued": 100, "QUOTA_EXCEEDED": 100}
    assert await billing.quota(actor) == billing.Quota(limit=100, used=100, balance=0)
    assert await billing.check_quota(actor.tenant_id) == []


async def test_concurrent_entries_follow_one_another(company: Actor, env: Env) -> None:
    async def one(number: int) -> None:
        async with unit_of_work() as connection:
            kind, amount = (QuotaEntryKind.GRANT, 3) if number % 2 else (QuotaEntryKind.CORRECTION, -2)
            await post(connection, company.tenant_id, kind, amount, str(number), env.now())

    await asyncio.gather(*(one(number) for number in range(40)))
    assert (await billing.quota(company)).balance == 150 + 20
    assert await billing.check_quota(company.tenant_id) == []
