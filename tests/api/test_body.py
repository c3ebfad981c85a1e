"""Bodies of requests: read to their limit and no further."""

from collections.abc import Iterable

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive

from api.body import BodyTooLarge, limited, read_body

MOST = 10


class Sender:
    """Sends chunks, and counts those that were asked for."""

    def __init__(self, *chunks: bytes, leaves: bool = False) -> None:
        last = {"type": "http.disconnect"} if leaves else {"type": "http.request", "body": b""}
        self.left: list[Message] = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
        self.left.append(last)

    async def receive(self) -> Message:
        return self.left.pop(0)


def request(receive: Receive, **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": raw}, receive)


async def both(sender: Iterable[bytes]) -> list[bytes]:
    chunks = list(sender)
    return [
        await read_body(Sender(*chunks).receive, MOST, "too much"),
        await limited(request(Sender(*chunks).receive), MOST, "too much").body(),
    ]


@pytest.mark.parametrize("chunks", [[], [b""], [b"0123456789"], [b"01234", b"", b"56789"], [b"a"] * MOST])
async def test_what_is_at_the_limit_is_read_whole(chunks: list[bytes]) -> None:
    assert await both(chunks) == [b"".join(chunks)] * 2


async def test_one_message_is_a_body_of_its_own() -> None:
    async def receive() -> Message:
        return {"type": "http.request", "body": b"whole"}

    assert await read_body(receive, MOST, "too much") == b"whole"


@pytest.mark.parametrize("chunks", [[b"x" * 11], [b"x" * 10, b"x"], [b"x" * 5, b"x" * 100, b"x"]])
async def test_beyond_the_limit_nothing_more_is_read(chunks: list[bytes]) -> None:
    for sender, reading in (
        (one := Sender(*chunks, b"never"), read_body(one.receive, MOST, "too much")),
        (two := Sender(*chunks, b"never"), limited(request(two.receive), MOST, "too much").body()),
    ):
        with pytest.raises(BodyTooLarge) as refused:
            await reading
        assert (refused.value.status_code, refused.value.detail) == (413, "too much")
        assert {"type": "http.request", "body": b"never", "more_body": True} in sender.left


@pytest.mark.parametrize(
    ("length", "refused"), [("10", False), ("11", True), ("9" * 5000, True), ("-1", False), ("x", False)]
)
def test_a_length_in_the_header_is_refused_before_anything_is_read(length: str, refused: bool) -> None:
    sender = Sender(b"x" * 11)
    if refused:
        with pytest.raises(BodyTooLarge):
            limited(request(sender.receive, content_length=length), MOST, "too much")
    else:
        limited(request(sender.receive, content_length=length), MOST, "too much")
    assert len(sender.left) == 2


async def test_a_small_length_in_the_header_lets_no_more_through() -> None:
    lying = limited(request(Sender(b"x" * 11).receive, content_length="3"), MOST, "too much")
    with pytest.raises(BodyTooLarge):
        await lying.body()


async def test_a_client_that_leaves_is_noticed() -> None:
    with pytest.raises(ClientDisconnect):
        await read_body(Sender(b"01", leaves=True).receive, MOST, "too much")
    with pytest.raises(ClientDisconnect):
        await limited(request(Sender(b"01", leaves=True).receive), MOST, "too much").body()
