"""Types of the schema whose fields have the names of the rows that they are made of."""

from dataclasses import fields
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, cast

Type = TypeVar("Type")


def of_row(type: type[Type], row: object, **others: Any) -> Type:
    """Returns an object of the type: `others` as given, every other field as the row's attribute of the same name.

    Decimals become floats, which is what GraphQL has.
    """
    names = _names(cast("Any", type))
    return type(**{name: _plain(getattr(row, name)) for name in names if name not in others}, **others)


def with_attributes(type: type[Type], attributes: dict[str, Any]) -> Type:
    """Returns an object of the type with just these attributes, which it keeps as they are.

    Pages have a hundred of these objects: the constructor of a dataclass would take longer than all else that is done
    for one. What the schema has beyond them must not be selected.
    """
    made: Type = object.__new__(type)
    made.__dict__ = attributes
    return made


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


@cache
def _names(type: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(type) if field.init)
