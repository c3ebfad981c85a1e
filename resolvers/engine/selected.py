"""What a request selects beneath a field, for resolvers that read all that is shown of it at once, and no more."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLObjectType,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
)
from graphql.execution.collect_fields import FieldDetails, collect_subfields
from strawberry import Info

from resolvers.engine.errors import HIDE_SUGGESTIONS
from resolvers.engine.plan.arguments import Arguments
from resolvers.engine.plan.positions import ResolverInfo
from resolvers.engine.plan.resolving import resolving


def selected(info: Info[Any, Any], *paths: str) -> frozenset[str]:
    """Returns the names of the fields selected beneath the field being resolved.

    With paths such as ``nodes`` and ``edges.node`` they are those selected beneath any of these. Whatever may be
    selected counts, on any type and under any condition.
    """
    if isinstance(info, ResolverInfo):
        return info.remembered(("selected", *paths), lambda: _selected(info, paths))
    return _selected(info, paths)


def selected_arguments(info: Info[Any, Any], name: str) -> Mapping[str, Any] | None:
    """Returns what the resolver of the field of this name, beneath the field being resolved, will be called with.

    Returns None when the field is not selected exactly once, when an argument does not fit, and when graphql-core's
    executor runs the operation: leave the field to its resolver then. The field being resolved is of an object type;
    `name` is the schema's, of a field with arguments.
    """
    if not isinstance(info, ResolverInfo):
        return None
    try:
        arguments: Arguments | None = info.remembered(("arguments", name), lambda: _arguments(info, name))
        if arguments is None:
            return None
        return arguments.constant if arguments.constant is not None else arguments.values(info.run.variables)
    except GraphQLError:
        return None


def _arguments(info: ResolverInfo, name: str) -> Arguments | None:
    raw, plan = info._raw_info, info.run.plan
    parent = cast(GraphQLObjectType, get_named_type(raw.return_type))
    details = [FieldDetails(node, None) for node in raw.field_nodes]
    fields = collect_subfields(
        plan.schema, plan.fragments, plan.conditions, plan.operation, parent, details, HIDE_SUGGESTIONS
    ).grouped_field_set
    nodes = [merged[0].node for merged in fields.values() if merged[0].node.name.value == name]
    if len(nodes) != 1:
        return None
    definition = parent.fields[name]
    return resolving(definition, parent, nodes[0], plan.converter).arguments


def _selected(info: Info[Any, Any], paths: Sequence[str]) -> frozenset[str]:
    raw = info._raw_info
    names: set[str] = set()
    for path in paths or ("",):
        nodes: list[FieldNode] = list(raw.field_nodes)
        for name in path.split(".") if path else ():
            nodes = [node for node in _beneath(nodes, raw.fragments) if node.name.value == name]
        names.update(node.name.value for node in _beneath(nodes, raw.fragments))
    return frozenset(names)


def _beneath(nodes: Iterable[FieldNode], fragments: Mapping[str, FragmentDefinitionNode]) -> list[FieldNode]:
    found: list[FieldNode] = []
    pending: list[SelectionSetNode] = [node.selection_set for node in nodes if node.selection_set]
    seen: set[str] = set()
    while pending:
        for selection in pending.pop().selections:
            if isinstance(selection, FieldNode):
                found.append(selection)
            elif isinstance(selection, InlineFragmentNode):
                pending.append(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode) and (name := selection.name.value) not in seen:
                seen.add(name)
                pending.append(fragments[name].selection_set)
    return found
