"""Prices: the formula as a table, the variables that change them, and documents made to be dear to price."""

import asyncio
from typing import Any

import pytest
from graphql import OperationDefinitionNode, get_introspection_query, get_operation_ast, parse, validate
from hypothesis import given, settings
from hypothesis import strategies as st

from resolvers.engine.cost import SCHEMA_WEIGHT, PriceList, operation_cost
from resolvers.engine.errors import COST_EXCEEDED
from resolvers.engine.limits import Limits
from resolvers.engine.run import MAX_SHOWN_COST
from tests.resolvers.toy import toy_engine

SCHEMA = toy_engine().schema._schema
PRICES = PriceList(SCHEMA)


def cost(query: str, operation_name: str | None = None, **variables: Any) -> int:
    document = parse(query)
    assert validate(SCHEMA, document) == []
    operation = get_operation_ast(document, operation_name)
    assert isinstance(operation, OperationDefinitionNode)
    return operation_cost(PRICES, document, operation, variables)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ __typename hello double }", 0),
        ("{ batch { id name tags } }", 1),
        ("{ batch { specs { chemistry } } }", 2),
        # A connection: itself, and each item of the page; edges and page info are free.
        ("{ passports { nodes { id } } }", 1 + 20),
        ("{ passports(first: 50) { edges { cursor node { serial } } pageInfo { hasNextPage } } }", 1 + 50),
        ("{ passports(first: 50) { edges { cursor } nodes { id } } }", 1 + 50),
        # Page sizes multiply.
        ("{ passports(first: 10) { nodes { batch { passports(first: 5) { nodes { id } } } } } }", 1 + 10 * (2 + 1 + 5)),
        # The page is read even if nothing is selected on its items.
        ("{ passports(first: 50) { edges { cursor } } }", 1 + 50),
        ("{ passports(first: 50) { pageInfo { hasNextPage } } }", 1 + 50),
        # @cost, also on a scalar, and also in each of many.
        ("{ passports(first: 100) { totalCount } }", 1 + 5 + 100),
        ("{ passports(first: 10) { nodes { batch { passports { totalCount } } } } }", 1 + 10 * (1 + 1 + 1 + 5 + 20)),
        # Other lists: by `first`, by `ids`, by @listSize, else 10.
        ("{ recent { id } }", 5),
        ("{ recent(first: 7) { id batch { name } } }", 7 * 2),
        ('{ nodes(ids: ["a", "b", "c"]) { id } }', 3),
        ('{ nodes(ids: "a") { id } }', 10),
        ("{ packages { chemistry } }", 3),
        ("{ team { chemistry } }", 10),
        # Mutations and subscriptions.
        ('mutation { batchCreate(name: "A") { name } }', 10),
        ('mutation { batchCreate(name: "A") { specs { chemistry } } login { name } }', 11 + 500),
        ("subscription { passportAdded { batch { name } } }", 11),
        # Introspection.
        ("{ __schema { types { fields { name } } } }", SCHEMA_WEIGHT),
        ('{ a: __type(name: "A") { name } b: __type(name: "B") { fields { name } } }', 50 + 50),
        ("{ __schema { mine: queryType { its: name } } }", 2 * SCHEMA_WEIGHT),
        # Fragments count where they are spread, with the page that encloses them.
        ("{ batch { ...F ...F } } fragment F on Batch { specs { chemistry } }", 1 + 2),
        (
            "{ a: passports(first: 2) { ...F } b: passports(first: 3) { ...F } }"
            "fragment F on PassportConnection { totalCount nodes { ...G } } fragment G on Passport { batch { id } }",
            (1 + 5 + 2 * 2) + (1 + 5 + 3 * 2),
        ),
        # An object has one type: of fragments on several, the dearest counts.
        ('{ node(id: "a") { ... on Batch { specs { chemistry } } ... on Passport { serial } } }', 2),
        (
            '{ node(id: "a") { ... on Batch { specs { chemistry } } ...B } }'
            "fragment B on Batch { specs { chemistry } }",
            3,
        ),
        (
            '{ node(id: "a") { ... on Node { ... on Batch { specs { chemistry } } } ...P } }'
            "fragment P on Passport { batch { id } }",
            3,
        ),
        # What is left out is free.
        ("{ batch @skip(if: true) { name } passports @include(if: false) { nodes { id } } }", 0),
        ("{ batch @skip(if: false) { name } ... @include(if: true) { batch { name } } }", 2),
        ("{ ...F @skip(if: true) } fragment F on Query { batch { name } }", 0),
        # A page is never smaller than one item.
        ("{ passports(first: 0) { nodes { id } } }", 1 + 1),
        ("{ passports(first: -100) { nodes { id } } batch { specs { chemistry } } }", 1 + 1 + 2),
    ],
)
def test_prices(query: str, expected: int) -> None:
    assert cost(query) == expected


PAGE = "query ($n: Int!) { passports(first: $n) { nodes { id } } }"
PAGE_WITH_DEFAULT = "query ($n: Int! = 30) { passports(first: $n) { nodes { id } } }"
BY_IDS = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
CONDITIONAL = "query ($yes: Boolean! = true) { batch @include(if: $yes) { name } }"


@pytest.mark.parametrize(
    ("query", "variables", "expected"),
    [
        (PAGE, {"n": 7}, 1 + 7),
        (PAGE, {"n": 7.0}, 1 + 7),
        (PAGE, {"n": -7}, 1 + 1),
        (PAGE, {"n": 10**15}, 1 + 10**15),
        # Of the wrong type, or missing: the default counts, and execution refuses the request.
        (PAGE, {}, 1 + 20),
        (PAGE, {"n": None}, 1 + 20),
        (PAGE, {"n": True}, 1 + 20),
        (PAGE, {"n": "7"}, 1 + 20),
        (PAGE, {"n": {"a": 1}}, 1 + 20),
        (PAGE_WITH_DEFAULT, {}, 1 + 30),
        (PAGE_WITH_DEFAULT, {"n": 7}, 1 + 7),
        (BY_IDS, {"ids": ["a"] * 40}, 40),
        (BY_IDS, {"ids": []}, 0),
        ("query ($id: ID!) { nodes(ids: [$id, $id]) { id } }", {"id": "a"}, 2),
        (CONDITIONAL, {}, 1),
        (CONDITIONAL, {"yes": False}, 0),
        (CONDITIONAL, {"yes": "no"}, 1),
    ],
)
def test_prices_by_variables(query: str, variables: dict[str, Any], expected: int) -> None:
    assert cost(query, **variables) == expected


def test_only_the_operation_that_runs_is_priced() -> None:
    document = "query Small { batch { name } } query Large { passports(first: 100) { nodes { id } } }"

    assert cost(document, "Small") == 1
    assert cost(document, "Large") == 101


def test_fragments_that_double_each_other_are_priced_once_each() -> None:
    doubling = "".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(190))

    assert cost(f"{{ ...F0 }} {doubling} fragment F190 on Query {{ batch {{ name }} }}") == 2**190


async def test_the_answer_tells_the_cost_and_the_budget() -> None:
    result = await toy_engine().execute("{ passports { nodes { id } } }")

    assert result.errors == []
    assert result.extensions == {"cost": {"requested": 21, "budget": 5_000}}


async def test_an_operation_of_exactly_the_budget_runs_and_one_more_is_refused() -> None:
    engine = toy_engine(Limits(cost=21))

    allowed = await engine.execute("query ($n: Int!) { passports(first: $n) { nodes { id } } }", {"n": 20})
    refused = await engine.execute("query ($n: Int!) { passports(first: $n) { nodes { id } } }", {"n": 21})

    assert allowed.errors == []
    assert refused.data is None
    assert refused.errors is not None
    assert refused.errors[0].extensions == {"code": COST_EXCEEDED}
    assert refused.errors[0].message.startswith("The operation costs 22; the budget is 21.")
    assert refused.extensions == {"cost": {"requested": 22, "budget": 21}}


async def test_a_page_of_pages_is_beyond_the_budget() -> None:
    query = "{ passports(first: 100) { nodes { batch { passports(first: 100) { nodes { id } } } } } }"

    result = await toy_engine().execute(query)

    assert result.extensions == {"cost": {"requested": 1 + 100 * (2 + 1 + 100), "budget": 5_000}}
    assert result.data is None


async def test_a_cost_of_any_size_can_be_shown() -> None:
    result = await toy_engine().execute("query ($n: Int!) { passports(first: $n) { nodes { id } } }", {"n": 10**15})

    assert result.extensions == {"cost": {"requested": MAX_SHOWN_COST, "budget": 5_000}}


async def test_an_explorer_can_introspect_and_ask_in_one_request_but_not_introspect_thrice() -> None:
    introspection = get_introspection_query(descriptions=False)
    head, _, tail = introspection.partition("{")
    thrice = (
        "{ a: __schema { ...S } b: __schema { ...S } c: __schema { ...S } } fragment S on __Schema { types { name } }"
    )

    once = await toy_engine().execute(f"{head}{{ passports {{ nodes {{ id }} }} {tail}")
    often = await toy_engine().execute(thrice)

    assert once.errors == []
    assert often.errors is not None
    assert (often.errors[0].extensions or {})["code"] == COST_EXCEEDED


def selection_set(fields: dict[str, st.SearchStrategy[str]]) -> st.SearchStrategy[str]:
    """Any of the fields, each at most once, with `__typename` so that there is always one."""
    chosen = st.fixed_dictionaries({}, optional=fields)
    return chosen.map(lambda selected: "{ __typename " + " ".join(selected.values()) + " }")


def field(name: str, selected_on: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return selected_on.map(f"{name} ".__add__)


def sized_field(name: str, selected_on: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda size, inner: f"{name}(first: {size}) {inner}", st.integers(1, 5), selected_on)


specs = selection_set({"chemistry": st.just("chemistry")})
passport: st.SearchStrategy[str] = st.deferred(
    lambda: selection_set({"id": st.just("id"), "batch": field("batch", batch)})
)
connection = selection_set(
    {
        "nodes": field("nodes", passport),
        "edges": passport.map(lambda inner: f"edges {{ cursor node {inner} }}"),
        "pageInfo": st.just("pageInfo { hasNextPage }"),
        "totalCount": st.just("totalCount"),
    }
)
batch: st.SearchStrategy[str] = selection_set(
    {"specs": field("specs", specs), "passports": sized_field("passports", connection)}
)
query = selection_set(
    {
        "batch": field("batch", batch),
        "passports": sized_field("passports", connection),
        "recent": sized_field("recent", passport),
        "nodes": batch.map(lambda inner: f'nodes(ids: ["a", "b"]) {{ ... on Batch {inner} }}'),
        "packages": field("packages", specs),
    }
)


def objects_in(data: Any) -> int:
    """Objects other than edges and page info."""
    if isinstance(data, list):
        return sum(map(objects_in, data))
    if not isinstance(data, dict):
        return 0
    itself = 0 if set(data) & {"node", "hasNextPage"} else 1
    return itself + sum(map(objects_in, data.values()))


@settings(deadline=None, max_examples=50)
@given(query)
def test_no_operation_loads_more_objects_than_it_costs(query: str) -> None:
    engine = toy_engine(Limits(depth=1000, tokens=10**6, characters=10**7, cost=10**12))

    result = asyncio.run(engine.execute(query))

    assert result.errors == []
    assert result.extensions is not None
    assert objects_in(result.data) - 1 <= result.extensions["cost"]["requested"]


def test_a_price_needs_a_field_of_the_schema() -> None:
    with pytest.raises(LookupError, match="Query has no field nothing"):
        PRICES.price_of(SCHEMA.query_type, "nothing")  # type: ignore[arg-type]


def test_prices_are_in_the_exported_schema() -> None:
    exported = toy_engine().schema.as_str()

    assert "totalCount: Int! @cost(weight: 5)" in exported
    assert "packages: [Specs!]! @listSize(assumedSize: 3)" in exported
