"""The schema as integrators meet it: exported and current, every part described, the explorer's examples valid."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    IntrospectionQuery,
    build_client_schema,
    get_introspection_query,
    is_introspection_type,
    is_specified_scalar_type,
    parse,
    print_schema,
    validate,
)

from resolvers.schema import build_engine

ROOT = Path(__file__).parent.parent.parent
ENGINE = build_engine()
SCHEMA = ENGINE.schema


def _described_parts(type_: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    yield type_.name, type_.description
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in type_.fields.items():
            yield f"{type_.name}.{name}", field.description
            for argument_name, argument in field.args.items():
                yield f"{type_.name}.{name}({argument_name})", argument.description
    elif isinstance(type_, GraphQLInputObjectType):
        for name, input_field in type_.fields.items():
            yield f"{type_.name}.{name}", input_field.description
    elif isinstance(type_, GraphQLEnumType):
        for name, value in type_.values.items():
            yield f"{type_.name}.{name}", value.description


def test_every_part_has_a_description() -> None:
    types = [
        type_
        for type_ in SCHEMA._schema.type_map.values()
        if not is_introspection_type(type_) and not is_specified_scalar_type(type_)
    ]
    assert not any(isinstance(type_, GraphQLUnionType) and not type_.description for type_ in types)
    bare = [path for type_ in types for path, description in _described_parts(type_) if not (description or "").strip()]
    assert bare == []


def test_the_exported_schema_is_current() -> None:
    exported = (ROOT / "schema.graphql").read_text()
    assert exported == SCHEMA.as_str() + "\n", "run `make schema`"


@pytest.mark.parametrize("example", sorted((ROOT / "api/web/explorer").rglob("*.graphql")), ids=lambda path: path.name)
def test_the_explorers_examples_fit_the_schema(example: Path) -> None:
    assert validate(SCHEMA._schema, parse(example.read_text())) == []


async def test_tools_can_introspect_it() -> None:
    result = await ENGINE.execute(get_introspection_query(input_value_deprecation=True))
    assert result.errors == []
    introspection = cast("IntrospectionQuery", result.data)
    assert print_schema(build_client_schema(introspection)).count("type ") > 50


def test_names_follow_the_contract() -> None:
    """Mutations take `<Field>Input` and give `<Field>Payload` with `userErrors`; lists page from 1 to 100."""
    mutation = SCHEMA._schema.mutation_type
    assert mutation is not None
    for name, field in mutation.fields.items():
        pascal = name[0].upper() + name[1:]
        assert str(field.type) == f"{pascal}Payload!", name
        assert [str(argument.type) for argument in field.args.values()] in ([], [f"{pascal}Input!"]), name
        payload = SCHEMA._schema.type_map[f"{pascal}Payload"]
        assert isinstance(payload, GraphQLObjectType)
        assert str(payload.fields["userErrors"].type) == "[UserError!]!", name
