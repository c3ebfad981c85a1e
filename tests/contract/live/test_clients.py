"""Every subscription with the clients that integrators use: `graphql-ws` from npm and `gql` from PyPI, and over SSE."""

import asyncio
import json
from asyncio.subprocess import PIPE
from datetime import date
from pathlib import Path
from typing import Any

import httpx
from gql import Client, GraphQLRequest
from gql.transport.websockets import WebsocketsTransport
from graphql import GraphQLObjectType

from api.web.node import Node, find_node, install_packages, one_at_a_time
from models import billing, passports
from models.database import unit_of_work
from models.kernel.env import Env
from models.lifecycle import LifecycleAction
from models.passports import InputRows, IssuePassports, NewPassport
from resolvers.schema import build_schema
from tests.api.graphql.sockets import until
from tests.contract.live.live_app import Company, LiveServer, live_server, new_company
from tests.models.lifecycle.lives import act

FOLDER = Path(__file__).parent

# Each subscription with how many results it gives for what `_happen` does, or None when it ends by itself.
REQUESTS: dict[str, tuple[str, int | None]] = {
    "scanAdded": ("subscription { scanAdded { cursor scan { serialNumber deviceType } } }", 3),
    "lifecycleEventAdded": ("subscription { lifecycleEventAdded { cursor event { action passport { status } } } }", 1),
    "quotaChanged": ("subscription { quotaChanged { balance used limit } }", 2),
    "issuanceProgress": ('subscription { issuanceProgress(id: "upload") { id phase errorCount errorCode } }', None),
}


async def _happen(company: Company, server: LiveServer, subscriptions: int) -> None:
    """What all subscriptions tell of, once all of them have begun."""
    await until(lambda: server.engine.subscriptions.subscribers == subscriptions, seconds=30)
    await company.scan(3)
    await act(company.env, company.owner, company.passports[0], LifecycleAction.SHIP)
    async with unit_of_work() as connection:
        await billing.grant(connection, company.owner.tenant_id, 7, "client", company.env)
    # Fails, and so has no part in what the others tell of.
    rows = InputRows([NewPassport("", date(2026, 1, 15))])
    await passports.issue(company.owner, IssuePassports(company.batch.id, rows, idempotency_key="upload"), company.env)


def _check(results: dict[str, list[dict[str, Any]]]) -> None:
    assert [result["scanAdded"]["scan"]["deviceType"] for result in results["scanAdded"]] == ["OTHER"] * 3
    assert len({result["scanAdded"]["cursor"] for result in results["scanAdded"]}) == 3
    (event,) = results["lifecycleEventAdded"]
    assert event["lifecycleEventAdded"]["event"] == {"action": "SHIP", "passport": {"status": "SHIPPED"}}
    before, after = (result["quotaChanged"] for result in results["quotaChanged"])
    assert after == {**before, "balance": before["balance"] + 7, "limit": before["limit"] + 7}
    first, *_, last = (result["issuanceProgress"] for result in results["issuanceProgress"])
    assert first == {"id": "upload", "phase": "WAITING", "errorCount": 0, "errorCode": None}
    assert last == {"id": "upload", "phase": "FAILED", "errorCount": 1, "errorCode": "SERIAL_MISSING"}


def test_every_subscription_is_tried() -> None:
    subscription = build_schema()._schema.subscription_type
    assert isinstance(subscription, GraphQLObjectType)
    assert set(REQUESTS) == set(subscription.fields)


async def test_the_npm_client(env: Env) -> None:
    company = await new_company(env)
    node = await asyncio.to_thread(_prepare)
    requests = json.dumps([{"query": query, "take": take} for query, take in REQUESTS.values()])
    async with live_server(env) as server:
        url = server.url.replace("http", "ws")
        process = await asyncio.create_subprocess_exec(
            node.executable, FOLDER / "subscribe.mjs", url, company.token(), requests, stdout=PIPE, stderr=PIPE
        )
        await _happen(company, server, len(REQUESTS))
        async with asyncio.timeout(20):
            output, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
        await until(lambda: len(server.websocket.open_sockets) == 0)
    results: dict[str, list[dict[str, Any]]] = {name: [] for name in REQUESTS}
    ready, *lines = output.decode().splitlines()
    assert ready == "ready"
    for line in lines:
        answer = json.loads(line)
        results[list(REQUESTS)[answer["index"]]].append(answer["result"]["data"])
    _check(results)


def _prepare() -> Node:
    node = find_node()
    with one_at_a_time(FOLDER):
        install_packages(node, FOLDER)
    return node


async def test_the_python_client(env: Env) -> None:
    company = await new_company(env)
    async with live_server(env) as server:
        transport = WebsocketsTransport(
            url=server.url.replace("http", "ws"),
            init_payload={"Authorization": company.token()},
            subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        )
        async with Client(transport=transport) as session:

            async def run(query: str, count: int | None) -> list[dict[str, Any]]:
                found: list[dict[str, Any]] = []
                async for result in session.subscribe(GraphQLRequest(query)):
                    found.append(result)
                    if len(found) == count:
                        break
                return found

            happening = asyncio.create_task(_happen(company, server, len(REQUESTS)))
            async with asyncio.timeout(20):
                found = await asyncio.gather(*(run(query, count) for query, count in REQUESTS.values()))
            await happening
    _check(dict(zip(REQUESTS, found, strict=True)))


async def test_server_sent_events(env: Env) -> None:
    company = await new_company(env)
    headers = {"Accept": "text/event-stream", "Authorization": company.token()}
    async with live_server(env) as server, httpx.AsyncClient(headers=headers) as client:

        async def run(query: str, count: int | None) -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = []
            async with client.stream("POST", server.url, json={"query": query}) as response:
                async for line in response.aiter_lines():
                    # A stream's end is an event without data.
                    if line.startswith("data: {"):
                        found.append(json.loads(line.removeprefix("data:"))["data"])
                    if len(found) == count:
                        break
            return found

        happening = asyncio.create_task(_happen(company, server, len(REQUESTS)))
        async with asyncio.timeout(20):
            found = await asyncio.gather(*(run(query, count) for query, count in REQUESTS.values()))
        await happening
    _check(dict(zip(REQUESTS, found, strict=True)))
