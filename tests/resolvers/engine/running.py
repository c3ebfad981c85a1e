"""How the tests run a plan. This is the only place that knows its interface."""

from typing import Any

from graphql import DocumentNode, GraphQLSchema, OperationType, get_operation_ast
from graphql.execution import Executor


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
    built = Executor.build(schema, document, root, context, variables, operation_name, hide_suggestions=True)
    if isinstance(built, list):
        return {"errors": [error.formatted for error in built]}
    operation = get_operation_ast(document, operation_name)
    of_event = operation is not None and operation.operation is OperationType.SUBSCRIPTION
    result: Any = built.execute_operation(False if of_event else None)
    if built.is_awaitable(result):
        result = await result
    answer = {"data": result.data}
    if result.errors:
        answer["errors"] = [error.formatted for error in result.errors]
    return answer
