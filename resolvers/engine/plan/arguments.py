"""What a field's resolver is called with: coerced as GraphQL says, then converted as Strawberry does.

Arguments that hold no variable are worked out with the plan, and all others once for each run; what a resolver could
change in its place, such as an input object, is made anew for each call.
"""

from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLArgument,
    GraphQLError,
    GraphQLField,
    VariableNode,
    get_nullable_type,
    is_leaf_type,
    is_non_null_type,
    visit,
)
from graphql.execution.values import VariableValues, coerce_argument
from graphql.language import Visitor
from strawberry.relay import GlobalID
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import StrawberryArgument, convert_argument
from strawberry.types.base import StrawberryMaybe
from strawberry.types.field import StrawberryField

Values = dict[str, Any]
Coerce = Callable[[VariableValues], Values]

_NO_VARIABLES = VariableValues({}, {})
_UNCHANGEABLE = (str, int, float, bool, type(None), Enum, UUID, date, time, Decimal, bytes)


class Arguments:
    """The arguments of one field of a plan. `constant` is what every call gets, when no variable has a part in it."""

    def __init__(
        self, definition: GraphQLField, node: FieldNode, convert: "Callable[[Values], Values] | None", *, hide: bool
    ) -> None:
        self._coerce = _coercer(definition, node, hide=hide)
        self._convert = convert
        self._number = -1
        self.constant = self._worked_out() if not _has_variables(node) else None

    def number(self, number: int) -> None:
        """Give the field its place among those whose arguments a run remembers."""
        self._number = number

    def of(self, run: Any) -> Values:
        """Returns the arguments in a run, remembered for its other calls. Raises as `values` does."""
        values = self.values(run.variables)
        if _can_be_shared(values):
            run.arguments[self._number] = values
        return values

    def _worked_out(self) -> Values | None:
        try:
            values = self.values(_NO_VARIABLES)
        except GraphQLError:
            return None
        return values if _can_be_shared(values) else None

    def values(self, variables: VariableValues) -> Values:
        """Returns the arguments, made anew. Raises `GraphQLError` when a variable does not fit."""
        values = self._coerce(variables)
        return self._convert(values) if self._convert else values


def strawberry_converter(
    field: StrawberryField, definition: GraphQLField, converter: GraphQLCoreConverter
) -> Callable[[Values], Values]:
    """Returns what makes of GraphQL's arguments those that a Strawberry resolver takes."""
    names = {converter.config.name_converter.from_argument(argument): argument for argument in field.arguments}
    plain = {
        name: str(argument.python_name)
        for name, argument in names.items()
        if _is_taken_as_it_is(argument, definition.args[name])
    }
    others = {name: argument for name, argument in names.items() if name not in plain}

    def convert(values: Values) -> Values:
        converted = {plain[name]: value for name, value in values.items() if name in plain}
        for name, argument in others.items():
            if name in values:
                converted[str(argument.python_name)] = convert_argument(
                    values[name], argument.type, converter.scalar_registry, converter.config, path=(name,)
                )
        for extension in field.extensions:
            converted = extension.map_arguments(converted)
        return converted

    return convert


def _is_taken_as_it_is(argument: StrawberryArgument, definition: GraphQLArgument) -> bool:
    type_ = argument.type
    of_type = getattr(type_, "of_type", type_)
    return (
        is_leaf_type(get_nullable_type(definition.type))
        and not isinstance(type_, StrawberryMaybe)
        and GlobalID not in (type_, of_type)
    )


def _coercer(definition: GraphQLField, node: FieldNode, *, hide: bool) -> Coerce:
    given = {argument.name.value: argument for argument in node.arguments or ()}
    coercers = [
        _argument_coercer(name, argument, given.get(name), node, hide=hide)
        for name, argument in definition.args.items()
    ]

    def coerce(variables: VariableValues) -> Values:
        values: Values = {}
        for coerce_one in coercers:
            coerce_one(values, variables)
        return values

    return coerce


def _argument_coercer(
    name: str, definition: GraphQLArgument, given: ArgumentNode | None, node: FieldNode, *, hide: bool
) -> Callable[[Values, VariableValues], None]:
    out_name = definition.out_name or name
    is_nullable = not is_non_null_type(definition.type)

    def coerce_by_the_library(values: Values, variables: VariableValues) -> None:
        coerce_argument(values, node, name, definition, given, variables, None, hide)

    if given is None or not isinstance(given.value, VariableNode):
        return coerce_by_the_library
    variable = given.value.name.value

    def take_variable(values: Values, variables: VariableValues) -> None:
        value = variables.coerced.get(variable)
        if value is not None or (is_nullable and variable in variables.coerced):
            values[out_name] = value
        else:
            coerce_by_the_library(values, variables)

    return take_variable


class _Variables(Visitor):
    found = False

    def enter_variable(self, *_: Any) -> Any:
        self.found = True
        return self.BREAK


def _has_variables(node: FieldNode) -> bool:
    for argument in node.arguments or ():
        variables = _Variables()
        visit(argument, variables)
        if variables.found:
            return True
    return False


def _can_be_shared(values: Mapping[str, Any]) -> bool:
    return all(isinstance(value, _UNCHANGEABLE) for value in values.values())
