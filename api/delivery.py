"""How an answer is sent: not at all when the client has it already, and compressed when the client accepts that.

For everything but GraphQL's endpoint, which knows its answers and compresses them itself. Handlers say what an answer
is: its type, and its `ETag` if it may be asked for again. The rest is done here.
"""

import asyncio

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.compression import (
    LARGEST_AT_ONCE,
    SMALLEST,
    StreamCompressor,
    chosen_coding,
    compressed,
    is_compressible,
    stream_compressor,
)
from api.etag import is_known

# Of a 304 only what a cache needs to go on using what it has (RFC 9110, section 15.4.5).
_OF_304 = frozenset({b"cache-control", b"content-location", b"date", b"etag", b"expires", b"vary"})
_WITHOUT_CONTENT = frozenset({204, 206, 304})


class Delivery:
    """ASGI middleware that answers `If-None-Match` and `Accept-Encoding`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            send = _Answer(scope, send).send
        await self._app(scope, receive, send)


class _Answer:
    """One answer on its way out. Its start waits for the first piece of the body, which says how long that is."""

    def __init__(self, scope: Scope, send: Send) -> None:
        headers = Headers(scope=scope)
        self._send = send
        self._accept_encoding = ", ".join(headers.getlist("accept-encoding"))
        self._if_none_match = ", ".join(headers.getlist("if-none-match")) if scope["method"] in ("GET", "HEAD") else ""
        self._start: Message | None = None
        self._is_left_out = False
        self._compressor: StreamCompressor | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._start is not None:
            start, self._start = self._start, None
            await self._send_first(start, message)
        elif self._compressor is not None:
            await self._send(await _compressed_piece(self._compressor, message))
        elif not self._is_left_out:
            await self._send(message)

    async def _begin(self, start: Message) -> None:
        headers = MutableHeaders(raw=list(start.get("headers", ())))
        start = {**start, "headers": headers.raw}
        may_be_coded = (
            start["status"] not in _WITHOUT_CONTENT
            and "content-encoding" not in headers
            and is_compressible(headers.get("content-type", ""))
        )
        if may_be_coded:
            _vary_by_encoding(headers)
        if start["status"] == 200 and is_known(headers.get("etag", ""), self._if_none_match):
            self._is_left_out = True
            kept = [header for header in headers.raw if header[0] in _OF_304]
            await self._send({**start, "status": 304, "headers": kept})
            await self._send({"type": "http.response.body", "body": b""})
        elif may_be_coded and chosen_coding(self._accept_encoding):
            self._start = start
        else:
            await self._send(start)

    async def _send_first(self, start: Message, message: Message) -> None:
        headers = MutableHeaders(raw=start["headers"])
        if message.get("more_body", False):
            message = await self._begin_stream(headers, message)
        else:
            body, coding = await compressed(message.get("body", b""), self._accept_encoding)
            if coding:
                headers["Content-Encoding"], headers["Content-Length"] = coding, str(len(body))
                message = {**message, "body": body}
        await self._send(start)
        await self._send(message)

    async def _begin_stream(self, headers: MutableHeaders, message: Message) -> Message:
        coding = chosen_coding(self._accept_encoding)
        length = headers.get("content-length")
        if coding is None or (length is not None and int(length) < SMALLEST):
            return message
        headers["Content-Encoding"] = coding
        del headers["Content-Length"]
        self._compressor = stream_compressor(coding)
        return await _compressed_piece(self._compressor, message)


async def _compressed_piece(compressor: StreamCompressor, message: Message) -> Message:
    body = message.get("body", b"")
    if len(body) > LARGEST_AT_ONCE:
        piece = await asyncio.to_thread(compressor.compress, body)
    else:
        piece = compressor.compress(body)
    if not message.get("more_body", False):
        piece += compressor.flush()
    return {**message, "body": piece}


def _vary_by_encoding(headers: MutableHeaders) -> None:
    if "accept-encoding" not in headers.get("vary", "").lower():
        headers.add_vary_header("Accept-Encoding")
