"""What generated operations show seldom or not at all."""

import asyncio
from typing import Any, cast

import pytest
from graphql import GraphQLObjectType, build_schema, get_introspection_query, parse

from tests.resolvers.engine.examples import SUBJECTS, Tally, examine, subject
from tests.resolvers.engine.mutants import MUTANTS
from tests.resolvers.engine.oracle import Request, ask, compare
from tests.resolvers.engine.running import run_plan
from tests.resolvers.engine.strawberries import Orchard

LEVELS = {
    # Trees 0 to 2 have the parents 1 to 3, and these the parents 2 to 4, of which the loader has seen 2 and 3.
    "{ trees { nodes { parent { id parent { id } } } } }": [3, 1],
    # What is below a list and what is beside it are asked for in the same turn.
    "{ tree { parent { id } neighbours { parent { id } } } }": [2],
    "{ a: tree { parent { id } } b: tree { parent { parent { id } } } grown { ... on Tree { parent { id } } } }": [
        2,
        1,
    ],
    "{ trees { edges { node { parent { id } twice } cursor } nodes { parent { id name } name } totalCount } }": [3],
}


@pytest.mark.parametrize("document", LEVELS)
async def test_a_loader_sees_whole_levels(document: str) -> None:
    request = Request(subject("strawberries").schema, parse(document), None, None)
    core, orchard = await ask(request, Orchard(1, 0), asyncio.all_tasks()), Orchard(1, 0)
    await run_plan(request.schema, request.document, None, None, root=None, context=orchard)
    assert orchard.loads == core.world.loads == LEVELS[document]  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", SUBJECTS)
async def test_introspection_is_complete(name: str) -> None:
    document = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    )
    request = Request(subject(name).schema, parse(document), None, None)
    assert await compare(request, Orchard(1, 0), run_plan) is None


async def test_what_is_found_is_made_small() -> None:
    for example in range(400):
        finding = await examine(subject("everything"), example, MUTANTS["sorts keys"], Tally())
        if finding:
            assert len(list(finding.request.document.definitions)) <= 2
            assert len(str(finding)) < 1000
            return
    pytest.fail("nothing was found")


async def test_a_failed_field_takes_nobody_along_who_waits_for_the_same_future() -> None:
    schema = build_schema("type Query { failing: Failing waiting: Int } type Failing { firm: Int! waiting: Int }")
    shared: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def fail(*_: Any) -> None:
        raise ValueError("no")

    async def wait(*_: Any) -> int:
        return await shared

    fields = cast("GraphQLObjectType", schema.type_map["Failing"]).fields
    fields["firm"].resolve, fields["waiting"].resolve = fail, wait
    assert schema.query_type
    schema.query_type.fields["waiting"].resolve = wait
    asyncio.get_running_loop().call_later(0.01, lambda: None if shared.cancelled() else shared.set_result(1))
    document = parse("{ failing { firm waiting } waiting }")
    answer = await run_plan(schema, document, None, None, root={"failing": {}}, context=None)
    assert answer["data"] == {"failing": None, "waiting": 1}
