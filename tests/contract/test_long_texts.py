"""No text that is too long costs more than counting its characters: the walk over every input of the schema.

Each place in the schema that takes text gets 200,000 characters of the worst kind, which normalising would take a
minute for. The answer is a refusal, and what was done for it is counted rather than timed.
"""

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, Final
from uuid import UUID

import argon2
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLScalarType,
    get_named_type,
    is_required_argument,
    is_required_input_field,
)
from graphql.type import GraphQLNullableType, get_nullable_type

from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.ids import uuid7
from models.tenants import rules
from resolvers.context import Context
from resolvers.relay import global_id
from resolvers.schema import build_engine
from tests.factories import make_batch, make_company, make_order, make_passports

ENGINE: Final = build_engine()
# Marks of two classes in turns have to be sorted, which takes the square of their number.
LONG: Final = "a" + "\u0301\u0316" * 100_000
# What one text may cost: the longest that is kept has 500 characters, and composing makes four of one.
MOST: Final = 2_000

TEXTS: Final = {"String", "ID", "JSON", "Date", "DateTime", "UUID"}
Path = tuple[str, ...]


def _root_fields() -> Iterator[tuple[str, str, GraphQLField]]:
    schema = ENGINE.schema._schema
    for kind, root in (("query", schema.query_type), ("mutation", schema.mutation_type)):
        assert root is not None
        for name, field in root.fields.items():
            yield kind, name, field


def _texts_in(type: GraphQLInputType, path: Path) -> Iterator[Path]:
    named = get_named_type(type)
    if isinstance(named, GraphQLInputObjectType):
        for name, field in named.fields.items():
            yield from _texts_in(field.type, (*path, name))
    elif named.name in TEXTS:
        yield path


PLACES: Final = [
    pytest.param(kind, name, field, path, id=".".join((name, *path)))
    for kind, name, field in _root_fields()
    for argument_name, argument in field.args.items()
    for path in _texts_in(argument.type, (argument_name,))
]

Ids = Callable[[str], str]


def _value(type: GraphQLInputType, name: str, target: Path, ids: Ids) -> Any:
    """A value that is taken, with the long text at `target` within it; at the place itself `target` is empty."""
    bare: GraphQLNullableType = get_nullable_type(type)
    if isinstance(bare, GraphQLList):
        return [_value(bare.of_type, name, target, ids)]
    if isinstance(bare, GraphQLInputObjectType):
        return {
            key: _value(field.type, key, target[1:] if at_target else ("",), ids)
            for key, field in bare.fields.items()
            if (at_target := target[:1] == (key,)) or is_required_input_field(field)
        }
    if not target:
        return {"x": LONG} if bare.name == "JSON" else _long(name)
    if isinstance(bare, GraphQLEnumType):
        return next(iter(bare.values))
    assert isinstance(bare, GraphQLScalarType)
    plain = {"Int": 1, "Float": 1.0, "Boolean": True, "JSON": {}, "Date": "2026-01-15", "UUID": str(UUID(int=7))}
    if bare.name == "ID":
        return ids(name)
    if name == "email":
        return f"{uuid7().hex}@example.com"
    return plain.get(bare.name, "correct horse battery staple")


def _long(name: str) -> str:
    """The long text, which looks enough like what the input takes to be worth a closer look."""
    if name.lower().endswith("email"):
        return f"{LONG}@example.com" if name == "email" else f"support@{LONG}.com"
    return f"https://{LONG}.com/" if name == "website" or name.endswith("Url") else LONG


def _operation(kind: str, name: str, field: GraphQLField, path: Path, ids: Ids) -> tuple[str, dict[str, Any]]:
    needed = {key: arg for key, arg in field.args.items() if key == path[0] or is_required_argument(arg)}
    values = {
        key: _value(argument.type, key, path[1:] if key == path[0] else ("",), ids) for key, argument in needed.items()
    }
    payload = get_named_type(field.type)
    selection = ""
    if isinstance(payload, GraphQLObjectType) and "userErrors" in payload.fields:
        selection = "{ userErrors { code value } }"
    elif isinstance(payload, GraphQLObjectType) and "totalCount" in payload.fields:
        selection = "{ totalCount nodes { __typename } }"
    elif not isinstance(payload, GraphQLScalarType | GraphQLEnumType):
        selection = "{ __typename }"
    declared = ", ".join(f"${key}: {argument.type}" for key, argument in needed.items())
    given = ", ".join(f"{key}: ${key}" for key in needed)
    return f"{kind} ({declared}) {{ {name}({given}) {selection} }}", values


class _Work:
    """What was normalised, looked up character by character, and hashed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.longest = 0
        self.characters = 0
        normalize, category = unicodedata.normalize, unicodedata.category

        def counted_normalize(form: Any, text: str) -> str:
            self.longest = max(self.longest, len(text))
            # Cut, so that a failing test fails at once.
            return normalize(form, text[:MOST])

        def counted_category(character: str) -> str:
            self.characters += 1
            return category(character)

        def counted_verify(_hasher: object, _hash: object, password: str | bytes) -> bool:
            self.longest = max(self.longest, len(password))
            raise argon2.exceptions.VerifyMismatchError

        monkeypatch.setattr(unicodedata, "normalize", counted_normalize)
        monkeypatch.setattr(unicodedata, "category", counted_category)
        monkeypatch.setattr(argon2.PasswordHasher, "verify", counted_verify)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> _Work:
    return _Work(monkeypatch)


@pytest.fixture(scope="module")
async def owner(env: Env) -> Actor:
    return await make_company(env, quota=10)


@pytest.fixture(scope="module")
async def ids(env: Env, owner: Actor) -> Ids:
    """Gives the id of an object of the owner's for an input that takes one, by the input's name."""
    batch = await make_batch(env, owner)
    [passport] = await make_passports(env, batch, 1)
    order = await make_order(env, owner)
    known = {"Batch": batch.id, "Passport": passport.id, "QuotaOrder": order.id, "TeamMember": owner.user_id}

    def of(name: str) -> str:
        if name == "packageId":
            return "starter"
        kind = name.removesuffix("Ids").removesuffix("Id").removesuffix("s") or "Batch"
        kind = kind[0].upper() + kind[1:]
        return global_id(kind, known.get(kind, uuid7()))

    return of


@pytest.mark.parametrize(("kind", "name", "field", "path"), PLACES)
async def test_a_text_that_is_too_long_is_refused_unread(
    kind: str, name: str, field: GraphQLField, path: Path, env: Env, owner: Actor, ids: Ids, work: _Work
) -> None:
    def ids_here(argument: str) -> str:
        if argument not in ("id", "ids"):
            return ids(argument)
        return ids(next((kind for kind in ("passport", "quotaOrder", "teamMember") if name.startswith(kind)), "batch"))

    document, values = _operation(kind, name, field, path, ids_here)
    answer = await ENGINE.execute(document, values, Context(env, owner, address="", user_agent=""))
    codes = [(error.extensions or {}).get("code") for error in answer.errors or []]
    payload = (answer.data or {}).get(name)
    refusals = payload.get("userErrors", []) if isinstance(payload, dict) else []
    assert codes or refusals, f"{name} takes 200,000 characters"
    assert "INTERNAL" not in codes
    assert all(len(refusal["value"] or "") <= MOST for refusal in refusals)
    assert work.longest <= MOST
    assert work.characters <= MOST


async def test_a_search_within_a_batch_is_refused_unread(env: Env, owner: Actor, ids: Ids, work: _Work) -> None:
    document = (
        "query ($id: ID!, $x: String) { batch(id: $id) { passports(filter: { serialNumber: $x }) { totalCount } } }"
    )
    context = Context(env, owner, address="", user_agent="")
    answer = await ENGINE.execute(document, {"id": ids("batchId"), "x": LONG}, context)
    assert [(error.extensions or {}).get("code") for error in answer.errors or []] == ["BAD_USER_INPUT"]
    assert work.longest <= MOST


def test_the_walk_reaches_what_is_signed_in_with() -> None:
    reached = {param.id for param in PLACES}
    assert {"login.input.password", "register.input.password", "brandCreate.input.name"} <= reached
    assert rules.LONGEST_PASSWORD * 4 <= MOST
