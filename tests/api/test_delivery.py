"""Answers on their way out: compressed as the client likes, and not sent when the client has them."""

from collections.abc import AsyncIterator

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from api.compression import CODINGS, SMALLEST
from api.delivery import Delivery
from api.edge import Edge
from api.etag import etag
from tests.api.codings import plain, raw_answer

LONG = b"a line of text\n" * 1000


async def _whole(request: Request) -> Response:
    """The answer that the query string describes."""
    parameters = request.query_params
    body = LONG[: int(parameters.get("size", len(LONG)))]
    type = parameters.get("type", "text/plain")
    headers = {"Content-Type": type, "ETag": etag(body, type), "Cache-Control": "no-cache"}
    headers |= {name: parameters[name] for name in ("vary", "content-encoding") if name in parameters}
    return Response(body, int(parameters.get("status", 200)), headers)


async def _pieces(request: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(LONG), 1000):
            yield LONG[start : start + 1000] * int(request.query_params.get("times", 1))

    return StreamingResponse(pieces(), media_type=request.query_params.get("type", "text/csv"))


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    app = Delivery(Starlette(routes=[Route("/whole", _whole, methods=["GET", "POST"]), Route("/pieces", _pieces)]))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://delivery.test") as client:
        yield client


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("path", ["/whole", "/pieces", "/whole?status=404"])
async def test_an_answer_leaves_compressed(client: AsyncClient, path: str, coding: str) -> None:
    answer = await raw_answer(client, path, {"Accept-Encoding": f"br, {coding}"})
    assert answer.headers["content-encoding"] == coding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert len(answer.content) < len(LONG) / 10
    assert plain(answer.content, coding) == LONG
    assert answer.headers.get("content-length", str(len(answer.content))) == str(len(answer.content))


@pytest.mark.parametrize("coding", CODINGS)
async def test_large_pieces_come_out_whole(client: AsyncClient, coding: str) -> None:
    answer = await raw_answer(client, "/pieces?times=200", {"Accept-Encoding": coding})
    assert plain(answer.content, coding) == b"".join(
        LONG[start : start + 1000] * 200 for start in range(0, 15_000, 1000)
    )


@pytest.mark.parametrize(
    ("path", "accept_encoding"),
    [
        ("/whole", "identity"),
        ("/whole", "br"),
        ("/whole", "gzip;q=0, identity;q=0"),
        (f"/whole?size={SMALLEST - 1}", "gzip"),
        ("/whole?type=application/zip", "gzip"),
        ("/whole?type=text/event-stream", "gzip"),
        ("/pieces?type=text/event-stream", "gzip"),
        ("/pieces?type=application/zip", "gzip"),
        ("/whole?content-encoding=br", "gzip"),
    ],
)
async def test_what_would_not_pay_or_is_not_taken_leaves_as_it_is(
    client: AsyncClient, path: str, accept_encoding: str
) -> None:
    answer = await raw_answer(client, path, {"Accept-Encoding": accept_encoding})
    assert answer.headers.get("content-encoding") in (None, "br")
    assert answer.content == LONG[: len(answer.content)] != b""


@pytest.mark.parametrize(
    ("path", "vary"),
    [
        ("/whole", "Accept-Encoding"),
        ("/whole?vary=Accept", "Accept, Accept-Encoding"),
        ("/whole?vary=Accept,%20accept-encoding", "Accept, accept-encoding"),
        ("/whole?type=image/png", None),
    ],
)
@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize("is_known", [True, False])
async def test_caches_are_told_what_an_answer_depends_on(
    client: AsyncClient, path: str, vary: str | None, coding: str, is_known: bool
) -> None:
    headers = {"Accept-Encoding": coding} | ({"If-None-Match": "*"} if is_known else {})
    answer = await raw_answer(client, path, headers)
    assert answer.status_code == (304 if is_known else 200)
    assert answer.headers.get("vary") == vary


@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_what_is_known_is_not_sent(client: AsyncClient, coding: str, method: str) -> None:
    headers = {"Accept-Encoding": coding}
    tag = (await raw_answer(client, "/whole", headers)).headers["etag"]
    answer = await raw_answer(client, "/whole", headers | {"If-None-Match": f'"x", {tag}'}, method)
    assert (answer.status_code, answer.content) == (304, b"")
    assert set(answer.headers) == {"etag", "vary", "cache-control"}
    assert answer.headers["etag"] == tag


@pytest.mark.parametrize(("method", "path"), [("POST", "/whole"), ("GET", "/whole?status=404"), ("GET", "/pieces")])
async def test_only_what_was_read_with_success_and_has_a_tag_can_be_known(
    client: AsyncClient, method: str, path: str
) -> None:
    answer = await raw_answer(client, path, {"If-None-Match": "*"}, method)
    assert answer.status_code in (200, 404)
    assert answer.content


async def test_several_headers_are_one_list(client: AsyncClient) -> None:
    tag = (await client.get("/whole")).headers["etag"]
    lines = [("If-None-Match", '"x"'), ("If-None-Match", tag)]
    assert (await client.get("/whole", headers=lines)).status_code == 304
    codings = [("Accept-Encoding", "zstd;q=0.5"), ("Accept-Encoding", "gzip")]
    assert (await client.get("/whole", headers=codings)).headers["content-encoding"] == "gzip"


async def test_a_bug_before_the_first_piece_has_left_is_an_answer_of_its_own() -> None:
    async def fail(_request: Request) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            raise RuntimeError("hunter2")
            yield b""

        return StreamingResponse(pieces(), media_type="text/csv")

    edge = Edge(Starlette(routes=[Route("/fail", fail)]))
    async with AsyncClient(transport=ASGITransport(edge), base_url="http://delivery.test") as client:
        answer = await client.get("/fail", headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL")
