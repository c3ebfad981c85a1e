"""Whatever is sent to the GraphQL endpoint: refused with what is wrong with it, and never a server error."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.graphql.http import MAX_BODY_BYTES
from tests.api.graphql.endpoint import GRAPHQL_RESPONSE, endpoint, error_of, post


def nested(depth: int) -> bytes:
    return b'{"query": "{ hello }", "variables": {"a": ' + b"[" * depth + b"]" * depth + b"}}"


MALFORMED_BODIES = [
    (b"", "not valid JSON"),
    (b"1", "must be a JSON object"),
    (b"null", "must be a JSON object"),
    (b"true", "must be a JSON object"),
    (b'"x"', "must be a JSON object"),
    (b"[]", "Batches are not served"),
    (b"[1]", "Batches are not served"),
    (b'[{"query": "{ hello }"}]', "Batches are not served"),
    (b"{}", "`query` must be a string"),
    (b'{"qeury": "{ hello }"}', "`query` must be a string"),
    (b'{"query": 1}', "`query` must be a string"),
    (b'{"query": null}', "`query` must be a string"),
    (b'{"query": ""}', "`query` must be a string"),
    (b'{"query": ["{ hello }"]}', "`query` must be a string"),
    (b'{"query": "{ hello }", "variables": []}', "`variables` must be an object"),
    (b'{"query": "{ hello }", "variables": "{}"}', "`variables` must be an object"),
    (b'{"query": "{ hello }", "variables": 0}', "`variables` must be an object"),
    (b'{"query": "{ hello }", "extensions": [1]}', "`extensions` must be an object"),
    (b'{"query": "{ hello }", "operationName": 1}', "`operationName` must be a string"),
    (b'{"query": "{ hello }", "operationName": {}}', "`operationName` must be a string"),
    (b'{"query": "{ hello }"', "not valid JSON"),
    (b'{"query": "{ hello }"} x', "not valid JSON"),
    (b'{"query": "{ hello }", "variables": {"a": NaN}}', "not valid JSON"),
    (b'{"query": "{ hello }", "variables": {"a": -Infinity}}', "not valid JSON"),
    (b'{"query": "{ hello }", "variables": {"a": 1e999}}', "not valid JSON"),
    (b'{"query": "{ hello }", "variables": {"a": "\\ud800"}}', "not valid JSON"),
    (b"\xff\xfe\x00\x01junk", "not valid JSON"),
    (b'{"query": "{ hello(name: \\"\xc3\x28\\") }"}', "not valid JSON"),
    (b'\xef\xbb\xbf{"query": "{ hello }"}', "not valid JSON"),
    ('{"query": "{ hello }"}'.encode("utf-16"), "not valid JSON"),
    (nested(100_000), "not valid JSON"),
    (b"[" * 100_000, "not valid JSON"),
]


@pytest.mark.parametrize(("body", "message"), MALFORMED_BODIES, ids=lambda value: str(value)[:50])
@pytest.mark.parametrize("accept", ["*/*", "application/json", GRAPHQL_RESPONSE])
async def test_a_malformed_body_is_refused_with_what_is_wrong(
    client: httpx.AsyncClient, body: bytes, message: str, accept: str
) -> None:
    response = await client.post(
        "/graphql", content=body, headers={"Content-Type": "application/json", "Accept": accept}
    )

    assert response.status_code == 400
    error = error_of(response)
    assert error["extensions"] == {"code": "BAD_REQUEST"}
    assert message in error["message"]


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "junk",
        ";;;=",
    ],
)
async def test_a_body_of_another_type_is_refused(client: httpx.AsyncClient, content_type: str | None) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}

    response = await client.post("/graphql", content=b'{"query": "{ hello }"}', headers=headers)

    assert response.status_code == 415
    assert error_of(response)["message"] == "Send the body as `Content-Type: application/json`, in UTF-8."


@pytest.mark.parametrize("content_type", ["application/json", 'Application/JSON; charset="UTF-8"', "application/json;"])
async def test_json_in_utf_8_is_accepted_however_it_is_spelt(client: httpx.AsyncClient, content_type: str) -> None:
    response = await client.post(
        "/graphql", content='{"query": "{ hello(name: \\"ठाणे\\") }"}'.encode(), headers={"Content-Type": content_type}
    )

    assert response.json()["data"] == {"hello": "Hello, ठाणे!"}


async def test_a_body_may_be_as_large_as_the_limit_and_no_larger(client: httpx.AsyncClient) -> None:
    start, end = b'{"query": "{ hello }", "x": "', b'"}'
    fits = start + b"x" * (MAX_BODY_BYTES - len(start) - len(end)) + end

    for body, status in ((fits, 200), (fits + b" ", 413), (b"x" * 10_000_000, 413)):
        response = await client.post("/graphql", content=body, headers={"Content-Type": "application/json"})
        assert response.status_code == status

    assert error_of(response)["message"] == f"The request body is larger than {MAX_BODY_BYTES} bytes."


async def test_no_more_of_a_body_is_read_than_the_limit(client: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 65536
            yield b"x" * 65536

    response = await client.post("/graphql", content=endless(), headers={"Content-Type": "application/json"})

    assert response.status_code == 413
    assert sent <= MAX_BODY_BYTES + 2 * 65536


async def test_a_client_that_disconnects_while_it_sends_is_no_server_error() -> None:
    sent: list[Any] = []
    scope = {
        "type": "http",
        "method": "POST",
        "headers": [(b"content-type", b"application/json")],
        "query_string": b"",
    }

    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await endpoint()(scope, receive, send)

    assert sent[0]["status"] == 400


@pytest.mark.parametrize(
    "query",
    [
        "{ hello" + " @skip(if: false)" * 20_000 + " }",
        "{ hello" + " @a" * 20_000 + " }",
        "{" + " ".join(f"a{number}: hello" for number in range(20_000)) + "}",
        "{" + "batch {" * 10_000 + "name" + "}" * 10_001,
        "{" + "batch { passports { nodes { " * 6 + "id" + "}}}" * 6 + "}",
        "{ passports(first: 100) { nodes { batch { passports(first: 100) { nodes { id } } } } } }",
        '{ echo(value: "' + "x" * 900_000 + '") }',
    ],
    ids=lambda query: query[:30],
)
@pytest.mark.parametrize("accept", ["*/*", "application/json", GRAPHQL_RESPONSE])
async def test_what_asks_for_too_much_is_refused_whatever_is_accepted(
    client: httpx.AsyncClient, query: str, accept: str
) -> None:
    response = await post(client, query, accept)

    assert response.status_code == 400
    assert {error["extensions"]["code"] for error in response.json()["errors"]} == {"COST_EXCEEDED"}


@pytest.mark.parametrize("variables", [{"ids": ["a"] * 100_000}, {"ids": [["a"] * 100] * 300}, {"junk": [0] * 20_001}])
async def test_huge_variables_are_refused(client: httpx.AsyncClient, variables: dict[str, Any]) -> None:
    response = await post(client, "query ($ids: [ID!] = []) { nodes(ids: $ids) { id } }", variables=variables)

    assert response.status_code == 400


async def test_many_ids_within_the_limits_are_priced_by_their_number(client: httpx.AsyncClient) -> None:
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"

    response = await post(client, query, variables={"ids": ["a"] * 10_000})

    assert response.status_code == 400
    assert error_of(response)["extensions"]["code"] == "COST_EXCEEDED"
    assert response.json()["extensions"] == {"cost": {"requested": 10_000, "budget": 5_000}}


FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
)
graphql_texts = st.text() | st.lists(
    st.sampled_from(
        ["{", "}", "(", ")", "hello", "batch", "...", "on", "Query", "@skip", "if:", "$a", '"', "query", "1"]
    )
).map(" ".join)
members = st.fixed_dictionaries(
    {},
    optional={
        "query": json_values | graphql_texts,
        "variables": json_values,
        "operationName": json_values,
        "extensions": json_values,
    },
)


def assert_is_an_answer(response: httpx.Response) -> None:
    assert response.status_code < 500
    body = response.json()
    assert "data" in body or all(error["extensions"]["code"] for error in body["errors"])


@FUZZ
@given(body=st.binary())
async def test_no_bytes_are_a_server_error(client: httpx.AsyncClient, body: bytes) -> None:
    assert_is_an_answer(
        await client.post("/graphql", content=body, headers={"Content-Type": "application/json"}),
    )


@FUZZ
@given(value=json_values | members)
async def test_no_json_is_a_server_error(client: httpx.AsyncClient, value: Any) -> None:
    assert_is_an_answer(
        await client.post("/graphql", content=_json(value), headers={"Content-Type": "application/json"})
    )


@FUZZ
@given(query=graphql_texts, variables=st.dictionaries(st.text(), json_values))
async def test_no_document_is_a_server_error(client: httpx.AsyncClient, query: str, variables: Any) -> None:
    assert_is_an_answer(
        await client.post(
            "/graphql",
            content=_json({"query": query, "variables": variables}),
            headers={"Content-Type": "application/json"},
        )
    )


@FUZZ
@given(query_string=st.binary(max_size=200))
async def test_no_query_string_is_a_server_error(client: httpx.AsyncClient, query_string: bytes) -> None:
    assert_is_an_answer(await client.get(f"/graphql?query={quote(query_string)}"))
    assert_is_an_answer(await client.get(f"/graphql?query=%7Bhello%7D&variables={quote(query_string)}"))


@FUZZ
@given(content_type=st.binary(max_size=40), accept=st.binary(max_size=40))
async def test_no_header_is_a_server_error(client: httpx.AsyncClient, content_type: bytes, accept: bytes) -> None:
    headers = [(b"Content-Type", content_type), (b"Accept", accept)]

    assert_is_an_answer(await client.post("/graphql", content=b'{"query": "{ hello }"}', headers=headers))


def _json(value: Any) -> bytes:
    """The value as clients in any language send it: with NaN, lone surrogates and huge integers."""
    return json.dumps(value).encode()
