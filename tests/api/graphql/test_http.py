"""The GraphQL endpoint: what each operation, method and Accept header gets."""

import json
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from tests.api.graphql.endpoint import GRAPHQL_RESPONSE, error_of, post
from tests.resolvers.toy import SECRET

MISTAKES = [
    ({"query": "{ hello"}, "GRAPHQL_PARSE_FAILED"),
    ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": "query ($n: Int!) { double(number: $n) }", "variables": {"n": None}}, "BAD_USER_INPUT"),
]


@pytest.mark.parametrize(("members", "code"), MISTAKES)
@pytest.mark.parametrize(("accept", "status"), [(GRAPHQL_RESPONSE, 400), ("*/*", 400), ("application/json", 200)])
async def test_a_mistake_in_the_operation_is_200_only_for_who_asks_for_json_by_name(
    client: httpx.AsyncClient, members: dict[str, Any], code: str, accept: str, status: int
) -> None:
    response = await client.post("/graphql", json=members, headers={"Accept": accept})

    assert response.status_code == status
    assert error_of(response)["extensions"]["code"] == code


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"query": "query A { hello }", "operationName": "B"}, "The document has no operation named 'B'."),
        ({"query": "query A { hello }", "operationName": ""}, "The document has no operation named ''."),
        ({"query": "fragment A on Query { hello }"}, "The document has no operation."),
        ({"query": "query A { hello } query B { hello }"}, "The document has several operations; name the one"),
    ],
)
async def test_an_operation_that_can_not_be_told_is_refused(
    client: httpx.AsyncClient, members: dict[str, Any], message: str
) -> None:
    response = await client.post("/graphql", json=members)

    assert response.status_code == 400
    error = error_of(response)
    assert error["message"].startswith(message)
    assert error["extensions"]["code"] == "OPERATION_RESOLUTION_FAILURE"


@pytest.mark.parametrize("accept", ["application/json", GRAPHQL_RESPONSE])
async def test_an_answer_has_the_type_that_was_asked_for(client: httpx.AsyncClient, accept: str) -> None:
    response = await post(client, "query Hi { hello }", accept, operationName="Hi", variables={}, extensions={"a": 1})

    assert response.status_code == 200
    assert response.headers["content-type"] == f"{accept}; charset=utf-8"
    assert response.headers["vary"] == "Accept, Accept-Encoding"
    assert response.json() == {
        "data": {"hello": "Hello, world!"},
        "extensions": {"cost": {"requested": 0, "budget": 5_000}},
    }


async def test_an_answer_that_nobody_accepts_is_406(client: httpx.AsyncClient) -> None:
    response = await post(client, "{ hello }", "image/png")

    assert response.status_code == 406
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert error_of(response)["extensions"]["code"] == "BAD_REQUEST"


async def test_fields_that_fail_come_with_the_data_of_the_others(client: httpx.AsyncClient) -> None:
    response = await post(client, "{ hello forbidden }", GRAPHQL_RESPONSE)

    assert response.status_code == 200
    assert response.json()["data"] == {"hello": "Hello, world!", "forbidden": None}
    assert response.json()["errors"][0]["extensions"] == {"code": "FORBIDDEN"}


async def test_data_that_is_null_because_a_field_failed_is_in_the_answer(client: httpx.AsyncClient) -> None:
    with capture_logs():
        response = await post(client, "{ brokenAndRequired }", GRAPHQL_RESPONSE)

    assert response.status_code == 200
    assert response.json()["data"] is None


async def test_a_masked_error_shows_the_request_id_of_the_answer_and_the_log(client: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        response = await post(client, "{ broken }")

    id = response.headers["x-request-id"]
    assert response.json()["errors"][0]["extensions"] == {"code": "INTERNAL", "requestId": id}
    assert [line["request_id"] for line in lines] == [id]
    assert SECRET not in response.text


async def test_large_answers_are_compressed_for_who_takes_that(client: httpx.AsyncClient) -> None:
    query = '{ echo(value: "' + "all the same " * 200 + '") }'

    plain, small = await post(client, query), await post(client, "{ hello }")
    refused = await client.post("/graphql", json={"query": query}, headers={"Accept-Encoding": "identity"})

    assert plain.headers["content-encoding"] in ("gzip", "zstd")
    assert int(plain.headers["content-length"]) < 500
    assert "content-encoding" not in small.headers
    assert "content-encoding" not in refused.headers
    assert plain.json() == refused.json()


@pytest.mark.parametrize(
    ("token", "status", "code"), [("expired", 401, "UNAUTHENTICATED"), ("broken", 500, "INTERNAL")]
)
async def test_a_context_that_can_not_be_made_is_an_error_of_the_request(
    client: httpx.AsyncClient, token: str, status: int, code: str
) -> None:
    with capture_logs():
        response = await client.post(
            "/graphql", json={"query": "{ hello }"}, headers={"Authorization": f"Bearer {token}"}
        )

    assert response.status_code == status
    assert error_of(response)["extensions"]["code"] == code
    assert SECRET not in response.text


async def test_uuids_and_other_values_are_encoded(client: httpx.AsyncClient) -> None:
    response = await post(client, "{ uuid }")

    assert response.json()["data"] == {"uuid": {"id": "00000000-0000-0000-0000-000000000001"}}


@pytest.mark.parametrize("value", [2**64, 10**100, -(10**30), [[2**70]], "\N{OM SYMBOL}", 0.1])
async def test_json_values_come_back_as_they_were_written(client: httpx.AsyncClient, value: Any) -> None:
    response = await post(client, f"{{ echo(value: {json.dumps(value)}) }}")

    assert response.json()["data"] == {"echo": value}


async def test_json_values_may_nest_as_deep_as_a_document_may(client: httpx.AsyncClient) -> None:
    response = await post(client, f"{{ echo(value: {'[' * 190}{']' * 190}) }}")

    assert response.status_code == 200


async def test_a_value_without_a_json_form_is_a_masked_error(client: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        response = await post(client, "{ unencodable }")

    assert response.status_code == 500
    assert error_of(response)["extensions"]["code"] == "INTERNAL"
    assert len(lines) == 1


async def test_the_last_of_equal_keys_counts(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/graphql",
        content=b'{"query": "{ nothing }", "query": "{ hello }"}',
        headers={"Content-Type": "application/json"},
    )

    assert response.json()["data"] == {"hello": "Hello, world!"}


# GET


async def get(client: httpx.AsyncClient, accept: str = "*/*", **parameters: str) -> httpx.Response:
    return await client.get("/graphql", params=parameters, headers={"Accept": accept})


async def test_a_query_may_come_by_get_with_its_variables(client: httpx.AsyncClient) -> None:
    query = "query Other { double } query Hi($name: String!) { hello(name: $name) }"

    response = await get(client, query=query, operationName="Hi", variables='{"name": "you"}', extensions="{}")

    assert response.status_code == 200
    assert response.json()["data"] == {"hello": "Hello, you!"}


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, "`query` must be a string"),
        ({"query": ""}, "`query` must be a string"),
        ({"query": "{ hello }", "variables": "junk"}, "`variables` is not valid JSON"),
        ({"query": "{ hello }", "variables": "[]"}, "`variables` must be an object"),
        ({"query": "{ hello }", "extensions": "1"}, "`extensions` must be an object"),
        ({"query": "subscription { passportAdded { id } }"}, "Subscriptions are served over a websocket"),
    ],
)
async def test_a_malformed_query_string_is_refused(
    client: httpx.AsyncClient, parameters: dict[str, str], message: str
) -> None:
    response = await get(client, **parameters)

    assert response.status_code == 400
    assert error_of(response)["message"].startswith(message)


async def test_mutations_are_not_served_to_get(client: httpx.AsyncClient) -> None:
    response = await get(client, query='mutation { batchCreate(name: "A") { name } }')

    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert error_of(response)["message"] == "Mutations are served to POST only."


async def test_mutations_are_served_to_post_and_subscriptions_are_not(client: httpx.AsyncClient) -> None:
    mutation = await post(client, 'mutation { batchCreate(name: "A") { name } }')
    subscription = await post(client, "subscription { passportAdded { id } }")

    assert mutation.json()["data"] == {"batchCreate": {"name": "A"}}
    assert subscription.status_code == 400
    assert "graphql-transport-ws" in error_of(subscription)["message"]


@pytest.mark.parametrize("parameters", [{}, {"query": "{ hello }"}])
async def test_a_browser_gets_the_explorer(client: httpx.AsyncClient, parameters: dict[str, str]) -> None:
    response = await get(client, "text/html,application/xhtml+xml,*/*;q=0.8", **parameters)

    assert response.status_code == 200
    assert response.text == "<title>Explorer</title>"


@pytest.mark.parametrize("method", ["OPTIONS", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "JUNK"])
async def test_other_methods_are_refused_with_those_that_are_served(client: httpx.AsyncClient, method: str) -> None:
    response = await client.request(method, "/graphql")

    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST"
