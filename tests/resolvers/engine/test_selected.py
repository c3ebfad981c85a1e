"""What a resolver is told of the selection beneath its field, run by a plan and by graphql-core alike."""

import pytest
import strawberry

from resolvers.engine import Engine, selected, selected_arguments


@strawberry.type
class Leaf:
    name: str = "leaf"
    size: int = 1


@strawberry.type
class Edge:
    node: Leaf = strawberry.field(default_factory=Leaf)


@strawberry.input
class Wanted:
    size: int = 1


@strawberry.type
class Tree:
    told: list[str]
    arguments: str = ""
    leaf: Leaf = strawberry.field(default_factory=Leaf)
    edges: list[Edge] = strawberry.field(default_factory=lambda: [Edge()])

    @strawberry.field
    def leaves(self, first: int = 2, after: str | None = None, wanted: Wanted | None = None) -> list[Leaf]:
        return [Leaf(name=f"{after} {wanted}")] * first


@strawberry.type
class Query:
    @strawberry.field
    def tree(self, info: strawberry.Info) -> Tree:
        told = [selected(info), selected(info, "leaf", "edges.node")]
        arguments = selected_arguments(info, "leaves")
        given = {name: value for name, value in arguments.items() if value is not None} if arguments else None
        return Tree(told=[" ".join(sorted(names)) for names in told], arguments=str(given))


@pytest.mark.parametrize("compiles", [True, False])
@pytest.mark.parametrize(
    ("selection", "directly", "beneath"),
    [
        ("told", "told", ""),
        ("told leaf { name }", "leaf told", "name"),
        ("told a: leaf { b: size } edges { node { name } }", "edges leaf told", "name size"),
        ("told leaf { name } ... { leaf { ...L } }", "leaf told", "name size"),
        ("told ...T ...T @skip(if: true)", "edges leaf told", "__typename name"),
        ("told edges @include(if: false) { node { size } }", "edges told", "size"),
    ],
)
async def test_all_that_may_be_selected_is_told(selection: str, directly: str, beneath: str, compiles: bool) -> None:
    fragments = (
        "fragment L on Leaf { size } fragment T on Tree { leaf { __typename } edges { ... on Edge { node { name } } } }"
    )
    used = "".join(
        f" fragment {part}" for part in fragments.split("fragment ") if f"...{part[:1]}" in selection and part
    )
    engine = Engine(strawberry.Schema(Query), compiles=compiles)

    answer = await engine.execute(f"{{ tree {{ {selection} }} }}{used}")

    assert answer.errors == []
    assert answer.data is not None
    assert answer.data["tree"]["told"] == [directly, beneath]


@pytest.mark.parametrize(
    ("selection", "arguments"),
    [
        ("arguments leaves { name }", "{'first': 2}"),
        ('arguments leaves(first: 3, after: "x") { name }', "{'first': 3, 'after': 'x'}"),
        ("arguments leaves(first: $n, after: null) { name }", "{'first': 5}"),
        ("arguments leaves(wanted: {size: 4}) { name }", "{'first': 2, 'wanted': Wanted(size=4)}"),
        ("arguments b: leaves { name } ... { b: leaves { size } }", "{'first': 2}"),
        ("arguments ... @include(if: $yes) { leaves { name } }", "{'first': 2}"),
        ("arguments", "None"),
        ("arguments leaves @skip(if: true) { name }", "None"),
        ("arguments leaves @skip(if: $yes) { name }", "None"),
        ("arguments leaves { name } b: leaves(first: 1) { name }", "None"),
    ],
)
async def test_arguments_are_told_of_a_field_that_is_selected_once(selection: str, arguments: str) -> None:
    using_all = "other: tree { told @skip(if: $yes) leaves(first: $n) { size } }"
    document = f"query ($n: Int = 5, $yes: Boolean = true) {{ tree {{ {selection} }} {using_all} }}"

    answer = await Engine(strawberry.Schema(Query)).execute(document)

    assert answer.errors == []
    assert answer.data is not None
    assert answer.data["tree"]["arguments"] == arguments


async def test_arguments_that_do_not_fit_are_left_to_their_field() -> None:
    document = "query ($n: Int) { tree { arguments leaves(first: $n) { name } } }"

    answer = await Engine(strawberry.Schema(Query)).execute(document, {"n": None})

    assert [error.path for error in answer.errors] == [["tree", "leaves"]]


async def test_arguments_are_not_told_by_the_other_executor() -> None:
    answer = await Engine(strawberry.Schema(Query), compiles=False).execute("{ tree { arguments leaves { name } } }")

    assert answer.data is not None
    assert answer.data["tree"]["arguments"] == "None"
