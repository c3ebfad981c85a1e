"""How the tests run a plan. This is the only place that knows its interface."""

from typing import Any

from graphql import DocumentNode, GraphQLSchema, get_operation_ast
from graphql.execution import Executor

from resolvers.engine.plan import Plan
from resolvers.engine.plan.variables import Variables


async def run_plan(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation_name: str | None,
    variables: dict[str, Any] | None,
    *,
    root: Any,
    context: Any,
) -> dict[str, Any]:
    """The answer: `data`, absent when the operation was refused, and `errors`, absent when there are none.

    A subscription is run for one event, which is `root`.
    """
    operation = get_operation_ast(document, operation_name)
    if operation is None:
        refused = Executor.build(schema, document, root, context, variables, operation_name, hide_suggestions=True)
        assert isinstance(refused, list)
        return {"errors": [error.formatted for error in refused]}
    values = Variables(schema, operation).coerce(variables or {})
    if isinstance(values, list):
        return {"errors": [error.formatted for error in values]}
    run = await Plan(schema, document, operation, values).run(values, context, root)
    answer: dict[str, Any] = {"data": run.data}
    if run.errors:
        answer["errors"] = [error.formatted for error in run.errors]
    return answer
