"""`lifecycleEventAdded` through the front door: what wakes it, where it begins, what it lets through, for whom."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models import database, lifecycle
from models.kernel.env import Env
from models.kernel.feed import Feed, feed_cursor
from models.kernel.live import MOST_REPLAYED, Hub
from models.kernel.permissions import Role
from models.lifecycle import LifecycleAction, RecordEvent, TraceabilityEvent, TransitionPassports
from tests.api.graphql.sockets import Socket, initialised, until
from tests.contract.live.live_app import Company, live_server, new_company
from tests.factories import make_batch, make_branded_batch, make_member
from tests.models.lifecycle.lives import act, evidence_for, issued

EVENTS = """subscription Events($after: String, $batchId: ID, $passportId: ID) {
  lifecycleEventAdded(after: $after, batchId: $batchId, passportId: $passportId) {
    cursor event { action position passport { uuid } }
  }
}"""

# No poll comes to help within a test.
_NEVER = 3_600.0


def cursor_at(company: Company, position: int) -> str:
    return feed_cursor(Feed.LIFECYCLE, company.owner.tenant_id, position)


async def take(client: Socket, count: int, id: str = "1") -> list[dict[str, Any]]:
    """The next events of a subscription, each with its cursor."""
    found = []
    for _ in range(count):
        frame = await client.receive()
        assert (frame["type"], frame["id"]) == ("next", id), frame
        found.append(frame["payload"]["data"]["lifecycleEventAdded"])
    return found


async def take_actions(client: Socket, count: int, id: str = "1") -> list[str]:
    return [item["event"]["action"] for item in await take(client, count, id)]


@asynccontextmanager
async def followed(env: Env, company: Company, **variables: Any) -> AsyncIterator[Socket]:
    """A socket of the company's owner on which the feed is followed as request 1."""
    async with live_server(env) as server, initialised(server, company.token()) as client:
        await client.subscribe(EVENTS, variables=variables)
        await until(lambda: server.engine.subscriptions.subscribers == 1)
        yield client


# What wakes the feed


async def _issue(company: Company) -> None:
    await issued(company.env, company.owner, company.batch, 3)


async def _move(company: Company) -> None:
    await act(company.env, company.owner, company.passports[0], LifecycleAction.SHIP)


async def _move_many(company: Company) -> None:
    evidence = evidence_for(LifecycleAction.SHIP)
    command = TransitionPassports(LifecycleAction.SHIP, evidence, ids=company.passports)
    assert (await lifecycle.transition_many(company.owner, command, company.env)).succeeded == 2


async def _record(company: Company) -> None:
    command = RecordEvent(company.passports[1], TraceabilityEvent.QC_PASSED, place="Pune")
    await lifecycle.record_event(company.owner, command, company.env)


async def _give_second_life(company: Company) -> None:
    await act(company.env, company.owner, company.passports[0], LifecycleAction.REMANUFACTURE)


@pytest.mark.parametrize(
    ("prepared", "happen", "actions"),
    [
        ((), _issue, ["ISSUE"] * 3),
        ((), _move, ["SHIP"]),
        ((), _move_many, ["SHIP", "SHIP"]),
        ((), _record, ["QC_PASSED"]),
        ((LifecycleAction.RECALL,), _give_second_life, ["REMANUFACTURE", "REMANUFACTURE"]),
    ],
)
async def test_events_arrive_without_a_poll_from_whichever_process_appends_them(
    env: Env,
    database_url: str,
    prepared: tuple[LifecycleAction, ...],
    happen: Callable[[Company], Awaitable[None]],
    actions: list[str],
) -> None:
    # Two hubs are two processes.
    async with Hub(poll_seconds=_NEVER) as serving, Hub(poll_seconds=_NEVER) as writing:
        company = await new_company(replace(env, live=writing), quota=6)
        for action in prepared:
            await act(company.env, company.owner, company.passports[0], action)
        async with followed(replace(env, live=serving), company) as client:
            await _until_listening(database_url)
            await happen(company)
            assert await take_actions(client, len(actions)) == actions


async def _until_listening(database_url: str) -> None:
    """Returns once a process listens for announcements; the feed's own connection does nothing else."""
    owner = await asyncpg.connect(database_url)
    listeners = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
    try:
        async with asyncio.timeout(5):
            while not await owner.fetchval(listeners):  # noqa: ASYNC110  # the database has no event for this
                await asyncio.sleep(0.002)
    finally:
        await owner.close()


# Where it begins


async def test_it_begins_behind_a_cursor_of_its_own_or_of_the_lists(env: Env) -> None:
    company = await new_company(env)
    unit = company.passports[0]
    await act(env, company.owner, unit, LifecycleAction.SHIP)
    await act(env, company.owner, unit, LifecycleAction.INSTALL)
    async with followed(env, company, after=cursor_at(company, 0)) as client:
        everything = await take(client, 4)
        assert [item["event"]["action"] for item in everything] == ["ISSUE", "ISSUE", "SHIP", "INSTALL"]
        assert [item["cursor"] for item in everything] == [cursor_at(company, position) for position in range(1, 5)]
        await client.subscribe(EVENTS, "2", variables={"after": everything[2]["cursor"]})
        assert await take(client, 1, "2") == everything[3:]


async def test_without_a_cursor_it_begins_with_what_comes_next(env: Env) -> None:
    company = await new_company(env)
    async with followed(env, company) as client:
        await act(env, company.owner, company.passports[1], LifecycleAction.SHIP)
        [item] = await take(client, 1)
    assert item == {
        "cursor": cursor_at(company, 3),
        "event": {"action": "SHIP", "position": 2, "passport": {"uuid": str(company.passports[1])}},
    }


async def test_events_of_before_and_after_the_subscription_come_once_and_in_order(env: Env) -> None:
    company = await new_company(env, quota=60)
    async with followed(env, company, after=cursor_at(company, 0)) as client:
        writing = asyncio.create_task(_issue_in_turns(company, 20))
        seen = [item["cursor"] for item in await take(client, 62)]
        await writing
    assert seen == [cursor_at(company, position) for position in range(1, 63)]


async def _issue_in_turns(company: Company, turns: int) -> None:
    for _ in range(turns):
        await issued(company.env, company.owner, company.batch, 3)


async def test_cursors_that_it_can_not_begin_behind(env: Env) -> None:
    company, other = await new_company(env), await new_company(env)
    [unknown] = await issued(env, other.owner, other.batch)
    requests: list[tuple[str | None, dict[str, Any], str]] = [
        (None, {}, "UNAUTHENTICATED"),
        (company.token(), {"after": "junk"}, "BAD_USER_INPUT"),
        (company.token(), {"after": cursor_at(other, 1)}, "BAD_USER_INPUT"),
        (company.token(), {"after": feed_cursor(Feed.SCAN, company.owner.tenant_id, 0)}, "BAD_USER_INPUT"),
        (company.token(), {"after": cursor_at(company, 3)}, "BAD_USER_INPUT"),
        (company.token(), {"batchId": str(other.batch.id)}, "NOT_FOUND"),
        (company.token(), {"batchId": "junk"}, "BAD_USER_INPUT"),
        (company.token(), {"passportId": str(unknown)}, "NOT_FOUND"),
        (company.token(), {"passportId": "junk"}, "BAD_USER_INPUT"),
    ]
    async with live_server(env) as server:
        for token, variables, code in requests:
            async with initialised(server, token) as client:
                await client.subscribe(EVENTS, variables=variables)
                (error,) = await client.receive_last()
                assert error["payload"][0]["extensions"]["code"] == code, error
        assert server.engine.subscriptions.shared_executions == 0


# What it lets through, and for whom


async def test_events_of_one_batch_or_one_passport(env: Env) -> None:
    company = await new_company(env, quota=4)
    other_batch = await make_batch(env, company.owner)
    [elsewhere] = await issued(env, company.owner, other_batch)
    one, two = company.passports
    begin = cursor_at(company, 0)
    async with live_server(env) as server, initialised(server, company.token()) as client:
        await client.subscribe(EVENTS, "batch", variables={"after": begin, "batchId": str(other_batch.id)})
        assert _units(await take(client, 1, "batch")) == [elsewhere]
        await client.subscribe(EVENTS, "unit", variables={"after": begin, "passportId": str(two)})
        assert _units(await take(client, 1, "unit")) == [two]
        both = {"after": begin, "passportId": str(one), "batchId": str(other_batch.id)}
        await client.subscribe(EVENTS, "neither", variables=both)
        await until(lambda: server.engine.subscriptions.subscribers == 3)
        for unit in (one, elsewhere, two):
            await act(env, company.owner, unit, LifecycleAction.SHIP)
        # One frame for each of the two subscriptions that the events concern, and none for the third.
        frames = [await client.receive() for _ in range(2)]
        assert {frame["id"]: _units([frame["payload"]["data"]["lifecycleEventAdded"]]) for frame in frames} == {
            "batch": [elsewhere],
            "unit": [two],
        }
        await act(env, company.owner, two, LifecycleAction.INSTALL)
        assert await take_actions(client, 1, "unit") == ["INSTALL"]


def _units(items: list[dict[str, Any]]) -> list[UUID]:
    return [UUID(item["event"]["passport"]["uuid"]) for item in items]


async def test_another_companys_events_never_come(env: Env) -> None:
    company, other = await new_company(env), await new_company(env)
    async with live_server(env) as server, AsyncExitStack() as stack:
        ours = await stack.enter_async_context(initialised(server, company.token()))
        theirs = await stack.enter_async_context(initialised(server, other.token()))
        for client, of in ((ours, company), (theirs, other)):
            await client.subscribe(EVENTS, variables={"after": cursor_at(of, 2)})
        await until(lambda: server.engine.subscriptions.subscribers == 2)
        await act(env, other.owner, other.passports[0], LifecycleAction.SHIP)
        await act(env, company.owner, company.passports[0], LifecycleAction.RECALL)
        assert _units(await take(theirs, 1)) == [other.passports[0]]
        assert await take_actions(ours, 1) == ["RECALL"]


async def test_a_member_limited_to_brands_gets_events_of_those_alone(env: Env) -> None:
    company = await new_company(env, quota=4)
    mine, other = [await make_branded_batch(env, company.owner, name) for name in ("Volt", "Amp")]
    assert mine.brand_id is not None
    [unit], [hidden] = [await issued(env, company.owner, batch) for batch in (mine, other)]
    limited = await make_member(env, company.owner.tenant_id, Role.OPERATOR, brand_ids=[mine.brand_id])
    async with live_server(env) as server, initialised(server, company.token(limited)) as client:
        await client.subscribe(EVENTS, variables={"after": cursor_at(company, 0)})
        assert _units(await take(client, 1)) == [unit]
        for passport_id in (company.passports[0], hidden, unit):
            await act(env, company.owner, passport_id, LifecycleAction.SHIP)
        [shipped] = await take(client, 1)
        assert (_units([shipped]), shipped["event"]["action"]) == ([unit], "SHIP")
        for variables in ({"batchId": str(other.id)}, {"passportId": str(hidden)}):
            await client.subscribe(EVENTS, "2", variables=variables)
            (error,) = await client.receive_last("2")
            assert error["payload"][0]["extensions"]["code"] == "NOT_FOUND"


# When too much was missed


async def test_whoever_missed_too_much_reads_the_list_and_goes_on_from_it(env: Env) -> None:
    company = await new_company(env)
    # As if so many had been appended: only the head's distance counts here.
    head = MOST_REPLAYED + 1
    await database.execute(
        "UPDATE feed_head SET last_position = $2 WHERE tenant_id = $1 AND feed = 'lifecycle'",
        company.owner.tenant_id,
        head,
    )
    async with live_server(env) as server, initialised(server, company.token()) as client:
        await client.subscribe(EVENTS, variables={"after": cursor_at(company, 0)})
        (error,) = await client.receive_last()
        assert error["payload"][0]["extensions"]["code"] == "RESYNC_REQUIRED"
        assert "lifecycleEvents" in error["payload"][0]["message"]
        await client.subscribe("{ lifecycleEvents(first: 2) { feedCursor nodes { action } } }", "list")
        result, _ = await client.receive_last("list")
        page = result["payload"]["data"]["lifecycleEvents"]
        assert page == {"feedCursor": cursor_at(company, head), "nodes": [{"action": "ISSUE"}] * 2}
        await client.subscribe(EVENTS, variables={"after": page["feedCursor"]})
        await until(lambda: server.engine.subscriptions.subscribers == 1)
        await act(env, company.owner, company.passports[0], LifecycleAction.SHIP)
        assert [item["cursor"] for item in await take(client, 1)] == [cursor_at(company, head + 1)]
