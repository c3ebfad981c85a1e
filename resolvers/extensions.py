"""Strawberry's schema as this API runs it, over HTTP and websockets alike: limits on, errors coded and masked."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import strawberry
from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, OperationType, get_operation_ast
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.types.base_scalars import UUIDDefinition
from strawberry.types import ExecutionContext

from resolvers.admission import MAX_SHOWN_COST, Admission, AdmittedDocument
from resolvers.limits import Limits, variables_refusal
from resolvers.masking import OPERATION_UNRESOLVED, presentable

_DESCRIBED_UUID = replace(
    UUIDDefinition, description="A UUID (RFC 9562) in its canonical text form, 36 characters in lower case."
)


class Schema(strawberry.Schema):
    """A Strawberry schema that runs nothing beyond its limits and whose errors all have a code.

    Suggestions of field names are off. The cost of an operation and the budget are in the answer's
    `extensions.cost`, also when it is refused.
    """

    def __init__(
        self,
        query: type,
        mutation: type | None = None,
        subscription: type | None = None,
        *,
        types: Iterable[type] = (),
        limits: Limits | None = None,
    ) -> None:
        super().__init__(
            query,
            mutation,
            subscription,
            types=types,
            config=StrawberryConfig(disable_field_suggestions=True, scalar_map={UUID: _DESCRIBED_UUID}),
            extensions=[lambda: AdmissionExtension(self.admission)],
        )
        self.admission = Admission(self._schema, limits or Limits())

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Puts what the client may see in place of each error. Every error of every transport passes here."""
        operation = execution_context.operation_name if execution_context else None
        errors[:] = [presentable(error, operation) for error in errors]


class AdmissionExtension(SchemaExtension):
    """Asks `Admission` before an operation is executed."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._admitted: AdmittedDocument | None = None
        self._cost: dict[str, int] | None = None

    def on_operation(self) -> Iterator[None]:
        """Has the parser enforce its part of the limits."""
        self.execution_context.parse_options = self._admission.limits.parse_options()
        yield

    def on_parse(self) -> Iterator[None]:
        """Spares the parser a document that was admitted before."""
        self._admitted = self._admission.documents.get(self.execution_context.query or "")
        if self._admitted is not None:
            self.execution_context.graphql_document = self._admitted.document
        yield

    def on_validate(self) -> Iterator[None]:
        """Replaces Strawberry's validation, which does not run when there are errors already, even none at all."""
        document = self.execution_context.graphql_document
        if document is not None:
            self.execution_context.pre_execution_errors = self._errors(document)
        yield

    def get_results(self) -> dict[str, Any]:
        """The `extensions` of the answer."""
        return {} if self._cost is None else {"cost": self._cost}

    def _errors(self, document: DocumentNode) -> list[GraphQLError]:
        context = self.execution_context
        if self._admitted is None:
            if errors := self._admission.document_errors(document, context.validation_rules):
                return errors
            self._admitted = self._admission.keep(context.query or "", document)
        # Unlike the public `operation_name`, this does not stand for the first operation when none was named.
        operation = get_operation_ast(document, context._provided_operation_name)
        if operation is None:
            message = "The document has several operations; name the one to run in `operationName`."
            return [GraphQLError(message, extensions={"code": OPERATION_UNRESOLVED})]
        variables = context.variables or {}
        if too_much := variables_refusal(variables, self._admission.limits):
            return [too_much]
        return self._charge(operation, self._admission.cost(self._admitted, operation, variables))

    def _charge(self, operation: OperationDefinitionNode, cost: int) -> list[GraphQLError]:
        budget, shown = self._admission.limits.cost, min(cost, MAX_SHOWN_COST)
        if too_dear := self._admission.budget_refusal(cost):
            self._cost = {"requested": shown, "budget": budget}
            return [too_dear]
        # The many messages of a subscription need not repeat what it cost to start.
        if operation.operation is not OperationType.SUBSCRIPTION:
            self._cost = {"requested": shown, "budget": budget}
        return []
