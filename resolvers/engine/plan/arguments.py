"""What a field's resolver is called with: coerced as GraphQL says, then converted as Strawberry does.

Arguments that hold no variable are worked out with the plan, and all others once for each run; what a resolver could
change, such as an input object, is made anew for each call.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
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
    GraphQLInputObjectType,
    GraphQLInputType,
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
from strawberry.types.base import StrawberryMaybe, StrawberryObjectDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.unset import UNSET

from resolvers.engine.errors import HIDE_SUGGESTIONS

Values = dict[str, Any]
Coerce = Callable[[VariableValues], Values]
CoerceOne = Callable[[Values, VariableValues], None]

_NO_VARIABLES = VariableValues({}, {})
_UNCHANGEABLE = (str, int, float, bool, type(None), Enum, UUID, date, time, Decimal, bytes)


class Arguments:
    """The arguments of one field of a plan. `constant` is what every call gets, when no variable has a part in it."""

    def __init__(self, definition: GraphQLField, node: FieldNode, convert: "Callable[[Values], Values] | None") -> None:
        self._coerce = _coercer(definition, node)
        self._convert = convert
        self.constant = None if any(map(_holds_variables, node.arguments or ())) else self._worked_out()

    def of(self, run: Any, number: int) -> Values:
        """Returns the arguments in a run, remembered for its other calls under the number. Raises as `values` does."""
        values = self.values(run.variables)
        if _can_be_shared(values):
            run.arguments[number] = values
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
    others = {
        name: (str(argument.python_name), _converter_of(name, argument, definition.args[name], converter))
        for name, argument in names.items()
        if name not in plain
    }

    def convert(values: Values) -> Values:
        converted = {plain[name]: value for name, value in values.items() if name in plain}
        for name, (python_name, convert_one) in others.items():
            if name in values:
                converted[python_name] = convert_one(values[name])
        for extension in field.extensions:
            converted = extension.map_arguments(converted)
        return converted

    return convert


def _is_taken_as_it_is(argument: StrawberryArgument, definition: GraphQLArgument) -> bool:
    return _is_plain(argument.type, definition.type)


def _is_plain(type_: object, graphql_type: GraphQLInputType) -> bool:
    """Whether Strawberry hands a value of the type on as GraphQL has it."""
    of_type = getattr(type_, "of_type", type_)
    return (
        is_leaf_type(get_nullable_type(graphql_type))
        and not isinstance(type_, StrawberryMaybe)
        and GlobalID not in (type_, of_type)
    )


def _converter_of(
    name: str, argument: StrawberryArgument, definition: GraphQLArgument, converter: GraphQLCoreConverter
) -> Callable[[Any], Any]:
    """Returns what converts an argument: for an input object of plain values alone its class, else Strawberry's way."""

    def convert_by_the_library(value: Any) -> Any:
        return convert_argument(value, argument.type, converter.scalar_registry, converter.config, path=(name,))

    graphql_type = get_nullable_type(definition.type)
    if not isinstance(graphql_type, GraphQLInputObjectType) or isinstance(argument.type, StrawberryMaybe):
        return convert_by_the_library
    input_definition = graphql_type.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(input_definition, StrawberryObjectDefinition) or input_definition.from_input is not None:
        return convert_by_the_library
    names = {converter.config.name_converter.from_field(field): field for field in input_definition.fields}
    if not all(_is_plain(field.type, graphql_type.fields[name].type) for name, field in names.items()):
        return convert_by_the_library
    python_names = [(name, field.python_name) for name, field in names.items()]
    # Strawberry's own default of a field without one, which GraphQL has then checked may be left out.
    nulls = {
        field.python_name: None
        for field in input_definition.fields
        if field.default_value is MISSING and field.default_factory is MISSING
    }

    def convert_plain(value: Any) -> Any:
        if value is None or value is UNSET:
            return value
        given = {python_name: value[name] for name, python_name in python_names if name in value}
        return input_definition.origin(**{**nulls, **given})

    return convert_plain


def _coercer(definition: GraphQLField, node: FieldNode) -> Coerce:
    given = {argument.name.value: argument for argument in node.arguments or ()}
    # In the order of the definition, which resolvers that take any arguments can tell.
    coercers = [_argument_coercer(name, argument, given.get(name), node) for name, argument in definition.args.items()]

    def coerce(variables: VariableValues) -> Values:
        values: Values = {}
        for coerce_one in coercers:
            coerce_one(values, variables)
        return values

    return coerce


def _argument_coercer(name: str, definition: GraphQLArgument, given: ArgumentNode | None, node: FieldNode) -> CoerceOne:
    out_name = definition.out_name or name
    is_nullable = not is_non_null_type(definition.type)

    def coerce_by_the_library(values: Values, variables: VariableValues) -> None:
        coerce_argument(values, node, name, definition, given, variables, None, HIDE_SUGGESTIONS)

    if given is None or not _holds_variables(given):
        return _constant(coerce_by_the_library)
    if not isinstance(given.value, VariableNode):
        return coerce_by_the_library
    variable = given.value.name.value

    def take_variable(values: Values, variables: VariableValues) -> None:
        value = variables.coerced.get(variable)
        if value is not None or (is_nullable and variable in variables.coerced):
            values[out_name] = value
        else:
            coerce_by_the_library(values, variables)

    return take_variable


def _constant(coerce: CoerceOne) -> CoerceOne:
    """Returns a coercer that adds a value worked out once; `coerce` where that could be changed or does not fit."""
    constant: Values = {}
    try:
        coerce(constant, _NO_VARIABLES)
    except GraphQLError:
        return coerce
    if not _can_be_shared(constant):
        return coerce

    def add(values: Values, _variables: VariableValues) -> None:
        values.update(constant)

    return add


class _Variables(Visitor):
    found = False

    def enter_variable(self, *_: Any) -> Any:
        self.found = True
        return self.BREAK


def _holds_variables(argument: ArgumentNode) -> bool:
    variables = _Variables()
    visit(argument, variables)
    return variables.found


def _can_be_shared(values: Mapping[str, Any]) -> bool:
    return all(isinstance(value, _UNCHANGEABLE) for value in values.values())
