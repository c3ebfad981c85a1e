"""An operation that may run: chosen from its document, priced, its variables coerced."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    Undefined,
    VariableNode,
    visit,
)
from graphql.execution.values import VariableValues
from graphql.language import Visitor

from resolvers.engine.cost import INTROSPECTION_WEIGHTS, SIZE_ARGUMENTS, PriceList, operation_cost
from resolvers.engine.errors import Refused
from resolvers.engine.limits import cost_exceeded
from resolvers.engine.plan import Plan
from resolvers.engine.plan.variables import Variables

# Each set of conditions has a plan of its own; with more conditions than any page has, plans are made anew.
MOST_PLANS: Final = 8
MOST_COSTS: Final = 16

# The argument of a live field that says where to begin; it has no part in what a result looks like.
_CURSOR_ARGUMENT: Final = "after"


class PreparedOperation:
    """All of an operation that does not depend on its variables, and what was worked out for some of them.

    `on_compiled` is told how many fields of plans that are kept are compiled, whenever some are.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        prices: PriceList,
        document: DocumentNode,
        definition: OperationDefinitionNode,
        on_compiled: Callable[[int], None] = lambda fields: None,
    ) -> None:
        self.document = document
        self.definition = definition
        self.name = definition.name.value if definition.name else None
        self.kind = definition.operation
        self._schema = schema
        self._prices = prices
        self._on_compiled = on_compiled
        self._variables = Variables(schema, definition)
        uses = _VariableUses()
        visit(document, uses)
        self._conditions = sorted(uses.as_condition)
        self._priced = sorted(uses.as_condition | uses.as_size)
        # The variable that says where a live field begins and nothing else.
        self.cursor_variable = uses.only_cursor()
        # Whether it asks for nothing but the schema, in a way that never changes.
        self.is_introspection = _is_introspection(definition)
        self._plans: dict[tuple[Hashable, ...], Plan] = {}
        self._costs: dict[tuple[Hashable, ...], int] = {}

    def cost(self, variables: Mapping[str, Any]) -> int:
        """Returns the cost with these variables, as the client sent them."""
        key = tuple([_as_priced(name, variables) for name in self._priced])
        cost = self._costs.get(key)
        if cost is None:
            cost = operation_cost(self._prices, self.document, self.definition, variables)
            if len(self._costs) < MOST_COSTS:
                self._costs[key] = cost
        return cost

    def coerce(self, variables: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        """Returns the variables as resolvers get them, or why they can't."""
        return self._variables.coerce(variables)

    def plan(self, variables: VariableValues) -> Plan:
        """Returns the plan for coerced variables."""
        key = tuple([variables.coerced.get(name, Undefined) for name in self._conditions])
        plan = self._plans.get(key)
        if plan is None:
            plan = self._compiled(variables)
            if len(self._plans) < MOST_PLANS:
                self._plans[key] = plan
                # From now on it counts, with what is compiled of it later.
                self._on_compiled(plan.compiled_fields)
                plan.on_compiled = self._on_compiled
        return plan

    def _compiled(self, variables: VariableValues) -> Plan:
        # A plan is kept: it must not hold what else a request brought, such as a password.
        sources = {name: source for name, source in variables.sources.items() if name in self._conditions}
        coerced = {name: value for name, value in variables.coerced.items() if name in self._conditions}
        conditions = VariableValues(sources, coerced)
        try:
            return Plan(self._schema, self.document, self.definition, conditions)
        except RecursionError:
            raise Refused([cost_exceeded("The document nests its fields too deeply.")]) from None
        except GraphQLError as error:
            raise Refused([error]) from None


def _is_introspection(definition: OperationDefinitionNode) -> bool:
    return not definition.variable_definitions and all(
        isinstance(selection, FieldNode) and selection.name.value in INTROSPECTION_WEIGHTS
        for selection in definition.selection_set.selections
    )


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation that was admitted, with its variables: as they were sent and as resolvers get them."""

    text: str
    prepared: PreparedOperation
    variables: Mapping[str, Any]
    values: VariableValues
    cost: int

    @property
    def is_subscription(self) -> bool:
        """Whether it has a result for each item of a stream."""
        return self.prepared.kind is OperationType.SUBSCRIPTION


def _as_priced(name: str, variables: Mapping[str, Any]) -> Hashable:
    """A variable as far as prices depend on it: whether it is given, numbers and conditions, the length of lists."""
    if name not in variables:
        return None
    value = variables[name]
    if isinstance(value, list):
        return list, len(value)
    return type(value), value if isinstance(value, bool | int | float) else None


class _VariableUses(Visitor):
    """What the variables of a document are used for."""

    def __init__(self) -> None:
        super().__init__()
        self.as_condition: set[str] = set()
        self.as_size: set[str] = set()
        self._as_cursor: list[str] = []
        self._all: list[str] = []

    def only_cursor(self) -> str | None:
        """The variable that is a live field's cursor and nothing else."""
        return self._as_cursor[0] if len(self._as_cursor) == 1 and self._all.count(self._as_cursor[0]) == 1 else None

    def enter_variable_definition(self, *_: Any) -> Any:
        return self.SKIP

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        for field in node.selection_set.selections:
            for argument in field.arguments or () if isinstance(field, FieldNode) else ():
                if argument.name.value == _CURSOR_ARGUMENT and isinstance(argument.value, VariableNode):
                    self._as_cursor.append(argument.value.name.value)

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        if node.name.value in ("skip", "include"):
            values = [argument.value for argument in node.arguments or () if argument.name.value == "if"]
            self.as_condition.update(value.name.value for value in values if isinstance(value, VariableNode))

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        if isinstance(node.value, VariableNode) and node.name.value in SIZE_ARGUMENTS:
            self.as_size.add(node.value.name.value)

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self._all.append(node.name.value)
