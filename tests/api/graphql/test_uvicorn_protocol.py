"""Messages that are sent at once, over a real socket, and what happens to those that can't be."""

import asyncio

import pytest
from starlette.types import Receive, Scope, Send
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from api.graphql.outlet import SendNow
from api.graphql.uvicorn_protocol import send_now
from tests.browser import serving


class Endpoint:
    """Accepts one socket and lends it to a test."""

    def __init__(self) -> None:
        self.before_acceptance: bool | None = None
        self.after_close: bool | None = None
        self.accepted: asyncio.Future[SendNow] = asyncio.get_running_loop().create_future()
        self.close = asyncio.Event()
        self.left = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Servers ask for a lifespan, too, and take an error for a no.
        assert scope["type"] == "websocket"
        now = send_now(scope)
        await receive()
        self.before_acceptance = now("too early")
        await send({"type": "websocket.accept"})
        self.accepted.set_result(now)
        await self.close.wait()
        await send({"type": "websocket.close", "code": 4400})
        self.after_close = now("too late")
        self.left.set()


async def test_messages_are_sent_between_acceptance_and_close() -> None:
    endpoint = Endpoint()
    async with serving(endpoint) as url, connect(url.replace("http", "ws", 1)) as client:
        now = await endpoint.accepted
        # Frames are made differently beyond 125 and 65,535 bytes.
        for message in ("✓", *("x" * length for length in (125, 126, 65_535, 65_536)), "✓" * 42, "✓" * 21_845):
            assert now(message)
            assert await client.recv() == message
        endpoint.close.set()
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4400
        await endpoint.left.wait()
    assert endpoint.before_acceptance is False
    assert endpoint.after_close is False


async def test_a_client_that_does_not_read_is_not_sent_to() -> None:
    endpoint = Endpoint()
    async with serving(endpoint) as url, connect(url.replace("http", "ws", 1), max_queue=1) as client:
        now = await endpoint.accepted
        sent = 0
        while now("x" * 100_000):
            sent += 1
        for _ in range(sent):
            assert len(await client.recv()) == 100_000
        endpoint.close.set()
        await endpoint.left.wait()


def test_other_servers_have_no_such_extension() -> None:
    assert not send_now({"type": "websocket"})("anything")
    assert not send_now({"type": "websocket", "extensions": {"websocket.http.response": {}}})("anything")
