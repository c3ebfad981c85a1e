"""The limits on a request's size and shape: each at its boundary, and none of them slow to apply."""

from dataclasses import replace
from typing import Any

import pytest
from graphql import get_introspection_query, parse
from hypothesis import given
from hypothesis import strategies as st

from resolvers.engine.errors import COST_EXCEEDED
from resolvers.engine.limits import Limits, document_errors, variables_error
from tests.resolvers.toy import toy_engine

ROOMY = Limits(characters=10**6, tokens=10**5, depth=100, root_fields=100, aliases=100, directives=100, cost=10**6)


def refusals(document: str, **limits: int) -> list[str]:
    return [error.message for error in document_errors(parse(document), replace(ROOMY, **limits))]


@pytest.mark.parametrize(
    ("document", "limit", "size"),
    [
        ("{ batch { specs { chemistry } } }", "depth", 3),
        ("{ ... { batch { ... on Batch { specs { chemistry } } } } }", "depth", 3),
        ("{ batch { ...A } } fragment A on Batch { specs { ...B } } fragment B on Specs { chemistry }", "depth", 3),
        ("query A { hello } query B { batch { specs { chemistry } } }", "depth", 3),
        ("{ ...A } fragment A on Query { ...B ...B } fragment B on Query { batch { name } hello }", "root_fields", 4),
        ("{ batch { name specs { chemistry } } ... { hello } }", "root_fields", 2),
        ("{ a: hello ...A ...A } fragment A on Query { b: batch { c: name } }", "aliases", 3),
        (
            "query A($v: Int @b) @a { hello @c ... @d { hello } ...A @e } fragment A on Query @f { hello }",
            "directives",
            6,
        ),
    ],
)
def test_a_document_at_a_limit_passes_and_beyond_it_does_not(document: str, limit: str, size: int) -> None:
    assert refusals(document, **{limit: size}) == []

    (message,) = refusals(document, **{limit: size - 1})

    assert f" {size} " in message
    assert f"at most {size - 1} " in message


def test_every_broken_limit_is_named() -> None:
    messages = refusals("{ a: hello @x b: batch { name } }", depth=1, root_fields=1, aliases=1, directives=0)

    assert messages == [
        "The operation nests 2 fields deep; at most 1 are allowed.",
        "The operation has 2 root fields; at most 1 are allowed.",
        "The operation has 2 aliases; at most 1 are allowed.",
        "The operation applies 1 directives; at most 0 are allowed.",
    ]


def test_the_depth_of_introspection_is_not_counted() -> None:
    assert refusals(get_introspection_query(type_depth=20), depth=1) == []


@pytest.mark.parametrize(
    "document",
    [
        "{ ...A } fragment A on Query { batch { name } ...A }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "{ ...Unknown }",
        "fragment A on Query { hello }",
    ],
)
def test_invalid_fragments_are_left_to_validation(document: str) -> None:
    assert refusals(document) == []


def test_fragments_that_double_each_other_are_counted_without_being_followed_twice() -> None:
    doubling = "".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(200))

    (message,) = refusals(f"{{ ...F0 }} {doubling} fragment F200 on Query {{ hello }}")

    assert message == "The operation has more than a thousand million root fields; at most 100 are allowed."


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("{ hello" + " @a" * 20_000 + " }", "2000 tokens"),
        ("{" + " id" * 20_000 + "}", "2000 tokens"),
        ("{" + " ".join(f"a{n}: hello" for n in range(20_000)) + "}", "65536 code points"),
        ("{" + "batch {" * 500 + "name" + "}" * 501, "nested too deeply"),
        ('{ echo(value: "' + "x" * 70_000 + '") }', "65536 code points"),
        ("{ batch {" + " id" * 1_900 + "} }", "repeats fields"),
        (
            f"{{ {'...{' * 150} ...F {'}' * 150} }} fragment F on Query {{ {'...{' * 60} hello {'}' * 60} }}",
            "nests fragments",
        ),
        ("{ hello " + "#\n" * 30_000 + "}", "2000 tokens"),
        ("{ hello " + " ".join(f"a{n}: hello" for n in range(31)) + "}", "31 aliases"),
        ("{ hello" + " @skip(if: false)" * 51 + " }", "51 directives"),
        ("{" + "batch { passports { nodes { " * 5 + "id" + "}}}" * 5 + "}", "16 fields deep"),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_a_schema_refuses_what_is_beyond_its_limits(query: str, what: str) -> None:
    result = await toy_engine().execute(query)

    assert result.data is None
    assert result.errors is not None
    assert [(error.extensions or {})["code"] for error in result.errors] == [COST_EXCEEDED] * len(result.errors)
    assert any(what in error.message for error in result.errors)


async def test_the_introspection_of_an_explorer_is_within_the_limits() -> None:
    query = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
        one_of=True,
    )

    result = await toy_engine().execute(query)

    assert result.errors == []
    assert result.data is not None


def test_variables_are_counted_with_all_that_lies_in_them() -> None:
    variables = {"ids": ["a", "b"], "input": {"name": "x", "rows": [{"serial": "1"}]}}

    assert variables_error(variables, Limits(variable_values=8)) is None
    refusal = variables_error(variables, Limits(variable_values=7))
    assert refusal is not None
    assert refusal.message == "The variables hold more than 7 values."


def test_variables_may_nest_up_to_the_limit() -> None:
    assert variables_error({"a": {"b": [1]}}, Limits(variable_depth=2)) is None
    refusal = variables_error({"a": {"b": [[]]}}, Limits(variable_depth=2))
    assert refusal is not None
    assert refusal.message == "The variables nest deeper than 2 lists and objects."


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=3), children, max_size=4),
    max_leaves=20,
)


def number_of_values(value: Any) -> int:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(1 + number_of_values(child) for child in children)


@given(st.dictionaries(st.text(max_size=3), json_values, min_size=1, max_size=4))
def test_counting_variables_agrees_with_the_definition(variables: dict[str, Any]) -> None:
    count = number_of_values(variables)

    assert variables_error(variables, Limits(variable_values=count)) is None
    assert variables_error(variables, Limits(variable_values=count - 1)) is not None
