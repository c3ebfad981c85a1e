"""How a plan gets a field's value: by reading an attribute, or by calling a resolver with what it takes."""

from collections.abc import Callable
from functools import partial
from keyword import iskeyword
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLObjectType, TypeNameMetaFieldDef
from graphql.execution import default_field_resolver
from strawberry.extensions.field_extension import build_field_extension_resolvers
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

from resolvers.engine.plan.arguments import Arguments, strawberry_converter
from resolvers.engine.plan.positions import ResolverInfo, resolve_info


class Resolving:
    """How one field is resolved.

    `expression` is Python source over the source object `o` and the `run`; it has ``{}`` for each of the objects that
    it `uses`, ``{path}`` for the field's path and ``{arguments}`` for what it is called with.
    """

    def __init__(self, expression: str, *uses: Any, is_async: bool = False, arguments: Arguments | None = None) -> None:
        self.expression = expression
        self.uses = uses
        # Whether the value is always awaitable.
        self.is_async = is_async
        self.arguments = arguments
        self.takes_path = is_async or "{path}" in expression


def resolving(
    definition: GraphQLField,
    parent: GraphQLObjectType,
    node: FieldNode,
    converter: GraphQLCoreConverter | None,
) -> Resolving:
    """Returns how a field of a type is resolved. `converter` is Strawberry's, of a schema that Strawberry made."""
    if definition is TypeNameMetaFieldDef:
        return Resolving(repr(parent.name))
    field = definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if isinstance(field, StrawberryField) and converter is not None and not converter.exception_handlers:
        if field.is_subscription:
            return _event(definition, node)
        if field.is_basic_field and _is_attribute(field):
            return Resolving(f"o.{field.python_name}")
        if (resolver := field.base_resolver) is not None:
            convert = strawberry_converter(field, definition, converter) if field.arguments else None
            arguments = Arguments(definition, node, convert) if field.arguments else None
            return _extended(field, resolver, arguments) if field.extensions else _direct(field, resolver, arguments)
    has_arguments = bool(definition.args or node.arguments)
    arguments = Arguments(definition, node, None) if has_arguments else None
    resolve = definition.resolve or default_field_resolver
    call = "{}(o, {}(run, {path}), **{arguments})" if arguments else "{}(o, {}(run, {path}))"
    return Resolving(call, resolve, resolve_info, arguments=arguments)


def _event(definition: GraphQLField, node: FieldNode) -> Resolving:
    """A live field, whose value is the event. Its arguments are looked at all the same: they may not fit."""
    arguments = Arguments(definition, node, None)
    if arguments.constant is not None:
        return Resolving("o")
    return Resolving("({arguments}, o)[1]", arguments=arguments)


def _is_attribute(field: StrawberryField) -> bool:
    name = field.python_name
    return field.default_resolver is getattr and name.isidentifier() and not iskeyword(name)


def _direct(field: StrawberryField, resolver: StrawberryResolver[Any], arguments: Arguments | None) -> Resolving:
    uses: list[Any] = [resolver.wrapped_func if callable(resolver.wrapped_func) else resolver]
    parts = []
    if resolver.self_parameter:
        parts.append("o")
    parents = (resolver.parent_parameter, resolver.root_parameter)
    parts += [f"{parameter.name}=o" for parameter in parents if parameter]
    if resolver.info_parameter:
        parts.append(resolver.info_parameter.name + "={}({}, run, {path})")
        uses += [ResolverInfo, field]
    if arguments:
        parts.append("**{arguments}")
    return Resolving(f"{{}}({', '.join(parts)})", *uses, is_async=field.is_async, arguments=arguments)


def _extended(field: StrawberryField, resolver: StrawberryResolver[Any], arguments: Arguments | None) -> Resolving:
    """A resolver within Strawberry's field extensions, of which the first is the innermost."""
    takes_source = bool(resolver.self_parameter)
    sources = [parameter.name for parameter in (resolver.parent_parameter, resolver.root_parameter) if parameter]
    info_name = resolver.info_parameter.name if resolver.info_parameter else None

    def innermost(source: Any, info: Any, **values: Any) -> Any:
        for name in sources:
            values[name] = source
        if info_name:
            values[info_name] = info
        return resolver(source, **values) if takes_source else resolver(**values)

    call: Callable[..., Any] = innermost
    for extension in build_field_extension_resolvers(field):
        call = partial(extension, call)
    ending = ", **{arguments})" if arguments else ")"
    return Resolving("{}(o, {}({}, run, {path})" + ending, call, ResolverInfo, field, arguments=arguments)
