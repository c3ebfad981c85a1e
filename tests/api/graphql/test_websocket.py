"""The protocol graphql-transport-ws, over the wire."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any
from weakref import ref

import pytest
from websockets.exceptions import InvalidStatus

from api.graphql.websocket import SUBPROTOCOL, SocketLimits
from tests.api.graphql.sockets import PROBE, Served, initialised, served, socket, until
from tests.resolvers.toy import SECRET


@pytest.fixture(scope="module")
async def server() -> Any:
    async with served(
        SocketLimits(frame_characters=5_000, operations=3, sockets_of_one=2),
        allowed_origins=frozenset({"https://dashboard.example"}),
    ) as server:
        yield server


@pytest.fixture
async def ending() -> AsyncIterator[asyncio.Event]:
    """Lets operations that linger end; they do at the end of the test, whatever came of it."""
    PROBE.may_end.clear()
    yield PROBE.may_end
    PROBE.may_end.set()


async def test_a_subscription(server: Served) -> None:
    async with initialised(server) as client:
        await client.subscribe("subscription($to: Int!) { count(to: $to) }", variables={"to": 3})
        assert await client.receive_last() == [
            {"type": "next", "payload": {"data": {"count": 1}}},
            {"type": "next", "payload": {"data": {"count": 2}}},
            {"type": "next", "payload": {"data": {"count": 3}}},
            {"type": "complete"},
        ]


async def test_queries_and_mutations(server: Served) -> None:
    async with initialised(server) as client:
        await client.subscribe('query A { hello } query B { hello(name: "B") }', operationName="B", extensions=None)
        result, complete = await client.receive_last()
        assert result["payload"]["data"] == {"hello": "Hello, B!"}
        assert result["payload"]["extensions"]["cost"]["requested"] == 0
        assert complete == {"type": "complete"}
        await client.subscribe('mutation { rename(name: "x") }')
        assert (await client.receive_last())[0]["payload"]["data"] == {"rename": "x"}
        await client.subscribe("{ forbidden }")
        result, _ = await client.receive_last()
        assert result["payload"]["data"] == {"forbidden": None}
        assert result["payload"]["errors"][0]["extensions"]["code"] == "FORBIDDEN"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ hello", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{ helo }", "GRAPHQL_VALIDATION_FAILED"),
        ("fragment F on Query { hello }", "OPERATION_RESOLUTION_FAILURE"),
        ("query A { hello } query B { hello }", "OPERATION_RESOLUTION_FAILURE"),
        ('subscription { count(to: "x") }', "GRAPHQL_VALIDATION_FAILED"),
        ("subscription($to: Int!) { count(to: $to) }", "BAD_USER_INPUT"),
        ("subscription { notYours }", "FORBIDDEN"),
        ("{" + "hello " * 21 + "}", "COST_EXCEEDED"),
    ],
)
async def test_an_operation_that_is_refused_is_an_error_and_the_socket_stays_open(
    server: Served, query: str, code: str
) -> None:
    async with initialised(server) as client:
        await client.subscribe(query)
        (error,) = await client.receive_last()
        assert error["type"] == "error"
        assert error["payload"][0]["extensions"]["code"] == code
        await client.subscribe("{ hello }")
        assert (await client.receive_last())[0]["payload"]["data"] == {"hello": "Hello, world!"}


async def test_what_breaks_inside_is_masked(server: Served) -> None:
    async with initialised(server) as client:
        await client.subscribe("subscription { broken }")
        result, error = await client.receive_last()
        assert result["payload"] == {"data": {"broken": 1}}
        assert error["payload"][0]["extensions"]["code"] == "INTERNAL"
        assert SECRET not in json.dumps(error)


async def test_a_ping_is_answered_and_a_pong_is_not(server: Served) -> None:
    async with socket(server) as client:
        await client.send({"type": "pong"}, {"type": "ping", "payload": {"a": 1}})
        assert await client.receive() == {"type": "pong"}
        await client.initialise()
        await client.send({"type": "pong", "payload": {}}, {"type": "ping"})
        assert await client.receive() == {"type": "pong"}


async def test_complete_ends_the_operation_and_frees_its_id(server: Served) -> None:
    async with initialised(server) as client:
        await client.send({"type": "complete", "id": "unknown"})
        await client.subscribe("subscription { wait }")
        assert (await client.receive())["payload"] == {"data": {"wait": 0}}
        assert PROBE.running == 1
        await client.send({"type": "complete", "id": "1"})
        await client.subscribe("subscription { count(to: 1) }")
        assert [frame["type"] for frame in await client.receive_last()] == ["next", "complete"]
        assert PROBE.running == 0


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "1",
        "null",
        '"text"',
        "[]",
        "{",
        "{}",
        '{"type":1}',
        '{"type":null}',
        '{"type":"next","id":"1","payload":{}}',
        '{"type":"connection_init","payload":"x"}',
        '{"type":"connection_init","payload":[]}',
        '{"type":"ping","payload":1}',
        '{"type":"pong","payload":"x"}',
        '{"type":"complete"}',
        '{"type":"complete","id":1}',
        '{"type":"subscribe","id":[1],"payload":{"query":"{hello}"}}',
        '{"type":"subscribe","id":"","payload":{"query":"{hello}"}}',
        '{"type":"subscribe","payload":{"query":"{hello}"}}',
        '{"type":"subscribe","id":"' + "x" * 129 + '","payload":{"query":"{hello}"}}',
        '{"type":"subscribe","id":"1"}',
        '{"type":"subscribe","id":"1","payload":"x"}',
        '{"type":"subscribe","id":"1","payload":{}}',
        '{"type":"subscribe","id":"1","payload":{"query":1}}',
        '{"type":"subscribe","id":"1","payload":{"query":"{hello}","variables":[]}}',
        '{"type":"subscribe","id":"1","payload":{"query":"{hello}","variables":"x"}}',
        '{"type":"subscribe","id":"1","payload":{"query":"{hello}","operationName":1}}',
        '{"type":"subscribe","id":"1","payload":{"query":"{hello}","extensions":1}}',
        '{"type":"\\ud800"}',
        "[" * 4_000,
        b"\x00\x01",
    ],
    ids=lambda frame: str(frame)[:60],
)
async def test_a_malformed_frame_closes_with_4400(server: Served, frame: str | bytes) -> None:
    async with socket(server) as client:
        await client.send(frame)
        code, reason = await client.closed()
        assert code == 4400
        assert 0 < len(reason.encode()) <= 123


async def test_a_frame_that_is_too_long_closes_with_1009(server: Served) -> None:
    async with initialised(server) as client:
        await client.send({"type": "ping", "payload": {"x": "y" * 5_000}})
        assert await client.closed() == (1009, "Message too big")


async def test_subscribing_without_a_session_closes_with_4401(server: Served) -> None:
    async with socket(server) as client:
        await client.subscribe("{ hello }")
        assert await client.closed() == (4401, "Unauthorized")


async def test_a_bad_token_closes_with_4403(server: Served) -> None:
    async with socket(server) as client:
        await client.send({"type": "connection_init", "payload": {"Authorization": "bad"}})
        assert await client.closed() == (4403, "Forbidden")


async def test_the_end_of_the_session_closes_with_4403(server: Served) -> None:
    async with initialised(server) as client:
        await client.subscribe("subscription { wait }")
        await client.receive()
        server.sessions.begun[-1].end.set_result("The access token has expired. " + "é" * 100)
        code, reason = await client.closed()
        assert code == 4403
        assert reason.startswith("The access token has expired. é")
        assert len(reason.encode()) <= 123
        await until(lambda: PROBE.running == 0)


@pytest.mark.parametrize("subprotocol", [None, "graphql-ws"])
async def test_any_other_subprotocol_closes_with_4406(server: Served, subprotocol: str | None) -> None:
    async with socket(server, subprotocol=subprotocol) as client:
        assert await client.closed() == (4406, "Subprotocol not acceptable")


async def test_an_id_in_use_closes_with_4409(server: Served) -> None:
    async with initialised(server) as client:
        await client.subscribe("subscription { wait }")
        await client.subscribe("{ hello }")
        assert await client.closed() == (4409, "Subscriber for 1 already exists")
    await until(lambda: PROBE.running == 0)


async def test_initialising_twice_closes_with_4429(server: Served) -> None:
    async with initialised(server) as client:
        await client.send({"type": "connection_init"})
        assert await client.closed() == (4429, "Too many initialisation requests")


async def test_initialising_too_late_closes_with_4408() -> None:
    async with served(SocketLimits(init_seconds=0.02)) as server, socket(server) as client:
        await client.send({"type": "ping"})
        assert await client.closed() == (4408, "Connection initialisation timeout")


async def test_shutting_down_closes_with_1012() -> None:
    serving = AsyncExitStack()
    server = await serving.enter_async_context(served())
    async with initialised(server) as client:
        await client.subscribe("subscription { wait }")
        await client.receive()
        await serving.aclose()
        assert (await client.closed())[0] == 1012
        assert PROBE.running == 0


async def test_pages_of_other_origins_get_no_socket(server: Served) -> None:
    own = server.url.removesuffix("/graphql")
    for origin in (own, "https://dashboard.example", None):
        async with initialised(server, origin=origin):
            pass
    for origin in ("https://evil.example", own.replace("http://", "http://evil."), "null", "http://["):
        with pytest.raises(InvalidStatus) as refused:
            async with socket(server, origin=origin):
                raise AssertionError(origin)
        assert refused.value.response.status_code == 403


async def test_operations_over_one_socket_are_limited(server: Served) -> None:
    async with initialised(server) as client:
        for id in "abc":
            await client.subscribe("subscription { wait }", id)
            await client.receive()
        await client.subscribe("{ hello }", "d")
        (error,) = await client.receive_last("d")
        assert error["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
        await client.send({"type": "complete", "id": "a"})
        await client.subscribe("{ hello }", "d")
        assert (await client.receive_last("d"))[-1] == {"type": "complete"}


async def test_an_operation_keeps_its_place_until_it_has_really_ended(server: Served, ending: asyncio.Event) -> None:
    async with initialised(server) as client:
        for id in "abc":
            await client.subscribe("subscription { linger }", id)
            await client.receive()
        for id in "abc":
            await client.send({"type": "complete", "id": id})
        for id in "abc":
            await client.subscribe("subscription { linger }", id)
        await asyncio.sleep(0.05)
        assert PROBE.running == 3

        ending.set()
        assert sorted([(await client.receive())["id"] for _ in "abc"]) == ["a", "b", "c"]
        assert PROBE.running == 3
    await until(lambda: PROBE.running == 0)


async def test_a_completed_query_ends_by_itself_and_its_answer_is_not_sent(
    server: Served, ending: asyncio.Event
) -> None:
    answered = PROBE.answered
    async with initialised(server) as client:
        await client.subscribe("{ slow }")
        await until(lambda: PROBE.running == 1)
        await client.send({"id": "1", "type": "complete"})
        await client.subscribe("{ hello }", id="2")
        assert (await client.receive())["id"] == "2"
        assert PROBE.running == 1
        ending.set()
        await until(lambda: PROBE.answered == answered + 1)
        await client.subscribe("{ hello }", id="1")
        assert await client.receive_last("2") == [{"type": "complete"}]
        assert [frame["type"] for frame in await client.receive_last("1")] == ["next", "complete"]


async def test_a_completed_query_ends_with_its_socket(server: Served, ending: asyncio.Event) -> None:
    async with initialised(server) as client:
        await client.subscribe("{ slow }")
        await until(lambda: PROBE.running == 1)
        await client.send({"id": "1", "type": "complete"})
    await until(lambda: PROBE.running == 0)


async def test_a_socket_is_open_until_its_operations_have_really_ended(server: Served, ending: asyncio.Event) -> None:
    async with initialised(server) as client:
        for id in "ab":
            await client.subscribe("subscription { linger }", id)
            await client.receive()
        await client.send({"type": "complete", "id": "a"}, {"type": "ping"})
        assert await client.receive() == {"type": "pong"}
        client.connection.transport.abort()
        await asyncio.sleep(0.05)
        assert (len(server.websocket.open_sockets), PROBE.running) == (1, 2)
        ending.set()
        await until(lambda: len(server.websocket.open_sockets) == 0)
        assert PROBE.running == 0


async def test_sockets_of_one_company_are_limited(server: Served) -> None:
    async with initialised(server, "acme"), initialised(server, "acme"):
        async with socket(server) as third:
            await third.send({"type": "connection_init", "payload": {"Authorization": "acme"}})
            assert await third.closed() == (1013, "Too many sockets are open")
        async with initialised(server, "other"):
            pass
    await until(lambda: len(server.websocket.open_sockets) == 0)
    async with initialised(server, "acme"):
        pass


class Text(str):
    """A text that can be watched going."""

    __slots__ = ("__weakref__",)


async def test_what_a_socket_read_last_goes_with_it(server: Served) -> None:
    sent = Text("not a message")
    going, messages = ref(sent), [{"type": "websocket.receive", "text": sent}, {"type": "websocket.connect"}]
    del sent

    async def receive() -> dict[str, Any]:
        return messages.pop()

    async def send(message: Any) -> None:
        closed.append(message)

    closed: list[Any] = []
    scope = {"type": "websocket", "path": "/graphql", "query_string": b"", "headers": [], "subprotocols": [SUBPROTOCOL]}
    gc.disable()
    try:
        await server.websocket(scope, receive, send)
        assert closed[-1]["code"] == 4400
        assert going() is None
    finally:
        gc.enable()


async def test_a_thousand_abrupt_disconnects_leave_nothing() -> None:
    async with served() as server:
        async with initialised(server):
            pass
        await until(lambda: len(server.websocket.open_sockets) == 0)
        before = len(asyncio.all_tasks())

        async def come_and_go(number: int) -> None:
            async with socket(server) as client:
                if number % 4:
                    await client.initialise()
                    await client.subscribe("subscription { wait }")
                if number % 4 > 1:
                    await client.receive()
                client.connection.transport.abort()

        for start in range(0, 1_000, 100):
            await asyncio.gather(*(come_and_go(number) for number in range(start, start + 100)))
        await until(lambda: len(server.websocket.open_sockets) == 0 and PROBE.running == 0)
        await until(lambda: len(asyncio.all_tasks()) <= before)


async def test_a_client_that_does_not_read_makes_the_stream_wait_and_can_leave() -> None:
    async with served() as server, initialised(server) as client:
        client.connection.transport.pause_reading()
        await client.subscribe("subscription { large(characters: 100000) }")
        await until(lambda: PROBE.running == 1)
        await asyncio.sleep(0.05)
        client.connection.transport.abort()
        await until(lambda: PROBE.running == 0 and len(server.websocket.open_sockets) == 0)
