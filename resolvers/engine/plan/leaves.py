"""Leaf values that need no more than a look: source that completes them in place, without a call."""

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import orjson
from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLScalarType,
    GraphQLString,
)
from graphql.type.scalars import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT
from strawberry.schema.types.base_scalars import isoformat

# The value is already what stands in the answer when the test on `v` holds.
_AS_THEY_ARE: Final[dict[GraphQLScalarType, str]] = {
    GraphQLString: "type(v) is str",
    GraphQLID: "type(v) is str",
    GraphQLBoolean: "type(v) is bool",
    GraphQLInt: f"type(v) is int and {GRAPHQL_MIN_INT} <= v <= {GRAPHQL_MAX_INT}",
    # For infinity and NaN the difference is NaN, which equals nothing.
    GraphQLFloat: "type(v) is float and v - v == 0.0",
}


def inline_leaf(type_: GraphQLLeafType, names: dict[str, Any], suffix: str) -> tuple[str, str] | None:
    """Returns the test on `v` and the expression of what then stands in the answer; None when there is no such test.

    What the two refer to is added to `names`, each name with the suffix.
    """
    if isinstance(type_, GraphQLScalarType):
        if test := _AS_THEY_ARE.get(type_):
            return test, "v"
        return _inline_scalar(type_, names, suffix)
    return _inline_enum(type_, names, suffix)


def _inline_scalar(type_: GraphQLScalarType, names: dict[str, Any], suffix: str) -> tuple[str, str] | None:
    """Strawberry's scalars that are written as their class writes them."""
    if type_.coerce_output_value is isoformat:
        return _inline_moment(type_, names, suffix)
    if type_.coerce_output_value is str:
        names[f"uuid{suffix}"] = UUID
        return f"isinstance(v, uuid{suffix})", "str(v)"
    return None


def _inline_moment(type_: GraphQLScalarType, names: dict[str, Any], suffix: str) -> tuple[str, str] | None:
    """Days, and moments in UTC, written as `isoformat` writes them, three times as fast."""
    if type_.name == "Date":
        names[f"date{suffix}"], names[f"text{suffix}"] = date, _date_text
        return f"type(v) is date{suffix}", f"text{suffix}(v)"
    if type_.name != "DateTime":
        return None
    names[f"datetime{suffix}"], names[f"utc{suffix}"], names[f"dumps{suffix}"] = datetime, UTC, orjson.dumps
    return f"type(v) is datetime{suffix} and v.tzinfo is utc{suffix}", f"dumps{suffix}(v)[1:-1].decode()"


# The days of one answer are mostly the same few.
_date_text = lru_cache(maxsize=1024)(date.isoformat)


def _inline_enum(type_: GraphQLEnumType, names: dict[str, Any], suffix: str) -> tuple[str, str] | None:
    """Strawberry's enums: their members, and the texts that are their values."""
    enum = getattr(type_, "wrapped_cls", None)
    if enum is None:
        return None
    names[f"enum{suffix}"] = enum
    members = {member: type_.coerce_output_value(member) for member in enum}
    members |= {member.value: name for member, name in members.items() if type(member.value) is str}
    names[f"members{suffix}"] = members
    is_member = f"type(v) is enum{suffix} or type(v) is str and v in members{suffix}"
    return is_member, f"members{suffix}[v]"
