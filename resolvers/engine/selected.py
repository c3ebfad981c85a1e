"""What a request selects beneath a field, for resolvers that read no more than is shown."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode
from strawberry import Info

from resolvers.engine.plan.positions import ResolverInfo


def selected(info: Info[Any, Any], *paths: str) -> frozenset[str]:
    """Returns the names of the fields selected beneath the field being resolved.

    With paths such as ``nodes`` and ``edges.node`` they are those selected beneath any of these. Whatever may be
    selected counts, on any type and under any condition.
    """
    if isinstance(info, ResolverInfo):
        return info.remembered(("selected", *paths), lambda: _selected(info, paths))
    return _selected(info, paths)


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
