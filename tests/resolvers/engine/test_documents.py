"""What passed once is parsed, validated and priced no more, within bounds, and never without being checked."""

from typing import Any

import pytest
from graphql import GraphQLError
from graphql.execution.values import VariableValues

from resolvers.engine import Engine, Limits, OperationRequest, documents, operation
from resolvers.engine.cost import PriceList
from resolvers.engine.documents import Documents
from resolvers.engine.operation import MOST_COSTS
from tests.resolvers.toy import toy_engine

PAGE = "query ($n: Int = 3) { passports(first: $n) { nodes { id } } }"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the steps of admission that were really taken."""
    taken: list[str] = []

    def record(module: Any, name: str) -> None:
        original = getattr(module, name)

        def recording(*arguments: Any, **options: Any) -> Any:
            taken.append(name)
            return original(*arguments, **options)

        monkeypatch.setattr(module, name, recording)

    record(documents, "parse")
    record(documents, "validate")
    record(operation, "operation_cost")
    record(operation, "Plan")
    return taken


async def requested(engine: Engine, **variables: Any) -> int:
    result = await engine.execute(PAGE, variables)
    cost: int = result.extensions["cost"]["requested"]
    return cost


async def test_a_repeated_operation_is_read_priced_and_compiled_once(calls: list[str]) -> None:
    engine = toy_engine()

    assert [await requested(engine) for _ in range(3)] == [4, 4, 4]
    assert calls == ["parse", "validate", "operation_cost", "Plan"]


async def test_other_variables_have_another_price_from_the_same_document(calls: list[str]) -> None:
    engine = toy_engine()

    assert [await requested(engine, n=n) for n in (1, 2, None, "x", True, 1.0)] == [2, 3, 21, 21, 21, 2]
    assert await requested(engine) == 4
    assert calls.count("validate") == calls.count("Plan") == 1


async def test_lists_of_equal_length_have_one_price(calls: list[str]) -> None:
    engine = toy_engine()
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"

    await engine.execute(query, {"ids": ["a", "b"]})
    await engine.execute(query, {"ids": ["c", "d"]})
    await engine.execute(query, {"ids": ["c"]})

    assert calls.count("operation_cost") == 2


async def test_each_set_of_conditions_has_a_plan_of_its_own(calls: list[str]) -> None:
    engine = toy_engine()
    query = "query ($yes: Boolean!, $name: String!) { hello(name: $name) double @include(if: $yes) }"

    for yes, name in ((True, "a"), (False, "b"), (True, "c")):
        data = (await engine.execute(query, {"yes": yes, "name": name})).data
        assert data == {"hello": f"Hello, {name}!"} | ({"double": 2} if yes else {})

    assert calls.count("Plan") == 2


async def test_a_kept_document_still_has_its_variables_checked_and_its_cost_charged() -> None:
    engine = toy_engine(Limits(cost=10, variable_values=5))
    assert await requested(engine, n=9) == 10

    too_dear = await engine.execute(PAGE, {"n": 10})
    too_many = await engine.execute(PAGE, {"n": 1, "junk": [0] * 6})

    assert [error.message for error in too_many.errors] == ["The variables hold more than 5 values."]
    assert too_dear.extensions == {"cost": {"requested": 11, "budget": 10}}
    assert too_dear.data is None


async def test_only_so_many_prices_are_kept_for_one_operation(calls: list[str]) -> None:
    engine = toy_engine()

    for n in range(1, MOST_COSTS + 3):
        assert await requested(engine, n=n) == n + 1
    calls.clear()
    for n in (1, MOST_COSTS, MOST_COSTS + 1, MOST_COSTS + 2):
        assert await requested(engine, n=n) == n + 1

    assert calls == ["operation_cost"] * 2


async def test_what_is_refused_is_not_kept(calls: list[str]) -> None:
    engine = toy_engine()

    for _ in range(2):
        [error] = (await engine.execute("{ nothing }")).errors
        assert isinstance(error, GraphQLError)

    assert "{ nothing }" not in engine.documents
    assert calls.count("validate") == 2


async def test_the_operation_that_is_named_is_the_one_that_runs() -> None:
    engine = toy_engine()
    document = "query A { hello } query B { double }"

    for name, data in (("A", {"hello": "Hello, world!"}), ("B", {"double": 2})) * 2:
        assert (await engine.execute(document, operation_name=name)).data == data


def new_documents(max_bytes: int) -> Documents:
    engine = toy_engine()
    return Documents(engine.schema._schema, engine.limits, PriceList(engine.schema._schema), max_bytes=max_bytes)


def test_the_document_that_was_not_used_for_longest_is_forgotten_first() -> None:
    # Each of the first three takes a little more than three or five tokens, the last one seven.
    kept = new_documents(max_bytes=12 * 600 + 4 * 100)
    texts = ["{ a: hello }", "{ hello }", "{ double }", "{ team { chemistry } }"]
    for text in texts[:3]:
        kept.read(text)
    kept.read(texts[0])

    kept.read(texts[3])

    assert [text in kept for text in texts] == [True, False, False, True]


def test_a_document_that_is_kept_is_the_same_one() -> None:
    kept = new_documents(max_bytes=10**6)

    assert kept.read("{ hello }") is kept.read("{ hello }")


async def test_what_the_schema_says_is_made_and_encoded_once(calls: list[str]) -> None:
    engine = toy_engine()
    query = "{ __schema { queryType { name } } }"

    first, second = await engine.execute(query), await engine.execute(query)

    assert first.data == {"__schema": {"queryType": {"name": "Query"}}}
    assert first.encoded() is second.encoded()
    # With anything else beside it the answer is nobody else's.
    mixed = "{ __typename hello }"
    assert (await engine.execute(mixed)).encoded() is not (await engine.execute(mixed)).encoded()


def test_long_texts_and_what_is_compiled_count_as_well() -> None:
    kept = new_documents(max_bytes=100_000)
    for number in range(10):
        kept.read(f"query Q{number} {{ hello }}{' ' * 20_000}")
    assert len(kept) == 4

    kept = new_documents(max_bytes=100_000)
    for number in range(10):
        prepared = kept.read(f"query Q{number} {{ batch {{ name specs {{ chemistry }} }} }}").operation(None)
        prepared.plan(VariableValues({}, {}))
    assert len(kept) == 3


def test_a_plan_keeps_nothing_of_a_request_but_its_conditions() -> None:
    engine = toy_engine()
    query = "query ($name: String!, $yes: Boolean!) { hello(name: $name) @include(if: $yes) }"

    operation = engine.admit(OperationRequest(query, None, {"name": "a secret", "yes": True}))
    plan = operation.prepared.plan(operation.values)

    assert plan.conditions.coerced == {"yes": True}
    assert plan.conditions.sources.keys() == {"yes"}


def multiplying(levels: int) -> str:
    """A short document whose fragments are compiled anew in each of 2^levels places."""
    parts = ["{ batch { passports { nodes { ...B0 } } } }"]
    for level in range(levels):
        batch = "batch {{ passports {{ nodes {{ {} }} }} }}".format
        both = " ".join([f"...B{level + 1}", *(f"...M{level + 1}_{mark}" for mark in range(level + 1))])
        parts.append(f"fragment B{level} on Passport {{ a: {batch(f'...B{level + 1}')} b: {batch(both)} }}")
        for mark in range(level):
            inner = f"...M{level + 1}_{mark}"
            parts.append(f"fragment M{level}_{mark} on Passport {{ a: {batch(inner)} b: {batch(inner)} }}")
    parts.append(f"fragment B{levels} on Passport {{ id }}")
    parts += [f"fragment M{levels}_{mark} on Passport {{ serial }}" for mark in range(levels)]
    return " ".join(parts)


async def test_fragments_that_multiply_are_refused_before_they_are_compiled() -> None:
    limits = Limits(depth=1_000, tokens=100_000, characters=10**6, aliases=10_000, cost=10**12)
    small, large = await toy_engine(limits).execute(multiplying(3)), await toy_engine(limits).execute(multiplying(11))

    assert small.errors == []
    assert [error.extensions for error in large.errors] == [{"code": "COST_EXCEEDED"}]


def test_plans_that_are_not_kept_do_not_count() -> None:
    kept = new_documents(max_bytes=10**7)
    names = "abcdef"
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    selected = " ".join(f"{name}: hello @include(if: ${name})" for name in names)
    prepared = kept.read(f"query ({declared}) {{ hello {selected} }}").operation(None)
    for number in range(2 ** len(names)):
        prepared.plan(VariableValues({}, {name: bool(number >> place & 1) for place, name in enumerate(names)}))
    counted = kept._bytes

    prepared.plan(VariableValues({}, dict.fromkeys(names, True)))

    assert kept._bytes == counted < 10**6
