"""How the tests run a plan. This is the only place that knows its interface."""

from typing import Any

from graphql import DocumentNode, GraphQLSchema, get_operation_ast
from graphql.execution import Executor

from resolvers.engine.cost import PriceList
from resolvers.engine.operation import PreparedOperation

# What was prepared for the documents that were run last: a plan that is kept has to be right for other variables, too.
_prepared: dict[tuple[int, str | None], PreparedOperation] = {}
_MOST_PREPARED = 8


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
    prepared = _prepare(schema, document, operation_name)
    if prepared is None:
        refused = Executor.build(schema, document, root, context, variables, operation_name, hide_suggestions=True)
        assert isinstance(refused, list)
        return {"errors": [error.formatted for error in refused]}
    values = prepared.coerce(variables or {})
    if isinstance(values, list):
        return {"errors": [error.formatted for error in values]}
    run = await prepared.plan(values).run(values, context, root)
    answer: dict[str, Any] = {"data": run.data}
    if run.errors:
        answer["errors"] = [error.formatted for error in run.errors]
    return answer


def _prepare(schema: GraphQLSchema, document: DocumentNode, operation_name: str | None) -> PreparedOperation | None:
    definition = get_operation_ast(document, operation_name)
    if definition is None:
        return None
    key = id(document), operation_name
    prepared = _prepared.get(key)
    # Another document can come to have the same id.
    if prepared is None or prepared.document is not document:
        if len(_prepared) == _MOST_PREPARED:
            _prepared.clear()
        prepared = _prepared[key] = PreparedOperation(schema, PriceList(schema), document, definition)
    return prepared
