"""Executors that are wrong in one way each. A comparison that doesn't notice them proves nothing."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationType,
    Visitor,
    get_operation_ast,
    visit,
)
from graphql.execution import Executor

from tests.resolvers.engine.oracle import Answer, Run

_Change = Callable[[Answer], None]


def run_with(executor_class: type[Executor[Any]] = Executor, change: _Change | None = None, **how: Any) -> Run:
    """Runs operations with this executor, and changes what it answers."""

    async def run(
        schema: GraphQLSchema,
        document: DocumentNode,
        operation_name: str | None,
        variables: dict[str, Any] | None,
        *,
        root: Any,
        context: Any,
    ) -> Answer:
        if "document" in how:
            document = how["document"](document)
        if "variables" in how:
            variables = how["variables"](document, variables)
        built = executor_class.build(schema, document, root, context, variables, operation_name, hide_suggestions=True)
        if isinstance(built, list):
            return {"errors": [error.formatted for error in built]}
        operation = get_operation_ast(document, operation_name)
        is_mutation = operation is not None and operation.operation is OperationType.MUTATION
        result: Any = built.execute_operation(is_mutation and how.get("serially", True))
        if built.is_awaitable(result):
            result = await result
        answer: Answer = {"data": result.data}
        if result.errors:
            answer["errors"] = [dict(error.formatted) for error in result.errors]
        if change:
            change(answer)
        return answer

    return run


def _forget(part: str) -> _Change:
    def change(answer: Answer) -> None:
        for error in answer.get("errors", ()):
            error.pop(part, None)

    return change


def _sort_keys(answer: Answer) -> None:
    answer["data"] = _sorted(answer["data"])


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _reverse_errors(answer: Answer) -> None:
    answer.get("errors", []).reverse()


def _one_error(answer: Answer) -> None:
    if "errors" in answer:
        del answer["errors"][1:]


def _repeat_errors(answer: Answer) -> None:
    if "errors" in answer:
        answer["errors"] += answer["errors"][-1:]


def _without(directive: str) -> Callable[[DocumentNode], DocumentNode]:
    class Without(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: Any) -> Any:
            return self.REMOVE if node.name.value == directive else None

    def change(document: DocumentNode) -> DocumentNode:
        changed: DocumentNode = visit(document, Without())
        return changed

    return change


def _absent_is_null(document: DocumentNode, variables: Mapping[str, Any] | None) -> dict[str, Any]:
    operation = get_operation_ast(document)
    names = [each.variable.name.value for each in (operation.variable_definitions or ())] if operation else []
    return dict.fromkeys(names) | dict(variables or {})


class _NoPropagation(Executor[Any]):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.error_propagation = False


class _OneLocation(Executor[Any]):
    def handle_field_error(self, raw_error: Exception, return_type: Any, field_details_list: Any, path: Any) -> None:
        super().handle_field_error(raw_error, return_type, field_details_list[:1], path)


class _ListsOnly(Executor[Any]):
    def complete_list_value(self, return_type: Any, details: Any, info: Any, path: Any, result: Any, _: Any) -> Any:
        if isinstance(result, set | frozenset | dict | type({}.values())):
            raise TypeError("not a list")
        return super().complete_list_value(return_type, details, info, path, result, _)


class _NoCheckOfType(Executor[Any]):
    def complete_object_value(self, return_type: Any, details: Any, info: Any, path: Any, result: Any, _: Any) -> Any:
        return self.collect_and_execute_subfields(return_type, details, path, result, _)


class _RawLeaves(Executor[Any]):
    @staticmethod
    def complete_leaf_value(return_type: Any, result: Any) -> Any:
        return result if type(result) in (int, bool) else Executor.complete_leaf_value(return_type, result)


class _ReturnedExceptions(Executor[Any]):
    def complete_value(self, return_type: Any, details: Any, info: Any, path: Any, result: Any, context: Any) -> Any:
        result = None if isinstance(result, Exception) else result
        return super().complete_value(return_type, details, info, path, result, context)


class _AwaitsTwice(Executor[Any]):
    async def complete_awaitable_value(
        self, return_type: Any, details: Any, info: Any, path: Any, result: Any, context: Any
    ) -> Any:
        async def twice() -> Any:
            first = await result
            return str(first) if isinstance(first, bool) else first

        return await super().complete_awaitable_value(return_type, details, info, path, twice(), context)


class _FirstOfMerged(Executor[Any]):
    def collect_subfields(self, return_type: GraphQLObjectType, field_details_list: Any) -> Any:
        return super().collect_subfields(return_type, field_details_list[:1])


class _CallsNothing(Executor[Any]):
    """Reads attributes and leaves methods alone."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.field_resolver = lambda source, info, **_: (
            source.get(info.field_name) if isinstance(source, Mapping) else getattr(source, info.field_name, None)
        )


class _DictionariesOnly(Executor[Any]):
    """Takes no other mapping by key."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        of_core = self.field_resolver

        def resolve(source: Any, info: Any, **arguments: Any) -> Any:
            is_other = isinstance(source, Mapping) and not isinstance(source, dict)
            return None if is_other else of_core(source, info, **arguments)

        self.field_resolver = resolve


class _GoesOn(Executor[Any]):
    """Runs the rest of a mutation after a failed field that may not be null."""

    def execute_fields_serially(
        self, parent_type: Any, source_value: Any, path: Any, grouped_field_set: Any, context: Any
    ) -> Any:
        async def run() -> dict[str, Any]:
            results: dict[str, Any] = {}
            failed: Exception | None = None
            for name, details in grouped_field_set.items():
                try:
                    one: Any = self.execute_fields(parent_type, source_value, path, {name: details}, context)
                    results |= await one if self.is_awaitable(one) else one
                except Exception as error:  # noqa: BLE001  # raised when all are done
                    failed = failed or error
            if failed:
                raise failed
            return results

        return run()


MUTANTS: dict[str, Run] = {
    "forgets locations": run_with(change=_forget("locations")),
    "forgets paths": run_with(change=_forget("path")),
    "forgets extensions": run_with(change=_forget("extensions")),
    "sorts keys": run_with(change=_sort_keys),
    "turns the errors round": run_with(change=_reverse_errors),
    "tells one error": run_with(change=_one_error),
    "tells an error twice": run_with(change=_repeat_errors),
    "ignores @skip": run_with(document=_without("skip")),
    "ignores @include": run_with(document=_without("include")),
    "takes absent variables for null": run_with(variables=_absent_is_null),
    "runs mutations at once": run_with(serially=False),
    "goes on after a failed mutation": run_with(_GoesOn),
    "keeps null to itself": run_with(_NoPropagation),
    "locates the first of merged fields": run_with(_OneLocation),
    "selects from the first of merged fields": run_with(_FirstOfMerged),
    "takes sets and views for no lists": run_with(_ListsOnly),
    "doesn't check an object's type": run_with(_NoCheckOfType),
    "leaves numbers as they are": run_with(_RawLeaves),
    "takes a returned exception for null": run_with(_ReturnedExceptions),
    "makes text of what was awaited": run_with(_AwaitsTwice),
    "calls no methods": run_with(_CallsNothing),
    "takes dictionaries only": run_with(_DictionariesOnly),
}
