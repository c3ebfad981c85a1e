"""Scans over GraphQL: reporting one, the feed, the node; who sees what, and in how many queries."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from models.kernel.actor import Actor
from models.kernel.env import Env, Place
from models.kernel.feed import Feed, feed_cursor
from models.kernel.ids import uuid7
from models.kernel.permissions import Role
from models.passports.tables import Passport
from resolvers.relay import global_id
from tests.conftest import CountQueries
from tests.factories import make_batch, make_branded_batch, make_company, make_member, make_passports
from tests.resolvers.client import Client

_PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148"
_START = datetime(2026, 3, 1, tzinfo=UTC)

RECORD = """
mutation ($id: ID!) { scanRecord(input: {passportId: $id}) { scan { id scannedAt } userErrors { code } } }
"""
SCANS = """
query ($first: Int! = 20, $after: String, $filter: ScanFilter) {
  scans(first: $first, after: $after, filter: $filter) {
    nodes { id serialNumber country deviceType scannedAt }
    edges { cursor }
    pageInfo { hasNextPage hasPreviousPage }
    feedCursor
  }
}
"""
FEED_OF_A_DASHBOARD = """
query ($first: Int!) {
  scans(first: $first) {
    nodes { id city scannedAt passport { serialNumber batch { batchName } } batch { batchName } }
    feedCursor
    totalCount
  }
}
"""


class _InMumbai:
    """Finds every address in Mumbai."""

    def find(self, address: str) -> Place:
        return Place("Mumbai", "India")


def _at(env: Env, moment: datetime) -> Env:
    return replace(env, places=_InMumbai(), now=lambda: moment)


async def _make_passports(env: Env, actor: Actor, count: int) -> list[Passport]:
    return await make_passports(env, await make_batch(env, actor), count)


async def _record(env: Env, passport_id: UUID) -> str:
    """Reports a scan as anybody may and gives its global id."""
    answer = await Client(env, user_agent=_PHONE).run(RECORD, id=str(passport_id))
    return str(answer["scanRecord"]["scan"]["id"])


async def test_anybody_reports_a_scan_and_the_company_sees_it(env: Env) -> None:
    owner = await make_company(env)
    [passport] = await _make_passports(env, owner, 1)
    answer = await Client(_at(env, _START), user_agent=_PHONE).run(RECORD, id=str(passport.id))
    scan = answer["scanRecord"]["scan"]
    assert answer["scanRecord"]["userErrors"] == []
    assert scan["scannedAt"] == _START.isoformat()
    document = """{ scans { nodes { id passportId serialNumber passport { id } batch { uuid }
                            city country deviceType scannedAt } } }"""
    assert (await Client(env, owner).run(document))["scans"]["nodes"] == [
        {
            "id": scan["id"],
            "passportId": str(passport.id),
            "serialNumber": passport.serial_number,
            "passport": {"id": global_id("Passport", passport.id)},
            "batch": {"uuid": str(passport.batch_id)},
            "city": "Mumbai",
            "country": "India",
            "deviceType": "MOBILE",
            "scannedAt": _START.isoformat(),
        }
    ]


async def test_a_passport_is_named_by_its_uuid_or_its_global_id(env: Env) -> None:
    owner = await make_company(env)
    [passport] = await _make_passports(env, owner, 1)
    anybody = Client(env)
    for id in (str(passport.id), global_id("Passport", passport.id)):
        await anybody.run(RECORD, id=id)
    assert (await Client(env, owner).run("{ scans { totalCount } }"))["scans"]["totalCount"] == 2
    assert (await anybody.error(RECORD, id=str(uuid7())))["code"] == "NOT_FOUND"
    assert (await anybody.error(RECORD, id=global_id("Batch", passport.batch_id)))["code"] == "BAD_USER_INPUT"
    assert (await anybody.error(RECORD, id="junk"))["code"] == "BAD_USER_INPUT"


async def test_too_many_reports_from_one_address_are_refused(env: Env) -> None:
    owner = await make_company(env)
    [passport] = await _make_passports(env, owner, 1)
    own = replace(_at(env, _START + timedelta(seconds=15)), policy=replace(env.policy, scan_rate_limit=2))
    one, other = (Client(own, address=f"82.1.1.{number}") for number in (1, 2))
    for _ in range(2):
        await one.run(RECORD, id=str(passport.id))
    assert await one.error(RECORD, id=str(passport.id)) == {"code": "RATE_LIMITED", "retryAfter": 45}
    await other.run(RECORD, id=str(passport.id))


async def test_the_feed_is_paged_newest_first(env: Env) -> None:
    owner = await make_company(env)
    passports = await _make_passports(env, owner, 5)
    recorded = [await _record(env, passport.id) for passport in passports]
    client = Client(env, owner)
    first = (await client.run(SCANS, first=3))["scans"]
    assert [scan["id"] for scan in first["nodes"]] == recorded[:1:-1]
    assert first["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": False}
    assert first["feedCursor"] == first["edges"][0]["cursor"] == feed_cursor(Feed.SCAN, owner.tenant_id, 5)
    await _record(env, passports[0].id)
    second = (await client.run(SCANS, first=3, after=first["edges"][-1]["cursor"]))["scans"]
    assert [scan["id"] for scan in second["nodes"]] == recorded[1::-1]
    assert second["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": True}
    assert second["feedCursor"] == feed_cursor(Feed.SCAN, owner.tenant_id, 6)


async def test_an_empty_feed_has_a_cursor(env: Env) -> None:
    owner = await make_company(env)
    page = (await Client(env, owner).run(SCANS))["scans"]
    assert page["nodes"] == page["edges"] == []
    assert page["feedCursor"] == feed_cursor(Feed.SCAN, owner.tenant_id, 0)


async def test_filters(env: Env) -> None:
    owner = await make_company(env)
    passports = [(await _make_passports(env, owner, 1))[0] for _ in range(2)]
    for day, passport in enumerate(passports):
        await _record(_at(env, _START + timedelta(days=day)), passport.id)
    client = Client(env, owner)
    serials = [passport.serial_number for passport in passports]
    for filter, expected in (
        ({}, serials[::-1]),
        ({"batchId": str(passports[0].batch_id)}, serials[:1]),
        ({"batchId": global_id("Batch", passports[1].batch_id)}, serials[1:]),
        ({"passportId": str(passports[0].id)}, serials[:1]),
        ({"passportId": global_id("Passport", passports[1].id)}, serials[1:]),
        ({"country": "India"}, serials[::-1]),
        ({"country": "Nepal"}, []),
        ({"deviceType": "MOBILE"}, serials[::-1]),
        ({"deviceType": "TABLET"}, []),
        ({"from": "2026-03-02T00:00:00Z"}, serials[1:]),
        ({"from": "2026-03-02T05:30:00+05:30"}, serials[1:]),
        ({"to": "2026-03-02T00:00:00"}, serials[:1]),
        ({"from": "2026-03-01T00:00:00Z", "to": "2026-03-03T00:00:00Z", "batchId": None}, serials[::-1]),
    ):
        page = (await client.run(SCANS, filter=filter))["scans"]
        assert [scan["serialNumber"] for scan in page["nodes"]] == expected


@pytest.mark.parametrize(
    "variables",
    [
        {"first": 0},
        {"first": 101},
        {"after": "junk"},
        {"after": feed_cursor(Feed.LIFECYCLE, uuid7(), 1)},
        {"filter": {"batchId": "junk"}},
        {"filter": {"passportId": "junk"}},
        {"filter": {"country": "\0"}},
        {"filter": {"country": "\ud800"}},
        {"filter": {"country": "x" * 121}},
        {"filter": {"from": "0001-01-01T00:00:00+14:00"}},
        {"filter": {"to": "9999-12-31T23:59:59-12:00"}},
        {"filter": {"to": "soon"}},
    ],
)
async def test_arguments_that_make_no_sense(env: Env, variables: dict[str, Any]) -> None:
    owner = await make_company(env)
    assert (await Client(env, owner).error(SCANS, **variables))["code"] == "BAD_USER_INPUT"


async def test_a_page_takes_as_many_queries_however_long_it_is(env: Env, count_queries: CountQueries) -> None:
    owner = await make_company(env)
    client = Client(env, owner)
    for batch in [await make_batch(env, owner) for _ in range(3)]:
        for passport in await make_passports(env, batch, 4):
            await _record(env, passport.id)
    numbers = []
    for first in (1, 12):
        with count_queries() as queries:
            page = (await client.run(FEED_OF_A_DASHBOARD, first=first))["scans"]
        assert len(page["nodes"]) == first
        numbers.append(len(queries))
    # The page with its passports and their batches; the count.
    assert numbers == [2, 2]
    with count_queries() as queries:
        await client.run(SCANS)
    assert len(queries) == 1


async def test_a_scan_is_a_node_for_its_company(env: Env, count_queries: CountQueries) -> None:
    owner, stranger = await make_company(env), await make_company(env)
    passports = await _make_passports(env, owner, 3)
    ids = [await _record(env, passport.id) for passport in passports]
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Scan { serialNumber } } }"
    asked = [*ids, global_id("Scan", uuid7())]
    with count_queries() as queries:
        found = (await Client(env, owner).run(document, ids=asked))["nodes"]
    assert len(queries) == 1
    expected = [{"id": id, "serialNumber": p.serial_number} for id, p in zip(ids, passports, strict=True)]
    assert found == [*expected, None]
    assert (await Client(env, stranger).run(document, ids=ids))["nodes"] == [None] * 3
    assert (await Client(env).error("query ($id: ID!) { node(id: $id) { id } }", id=ids[0]))[
        "code"
    ] == "UNAUTHENTICATED"


async def test_only_members_see_scans_and_only_their_companys(env: Env) -> None:
    owner, stranger = await make_company(env), await make_company(env)
    [passport] = await _make_passports(env, owner, 1)
    await _record(env, passport.id)
    assert (await Client(env).error(SCANS))["code"] == "UNAUTHENTICATED"
    for filter in ({}, {"batchId": str(passport.batch_id)}, {"passportId": str(passport.id)}):
        assert (await Client(env, stranger).run(SCANS, filter=filter))["scans"]["nodes"] == []


@pytest.mark.parametrize("role", Role)
async def test_every_role_sees_the_feed(env: Env, role: Role) -> None:
    member = await make_company(env, role=role)
    [passport] = await _make_passports(env, member, 1)
    await _record(env, passport.id)
    assert len((await Client(env, member).run(SCANS))["scans"]["nodes"]) == 1


async def test_a_member_limited_to_brands_sees_scans_of_those_alone(env: Env) -> None:
    owner = await make_company(env)
    batches = [await make_branded_batch(env, owner, name) for name in ("Volt", "Amp")]
    [mine], [other] = [await make_passports(env, batch, 1) for batch in batches]
    ids = [await _record(env, passport.id) for passport in (mine, other)]
    assert batches[0].brand_id is not None
    client = Client(env, await make_member(env, owner.tenant_id, Role.VIEWER, brand_ids=[batches[0].brand_id]))
    page = (await client.run(FEED_OF_A_DASHBOARD, first=20))["scans"]
    assert [scan["id"] for scan in page["nodes"]] == ids[:1]
    assert page["totalCount"] == 1
    nodes = (await client.run("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids))["nodes"]
    assert nodes == [{"id": ids[0]}, None]
