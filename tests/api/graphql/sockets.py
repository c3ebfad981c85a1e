"""The websocket and event-stream endpoints under test, over a small schema, and how tests talk to them."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import strawberry
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse
from starlette.routing import Route, WebSocketRoute
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from api.graphql.http import GraphQLHTTP
from api.graphql.sse import EventStreams
from api.graphql.websocket import SUBPROTOCOL, GraphQLWebSocket, SocketLimits
from models.kernel.errors import Forbidden, Unauthenticated
from resolvers.context import Context
from resolvers.engine import Engine
from resolvers.errors import explain
from tests.browser import serving
from tests.resolvers.toy import SECRET

Frame = dict[str, Any]


@dataclass
class Probe:
    """What went on inside the subscriptions of the schema."""

    running: int = 0
    answered: int = 0
    may_end: asyncio.Event = field(default_factory=asyncio.Event)


PROBE = Probe()


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"Hello, {name}!"

    @strawberry.field
    async def slow(self) -> int:
        PROBE.running += 1
        try:
            await PROBE.may_end.wait()
            PROBE.answered += 1
        finally:
            PROBE.running -= 1
        return PROBE.answered

    @strawberry.field
    def forbidden(self) -> str | None:
        raise Forbidden("Only an owner may do this.")


@strawberry.type
class Mutation:
    @strawberry.mutation
    def rename(self, name: str) -> str:
        return name


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int) -> AsyncIterator[int]:
        for number in range(1, to + 1):
            yield number

    @strawberry.subscription
    async def wait(self) -> AsyncIterator[int]:
        PROBE.running += 1
        try:
            yield 0
            await asyncio.Event().wait()
        finally:
            PROBE.running -= 1

    @strawberry.subscription
    async def linger(self) -> AsyncIterator[int]:
        """Goes on after it was cancelled, like a statement that the database has yet to cancel."""
        PROBE.running += 1
        try:
            yield 0
            await asyncio.Event().wait()
        finally:
            await PROBE.may_end.wait()
            PROBE.running -= 1

    @strawberry.subscription
    async def large(self, characters: int) -> AsyncIterator[str]:
        PROBE.running += 1
        try:
            while True:
                yield "x" * characters
        finally:
            PROBE.running -= 1

    @strawberry.subscription
    async def not_yours(self) -> AsyncIterator[int]:
        raise Forbidden("Only an owner may watch this.")
        yield 0

    @strawberry.subscription
    async def broken(self) -> AsyncIterator[int]:
        yield 1
        raise RuntimeError(SECRET)


@dataclass
class FakeSession:
    """A session whose end the test decides."""

    context: Context
    holder: str
    end: asyncio.Future[str]

    async def wait_for_end(self) -> str:
        return await asyncio.shield(self.end)


@dataclass
class FakeSessions:
    """Tokens are names of companies; `bad` is not taken."""

    begun: list[FakeSession] = field(default_factory=list)

    async def begin(self, connection: HTTPConnection, payload: Mapping[str, Any]) -> FakeSession:
        token = payload.get("Authorization") or payload.get("authorization") or "anonymous"
        if token == "bad":
            raise Unauthenticated("The access token is not valid.")
        end: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        session = FakeSession(cast("Context", _ANYBODY), token, end)
        self.begun.append(session)
        return session


class _Anybody:
    scope = None


_ANYBODY = _Anybody()


@dataclass
class Served:
    """The endpoints while they are served."""

    url: str
    sessions: FakeSessions
    websocket: GraphQLWebSocket
    streams: EventStreams


@asynccontextmanager
async def served(
    limits: SocketLimits | None = None, *, trusted: Mapping[str, str] | None = None, **options: Any
) -> AsyncIterator[Served]:
    """The endpoints, over the wire."""
    engine = Engine(strawberry.Schema(Query, Mutation, Subscription), explain=explain, trusted=trusted)
    sessions = FakeSessions()
    websocket = GraphQLWebSocket(engine, sessions, limits=limits, **options)
    streams = EventStreams(engine, sessions, most_of_one=2)

    async def get_context(request: object) -> object:
        return _ANYBODY

    http = GraphQLHTTP(engine, get_context, HTMLResponse, streams)
    app = Starlette(routes=[WebSocketRoute("/graphql", websocket), Route("/graphql", http)])
    async with serving(app) as url:
        yield Served(f"{url}/graphql", sessions, websocket, streams)


class Addressed(Protocol):
    """A server at a URL."""

    url: str


@asynccontextmanager
async def socket(
    server: Addressed, *, subprotocol: str | None = SUBPROTOCOL, **options: Any
) -> AsyncIterator["Socket"]:
    """A client's socket; nothing has been sent over it."""
    subprotocols = [Subprotocol(subprotocol)] if subprotocol else None
    async with connect(server.url.replace("http", "ws"), subprotocols=subprotocols, **options) as connection:
        yield Socket(connection)


@asynccontextmanager
async def initialised(server: Addressed, token: str | None = None, **options: Any) -> AsyncIterator["Socket"]:
    """A client's socket after the acknowledgement."""
    async with socket(server, **options) as client:
        await client.initialise(token)
        yield client


class Socket:
    """A client that sends and receives frames as they are."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, *frames: object) -> None:
        """Send frames: text as it is, anything else as JSON."""
        for frame in frames:
            await self.connection.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    async def initialise(self, token: str | None = None) -> None:
        await self.send({"type": "connection_init", "payload": {"Authorization": token} if token else {}})
        assert await self.receive() == {"type": "connection_ack"}

    async def subscribe(self, query: str | None = None, id: str = "1", **payload: Any) -> None:
        members = payload if query is None else {"query": query, **payload}
        await self.send({"type": "subscribe", "id": id, "payload": members})

    async def receive(self) -> Frame:
        return cast("Frame", json.loads(await asyncio.wait_for(self.connection.recv(), 5)))

    async def receive_last(self, id: str = "1") -> list[Frame]:
        """The frames of an operation up to its last one, without the id."""
        frames = []
        while True:
            frame = await self.receive()
            assert frame.pop("id") == id
            frames.append(frame)
            if frame["type"] in ("complete", "error"):
                return frames

    async def closed(self) -> tuple[int, str]:
        """The code and reason with which the server closes the socket, whatever it sends before."""
        with suppress(ConnectionClosed):
            while True:
                await asyncio.wait_for(self.connection.recv(), 5)
        assert self.connection.close_code is not None
        return self.connection.close_code, self.connection.close_reason or ""


async def until(condition: Callable[[], bool], seconds: float = 5) -> None:
    """Returns once the condition holds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  # what is waited for has no event
            await asyncio.sleep(0.002)
