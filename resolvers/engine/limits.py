"""What one GraphQL request may ask for.

Every limit is checked as early as it can be: the parser counts tokens while it reads, the shape of the document
is measured before it is validated, and the cost (`resolvers.engine.cost`) is known before anything is resolved. Each
refusal is a GraphQL error with the code COST_EXCEEDED whose message names the limit.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any

from graphql import (
    DocumentNode,
    ExecutableDefinitionNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
)
from graphql.validation.rules import overlapping_fields_can_be_merged

from resolvers.engine.errors import COST_EXCEEDED

# Comparing fields of the same name is the one validation rule that grows with the square of the document.
# A tenth of graphql-core's own budget still lets 150 equal fields stand side by side.
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 50_000


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one request may contain; a request at the limit is still served.

    The defaults leave an explorer's full introspection, and any page of an application, far below.
    """

    characters: int = 64 * 1024
    """The document, in characters. Long values belong in variables."""
    tokens: int = 2_000
    """Names, values and punctuation of the document, comments included."""
    depth: int = 12
    """Fields nested in one another, across fragments; what lies inside `__schema` and `__type` is not counted."""
    root_fields: int = 20
    """Fields at the top of one operation, across fragments."""
    aliases: int = 30
    """Aliases in the document."""
    directives: int = 50
    """Directives applied in the document."""
    variable_values: int = 20_000
    """Values in all variables together, those inside lists and objects included."""
    variable_depth: int = 32
    """Lists and objects nested in one another in the variables."""
    cost: int = 5_000
    """The budget of one operation; about the number of objects that it loads. See `resolvers.engine.cost`."""
    running_cost: int = 10_000
    """The budget of all different subscriptions of one payer in one process: each item costs it anew."""


def cost_exceeded(message: str) -> GraphQLError:
    """Returns the error for a request that asks for too much."""
    return GraphQLError(message, extensions={"code": COST_EXCEEDED})


def document_errors(document: DocumentNode, limits: Limits) -> list[GraphQLError]:
    """Returns why the document asks for too much; empty when it does not. Takes time linear in its size.

    The document need not be valid: unknown fragments count as nothing, and fragments that spread themselves are
    left to validation, which refuses them.
    """
    shapes = [_measure(definition) for definition in _executables(document)]
    fragments = {shape.fragment: shape for shape in shapes if shape.fragment}
    try:
        order = [*TopologicalSorter({name: fragments[name].spread_names() for name in fragments}).static_order()]
    except CycleError:
        order = []
    for name in order:
        if name in fragments:
            fragments[name].add_spreads(fragments)
    operations = [shape for shape in shapes if not shape.fragment]
    for shape in operations:
        shape.add_spreads(fragments)
    measured = (
        ("nests {} fields deep", max((shape.depth for shape in operations), default=0), limits.depth),
        ("has {} root fields", max((shape.root_fields for shape in operations), default=0), limits.root_fields),
        ("has {} aliases", sum(shape.aliases for shape in shapes), limits.aliases),
        ("applies {} directives", sum(shape.directives for shape in shapes), limits.directives),
    )
    return [
        cost_exceeded(f"The operation {what.format(_shown(count))}; at most {most} are allowed.")
        for what, count, most in measured
        if count > most
    ]


def variables_error(variables: Mapping[str, Any], limits: Limits) -> GraphQLError | None:
    """Returns why the variables hold too much; None when they don't. Stops at the first value beyond the limit."""
    pending: list[tuple[Any, int]] = [(variables, 0)]
    values = 0
    while pending:
        value, depth = pending.pop()
        if not isinstance(value, dict | list):
            continue
        if depth > limits.variable_depth:
            return cost_exceeded(f"The variables nest deeper than {limits.variable_depth} lists and objects.")
        values += len(value)
        if values > limits.variable_values:
            return cost_exceeded(f"The variables hold more than {limits.variable_values} values.")
        children = value.values() if isinstance(value, dict) else value
        pending.extend((child, depth + 1) for child in children)
    return None


@dataclass(slots=True)
class _Shape:
    """The size of one operation or fragment; depth and root fields are its own until `add_spreads`."""

    fragment: str | None
    depth: int = 0
    root_fields: int = 0
    aliases: int = 0
    directives: int = 0
    spreads: list[tuple[str, int]] = field(default_factory=list)
    """Fragments spread in it, each with the number of fields around the spread."""

    def spread_names(self) -> set[str]:
        return {name for name, _ in self.spreads}

    def add_spreads(self, fragments: Mapping[str, "_Shape"]) -> None:
        """Adds what the spread fragments bring; each of them has to be complete itself."""
        for name, level in self.spreads:
            if spread := fragments.get(name):
                self.depth = max(self.depth, level + spread.depth)
                self.root_fields += spread.root_fields if level == 0 else 0


def _executables(document: DocumentNode) -> Iterator[ExecutableDefinitionNode]:
    return (node for node in document.definitions if isinstance(node, ExecutableDefinitionNode))


def _measure(definition: ExecutableDefinitionNode) -> _Shape:
    is_fragment = isinstance(definition, FragmentDefinitionNode)
    shape = _Shape(definition.name.value if is_fragment and definition.name else None)
    shape.directives = _directives_outside_selections(definition)
    # With explicit work instead of recursion a long document can't exhaust the stack.
    pending: list[tuple[SelectionSetNode, int, int]] = [
        (definition.selection_set, 0, 0 if _is_on_introspection(definition) else 1)
    ]
    while pending:
        selection_set, level, step = pending.pop()
        for selection in selection_set.selections:
            inner = _measure_selection(selection, shape, level, step)
            if inner is not None:
                pending.append(inner)
    return shape


def _measure_selection(
    selection: SelectionNode, shape: _Shape, level: int, step: int
) -> tuple[SelectionSetNode, int, int] | None:
    """Adds one selection to the shape; what is left to do is its selection set, its level and its step.

    The level is the number of fields around it. The step is 0 inside introspection, whose depth is not counted.
    """
    shape.directives += len(selection.directives or ())
    match selection:
        case FragmentSpreadNode():
            shape.spreads.append((selection.name.value, level))
        case InlineFragmentNode():
            return selection.selection_set, level, step
        case FieldNode():
            shape.aliases += selection.alias is not None
            shape.root_fields += level == 0
            shape.depth = max(shape.depth, level + step)
            if selection.selection_set is not None:
                inner = 0 if selection.name.value in {"__schema", "__type"} else step
                return selection.selection_set, level + step, inner
    return None


def _directives_outside_selections(definition: ExecutableDefinitionNode) -> int:
    on_variables = [len(variable.directives or ()) for variable in definition.variable_definitions or ()]
    return len(definition.directives or ()) + sum(on_variables)


def _is_on_introspection(definition: ExecutableDefinitionNode) -> bool:
    return isinstance(definition, FragmentDefinitionNode) and definition.type_condition.name.value.startswith("__")


def _shown(count: int) -> str:
    """Fragments that spread fragments reach counts with thousands of digits; nobody needs to read them."""
    return str(count) if count < 10**9 else "more than a thousand million"
