"""The plan of an operation: what to call and what to write, worked out once."""

from collections.abc import Callable
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues
from strawberry.schema.schema_converter import GraphQLCoreConverter

from resolvers.engine.plan.execution import Execution
from resolvers.engine.plan.selections import Select, Selections, TooManyFields


class Plan:
    """An operation of a valid document, compiled for one set of values of the variables in its conditions.

    `conditions` are coerced variables; of them only those matter that `@skip` and `@include` refer to, and whoever
    keeps plans keeps one for each set of these. A plan is for any number of runs, at the same time too.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        conditions: VariableValues,
    ) -> None:
        self.schema = schema
        self.operation = operation
        self.conditions = conditions
        # Told how many fields are compiled, for whoever keeps the plan.
        self.on_compiled: Callable[[int], None] = lambda fields: None
        self.fragment_definitions = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self.fragments = {name: FragmentDetails(node, None) for name, node in self.fragment_definitions.items()}
        self.converter = _strawberry_converter(schema)
        self.is_serial = operation.operation is OperationType.MUTATION
        # How many fields have arguments that a run remembers.
        self.argument_sets = 0
        root_type = schema.get_root_type(operation.operation)
        if root_type is None:
            raise GraphQLError(f"Schema is not configured to execute {operation.operation.value} operation.", operation)
        self.root_type = root_type
        # How many fields are compiled, of all types under which they stand.
        self.compiled_fields = 0
        try:
            self._roots: list[Select] | None = self._compiled_roots()
        except TooManyFields:
            raise
        except GraphQLError:  # a condition that is null: an error of each run
            self._roots = None

    def begin(self, variables: VariableValues, context: Any, root: Any = None) -> Execution:
        """Returns a run with everything completed that is there at once: all of it unless the run is waiting.

        Not for mutations, whose root fields wait for one another.
        """
        run = Execution(self, variables, context, root)
        for select in self._selects(run):
            self._begin_with(select, run)
        return run

    async def run(self, variables: VariableValues, context: Any, root: Any = None) -> Execution:
        """Returns the run when it is over."""
        if not self.is_serial:
            run = self.begin(variables, context, root)
            await run.finish()
            return run
        run = Execution(self, variables, context, root)
        for select in self._selects(run):
            self._begin_with(select, run)
            await run.finish()
            if run.data is None:
                break
        return run

    def _begin_with(self, select: Select, run: Execution) -> None:
        try:
            completed = select(run.root, None, run)
        except GraphQLError as error:
            run.null_all(error)
        else:
            run.fields.update(completed)

    def _selects(self, run: Execution) -> list[Select]:
        try:
            return self._roots if self._roots is not None else self._compiled_roots()
        except GraphQLError as error:
            run.null_all(error)
            return []

    def _compiled_roots(self) -> list[Select]:
        return [*Selections(self).root(self.root_type).values()]


def _strawberry_converter(schema: GraphQLSchema) -> GraphQLCoreConverter | None:
    strawberry_schema = getattr(schema, "_strawberry_schema", None)
    return strawberry_schema.schema_converter if strawberry_schema else None
