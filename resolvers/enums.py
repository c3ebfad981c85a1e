"""The domain's enums in GraphQL, each value described."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

import strawberry

EnumClass = TypeVar("EnumClass", bound=type[Enum])


def describe_enum(
    enum: EnumClass, description: str, values: Mapping[str, str], *, name: str | None = None
) -> EnumClass:
    """Make a domain enum a GraphQL enum; `values` describes every member by name. `name` is its name if another."""
    described = strawberry.enum(enum, name=name, description=description)
    definition = described.__strawberry_definition__  # type: ignore[attr-defined]
    missing = {value.name for value in definition.values} ^ set(values)
    if missing:
        raise ValueError(f"{enum.__name__}: described and existing members differ in {sorted(missing)}")
    for value in definition.values:
        value.description = values[value.name]
    return described
