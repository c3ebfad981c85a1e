"""What happens to every request, once: its id, the client's address, CORS, headers that all answers have, a log line.

One callable in place of a stack of middleware. `POST /graphql`, which is nearly all of the traffic, goes from here
straight to its endpoint; all else takes Starlette's way through errors and routes, and leaves through `Delivery`.
"""

import os
import time
from collections.abc import Sequence

import structlog
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api.delivery import Delivery
from api.errors import unexpected_problem
from api.logging import RequestLog, log_request
from models.kernel.throttle import caller_address

_REQUEST_ID = b"x-request-id"
_NOSNIFF = (b"x-content-type-options", b"nosniff")
# RFC 6797: for a year a browser comes by https alone. Not for hosts below this one, which are not ours to decide on.
_ONLY_HTTPS = (b"strict-transport-security", b"max-age=31536000")
_OURS = frozenset({_REQUEST_ID, _NOSNIFF[0], _ONLY_HTTPS[0]})


class Edge:
    """The outermost ASGI callable, around the `app` that has all routes.

    `post_graphql` answers POSTs to `/graphql` in the place of the app's own route. `trusted_proxies` are networks whose
    `X-Forwarded-For` and `X-Forwarded-Proto` are believed. Pages of `allowed_origins` may call from a browser. With
    `only_https` browsers are told to come by https from then on.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        post_graphql: ASGIApp | None = None,
        trusted_proxies: Sequence[str] = (),
        allowed_origins: Sequence[str] = (),
        log_request: RequestLog = log_request,
        only_https: bool = False,
    ) -> None:
        self._app = Delivery(app)
        self._headers = (_NOSNIFF, _ONLY_HTTPS) if only_https else (_NOSNIFF,)
        self._post_graphql = post_graphql
        self._log_request = log_request
        self._for_origins = CORSMiddleware(
            self._route,
            allow_origins=allowed_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key"],
            expose_headers=["X-Request-Id", "Retry-After"],
        )
        self._enter: ASGIApp = self._check_origin
        if trusted_proxies:
            self._enter = ProxyHeadersMiddleware(self._check_caller, list(trusted_proxies))  # type: ignore[assignment, arg-type]  # uvicorn's types of ASGI are stricter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        # Always our own: an id from outside could be forged to confuse the log. Random, which costs half a
        # microsecond: a counter would tell each client how busy the server is, and other clients' ids.
        request_id = os.urandom(16).hex()
        # Starlette answers an unknown exception where the log's context has ended.
        scope.setdefault("state", {})["request_id"] = request_id
        scope["state"]["peer"] = scope.get("client")
        started = time.perf_counter()
        bound = structlog.contextvars.bind_contextvars(request_id=request_id)
        answer = _Answer(send, request_id, self._headers)
        try:
            await self._enter(scope, receive, answer.send if scope["type"] == "http" else send)
        except Exception as error:
            if answer.status or scope["type"] != "http":
                raise
            await (await unexpected_problem(Request(scope), error))(scope, receive, answer.send)
        finally:
            structlog.contextvars.reset_contextvars(**bound)
            self._log_request(
                request_id,
                scope.get("method", "WEBSOCKET"),
                # The path alone: query strings carry signed links and reset tokens.
                scope["path"],
                answer.status,
                round((time.perf_counter() - started) * 1000, 1),
            )

    async def _check_caller(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A proxy that passes on what is no address has called itself: what limits a caller must find one."""
        client = scope.get("client")
        if client and not caller_address(client[0]):
            scope["client"] = scope["state"]["peer"]
        await self._check_origin(scope, receive, send)

    async def _check_origin(self, scope: Scope, receive: Receive, send: Send) -> None:
        for name, _ in scope["headers"]:
            if name == b"origin":
                await self._for_origins(scope, receive, send)
                return
        await self._route(scope, receive, send)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._post_graphql is not None and scope["path"] == "/graphql" and scope.get("method") == "POST":
            await self._post_graphql(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class _Answer:
    """Sends an answer with the headers that all have, each once, and remembers its status."""

    __slots__ = ("_ours", "_send", "status")

    def __init__(self, send: Send, request_id: str, headers: tuple[tuple[bytes, bytes], ...]) -> None:
        self._send = send
        self._ours = (*headers, (_REQUEST_ID, request_id.encode()))
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            theirs = [header for header in message.get("headers", ()) if header[0] not in _OURS]
            message = {**message, "headers": [*theirs, *self._ours]}
        await self._send(message)
