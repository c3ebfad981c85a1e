"""Coercing the variables of an operation, with nothing worked out anew that stays the same.

Plain values are looked at in place. All else, and whatever does not fit, goes to graphql-core, whose errors these are.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from graphql import (
    GraphQLBoolean,
    GraphQLError,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    Undefined,
    get_nullable_type,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import (
    VariableValues,
    VariableValueSource,
    get_variable_values,
    input_is_nested_too_deeply,
)
from graphql.type.scalars import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_value

from resolvers.engine.errors import HIDE_SUGGESTIONS

_MOST_ERRORS: Final = 50

_PLAIN: Final[dict[Any, Callable[[Any], bool]]] = {
    GraphQLString: lambda value: type(value) is str,
    GraphQLID: lambda value: type(value) is str,
    GraphQLBoolean: lambda value: type(value) is bool,
    GraphQLInt: lambda value: type(value) is int and GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT,
    GraphQLFloat: lambda value: type(value) is float and value - value == 0.0,
}


class _Variable(NamedTuple):
    name: str
    type: GraphQLInputType
    is_plain: Callable[[Any], bool] | None
    may_be_null: bool
    may_be_absent: bool
    absent: VariableValueSource
    signature: GraphQLVariableSignature


class Variables:
    """The variables of one operation."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        self._definitions = operation.variable_definitions or ()
        signatures = [get_variable_signature(schema, definition) for definition in self._definitions]
        self._variables = [_variable(signature) for signature in signatures if not isinstance(signature, GraphQLError)]
        self._are_known = len(self._variables) == len(signatures)

    def coerce(self, given: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        """Returns the values that resolvers get, or why they can't."""
        coerced: dict[str, Any] = {}
        sources: dict[str, VariableValueSource] = {}
        for variable in self._variables if self._are_known else ():
            name = variable.name
            value = given.get(name, Undefined)
            if value is Undefined:
                if not variable.may_be_absent:
                    return self._coerce_by_the_library(given)
                sources[name] = variable.absent
                continue
            sources[name] = VariableValueSource(variable.signature, value)
            if value is None and variable.may_be_null:
                coerced[name] = None
            elif variable.is_plain is not None and variable.is_plain(value):
                coerced[name] = {**value} if type(value) is dict else value
            elif input_is_nested_too_deeply(value, variable.type):
                return self._coerce_by_the_library(given)
            else:
                coerced[name] = coerce_input_value(value, variable.type)
                if coerced[name] is Undefined:
                    return self._coerce_by_the_library(given)
        return VariableValues(sources, coerced) if self._are_known else self._coerce_by_the_library(given)

    def _coerce_by_the_library(self, given: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        return get_variable_values(
            self._schema, self._definitions, dict(given), max_errors=_MOST_ERRORS, hide_suggestions=HIDE_SUGGESTIONS
        )


def _plain_test(type_: GraphQLInputType) -> Callable[[Any], bool] | None:
    """Returns the test whether a value is coerced to itself; None for a type whose values need more than a look."""
    nullable = get_nullable_type(type_)
    if isinstance(nullable, GraphQLInputObjectType):
        return _plain_object_test(nullable)
    return _PLAIN.get(nullable)


def _plain_object_test(type_: GraphQLInputObjectType) -> Callable[[Any], bool] | None:
    """The same for input objects of plain values: those that hold them under their own names, and need no default."""
    tests: dict[str, tuple[Callable[[Any], bool], bool]] = {}
    for name, field in type_.fields.items():
        is_plain = _PLAIN.get(get_nullable_type(field.type))
        if is_plain is None or field.out_name not in (None, name):
            return None
        tests[name] = is_plain, not isinstance(field.type, GraphQLNonNull)
    has_defaults = {name for name, field in type_.fields.items() if coerce_default_value(field) is not Undefined}
    needed = has_defaults | {name for name, (_, may_be_null) in tests.items() if not may_be_null}
    if type_.is_one_of or type_.out_type is not GraphQLInputObjectType.out_type:
        return None

    def is_plain_object(value: Any) -> bool:
        if type(value) is not dict or not needed <= value.keys() <= tests.keys():
            return False
        # In the order of the type, in which graphql-core returns them.
        return [*value] == [name for name in tests if name in value] and all(
            (item is None and tests[name][1]) or tests[name][0](item) for name, item in value.items()
        )

    return is_plain_object


def _variable(signature: GraphQLVariableSignature) -> _Variable:
    may_be_null = not isinstance(signature.type, GraphQLNonNull)
    return _Variable(
        signature.name,
        signature.type,
        _plain_test(signature.type),
        may_be_null,
        may_be_null and signature.default is None,
        VariableValueSource(signature),
        signature,
    )
