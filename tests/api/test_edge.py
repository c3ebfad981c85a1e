"""What happens to every request once: id, address, CORS, headers, one line in the log."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import structlog
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

from api.app import create_app
from api.edge import Edge
from api.errors import unexpected_problem
from api.settings import Settings
from models.kernel.env import Env
from tests.api.test_settings import PRODUCTION

PROXY, ORIGIN = "10.1.2.3", "https://app.example"


async def _about(request: Request) -> Response:
    """What a handler sees of a request."""
    return JSONResponse(
        {
            "client": request.client.host if request.client else None,
            "scheme": request.url.scheme,
            "bound": structlog.contextvars.get_contextvars().get("request_id"),
        },
        headers={"X-Request-Id": "another", "X-Content-Type-Options": "another"},
    )


async def _fail(_request: Request) -> Response:
    raise RuntimeError("hunter2")


class _PostGraphQL:
    """An endpoint of POST /graphql that fails before or after its answer has begun, when told to."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        how = scope["query_string"]
        if how == b"before":
            raise RuntimeError("hunter2")
        await send({"type": "http.response.start", "status": 203, "headers": []})
        if how == b"after":
            raise RuntimeError("hunter2")
        await send({"type": "http.response.body", "body": b"straight"})


def _edge(**settings: Any) -> Edge:
    routes = [
        Route("/about", _about),
        Route("/fail", _fail),
        Route("/graphql", lambda _: PlainTextResponse("routed"), methods=["GET", "POST"]),
    ]
    app = Starlette(routes=routes, exception_handlers={Exception: unexpected_problem})
    return Edge(app, post_graphql=_PostGraphQL(), **settings)


def _client(edge: Edge, address: str = "192.0.2.1") -> AsyncClient:
    transport = ASGITransport(edge, raise_app_exceptions=False, client=(address, 1))
    return AsyncClient(transport=transport, base_url="http://edge.test")


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    with capture_logs() as lines:
        yield lines


async def test_the_id_is_ours_new_bound_and_in_the_answer_once(lines: list[Any]) -> None:
    async with _client(_edge()) as client:
        answers = [await client.get("/about", headers={"X-Request-Id": "forged"}) for _ in range(2)]
    ids = [answer.json()["bound"] for answer in answers]
    assert len(set(ids)) == 2
    assert all(len(id) == 32 for id in ids)
    for answer, id in zip(answers, ids, strict=True):
        assert answer.headers.get_list("x-request-id") == [id]
        assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
    assert [line["request_id"] for line in lines if line["event"] == "request"] == ids
    assert "request_id" not in structlog.contextvars.get_contextvars()


async def test_a_request_has_one_line_with_its_path_alone(lines: list[Any]) -> None:
    async with _client(_edge()) as client:
        await client.post("/graphql?token=hunter2")
        await client.get("/nowhere?token=hunter2")
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("POST", "/graphql", 203),
        ("GET", "/nowhere", 404),
    ]
    assert all(line["milliseconds"] >= 0 for line in lines)


@pytest.mark.parametrize("headers", [{}, {"Origin": ORIGIN}])
async def test_only_posts_to_graphql_go_straight(headers: dict[str, str]) -> None:
    async with _client(_edge(allowed_origins=[ORIGIN])) as client:
        assert (await client.post("/graphql", headers=headers)).text == "straight"
        assert (await client.get("/graphql", headers=headers)).text == "routed"
        assert (await client.post("/graphql/", headers=headers, follow_redirects=False)).status_code == 307


@pytest.mark.parametrize("path", ["/fail", "/graphql?before"])
async def test_a_bug_is_masked_and_logged_under_the_requests_id(path: str, lines: list[Any]) -> None:
    async with _client(_edge()) as client:
        answer = await client.request("POST" if "graphql" in path else "GET", path)
    id = answer.headers["x-request-id"]
    assert (answer.status_code, answer.json()["code"], answer.json()["requestId"]) == (500, "INTERNAL", id)
    assert "hunter2" not in answer.text
    assert [(line["event"], line["request_id"]) for line in lines] == [("http.internal_error", id), ("request", id)]
    assert lines[-1]["status"] == 500


async def test_what_fails_within_its_answer_is_the_servers_to_end() -> None:
    transport = ASGITransport(_edge())
    async with AsyncClient(transport=transport, base_url="http://edge.test") as client:
        with pytest.raises(RuntimeError):
            await client.post("/graphql?after")


@pytest.mark.parametrize(
    ("address", "forwarded", "seen"),
    [
        (PROXY, "203.0.113.9", "203.0.113.9"),
        (PROXY, "203.0.113.9, 10.9.9.9", "203.0.113.9"),
        # Whoever writes the header itself is seen as the last address that no proxy of ours wrote.
        (PROXY, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (PROXY, "203.0.113.9:4711", "203.0.113.9"),
        (PROXY, None, PROXY),
        # Without an address nothing would limit whoever called.
        (PROXY, "unknown", PROXY),
        (PROXY, "", PROXY),
        (PROXY, "203.0.113.9, _hidden", PROXY),
        (PROXY, "999.1.1.1", PROXY),
        (PROXY, "é" * 5_000, PROXY),
        ("192.0.2.1", "203.0.113.9", "192.0.2.1"),
    ],
)
async def test_only_trusted_proxies_say_who_called(address: str, forwarded: str | None, seen: str) -> None:
    headers = {b"X-Forwarded-Proto": b"https"}
    if forwarded is not None:
        headers[b"X-Forwarded-For"] = forwarded.encode()
    async with _client(_edge(trusted_proxies=["10.0.0.0/8"]), address) as client:
        about = (await client.get("/about", headers=headers)).json()
    assert (about["client"], about["scheme"]) == (seen, "https" if address == PROXY else "http")


async def test_without_proxies_nobody_is_believed() -> None:
    async with _client(_edge(), "127.0.0.1") as client:
        assert (await client.get("/about", headers={"X-Forwarded-For": "203.0.113.9"})).json()["client"] == "127.0.0.1"


@pytest.mark.parametrize("only_https", [True, False])
async def test_browsers_are_told_to_come_by_https_where_they_can(only_https: bool) -> None:
    async with _client(_edge(only_https=only_https)) as client:
        for answer in (await client.get("/about"), await client.get("/fail"), await client.post("/graphql")):
            expected = ["max-age=31536000"] if only_https else []
            assert answer.headers.get_list("strict-transport-security") == expected


@pytest.mark.parametrize(
    ("base_url", "expected"), [("https://passports.acme.com", "max-age=31536000"), ("http://127.0.0.1:8080", None)]
)
async def test_production_on_https_has_no_other_way_in(base_url: str, expected: str | None) -> None:
    given: dict[str, Any] = {name.lower(): value for name, value in PRODUCTION.items()}
    app = create_app(Settings(**{**given, "public_base_url": base_url}))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://edge.test") as client:
        assert (await client.get("/healthz")).headers.get("strict-transport-security") == expected


@pytest.mark.parametrize("path", ["/dashboard/", "/graphql/", "/healthz/", "//evil.example/"])
async def test_no_answer_sends_anybody_to_the_host_that_they_name(whole: AsyncClient, path: str) -> None:
    for method in ("GET", "POST"):
        answer = await whole.request(method, f"http://edge.test{path}", headers={"Host": "evil.example"})
        assert (answer.status_code, "location" in answer.headers) == (404, False)


@pytest.mark.parametrize("path", ["/webhooks/razorpay", "/reset-password?token=t", "/graphql"])
async def test_whoever_leaves_early_leaves_no_traceback(whole: AsyncClient, path: str, lines: list[Any]) -> None:
    messages: list[Any] = [
        {"type": "http.request", "body": b'{"event', "more_body": True},
        {"type": "http.disconnect"},
    ]
    headers = {b"host": b"edge.test", b"content-type": b"application/x-www-form-urlencoded"}
    if path == "/graphql":
        headers[b"content-type"] = b"application/json"
    scope = {
        "type": "http",
        "method": "POST",
        "path": path.partition("?")[0],
        "query_string": path.partition("?")[2].encode(),
        "headers": list(headers.items()),
        "client": ("192.0.2.1", 1),
        "server": ("edge.test", 80),
        "scheme": "http",
    }

    async def receive() -> Any:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(_message: Any) -> None:
        pass

    await whole._transport.app(scope, receive, send)  # type: ignore[attr-defined]  # httpx does not name it
    assert [line["event"] for line in lines] == ["request"]
    assert not any("exc_info" in line for line in lines)


@pytest.mark.parametrize(("path", "method"), [("/about", "GET"), ("/graphql", "POST")])
async def test_pages_of_allowed_origins_may_call(path: str, method: str) -> None:
    async with _client(_edge(allowed_origins=[ORIGIN])) as client:
        asking = {"Origin": ORIGIN, "Access-Control-Request-Method": method}
        preflight = await client.options(path, headers=asking)
        assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (200, ORIGIN)
        assert "x-request-id" in preflight.headers
        answer = await client.request(method, path, headers={"Origin": ORIGIN})
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert "X-Request-Id" in answer.headers["access-control-expose-headers"]
        for headers in ({"Origin": "https://evil.example"}, {}):
            other = await client.request(method, path, headers=headers)
            assert "access-control-allow-origin" not in other.headers
        assert (await client.options(path, headers=asking | {"Origin": "https://evil.example"})).status_code == 400


@pytest.fixture
async def whole(env: Env) -> AsyncIterator[AsyncClient]:
    """A client of the whole application."""
    app = create_app(Settings(database_url="postgresql:///unused"))
    app.state.env = env
    async with AsyncClient(transport=ASGITransport(app), base_url="http://edge.test") as client:
        yield client


async def test_the_whole_application_answers_behind_the_edge(whole: AsyncClient) -> None:
    for answer in (
        await whole.post("/graphql", json={"query": "{ __typename }"}),
        await whole.get("/graphql", params={"query": "{ __typename }"}),
        await whole.get("/healthz"),
        await whole.get("/nowhere"),
    ):
        assert len(answer.headers.get_list("x-request-id")) == 1
        assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
