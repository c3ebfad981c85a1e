"""Nothing is loaded per row: every list of the schema takes as many SQL statements for ten rows as for two."""

import pytest
from graphql import GraphQLList, GraphQLObjectType, get_named_type, get_nullable_type

from models.kernel.env import Env
from resolvers.context import Context
from tests.conftest import CountQueries
from tests.contract.lists import DOCUMENTS, ENGINE, populate

SCHEMA = ENGINE.schema

# Lists that are part of their object or of the settings: no further statement can be needed for them.
INLINE = {
    "AllowedAction.evidence",
    "LifecycleRule.evidence",
    "PublicPassport.timeline",
    "Query.lifecycleActions",
    "Query.quotaPackages",
    "UserError.field",
}


def _lists() -> set[str]:
    """Every field of the schema that gives a connection or a list of objects, but for the insides of connections."""
    found = set()
    for type_ in SCHEMA._schema.type_map.values():
        if not isinstance(type_, GraphQLObjectType) or type_.name.startswith("__"):
            continue
        if type_.name.endswith(("Connection", "Payload")):
            continue
        for name, field in type_.fields.items():
            of_objects = isinstance(get_nullable_type(field.type), GraphQLList) and hasattr(
                get_named_type(field.type), "fields"
            )
            if of_objects or get_named_type(field.type).name.endswith("Connection"):
                found.add(f"{type_.name}.{name}")
    return found


def test_every_list_has_a_document() -> None:
    assert set(DOCUMENTS) | INLINE >= _lists()


@pytest.mark.parametrize("field", sorted(DOCUMENTS))
async def test_statements_do_not_grow_with_rows(env: Env, count_queries: CountQueries, field: str) -> None:
    counts = []
    for size in (2, 10):
        actor, ids = await populate(env, size)
        document = DOCUMENTS[field].replace("IDS", "[" + ",".join(f'"{id}"' for id in ids) + "]")
        with count_queries() as queries:
            result = await ENGINE.execute(document, context=Context(env=env, viewer=actor))
        assert result.errors == []
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
    assert counts[0] >= 1
