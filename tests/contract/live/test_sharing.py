"""Shared execution: once per item for all who see the same, and never between those who don't."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest
from strawberry.types import ExecutionResult

from models.kernel.env import Env
from models.kernel.feed import Feed, feed_cursor
from models.kernel.permissions import Role
from resolvers.context import Context
from resolvers.engine.encoding import encode
from resolvers.engine.live import sharing
from resolvers.engine.plan import Plan
from resolvers.schema import build_schema
from tests.api.graphql.sockets import Socket, initialised, until
from tests.contract.live.live_app import Company, LiveServer, live_server, new_company
from tests.factories import make_branded_batch, make_member
from tests.models.lifecycle.lives import issued

SCANS = """subscription Scans($after: String, $batchId: ID) {
  scanAdded(after: $after, batchId: $batchId) { cursor scan { id serialNumber } }
}"""


async def take(client: Socket, count: int) -> list[dict[str, Any]]:
    """The payloads of the next results."""
    payloads = []
    for _ in range(count):
        frame = await client.receive()
        assert frame["type"] == "next", frame
        payloads.append(frame["payload"])
    return payloads


def cursors_of(company: Company, first: int, last: int) -> list[str]:
    return [feed_cursor(Feed.SCAN, company.owner.tenant_id, position) for position in range(first, last + 1)]


async def cursors(client: Socket, count: int) -> list[str]:
    return [payload["data"]["scanAdded"]["cursor"] for payload in await take(client, count)]


def count_executions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations' events as they are executed."""
    executed: list[str] = []
    real = Plan.begin

    def counted(self: Any, variables: Any, context: Any, root: Any = None) -> Any:
        executed.append(root.cursor)
        return real(self, variables, context, root)

    monkeypatch.setattr(Plan, "begin", counted)
    return executed


async def test_identical_subscriptions_are_executed_once_wherever_they_begin(
    env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = await new_company(env)
    await company.scan(3)
    executed = count_executions(monkeypatch)
    async with live_server(env) as server, AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(initialised(server, company.token())) for _ in range(10)]
        for number, client in enumerate(sockets):
            after = feed_cursor(Feed.SCAN, company.owner.tenant_id, 3) if number % 2 else None
            await client.subscribe(SCANS, str(number), variables={"after": after})
        await until(lambda: server.engine.subscriptions.shared_executions == 1)
        await _until_attached(server, 10)
        await company.scan(4)
        for client in sockets:
            assert await cursors(client, 4) == cursors_of(company, 4, 7)
        assert executed == cursors_of(company, 4, 7)
        # Whoever comes back finds what it missed among the results kept.
        await sockets[0].subscribe(SCANS, "again", variables={"after": cursors_of(company, 5, 5)[0]})
        assert await cursors(sockets[0], 2) == cursors_of(company, 6, 7)
        assert len(executed) == 4
        # What is older comes from the table.
        await sockets[1].subscribe(SCANS, "older", variables={"after": cursors_of(company, 0, 0)[0]})
        assert await cursors(sockets[1], 7) == cursors_of(company, 1, 7)
        assert server.engine.subscriptions.shared_executions == 1
    await until(lambda: server.engine.subscriptions.shared_executions == 0 and env.live.followers == 0)


async def _until_attached(server: LiveServer, count: int) -> None:
    await until(lambda: server.engine.subscriptions.subscribers == count)


async def test_what_differs_is_not_shared(env: Env) -> None:
    company = await new_company(env)
    batch_id = str(company.batch.id)
    requests: list[tuple[str, dict[str, Any]]] = [
        (SCANS, {}),
        (SCANS, {"batchId": batch_id}),
        (SCANS + " ", {}),
        (SCANS.replace("Scans", "Others"), {}),
        ("subscription($after: String) { scanAdded(after: $after) { cursor scan { id city } } }", {}),
    ]
    async with live_server(env) as server, initialised(server, company.token()) as client:
        for id, (query, variables) in enumerate(requests):
            await client.subscribe(query, str(id), variables=variables)
        await until(lambda: server.engine.subscriptions.shared_executions == len(requests))


async def test_companies_and_roles_never_share(env: Env) -> None:
    company, other = await new_company(env), await new_company(env)
    operator = await make_member(env, company.owner.tenant_id, Role.OPERATOR)
    admins = [await make_member(env, company.owner.tenant_id, Role.ADMIN) for _ in range(2)]
    viewers = [await make_member(env, company.owner.tenant_id, Role.VIEWER) for _ in range(2)]
    members = [company.owner, operator, *admins, *viewers]
    async with live_server(env) as server, AsyncExitStack() as stack:
        ours = [await stack.enter_async_context(initialised(server, company.token(member))) for member in members]
        theirs = await stack.enter_async_context(initialised(server, other.token()))
        for client in (*ours, theirs):
            await client.subscribe(SCANS)
        await _until_attached(server, 7)
        # Members of one role share: a wall of displays costs as much as one.
        assert server.engine.subscriptions.shared_executions == 5
        await company.scan(2)
        await other.scan(1)
        for client in ours:
            assert await cursors(client, 2) == cursors_of(company, 1, 2)
        assert await cursors(theirs, 1) == cursors_of(other, 1, 1)


async def test_a_member_limited_to_brands_gets_theirs_alone(env: Env) -> None:
    company = await new_company(env)
    branded = await make_branded_batch(env, company.owner, "Volt")
    (theirs,) = await issued(env, company.owner, branded, 1)
    assert branded.brand_id is not None
    limited = await make_member(env, company.owner.tenant_id, Role.ADMIN, brand_ids=[branded.brand_id])
    async with live_server(env) as server, AsyncExitStack() as stack:
        all_brands = await stack.enter_async_context(initialised(server, company.token()))
        one_brand = await stack.enter_async_context(initialised(server, company.token(limited)))
        for client in (all_brands, one_brand):
            await client.subscribe(SCANS)
        await _until_attached(server, 2)
        await company.scan(2)
        await Company(env, company.owner, branded, [theirs]).scan(1)
        await company.scan(1)
        assert await cursors(all_brands, 4) == cursors_of(company, 1, 4)
        assert await cursors(one_brand, 1) == cursors_of(company, 3, 3)
        await one_brand.subscribe(SCANS, "2", variables={"batchId": str(company.batch.id)})
        (error,) = await one_brand.receive_last("2")
        assert error["payload"][0]["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    "selection",
    [
        "cursor",
        "cursor scan { id passportId serialNumber city country deviceType scannedAt }",
        "scan { passport { id uuid status serialNumber batch { id batchName } } batch { id batchName } }",
        "a: scan { id } b: scan { __typename passport { events(first: 1) { totalCount nodes { action } } } }",
    ],
)
async def test_a_shared_result_is_what_plain_execution_gives(env: Env, selection: str) -> None:
    company = await new_company(env)
    query = f"subscription($after: String) {{ scanAdded(after: $after) {{ {selection} }} }}"
    variables = {"after": cursors_of(company, 0, 0)[0]}
    async with live_server(env) as server, initialised(server, company.token()) as client:
        await client.subscribe(query, variables=variables)
        await _until_attached(server, 1)
        await company.scan(3)
        shared = await take(client, 3)
    plain: list[Any] = []
    context = Context(env, company.owner, cache_loads=False)
    results = await build_schema().subscribe(query, variable_values=variables, context_value=context)
    async for result in results:
        assert isinstance(result, ExecutionResult)
        assert result.errors is None
        plain.append({"data": result.data})
        if len(plain) == 3:
            break
    await results.aclose()
    assert [encode(payload) for payload in shared] == [encode(payload) for payload in plain]


async def test_a_client_that_reads_too_slowly_has_to_resync_and_loses_nothing(
    env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "RESULTS_KEPT", 5)
    company = await new_company(env)
    # An answer of 50 kB fills what sockets buffer soon.
    selection = " ".join(f"{letter * 5_000}: serialNumber" for letter in "abcdefghij")
    query = f"subscription {{ scanAdded {{ cursor scan {{ {selection} }} }} }}"
    async with live_server(env) as server, initialised(server, company.token()) as slow:
        async with initialised(server, company.token()) as quick:
            await slow.subscribe(query)
            await quick.subscribe(query)
            await _until_attached(server, 2)
            slow.connection.transport.pause_reading()
            written = 0
            while server.engine.subscriptions.subscribers == 2:
                assert written < 2_000
                await asyncio.gather(*(company.scan(1) for _ in range(50)))
                await take(quick, 50)
                written += 50
        slow.connection.transport.resume_reading()
        *results, error = await slow.receive_last()
        assert error["payload"][0]["extensions"]["code"] == "RESYNC_REQUIRED"
        received = [result["payload"]["data"]["scanAdded"]["cursor"] for result in results]
        # It goes on from the last cursor: nothing is missing.
        await slow.subscribe(SCANS, variables={"after": received[-1]})
        received += await cursors(slow, written - len(received))
        assert received == cursors_of(company, 1, written)


async def test_refused_subscriptions(env: Env) -> None:
    company, other = await new_company(env), await new_company(env)
    requests = [
        (None, {}, "UNAUTHENTICATED"),
        (company.token(), {"after": "junk"}, "BAD_USER_INPUT"),
        (company.token(), {"after": cursors_of(other, 0, 0)[0]}, "BAD_USER_INPUT"),
        (company.token(), {"after": cursors_of(company, 9, 9)[0]}, "BAD_USER_INPUT"),
        (company.token(), {"batchId": str(other.batch.id)}, "NOT_FOUND"),
        (company.token(), {"batchId": "junk"}, "BAD_USER_INPUT"),
    ]
    async with live_server(env) as server:
        for token, variables, code in requests:
            async with initialised(server, token) as client:
                await client.subscribe(SCANS, variables=variables)
                (error,) = await client.receive_last()
                assert error["payload"][0]["extensions"]["code"] == code, error
        assert server.engine.subscriptions.shared_executions == 0
