"""What a resolver is told of the selection beneath its field, run by a plan and by graphql-core alike."""

import pytest
import strawberry

from resolvers.engine import Engine, selected


@strawberry.type
class Leaf:
    name: str = "leaf"
    size: int = 1


@strawberry.type
class Edge:
    node: Leaf = strawberry.field(default_factory=Leaf)


@strawberry.type
class Tree:
    told: list[str]
    leaf: Leaf = strawberry.field(default_factory=Leaf)
    edges: list[Edge] = strawberry.field(default_factory=lambda: [Edge()])


@strawberry.type
class Query:
    @strawberry.field
    def tree(self, info: strawberry.Info) -> Tree:
        told = [selected(info), selected(info, "leaf", "edges.node")]
        return Tree(told=[" ".join(sorted(names)) for names in told])


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
