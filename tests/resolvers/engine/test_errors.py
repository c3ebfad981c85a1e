"""What clients see of errors, over every way in: a code on each, and nothing of the server's inside."""

from typing import Any

import orjson
import pytest
import structlog
from graphql import GraphQLError
from structlog.testing import capture_logs

from resolvers.engine import OperationRequest, Refused, masked
from tests.resolvers.toy import SECRET, toy_engine


async def errors_of(query: str, **options: Any) -> list[dict[str, Any]]:
    result = await toy_engine().execute(query, **options)
    return [dict(error.formatted) for error in result.errors or []]


async def codes_of(query: str, **options: Any) -> list[str]:
    return [error["extensions"]["code"] for error in await errors_of(query, **options)]


@pytest.mark.parametrize("field", ["broken", "brokenAndRequired", "mistyped", "notAnInt"])
async def test_a_bug_is_masked_and_logged_under_the_same_request_id(field: str) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-1"), capture_logs() as lines:
        (error,) = await errors_of(f"query Broken {{ {field} }}")

    assert error["extensions"] == {"code": "INTERNAL", "requestId": "r-1"}
    assert error["path"] == [field]
    assert SECRET not in orjson.dumps(error).decode()
    (line,) = lines
    assert (line["request_id"], line["operation"], line["path"]) == ("r-1", "Broken", [field])
    assert isinstance(line["exc_info"], Exception)


async def test_each_masked_error_has_a_request_id_even_when_none_is_bound() -> None:
    with capture_logs() as lines:
        (error,) = await errors_of("{ broken }")

    assert error["extensions"]["requestId"] == lines[0]["request_id"] != ""


async def test_one_bug_does_not_hide_the_other_fields() -> None:
    result = await toy_engine().execute("{ hello broken forbidden }")

    assert result.data == {"hello": "Hello, world!", "broken": None, "forbidden": None}


async def test_domain_errors_are_told_as_they_are() -> None:
    with capture_logs() as lines:
        forbidden, throttled = await errors_of("{ forbidden throttled }")

    assert forbidden["message"] == "Only an owner may do this."
    assert forbidden["extensions"] == {"code": "FORBIDDEN"}
    assert throttled["message"] == "Too many attempts."
    assert throttled["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 30}
    assert lines == []


@pytest.mark.parametrize(
    ("query", "options", "code"),
    [
        ("{ hello", {}, "GRAPHQL_PARSE_FAILED"),
        ("{ hello }}", {}, "GRAPHQL_PARSE_FAILED"),
        ('{ hello(name: "\\ud800") }', {}, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ('{ day(day: "tomorrow") }', {}, "GRAPHQL_VALIDATION_FAILED"),
        ("query A { hello } query B { hello }", {}, "OPERATION_RESOLUTION_FAILURE"),
        ("query ($n: Int!) { double(number: $n) }", {"variables": {"n": "x"}}, "BAD_USER_INPUT"),
        ("query ($n: Int!) { double(number: $n) }", {}, "BAD_USER_INPUT"),
        ("query ($n: Int) { double(number: $n) }", {"variables": {"n": None}}, "BAD_USER_INPUT"),
        ("query ($d: Date!) { day(day: $d) }", {"variables": {"d": "tomorrow"}}, "BAD_USER_INPUT"),
    ],
)
async def test_mistakes_in_the_request_have_the_codes_that_clients_know(
    query: str, options: dict[str, Any], code: str
) -> None:
    with capture_logs() as lines:
        assert await codes_of(query, **options) == [code]

    assert lines == []


async def test_field_names_are_not_suggested() -> None:
    (error,) = await errors_of("{ helo }")

    assert error["message"] == "Cannot query field 'helo' on type 'Query'."


class Collector:
    """A subscriber that keeps what it gets."""

    def __init__(self) -> None:
        self.payloads: list[Any] = []

    def deliver(self, payload: str) -> bool:
        self.payloads.append(orjson.loads(payload))
        return True

    async def ready(self) -> None:
        """It always is."""


async def messages_of(query: str, operation_name: str | None = None) -> tuple[list[Any], Refused]:
    """The answers of an operation that is streamed, and what ended it."""
    engine, collector = toy_engine(), Collector()
    with pytest.raises(Refused) as ended:
        await engine.subscribe(engine.admit(OperationRequest(query, operation_name)), {}, collector)
    return collector.payloads, ended.value


async def test_a_subscription_masks_what_breaks_it() -> None:
    with capture_logs() as lines:
        payloads, ended = await messages_of("subscription { passportAdded { serial } }")

    assert payloads == [{"data": {"passportAdded": {"serial": "S1"}}}]
    assert ended.code == "INTERNAL"
    assert SECRET not in str(ended.errors)
    assert len(lines) == 1


@pytest.mark.parametrize(
    ("query", "options", "code"),
    [
        ("{ hello", {}, "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("subscription A { passportAdded { id } }", {"operation_name": "B"}, "OPERATION_RESOLUTION_FAILURE"),
        ("", {}, "GRAPHQL_PARSE_FAILED"),
        ("{" + " id" * 3_000 + "}", {}, "COST_EXCEEDED"),
        ("{ passports(first: 5000) { nodes { id } } }", {}, "COST_EXCEEDED"),
    ],
)
async def test_sockets_refuse_with_the_same_codes(query: str, options: dict[str, Any], code: str) -> None:
    payloads, refused = await messages_of(query, **options)

    assert (payloads, refused.code) == ([], code)


def test_an_exception_outside_of_any_field_is_masked_too() -> None:
    with capture_logs():
        error = masked(RuntimeError(SECRET))

    assert isinstance(error, GraphQLError)
    assert SECRET not in str(error)
