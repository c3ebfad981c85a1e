"""Documents that are named by their hash, over each transport."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any

import httpx
import pytest

from tests.api.graphql.endpoint import GRAPHQL_RESPONSE, error_of
from tests.api.graphql.sockets import Served, initialised, served
from tests.api.graphql.test_sse import events_of

HELLO = "query ($name: String!) { hello(name: $name) }"
COUNT = "subscription { count(to: 2) }"
RENAME = 'mutation { rename(name: "x") }'

JSON = "application/json"


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def named(text: str, version: object = 1) -> dict[str, Any]:
    """The members that name a document, as Apollo's clients send them."""
    return {"extensions": {"persistedQuery": {"version": version, "sha256Hash": hash_of(text)}}}


async def post(server: Served, accept: str = GRAPHQL_RESPONSE, **members: Any) -> httpx.Response:
    async with httpx.AsyncClient(headers={"Accept": accept}) as client:
        return await client.post(server.url, json=members)


async def get(server: Served, accept: str = GRAPHQL_RESPONSE, **members: Any) -> httpx.Response:
    parameters = {name: value if isinstance(value, str) else json.dumps(value) for name, value in members.items()}
    async with httpx.AsyncClient(headers={"Accept": accept}) as client:
        return await client.get(server.url, params=parameters)


def code_of(response: httpx.Response) -> str:
    code: str = error_of(response)["extensions"]["code"]
    return code


@pytest.fixture
async def server() -> AsyncIterator[Served]:
    async with served() as server:
        yield server


@asynccontextmanager
async def trusting(*texts: str) -> AsyncIterator[Served]:
    async with served(trusted={hash_of(text): text for text in texts}) as server:
        yield server


@pytest.mark.parametrize(("accept", "status"), [(GRAPHQL_RESPONSE, 400), ("*/*", 400), (JSON, 200)])
@pytest.mark.parametrize("send", [get, post])
async def test_a_hash_that_is_not_known_is_told_so_in_the_words_of_the_protocol(
    server: Served, send: Any, accept: str, status: int
) -> None:
    response = await send(server, accept, **named(HELLO))

    assert response.status_code == status
    assert error_of(response) == {
        "message": "PersistedQueryNotFound",
        "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"},
    }


@pytest.mark.parametrize("send", [get, post])
@pytest.mark.parametrize("first", [get, post])
async def test_a_document_that_was_sent_with_its_hash_runs_by_it(server: Served, first: Any, send: Any) -> None:
    variables = {"name": "A"}
    sent = await first(server, query=HELLO, variables=variables, **named(HELLO))
    by_hash = await send(server, variables={"name": "B"}, **named(HELLO))
    both = await send(server, query=HELLO, variables=variables, **named(HELLO))

    assert [answer.json()["data"]["hello"] for answer in (sent, by_hash, both)] == [
        "Hello, A!",
        "Hello, B!",
        "Hello, A!",
    ]


@pytest.mark.parametrize("prefix", ["", "sha256:"])
@pytest.mark.parametrize("send", [get, post])
async def test_a_known_document_runs_by_its_id(server: Served, send: Any, prefix: str) -> None:
    missing = await send(server, documentId=prefix + hash_of(HELLO))
    await post(server, query=HELLO, variables={"name": "A"}, **named(HELLO))
    answer = await send(server, documentId=prefix + hash_of(HELLO), variables={"name": "B"})

    assert code_of(missing) == "PERSISTED_QUERY_NOT_FOUND"
    assert answer.json()["data"] == {"hello": "Hello, B!"}


@pytest.mark.parametrize("is_known", [False, True])
async def test_a_hash_of_another_document_is_a_mistake_and_changes_nothing(server: Served, is_known: bool) -> None:
    if is_known:
        await post(server, query=HELLO, variables={"name": "A"}, **named(HELLO))
    response = await post(server, query="{ hello }", **named(HELLO))
    by_hash = await post(server, variables={"name": "B"}, **named(HELLO))

    assert (response.status_code, code_of(response)) == (400, "BAD_REQUEST")
    assert error_of(response)["message"].startswith("The hash is not that of the document in `query`")
    assert by_hash.json().get("data") == ({"hello": "Hello, B!"} if is_known else None)


@pytest.mark.parametrize("query", ["{ hello", "{ nothing }", "{ " + "a: hello " * 3_000 + "}"])
async def test_a_document_that_may_not_run_is_not_remembered(server: Served, query: str) -> None:
    for _ in range(2):
        assert code_of(await post(server, query=query, **named(query))) != "PERSISTED_QUERY_NOT_FOUND"
    assert code_of(await post(server, **named(query))) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize("version", [2, 0, "1", None])
async def test_another_version_is_not_supported(server: Served, version: object) -> None:
    for members in ({}, {"query": HELLO}):
        error = error_of(await post(server, **members, **named(HELLO, version)))
        assert error["message"] == "PersistedQueryNotSupported"
        assert error["extensions"] == {"code": "PERSISTED_QUERY_NOT_SUPPORTED", "supportedVersions": [1]}


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"extensions": {"persistedQuery": "x"}}, "`extensions.persistedQuery` must be an object"),
        ({"extensions": {"persistedQuery": {"version": 1}}}, "`extensions.persistedQuery.sha256Hash` must be"),
        ({"extensions": {"persistedQuery": None}}, "`query` must be a string"),
        ({"documentId": ""}, "`query` must be a string"),
        ({"documentId": 1}, "`documentId` must be a string"),
        ({"documentId": "a" * 64, "query": 1}, "`query` must be a string"),
        ({"documentId": "a" * 64, **named(HELLO)}, "`documentId` and `extensions.persistedQuery` name different"),
    ],
)
async def test_what_is_no_name_of_a_document_is_refused(server: Served, members: dict[str, Any], message: str) -> None:
    response = await post(server, **members)

    assert (response.status_code, code_of(response)) == (400, "BAD_REQUEST")
    assert error_of(response)["message"].startswith(message)


async def test_a_link_changes_nothing_by_a_hash_either(server: Served) -> None:
    assert (await post(server, query=RENAME, **named(RENAME))).json()["data"] == {"rename": "x"}
    refused = await get(server, **named(RENAME))

    assert (refused.status_code, code_of(refused)) == (405, "BAD_REQUEST")


async def test_over_a_websocket(server: Served) -> None:
    async with initialised(server) as client:
        await client.subscribe(**named(COUNT))
        (refused,) = await client.receive_last()
        assert refused["payload"][0]["message"] == "PersistedQueryNotFound"
        for query in (COUNT, None, ""):
            await client.subscribe(query, **named(COUNT))
            first, second, last = await client.receive_last()
            assert [first["payload"]["data"], second["payload"]["data"]] == [{"count": 1}, {"count": 2}]
            assert last == {"type": "complete"}
        await client.subscribe(None, documentId=f"sha256:{hash_of(COUNT)}")
        assert len(await client.receive_last()) == 3
        await client.subscribe("{ hello }", **named(COUNT))
        (refused,) = await client.receive_last()
        assert refused["payload"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ({"documentId": 1}, "The payload's documentId must be a string or null"),
        ({"extensions": {"persistedQuery": None}}, "The payload's query must be a string"),
        ({"query": 1, "documentId": "a"}, "The payload's query must be a string"),
    ],
)
async def test_a_websocket_message_without_a_document_or_a_name_closes(
    server: Served, payload: dict[str, Any], reason: str
) -> None:
    async with initialised(server) as client:
        await client.subscribe(**payload)
        assert await client.closed() == (4400, reason)


async def test_as_events(server: Served) -> None:
    (_, refused), (last, _) = events_of((await post(server, "text/event-stream", **named(COUNT))).text)
    assert (refused["errors"][0]["message"], last) == ("PersistedQueryNotFound", "complete")
    for query in ({"query": COUNT}, {}):
        events = events_of((await post(server, "text/event-stream", **query, **named(COUNT))).text)
        assert events == [("next", {"data": {"count": 1}}), ("next", {"data": {"count": 2}}), ("complete", None)]


async def test_trusted_documents_run_by_hash_by_id_and_by_text() -> None:
    variables = {"name": "A"}
    async with trusting(HELLO, COUNT) as server:
        for members in (named(HELLO), {"documentId": f"sha256:{hash_of(HELLO)}"}, {"query": HELLO}):
            for send in (get, post):
                answer = await send(server, variables=variables, **members)
                assert answer.json()["data"] == {"hello": "Hello, A!"}
        async with initialised(server) as client:
            for payload in (named(COUNT), {"query": COUNT}):
                await client.subscribe(**payload)
                assert len(await client.receive_last()) == 3


@pytest.mark.parametrize(
    "members", [{"query": "{ hello }"}, named("{ hello }"), {"query": "{ hello }", **named("{ hello }")}]
)
async def test_where_documents_are_trusted_no_other_runs(members: dict[str, Any]) -> None:
    async with trusting(HELLO) as server:
        for send, accept, status in ((post, GRAPHQL_RESPONSE, 400), (get, GRAPHQL_RESPONSE, 400), (post, JSON, 200)):
            response = await send(server, accept, **members)
            assert (response.status_code, code_of(response)) == (status, "DOCUMENT_NOT_TRUSTED")
            assert "SHA-256" in error_of(response)["message"]
        async with initialised(server) as client:
            await client.subscribe(**members)
            (refused,) = await client.receive_last()
            assert refused["payload"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
        (_, refused), _ = events_of((await post(server, "text/event-stream", **members)).text)
        assert refused["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"


async def test_a_trusted_hash_with_another_text_is_a_mistake() -> None:
    async with trusting(HELLO) as server:
        assert code_of(await post(server, query="{ hello }", **named(HELLO))) == "BAD_REQUEST"
