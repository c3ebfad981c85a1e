"""GraphQL over server-sent events, over the wire."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.api.graphql.sockets import PROBE, Served, served, until

_EVENTS = {"Accept": "text/event-stream"}


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[Served]:
    async with served() as server:
        yield server


@pytest.fixture
async def client(server: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url.removesuffix("/graphql"), headers=_EVENTS) as client:
        yield client


def events_of(text: str) -> list[tuple[str, Any]]:
    """The events in a stream, each with its data."""
    events = []
    for block in text.split("\n\n")[:-1]:
        name, data = (line.split(":", 1)[1].strip() for line in block.split("\n"))
        events.append((name, json.loads(data) if data else None))
    return events


async def run(client: httpx.AsyncClient, query: str, **members: Any) -> list[tuple[str, Any]]:
    response = await client.post("/graphql", json={"query": query, **members})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    return events_of(response.text)


async def test_a_subscription(client: httpx.AsyncClient) -> None:
    assert await run(client, "subscription($to: Int!) { count(to: $to) }", variables={"to": 2}) == [
        ("next", {"data": {"count": 1}}),
        ("next", {"data": {"count": 2}}),
        ("complete", None),
    ]


async def test_queries_and_mutations(client: httpx.AsyncClient) -> None:
    (_, result), (last, _) = await run(client, "{ hello }")
    assert (result["data"], last) == ({"hello": "Hello, world!"}, "complete")
    (_, result), _ = await run(client, 'mutation { rename(name: "x") }')
    assert result["data"] == {"rename": "x"}


async def test_a_link_runs_queries_and_subscriptions_but_changes_nothing(client: httpx.AsyncClient) -> None:
    for query, expected in (
        ("subscription { count(to: 1) }", {"data": {"count": 1}}),
        (
            'mutation { rename(name: "x") }',
            {"errors": [{"message": "Mutations are served to POST only.", "extensions": {"code": "BAD_REQUEST"}}]},
        ),
    ):
        (_, result), (last, _) = events_of((await client.get("/graphql", params={"query": query})).text)
        assert (result, last) == (expected, "complete")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ helo }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { notYours }", "FORBIDDEN"),
    ],
)
async def test_a_refused_operation_is_an_event_with_errors(client: httpx.AsyncClient, query: str, code: str) -> None:
    (name, result), (last, _) = await run(client, query)
    assert (name, last) == ("next", "complete")
    assert "data" not in result
    assert result["errors"][0]["extensions"]["code"] == code


async def test_a_request_that_is_no_operation_is_refused_as_json(client: httpx.AsyncClient) -> None:
    for response in (
        await client.post("/graphql", json=1),
        await client.post("/graphql", json={"query": "{ hello }"}, headers={"Content-Type": "text/plain"}),
        await client.post("/graphql", json={"query": "{ hello }"}, headers={"Authorization": "bad"}),
    ):
        assert response.status_code in (400, 401, 415)
        assert response.headers["content-type"].startswith("application/json")
        assert response.json()["errors"][0]["extensions"]["code"]


async def test_the_stream_ends_with_its_session(server: Served, client: httpx.AsyncClient) -> None:
    async with client.stream("POST", "/graphql", json={"query": "subscription { wait }"}) as response:
        lines = response.aiter_lines()
        assert await anext(lines) == "event: next"
        server.sessions.begun[-1].end.set_result("The access token has expired.")
        rest = [line async for line in lines]
        assert rest[:1] == ['data: {"data":{"wait":0}}']
    await until(lambda: PROBE.running == 0 and len(server.streams.open_streams) == 0)


async def test_streams_of_one_company_are_limited_and_leave_nothing(server: Served, client: httpx.AsyncClient) -> None:
    before = len(asyncio.all_tasks())
    wait: dict[str, Any] = {"json": {"query": "subscription { wait }"}, "headers": {"Authorization": "acme"}}
    async with client.stream("POST", "/graphql", **wait) as first, client.stream("POST", "/graphql", **wait) as second:
        await anext(first.aiter_lines())
        await anext(second.aiter_lines())
        third = await client.post("/graphql", **wait)
        assert third.status_code == 429
        assert third.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    await until(lambda: PROBE.running == 0 and len(server.streams.open_streams) == 0)
    await until(lambda: len(asyncio.all_tasks()) <= before)
