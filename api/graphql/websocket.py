"""GraphQL over websockets: the protocol `graphql-transport-ws`, strictly.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md. Strawberry's own handler ends without a close frame on
some malformed messages and starts a task for every message it sends, which is why it is not used.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

import orjson
import structlog
from graphql import GraphQLError
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from api.graphql.outlet import Outlet
from api.graphql.sessions import OpenSessions, Session, Sessions, TooManySessions
from api.graphql.uvicorn_protocol import send_now
from api.graphql.websocket_frames import (
    ClientMessage,
    Complete,
    ConnectionInit,
    FrameError,
    Ping,
    Pong,
    Subscribe,
    parse_frame,
)
from models.kernel.errors import RateLimited, Unauthenticated
from resolvers.context import Context
from resolvers.engine import Engine, OperationRequest, Refused, masked

SUBPROTOCOL: Final = "graphql-transport-ws"

BAD_REQUEST: Final = 4400
UNAUTHORIZED: Final = 4401
FORBIDDEN: Final = 4403
SUBPROTOCOL_NOT_ACCEPTABLE: Final = 4406
INITIALISATION_TIMEOUT: Final = 4408
SUBSCRIBER_EXISTS: Final = 4409
TOO_MANY_INITIALISATIONS: Final = 4429
# From RFC 6455 and its registry; after the last two, clients try again later.
MESSAGE_TOO_BIG: Final = 1009
INTERNAL_ERROR: Final = 1011
TRY_AGAIN_LATER: Final = 1013

_CLOSE_SECONDS: Final = 5.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """The most that sockets may do; what is at a limit is still served."""

    frame_characters: int = 1024 * 1024
    """A message of the client."""
    operations: int = 50
    """Operations that run over one socket at a time, those that are being cancelled included."""
    sockets_of_one: int = 2_000
    """Sockets that one company has open in this process at a time, or one address without a token."""
    init_seconds: float = 10.0
    """From the socket's opening to its authentication."""


class _Close(Exception):
    """The socket is to be closed with a code and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class GraphQLWebSocket:
    """ASGI endpoint for ``WebSocketRoute("/graphql", GraphQLWebSocket(...))``.

    Browsers tell where a page comes from: only pages of this server's own origin and of `allowed_origins` get a
    socket. `Host` is taken as the proxy in front passes it on.
    """

    def __init__(
        self,
        engine: Engine,
        sessions: Sessions,
        *,
        allowed_origins: frozenset[str] = frozenset(),
        limits: SocketLimits | None = None,
    ) -> None:
        self.engine = engine
        self.sessions = sessions
        self.limits = limits or SocketLimits()
        self.open_sockets = OpenSessions(self.limits.sockets_of_one)
        self._allowed_origins = allowed_origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        opening = await receive()
        if opening["type"] != "websocket.connect":
            return
        if not self._is_welcome(Headers(scope=scope)):
            await send({"type": "websocket.close", "code": FORBIDDEN, "reason": "Origin not allowed"})
            return
        if SUBPROTOCOL not in scope["subprotocols"]:
            await send({"type": "websocket.accept"})
            await _close(send, _Close(SUBPROTOCOL_NOT_ACCEPTABLE, "Subprotocol not acceptable"))
            return
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
        await _Socket(self, scope, receive, send).serve()

    def _is_welcome(self, headers: Headers) -> bool:
        origin, host = headers.get("origin"), headers.get("host")
        own = {f"http://{host}", f"https://{host}"}
        return origin is None or origin in self._allowed_origins or origin in own


class _Control:
    """The channel of messages that belong to no running operation."""

    def frame(self, payload: str) -> str:
        return payload


_CONTROL: Final = _Control()


class _Operation:
    """An operation that runs over a socket; a `resolvers.engine.Subscriber`."""

    def __init__(self, id: str, outlet: Outlet) -> None:
        self.task: asyncio.Task[None]
        self.is_over = False
        # What is to be cancelled when the client completes it: not a statement under way, for the database then has to
        # make a new connection. A query ends by itself, and was paid for.
        self.is_endless = True
        self._outlet = outlet
        self._before = f'{{"type":"next","id":{_json(id)},"payload":'

    def frame(self, payload: str) -> str | None:
        return None if self.is_over else f"{self._before}{payload}}}"

    def deliver(self, payload: str) -> bool:
        return self._outlet.push(self, payload)

    async def ready(self) -> None:
        await self._outlet.ready()


class _Socket:
    """One open socket, from its acceptance on."""

    def __init__(self, endpoint: GraphQLWebSocket, scope: Scope, receive: Receive, send: Send) -> None:
        self._endpoint = endpoint
        self._connection = HTTPConnection(scope)
        self._receive = receive
        self._send = send
        self._outlet = Outlet(self._send_text, send_now(scope))
        self._is_initialised = False
        self._session: Session | None = None
        self._acknowledged = asyncio.Event()
        self._operations: dict[str, _Operation] = {}
        # Tasks of operations that the client has completed. They count until they have ended: to cancel a statement
        # takes a while.
        self._ending: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Returns when the socket is closed; nothing of it is left then."""
        tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._watch())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except _Close as close:
            await self._stop(tasks)
            await _close(self._send, close)
        except Exception as error:  # noqa: BLE001  # a bug must close the socket, not hang it
            masked(error, "websocket")
            await self._stop(tasks)
            await _close(self._send, _Close(INTERNAL_ERROR, "Internal error"))
        finally:
            await self._stop(tasks)
            if self._session is not None:
                self._endpoint.open_sockets.leave(self._session.holder)
                self._session = None

    async def _stop(self, tasks: list[asyncio.Task[None]]) -> None:
        """End everything that runs, each with its `finally` blocks."""
        running = [*tasks, *(operation.task for operation in self._operations.values())]
        for operation in self._operations.values():
            operation.is_over = True
        running = [*running, *self._ending]
        for task in running:
            # Once more would interrupt the `finally` blocks of those that were cancelled before.
            if not task.cancelling():
                task.cancel()
        await asyncio.wait(running)
        for task in running:
            if not task.cancelled() and (error := task.exception()) is not None:
                # Its frames keep what was read last, and the task.
                error.__traceback__ = None
        self._operations.clear()
        await self._outlet.close()

    async def _watch(self) -> None:
        try:
            async with asyncio.timeout(self._endpoint.limits.init_seconds):
                await self._acknowledged.wait()
        except TimeoutError:
            raise _Close(INITIALISATION_TIMEOUT, "Connection initialisation timeout") from None
        assert self._session is not None  # noqa: S101  # what is acknowledged has one
        raise _Close(FORBIDDEN, await self._session.wait_for_end())

    async def _read(self) -> None:
        """Returns when the client is gone."""
        while True:
            event = await self._receive()
            if event["type"] == "websocket.disconnect":
                return
            text = event.get("text")
            if text is None:
                raise _Close(BAD_REQUEST, "Messages must be text")
            if len(text) > self._endpoint.limits.frame_characters:
                raise _Close(MESSAGE_TOO_BIG, "Message too big")
            try:
                message = parse_frame(text)
            except FrameError as error:
                raise _Close(BAD_REQUEST, str(error)) from None
            await self._handle(message)

    async def _handle(self, message: ClientMessage) -> None:
        match message:
            case ConnectionInit():
                await self._initialise(message)
            case Ping():
                # Waiting makes a client that sends pings and reads no pongs wait, too.
                await self._outlet.ready()
                self._outlet.push(_CONTROL, '{"type":"pong"}')
            case Pong():
                pass
            case Subscribe():
                await self._subscribe(message)
            case Complete():
                self._complete(message)

    async def _initialise(self, message: ConnectionInit) -> None:
        if self._is_initialised:
            raise _Close(TOO_MANY_INITIALISATIONS, "Too many initialisation requests")
        self._is_initialised = True
        try:
            session = await self._endpoint.sessions.begin(self._connection, message.payload)
        except Unauthenticated:
            raise _Close(FORBIDDEN, "Forbidden") from None
        try:
            self._endpoint.open_sockets.enter(session.holder)
        except TooManySessions:
            raise _Close(TRY_AGAIN_LATER, "Too many sockets are open") from None
        self._session = session
        self._outlet.push(_CONTROL, '{"type":"connection_ack"}')
        self._acknowledged.set()

    async def _subscribe(self, message: Subscribe) -> None:
        if self._session is None:
            raise _Close(UNAUTHORIZED, "Unauthorized")
        if message.id in self._operations:
            raise _Close(SUBSCRIBER_EXISTS, f"Subscriber for {message.id[:60]} already exists")
        most = self._endpoint.limits.operations
        if len(self._operations) >= most:
            too_many = GraphQLError(
                f"At most {most} operations run over one socket.", extensions={"code": RateLimited.code}
            )
            await self._outlet.ready()
            self._outlet.push(_CONTROL, _error_frame(message.id, [too_many]))
            return
        while len(self._operations) + len(self._ending) >= most:
            # A client that completes operations faster than they end waits here, unread, its pings too.
            await asyncio.wait(self._ending, return_when=asyncio.FIRST_COMPLETED)
        operation = self._operations[message.id] = _Operation(message.id, self._outlet)
        operation.task = asyncio.create_task(self._run(operation, message, self._session.context))

    def _complete(self, message: Complete) -> None:
        operation = self._operations.pop(message.id, None)
        if operation is not None:
            operation.is_over = True
            if operation.is_endless:
                operation.task.cancel()
            self._ending.add(operation.task)
            operation.task.add_done_callback(self._ending.discard)

    async def _run(self, operation: _Operation, message: Subscribe, context: Context) -> None:
        request = OperationRequest(
            message.query,
            message.operation_name,
            message.variables,
            extensions=message.extensions,
            document_id=message.document_id,
        )
        try:
            admitted = self._endpoint.engine.admit(request)
            operation.is_endless = admitted.is_subscription
            await self._endpoint.engine.subscribe(admitted, context, operation)
            last = f'{{"type":"complete","id":{_json(message.id)}}}'
        except Refused as refused:
            last = _error_frame(message.id, refused.errors)
        await self._outlet.ready()
        if operation.is_over:
            return
        # The id is free again once the client can know that the operation is over.
        self._operations.pop(message.id, None)
        self._outlet.push(_CONTROL, last)

    async def _send_text(self, text: str) -> None:
        await self._send({"type": "websocket.send", "text": text})


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _error_frame(id: str, errors: list[GraphQLError]) -> str:
    return _json({"type": "error", "id": id, "payload": [error.formatted for error in errors]})


async def _close(send: Send, close: _Close) -> None:
    # A close frame's reason has at most 123 bytes (RFC 6455, section 5.5).
    reason = str(close).encode()[:123].decode(errors="ignore")
    try:
        # A client that reads nothing would never get it.
        async with asyncio.timeout(_CLOSE_SECONDS):
            await send({"type": "websocket.close", "code": close.code, "reason": reason})
    except (OSError, RuntimeError) as gone:
        _log.debug("websocket_gone", code=close.code, error=str(gone))
