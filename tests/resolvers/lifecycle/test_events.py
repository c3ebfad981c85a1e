"""The company's events over GraphQL: pages, filters, who sees what, in how many queries, and where the feed goes on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from models import database, lifecycle
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.feed import Feed, feed_cursor
from models.kernel.ids import uuid7
from models.kernel.permissions import Role
from models.lifecycle import LifecycleAction, RecordEvent, TraceabilityEvent
from resolvers.relay import global_id
from tests.conftest import CountQueries
from tests.factories import make_batch, make_branded_batch, make_company, make_member
from tests.models.lifecycle.lives import act, issued
from tests.resolvers.client import Client

_START = datetime(2026, 3, 1, tzinfo=UTC)

EVENTS = """
query ($first: Int! = 20, $after: String, $filter: LifecycleEventFilter) {
  lifecycleEvents(first: $first, after: $after, filter: $filter) {
    totalCount
    nodes { action passport { uuid } }
    edges { cursor }
    pageInfo { hasNextPage hasPreviousPage }
    feedCursor
  }
}
"""


def cursor_at(actor: Actor, position: int) -> str:
    return feed_cursor(Feed.LIFECYCLE, actor.tenant_id, position)


async def listed(client: Client, **variables: Any) -> dict[str, Any]:
    page: dict[str, Any] = (await client.run(EVENTS, **variables))["lifecycleEvents"]
    return page


def actions_of(page: dict[str, Any]) -> list[str]:
    return [event["action"] for event in page["nodes"]]


async def test_all_of_an_event_is_there(env: Env) -> None:
    owner = await make_company(env)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    event = (await act(env, owner, unit, LifecycleAction.SUSPEND)).event
    document = """{ lifecycleEvents(first: 1) { nodes {
        id eventType action actor actorRole statusFrom statusTo metadata position hash previousHash createdAt
        passport { uuid status } } } }"""
    [shown] = (await Client(env, owner).run(document))["lifecycleEvents"]["nodes"]
    assert shown == {
        "id": global_id("LifecycleEvent", event.id),
        "eventType": "STATUS_CHANGED",
        "action": "SUSPEND",
        "actor": owner.email,
        "actorRole": "OWNER",
        "statusFrom": "ACTIVE",
        "statusTo": "SUSPENDED",
        "metadata": event.metadata,
        "position": 2,
        "hash": lifecycle.hash_text(event.hash),
        "previousHash": lifecycle.hash_text(event.previous_hash),
        "createdAt": event.created_at.isoformat(),
        "passport": {"uuid": str(unit), "status": "SUSPENDED"},
    }


async def test_events_are_paged_newest_first_while_more_are_appended(env: Env) -> None:
    owner = await make_company(env)
    one, two = await issued(env, owner, await make_batch(env, owner), 2)
    for unit, action in ((one, LifecycleAction.SHIP), (two, LifecycleAction.RECALL), (one, LifecycleAction.INSTALL)):
        await act(env, owner, unit, action)
    client = Client(env, owner)
    first = await listed(client, first=3)
    assert actions_of(first) == ["INSTALL", "RECALL", "SHIP"]
    assert first["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": False}
    assert first["feedCursor"] == first["edges"][0]["cursor"] == cursor_at(owner, 5)
    await act(env, owner, two, LifecycleAction.RETIRE)
    second = await listed(client, first=3, after=first["edges"][-1]["cursor"])
    assert [event["passport"]["uuid"] for event in second["nodes"]] == [str(two), str(one)]
    assert second["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": True}
    assert (second["feedCursor"], second["totalCount"]) == (cursor_at(owner, 6), 6)


async def test_the_feeds_cursors_are_those_of_a_passports_events(env: Env) -> None:
    owner = await make_company(env)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    await act(env, owner, unit, LifecycleAction.SHIP)
    document = """query ($id: ID!) { passport(id: $id) { events { edges { cursor node { id } } } }
        lifecycleEvents { edges { cursor node { id } } } }"""
    found = await Client(env, owner).run(document, id=str(unit))
    assert found["passport"]["events"]["edges"] == found["lifecycleEvents"]["edges"][::-1]


async def test_a_company_without_events_has_a_cursor(env: Env) -> None:
    owner = await make_company(env)
    page = await listed(Client(env, owner))
    assert page["nodes"] == page["edges"] == []
    assert (page["feedCursor"], page["totalCount"]) == (cursor_at(owner, 0), 0)


async def test_filters(env: Env) -> None:
    owner = await make_company(env)
    batches = [await make_batch(env, owner) for _ in range(2)]

    def on_day(day: int) -> Env:
        return replace(env, now=lambda: _START + timedelta(days=day))

    [one] = await issued(on_day(0), owner, batches[0])
    [two] = await issued(on_day(1), owner, batches[1])
    await act(on_day(2), owner, one, LifecycleAction.SHIP)
    await lifecycle.record_event(owner, RecordEvent(two, TraceabilityEvent.QC_PASSED), on_day(3))
    client = Client(env, owner)
    for filter, expected in (
        ({}, ["QC_PASSED", "SHIP", "ISSUE", "ISSUE"]),
        ({"batchId": str(batches[0].id)}, ["SHIP", "ISSUE"]),
        ({"batchId": global_id("Batch", batches[1].id)}, ["QC_PASSED", "ISSUE"]),
        ({"passportId": str(one)}, ["SHIP", "ISSUE"]),
        ({"passportId": global_id("Passport", two)}, ["QC_PASSED", "ISSUE"]),
        ({"passportId": str(one), "batchId": str(batches[1].id)}, []),
        ({"actions": ["SHIP"]}, ["SHIP"]),
        ({"actions": ["ISSUE", "QC_PASSED"]}, ["QC_PASSED", "ISSUE", "ISSUE"]),
        ({"actions": ["RECALL"]}, []),
        ({"actions": [], "batchId": None}, ["QC_PASSED", "SHIP", "ISSUE", "ISSUE"]),
        ({"from": "2026-03-03T00:00:00Z"}, ["QC_PASSED", "SHIP"]),
        ({"from": "2026-03-03T05:30:00+05:30", "to": "2026-03-04T00:00:00"}, ["SHIP"]),
        ({"to": "2026-03-02T00:00:00"}, ["ISSUE"]),
        ({"actions": ["ISSUE"], "from": "2026-03-02T00:00:00Z", "batchId": str(batches[1].id)}, ["ISSUE"]),
    ):
        page = await listed(client, filter=filter)
        assert (actions_of(page), page["totalCount"]) == (expected, len(expected)), filter


@pytest.mark.parametrize(
    "variables",
    [
        {"first": 0},
        {"first": 101},
        {"after": "junk"},
        {"after": feed_cursor(Feed.LIFECYCLE, uuid7(), 1)},
        {"after": feed_cursor(Feed.SCAN, uuid7(), 1)},
        {"filter": {"batchId": "junk"}},
        {"filter": {"passportId": "junk"}},
        {"filter": {"actions": ["EXPLODE"]}},
        {"filter": {"actions": ["SHIP", "\0"]}},
        {"filter": {"from": "0001-01-01T00:00:00+14:00"}},
        {"filter": {"to": "9999-12-31T23:59:59-12:00"}},
        {"filter": {"to": "soon"}},
    ],
)
async def test_arguments_that_make_no_sense(env: Env, variables: dict[str, Any]) -> None:
    owner = await make_company(env)
    assert (await Client(env, owner).error(EVENTS, **variables))["code"] == "BAD_USER_INPUT"


async def test_a_page_takes_one_query_however_long_it_is(env: Env, count_queries: CountQueries) -> None:
    owner = await make_company(env)
    client = Client(env, owner)
    for _ in range(3):
        await issued(env, owner, await make_batch(env, owner), 4)
    document = "query ($first: Int!) { lifecycleEvents(first: $first) { nodes { action metadata } feedCursor } }"
    for first in (1, 12):
        with count_queries() as queries:
            assert len((await client.run(document, first=first))["lifecycleEvents"]["nodes"]) == first
        assert len(queries) == 1
    # The page, the count, the passports with their batches.
    document = """query ($first: Int!) { lifecycleEvents(first: $first) {
        totalCount nodes { passport { serialNumber batch { batchName } } } } }"""
    for first in (1, 12):
        with count_queries() as queries:
            await client.run(document, first=first)
        assert len(queries) == 4


async def test_only_members_see_events_and_only_their_companys(env: Env) -> None:
    owner, stranger = await make_company(env), await make_company(env)
    batch = await make_batch(env, owner)
    [unit] = await issued(env, owner, batch)
    assert (await Client(env).error(EVENTS))["code"] == "UNAUTHENTICATED"
    for filter in ({}, {"batchId": str(batch.id)}, {"passportId": str(unit)}, {"actions": ["ISSUE"]}):
        page = await listed(Client(env, stranger), filter=filter)
        assert (page["nodes"], page["totalCount"]) == ([], 0)
    assert (await Client(env, stranger).error(EVENTS, after=cursor_at(owner, 1)))["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("role", Role)
async def test_every_role_sees_the_events(env: Env, role: Role) -> None:
    owner = await make_company(env)
    await issued(env, owner, await make_batch(env, owner))
    member = await make_member(env, owner.tenant_id, role)
    assert actions_of(await listed(Client(env, member))) == ["ISSUE"]


async def test_a_member_limited_to_brands_sees_events_of_those_alone(env: Env) -> None:
    owner = await make_company(env)
    mine, other = [await make_branded_batch(env, owner, name) for name in ("Volt", "Amp")]
    units: list[UUID] = [(await issued(env, owner, batch))[0] for batch in (mine, other, await make_batch(env, owner))]
    for unit in units:
        await act(env, owner, unit, LifecycleAction.SHIP)
    assert mine.brand_id is not None
    client = Client(env, await make_member(env, owner.tenant_id, Role.VIEWER, brand_ids=[mine.brand_id]))
    everything = await listed(client)
    assert [(event["action"], event["passport"]["uuid"]) for event in everything["nodes"]] == [
        ("SHIP", str(units[0])),
        ("ISSUE", str(units[0])),
    ]
    # The head is the whole company's, as the live feed counts.
    assert (everything["totalCount"], everything["feedCursor"]) == (2, cursor_at(owner, 6))
    for filter in ({"batchId": str(other.id)}, {"passportId": str(units[1])}):
        page = await listed(client, filter=filter)
        assert (page["nodes"], page["totalCount"]) == ([], 0)


async def test_the_count_of_everything_is_read_from_the_head(env: Env, count_queries: CountQueries) -> None:
    owner = await make_company(env)
    await issued(env, owner, await make_batch(env, owner), 3)
    with count_queries() as queries:
        page = await Client(env, owner).run("{ lifecycleEvents(first: 1) { totalCount } }")
    assert page["lifecycleEvents"]["totalCount"] == 3
    assert not any("count(*)" in query for query in queries)
    counted = await database.fetch_value("SELECT count(*) FROM lifecycle_event WHERE tenant_id = $1", owner.tenant_id)
    assert counted == 3
