"""GraphQL over server-sent events, for clients without websockets: one operation for each request.

The "distinct connections mode" of https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md. Asked for with
`Accept: text/event-stream`; every operation runs, and mistakes in one are a `next` event with `errors`.
"""

import asyncio
from contextlib import suppress
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.graphql.kinds import where_served
from api.graphql.outlet import Outlet
from api.graphql.sessions import OpenSessions, Session, Sessions, TooManySessions
from models.kernel.errors import RateLimited
from resolvers.engine import Engine, NotServed, OperationRequest, Refused

MEDIA_TYPE: Final = "text/event-stream"
_COMPLETE: Final = "event: complete\ndata:\n\n"
# A comment, so that proxies see activity and a client that is gone is noticed.
_HEARTBEAT: Final = ":\n\n"
_HEARTBEAT_SECONDS: Final = 15.0
_CLOSE_SECONDS: Final = 5.0
_MOST_STREAMS: Final = 2_000


class EventStreams:
    """Answers requests with streams of events; `most_of_one` streams for each company at a time in this process."""

    def __init__(self, engine: Engine, sessions: Sessions, *, most_of_one: int = _MOST_STREAMS) -> None:
        self.engine = engine
        self.open_streams = OpenSessions(most_of_one)
        self._sessions = sessions

    async def response(self, http: Request, request: OperationRequest) -> Response:
        """Returns the response that runs the operation. Raises `Unauthenticated` and `RateLimited` before it begins."""
        session = await self._sessions.begin(http, http.headers)
        try:
            self.open_streams.enter(session.holder)
        except TooManySessions:
            raise RateLimited("Too many streams are open.", retryAfter=30) from None
        return _EventStream(self, session, request)


class _EventStream(Response):
    """A stream of one operation's results."""

    def __init__(self, streams: EventStreams, session: Session, request: OperationRequest) -> None:
        super().__init__(
            headers={"Content-Type": f"{MEDIA_TYPE}; charset=utf-8", "Cache-Control": "no-store", "Vary": "Accept"}
        )
        del self.headers["Content-Length"]
        self._streams = streams
        self._session = session
        self._request = request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_text(text: str) -> None:
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})

        outlet = Outlet(send_text)
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            subscriber = _EventSubscriber(outlet)
            tasks = [
                asyncio.create_task(self._run(subscriber)),
                asyncio.create_task(_disconnected(receive)),
                asyncio.create_task(self._session.wait_for_end()),
                asyncio.create_task(_keep_alive(subscriber)),
            ]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            with suppress(OSError):  # the client is gone, or reads nothing
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            await outlet.close()
            self._streams.open_streams.leave(self._session.holder)

    async def _run(self, subscriber: "_EventSubscriber") -> None:
        try:
            operation = self._streams.engine.admit(self._request)
            await self._streams.engine.subscribe(operation, self._session.context, subscriber)
        except Refused as refused:
            told = where_served(refused) if isinstance(refused, NotServed) else refused
            await subscriber.ready()
            subscriber.deliver(told.encoded().decode())
        await subscriber.complete()


class _EventSubscriber:
    """A stream of events as a `resolvers.engine.Subscriber`."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet

    def frame(self, payload: str) -> str:
        return f"event: next\ndata: {payload}\n\n"

    def deliver(self, payload: str) -> bool:
        return self._outlet.push(self, payload)

    async def ready(self) -> None:
        await self._outlet.ready()

    async def complete(self) -> None:
        """Send the last event and wait until it has left."""
        await self._outlet.ready()
        self._outlet.push(_PLAIN, _COMPLETE)
        await self._outlet.ready()

    async def sign_of_life(self) -> None:
        """Send a comment once everything before it has left."""
        await self._outlet.ready()
        self._outlet.push(_PLAIN, _HEARTBEAT)


class _Plain:
    def frame(self, payload: str) -> str:
        return payload


_PLAIN: Final = _Plain()


async def _keep_alive(subscriber: _EventSubscriber) -> None:
    while True:
        await asyncio.sleep(_HEARTBEAT_SECONDS)
        await subscriber.sign_of_life()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
