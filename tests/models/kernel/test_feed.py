"""Feed positions: gapless, in order, and an error for a company without a head."""

import asyncio

import asyncpg
import pytest

from models import database
from models.database import unit_of_work
from models.kernel.env import Env
from models.kernel.errors import BadInput
from models.kernel.feed import Feed, feed_cursor, feed_position
from models.kernel.ids import uuid7
from tests.factories import make_company


async def _advance(tenants: list[object], items: list[int]) -> dict[object, int]:
    async with unit_of_work() as connection:
        rows = await connection.fetch("SELECT * FROM feed_advance('scan', $1, $2)", tenants, items)
    return {row["tenant"]: row["base"] for row in rows}


async def test_positions_have_no_gaps_and_no_doubles_under_concurrency(env: Env) -> None:
    companies = [(await make_company(env)).tenant_id for _ in range(3)]
    orders = [companies, companies[::-1], companies[1:], companies[:1]]
    results = await asyncio.gather(*(_advance(list(orders[n % 4]), [2] * len(orders[n % 4])) for n in range(40)))
    for company in companies:
        bases = sorted(result[company] for result in results if company in result)
        assert bases == list(range(0, 2 * len(bases), 2))
        head = await database.fetch_value(
            "SELECT last_position FROM feed_head WHERE tenant_id = $1 AND feed = 'scan'", company
        )
        assert head == 2 * len(bases)


async def test_a_company_without_a_head_is_an_error(env: Env) -> None:
    actor = await make_company(env)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await _advance([actor.tenant_id, uuid7()], [1, 1])
    assert await _advance([actor.tenant_id], [1]) == {actor.tenant_id: 0}


async def test_cursors_belong_to_one_feed_of_one_company(env: Env) -> None:
    company, other = uuid7(), uuid7()
    cursor = feed_cursor(Feed.SCAN, company, 41)
    assert feed_position(Feed.SCAN, company, cursor) == 41
    for feed, owner, text in (
        (Feed.LIFECYCLE, company, cursor),
        (Feed.SCAN, other, cursor),
        (Feed.SCAN, company, "junk"),
        (Feed.SCAN, company, ""),
    ):
        with pytest.raises(BadInput):
            feed_position(feed, owner, text)


async def test_what_is_answered_is_on_disk_whatever_the_servers_default(env: Env) -> None:
    assert await database.fetch_value("SHOW synchronous_commit") == "on"
