"""What passed once is parsed, validated and priced no more, within bounds, and never without being checked."""

from typing import Any

import pytest
from graphql import GraphQLError, parse

from resolvers import admission
from resolvers.admission import MAX_CACHED_COSTS, AdmittedDocument, DocumentCache
from resolvers.extensions import Schema
from resolvers.limits import Limits
from tests.resolvers.toy import toy_schema

PAGE = "query ($n: Int = 3) { passports(first: $n) { nodes { id } } }"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the steps of admission that were really taken."""
    taken: list[str] = []

    def record(name: str) -> None:
        original = getattr(admission, name)

        def recording(*arguments: Any) -> Any:
            taken.append(name)
            return original(*arguments)

        monkeypatch.setattr(admission, name, recording)

    record("validate_document")
    record("operation_cost")
    return taken


async def requested(schema: Schema, **variables: Any) -> int:
    result = await schema.execute(PAGE, variables)
    assert result.extensions is not None
    cost: int = result.extensions["cost"]["requested"]
    return cost


async def test_a_repeated_operation_is_validated_and_priced_once(calls: list[str]) -> None:
    schema = toy_schema()

    assert [await requested(schema) for _ in range(3)] == [4, 4, 4]
    assert calls == ["validate_document", "operation_cost"]


async def test_other_variables_have_another_price_from_the_same_document(calls: list[str]) -> None:
    schema = toy_schema()

    assert [await requested(schema, n=n) for n in (1, 2, None, "x", True, 1.0)] == [2, 3, 21, 21, 21, 2]
    assert await requested(schema) == 4
    assert calls.count("validate_document") == 1


async def test_lists_of_equal_length_have_one_price(calls: list[str]) -> None:
    schema = toy_schema()
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"

    await schema.execute(query, {"ids": ["a", "b"]})
    await schema.execute(query, {"ids": ["c", "d"]})
    await schema.execute(query, {"ids": ["c"]})

    assert calls.count("operation_cost") == 2


async def test_a_cached_document_still_has_its_variables_checked_and_its_cost_charged() -> None:
    schema = toy_schema(Limits(cost=10, variable_values=5))
    assert await requested(schema, n=9) == 10

    too_dear = await schema.execute(PAGE, {"n": 10})
    too_many = await schema.execute(PAGE, {"n": 1, "junk": [0] * 6})

    assert [error.message for error in too_many.errors or []] == ["The variables hold more than 5 values."]
    assert too_dear.extensions == {"cost": {"requested": 11, "budget": 10}}
    assert too_dear.data is None


async def test_only_so_many_prices_are_kept_for_one_document() -> None:
    schema = toy_schema()

    for n in range(1, 2 * MAX_CACHED_COSTS):
        assert await requested(schema, n=n) == n + 1

    admitted = schema.admission.documents.get(PAGE)
    assert admitted is not None
    assert len(admitted.costs) == MAX_CACHED_COSTS


async def test_what_is_refused_is_not_cached(calls: list[str]) -> None:
    schema = toy_schema()

    for _ in range(2):
        result = await schema.execute("{ nothing }")
        assert isinstance((result.errors or [])[0], GraphQLError)

    assert schema.admission.documents.get("{ nothing }") is None
    assert calls.count("validate_document") == 2


async def test_the_operation_that_is_named_is_the_one_that_runs() -> None:
    schema = toy_schema()
    document = "query A { hello } query B { double }"

    for name, data in (("A", {"hello": "Hello, world!"}), ("B", {"double": 2})) * 2:
        assert (await schema.execute(document, operation_name=name)).data == data


def admitted(text: str) -> AdmittedDocument:
    return AdmittedDocument(parse(text))


def test_a_full_cache_drops_the_document_that_was_not_used_for_longest() -> None:
    cache = DocumentCache(max_tokens=9)
    for name in "abc":
        cache.put(name, admitted(f"{{ {name} }}"))
    cache.get("a")

    cache.put("d", admitted("{ d }"))

    assert [name for name in "abcd" if cache.get(name)] == ["a", "c", "d"]


def test_a_document_is_kept_once_even_when_two_requests_bring_it_at_the_same_time() -> None:
    cache = DocumentCache(max_tokens=6)
    first = admitted("{ a }")
    cache.put("a", first)
    cache.put("a", admitted("{ a }"))
    cache.put("b", admitted("{ b }"))

    assert cache.get("a") is first
    assert cache.get("b")
