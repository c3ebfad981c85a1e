"""The body of a request, of which no more is read than is allowed, whatever length its header tells."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive


class BodyTooLarge(HTTPException):
    """The body has more bytes than are taken; the message says how many those are."""

    def __init__(self, message: str) -> None:
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)


def limited(request: Request, most: int, refusal: str) -> Request:
    """The same request, reading whose body raises `BodyTooLarge` beyond `most` bytes; at once if its header says so."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:18]) > most:
        raise BodyTooLarge(refusal)
    return Request(request.scope, _counted(request.receive, most, refusal))


async def read_body(receive: Receive, most: int, refusal: str) -> bytes:
    """The whole body. Raises `BodyTooLarge`, and `ClientDisconnect` when the client left before its end."""
    receive = _counted(receive, most, refusal)
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _counted(receive: Receive, most: int, refusal: str) -> Receive:
    received = 0

    async def receive_counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > most:
            raise BodyTooLarge(refusal)
        return message

    return receive_counted
