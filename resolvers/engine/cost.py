"""What a GraphQL operation costs, computed before anything is resolved. One unit is about one object loaded.

- A field that returns objects costs 1 for each of them; scalars and enum values are free.
- A field of a mutation costs 10 (it opens a transaction), a subscription 10.
- `@cost(weight)` on a field replaces these, on scalars too (`totalCount` makes the database count).
- The items of a list multiply whatever is selected on them: by `first` on a connection (or the argument's default),
  by the length of `ids`, by `@listSize(assumedSize)`, else by 10. Edges and page info cost nothing themselves, but each
  item of a connection's page costs at least 1, for the page is read whatever is selected on it.
- `__schema` costs 2,000, `__type` 50. An object inside them under an alias costs as much as `__schema`, for
  it repeats that work.
- Selections that `@skip` or `@include` leave out are free. Of fragments on different object types the dearest
  counts, for an object has one type; everything else adds up, repeated fields as well.

The two directives are those of the GraphQL Cost Directives specification (https://ibm.github.io/graphql-specs),
with the weight as a number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import strawberry
from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.schema_directive import Location

OPERATION_WEIGHT = 10
SCHEMA_WEIGHT = 2_000
INTROSPECTION_WEIGHTS = {"__schema": SCHEMA_WEIGHT, "__type": 50, "__typename": 0}
ASSUMED_LIST_SIZE = 10
DEFAULT_PAGE_SIZE = 20
# Arguments that may size a list; on variables elsewhere no price depends, but for the conditions of directives.
SIZE_ARGUMENTS = frozenset({"first", "ids"})


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    description="One result of the field takes `weight` units of the operation's budget (see `extensions.cost`).",
)
class Cost:
    """Prices a field: ``strawberry.field(directives=[Cost(weight=5)])``."""

    weight: int


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    description="The cost of an operation takes the list to have `assumedSize` items.",
)
class ListSize:
    """Sizes a list that no argument sizes: ``strawberry.field(directives=[ListSize(assumed_size=3)])``."""

    assumed_size: int


class Price(NamedTuple):
    """What a selection costs: `once`, and again for each item of the page that encloses it."""

    once: int
    per_item: int

    def plus(self, other: "Price") -> "Price":
        """Returns both together."""
        return Price(self.once + other.once, self.per_item + other.per_item)

    def times(self, size: int) -> int:
        """Returns the cost on a page of that size."""
        return self.once + size * self.per_item


FREE = Price(0, 0)


@dataclass(frozen=True, slots=True)
class FieldPrice:
    """How a field of the schema is priced.

    `size_argument` sizes the list that the field returns or, for a connection, the one inside it; without that
    argument in the request `size` counts. A list whose size is None has that of the page that encloses it.
    """

    weight: int
    selected_on: GraphQLCompositeType | None
    is_list: bool
    size_argument: str | None
    size: int | None


class PriceList:
    """The prices of a schema's fields, each worked out when it is first asked for."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._prices: dict[tuple[str, str], FieldPrice] = {}

    def root_type(self, operation: OperationDefinitionNode) -> GraphQLObjectType:
        """Returns the type that the operation selects on."""
        root = self._schema.get_root_type(operation.operation)
        if root is None:
            raise LookupError(f"The schema has no {operation.operation.value} type.")
        return root

    def named_type(self, name: str) -> GraphQLCompositeType:
        """Returns the type that a fragment names."""
        return cast("GraphQLCompositeType", self._schema.type_map[name])

    def price_of(self, parent: GraphQLCompositeType, name: str) -> FieldPrice:
        """Returns the price of a field that the type has."""
        key = parent.name, name
        price = self._prices.get(key)
        if price is None:
            field = self._schema.get_field(parent, name)
            if field is None:
                raise LookupError(f"{parent.name} has no field {name}.")
            price = self._prices[key] = self._price(parent, name, field)
        return price

    def _price(self, parent: GraphQLCompositeType, name: str, field: GraphQLField) -> FieldPrice:
        is_list = is_list_type(get_nullable_type(field.type))
        selected_on = get_named_type(field.type)
        marks = _directives(field)
        weight, assumed_size = marks.get(Cost), marks.get(ListSize)
        size_argument = "first" if "first" in field.args else "ids" if is_list and "ids" in field.args else None
        return FieldPrice(
            weight=weight.weight if weight else self._usual_weight(parent, name, selected_on),
            selected_on=selected_on if is_composite_type(selected_on) else None,
            is_list=is_list,
            size_argument=size_argument,
            size=assumed_size.assumed_size if assumed_size else _usual_size(field, size_argument),
        )

    def _usual_weight(self, parent: GraphQLCompositeType, name: str, selected_on: GraphQLNamedType) -> int:
        if name in INTROSPECTION_WEIGHTS:
            return INTROSPECTION_WEIGHTS[name]
        if parent in (self._schema.mutation_type, self._schema.subscription_type):
            return OPERATION_WEIGHT
        if is_leaf_type(selected_on) or parent.name.startswith("__"):
            return 0
        return 0 if selected_on.name.endswith(("Edge", "PageInfo")) else 1


def operation_cost(
    prices: PriceList,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
) -> int:
    """Returns the cost of one operation of a valid document. Takes time linear in the document's size.

    The variables are as the client sent them: what has the wrong type for a page size or a condition is ignored
    here, and refused when execution coerces it.
    """
    return _Estimate(prices, document, operation, variables).cost()


class _Estimate:
    def __init__(
        self,
        prices: PriceList,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
    ) -> None:
        self._prices = prices
        self._operation = operation
        self._variables = variables
        self._defaults = {
            definition.variable.name.value: definition.default_value
            for definition in operation.variable_definitions or ()
        }
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        # A fragment's price depends on nothing around it, so each is worked out once, however often it is spread.
        self._fragment_prices: dict[str, Price] = {}

    def cost(self) -> int:
        root = self._prices.root_type(self._operation)
        return self._selections(self._operation.selection_set, root).times(ASSUMED_LIST_SIZE)

    def _selections(self, selection_set: SelectionSetNode, parent: GraphQLCompositeType) -> Price:
        total = FREE
        of_object_type: dict[str, Price] = {}
        for selection in selection_set.selections:
            if self._is_left_out(selection):
                continue
            selected_on, price = self._selection(selection, parent)
            if selected_on is not parent and is_object_type(selected_on):
                name = selected_on.name
                of_object_type[name] = of_object_type.get(name, FREE).plus(price)
            else:
                total = total.plus(price)
        if not of_object_type:
            return total
        prices = of_object_type.values()
        dearest = Price(max(price.once for price in prices), max(price.per_item for price in prices))
        return total.plus(dearest)

    def _selection(self, selection: SelectionNode, parent: GraphQLCompositeType) -> tuple[GraphQLCompositeType, Price]:
        """The type that the selection is on, and its price."""
        match selection:
            case FieldNode():
                return parent, self._field(selection, parent)
            case FragmentSpreadNode():
                return self._fragment(self._fragments[selection.name.value])
            case InlineFragmentNode():
                condition = selection.type_condition
                selected_on = self._prices.named_type(condition.name.value) if condition else parent
                return selected_on, self._selections(selection.selection_set, selected_on)
        raise TypeError(f"A selection can't be a {selection.kind}.")

    def _fragment(self, fragment: FragmentDefinitionNode) -> tuple[GraphQLCompositeType, Price]:
        selected_on = self._prices.named_type(fragment.type_condition.name.value)
        name = fragment.name.value
        if name not in self._fragment_prices:
            self._fragment_prices[name] = self._selections(fragment.selection_set, selected_on)
        return selected_on, self._fragment_prices[name]

    def _field(self, node: FieldNode, parent: GraphQLCompositeType) -> Price:
        price = self._prices.price_of(parent, node.name.value)
        weight = price.weight
        if price.selected_on is None or node.selection_set is None:
            return Price(weight, 0)
        if node.alias and parent.name.startswith("__"):
            weight = SCHEMA_WEIGHT
        inner = self._selections(node.selection_set, price.selected_on)
        if price.size_argument and not price.is_list:
            page = Price(inner.once, max(inner.per_item, 1))
            return Price(weight + page.times(self._size(node, price)), 0)
        item = weight + inner.times(ASSUMED_LIST_SIZE)
        if not price.is_list:
            return Price(item, 0)
        if price.size is None:
            return Price(0, item)
        return Price(self._size(node, price) * item, 0)

    def _size(self, node: FieldNode, price: FieldPrice) -> int:
        given = self._argument(node, price.size_argument)
        if isinstance(given, list | tuple):
            return len(given)
        if isinstance(given, int | float) and not isinstance(given, bool):
            return max(int(given), 1)
        return price.size or ASSUMED_LIST_SIZE

    def _is_left_out(self, selection: SelectionNode) -> bool:
        return any(
            (directive.name.value == "skip" and self._argument(directive, "if") is True)
            or (directive.name.value == "include" and self._argument(directive, "if") is False)
            for directive in selection.directives or ()
        )

    def _argument(self, node: FieldNode | DirectiveNode, name: str | None) -> object:
        values = (argument.value for argument in node.arguments or () if argument.name.value == name)
        return self._value(next(values, None))

    def _value(self, node: ValueNode | None) -> object:
        """The value in the request, as far as prices depend on it; None for all else."""
        match node:
            case VariableNode():
                name = node.name.value
                return self._variables[name] if name in self._variables else self._value(self._defaults.get(name))
            case IntValueNode():
                return int(node.value)
            case BooleanValueNode():
                return node.value
            case ListValueNode():
                return node.values
        return None


def _directives(field: GraphQLField) -> dict[type, Any]:
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return {type(directive): directive for directive in getattr(definition, "directives", ())}


def _usual_size(field: GraphQLField, size_argument: str | None) -> int | None:
    if size_argument is None:
        return None
    default = field.args[size_argument].default_value
    if isinstance(default, int):
        return default
    return DEFAULT_PAGE_SIZE if size_argument == "first" else ASSUMED_LIST_SIZE
