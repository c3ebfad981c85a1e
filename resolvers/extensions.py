"""Strawberry's schema as this API runs it, over HTTP and websockets alike: limits on, errors coded and masked."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import strawberry
import structlog
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
)
from strawberry.exceptions import MissingQueryError
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.schema.schema import validate_document
from strawberry.types import ExecutionContext
from strawberry.types.graphql import OperationType

from models.kernel.errors import DomainError
from resolvers.cost import PriceList, operation_cost
from resolvers.limits import COST_EXCEEDED, Limits, document_refusals, refusal, variables_refusal

# The codes that GraphQL itself needs, under the names that Apollo made common.
PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
OPERATION_UNRESOLVED = "OPERATION_RESOLUTION_FAILURE"
BAD_USER_INPUT = "BAD_USER_INPUT"
BAD_REQUEST = "BAD_REQUEST"
INTERNAL = "INTERNAL"

# A parsed document takes some 500 bytes a token, so this bounds the cache at about 50 MB.
MAX_CACHED_TOKENS = 100_000
MAX_CACHED_COSTS = 100

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class AdmittedDocument:
    """A document that is within the limits and valid, with the costs of its operations worked out so far."""

    document: DocumentNode
    costs: dict[Hashable, int] = field(default_factory=dict)


class DocumentCache:
    """Admitted documents by their text; the least recently used go first when it is full."""

    def __init__(self, max_tokens: int = MAX_CACHED_TOKENS) -> None:
        self._max_tokens = max_tokens
        self._tokens = 0
        self._documents: dict[str, AdmittedDocument] = {}

    def get(self, text: str) -> AdmittedDocument | None:
        """The document, which counts as used now."""
        document = self._documents.pop(text, None)
        if document is not None:
            self._documents[text] = document
        return document

    def put(self, text: str, admitted: AdmittedDocument) -> None:
        """Keeps the document, unless a request that ran meanwhile has done so."""
        if text in self._documents:
            return
        self._documents[text] = admitted
        self._tokens += admitted.document.token_count
        while self._tokens > self._max_tokens:
            oldest = self._documents.pop(next(iter(self._documents)))
            self._tokens -= oldest.document.token_count


class Admission:
    """Decides for one schema which operations run."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self.limits = limits
        self.documents = DocumentCache()
        self._prices = PriceList(schema)
        self._schema = schema

    def document_errors(self, document: DocumentNode, rules: tuple[Any, ...]) -> list[GraphQLError]:
        """Why the document can't run: it asks for too much, else it is invalid."""
        if refusals := document_refusals(document, self.limits):
            return refusals
        errors = validate_document(self._schema, document, rules)
        for error in errors:
            error.extensions = {"code": VALIDATION_FAILED}
        return errors

    def cost(
        self, admitted: AdmittedDocument, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> int:
        """The cost of the operation with these variables."""
        names = (definition.variable.name.value for definition in operation.variable_definitions or ())
        key = (operation.name and operation.name.value, *(_as_priced(variables.get(name)) for name in names))
        cost = admitted.costs.get(key)
        if cost is None:
            cost = operation_cost(self._prices, admitted.document, operation, variables)
            if len(admitted.costs) < MAX_CACHED_COSTS:
                admitted.costs[key] = cost
        return cost


def _as_priced(value: object) -> Hashable:
    """A variable's value as far as prices depend on it: numbers and conditions as such, of lists the length."""
    if isinstance(value, list):
        return list, len(value)
    return (type(value), value) if isinstance(value, bool | int | float) else None


class AdmissionExtension(SchemaExtension):
    """Lets an operation through to execution only when it is within the limits and valid.

    Documents that passed once are parsed and validated no more. The cost and the budget are in the answer's
    `extensions.cost`, of a refused operation too.
    """

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._admitted: AdmittedDocument | None = None
        self._cost: dict[str, int] | None = None

    def on_operation(self) -> Iterator[None]:
        self.execution_context.parse_options = self._admission.limits.parse_options()
        yield

    def on_parse(self) -> Iterator[None]:
        self._admitted = self._admission.documents.get(self.execution_context.query or "")
        if self._admitted is not None:
            self.execution_context.graphql_document = self._admitted.document
        yield

    def on_validate(self) -> Iterator[None]:
        # With errors set, an empty list too, Strawberry does not validate again.
        self.execution_context.pre_execution_errors = self._errors()
        yield

    def get_results(self) -> dict[str, Any]:
        return {} if self._cost is None else {"cost": self._cost}

    def _errors(self) -> list[GraphQLError]:
        context, admission = self.execution_context, self._admission
        document = context.graphql_document
        assert document is not None  # noqa: S101 -- Strawberry validates what it has parsed
        if self._admitted is None:
            if errors := admission.document_errors(document, context.validation_rules):
                return errors
            self._admitted = AdmittedDocument(document)
            admission.documents.put(context.query or "", self._admitted)
        # Strawberry would run the first of several operations; its public property no longer tells.
        operation = get_operation_ast(document, context._provided_operation_name)
        if operation is None:
            return [_unresolved("The document has several operations; say which one in `operationName`.")]
        variables = context.variables or {}
        if too_much := variables_refusal(variables, admission.limits):
            return [too_much]
        return self._charge(operation, admission.cost(self._admitted, operation, variables))

    def _charge(self, operation: OperationDefinitionNode, cost: int) -> list[GraphQLError]:
        budget = self._admission.limits.cost
        refused = cost > budget
        # The thousands of messages of a subscription need not repeat what it cost to start.
        if refused or operation.operation is not OperationType.SUBSCRIPTION:
            self._cost = {"requested": min(cost, MAX_SHOWN_COST), "budget": budget}
        if not refused:
            return []
        return [refusal(f"The operation costs {min(cost, MAX_SHOWN_COST)}; the budget is {budget}. Ask for smaller pages, fewer nested lists or fewer fields at once.")]


class Schema(strawberry.Schema):
    """A Strawberry schema with the limits on, whose errors all have a code and give nothing away."""

    def __init__(
        self,
        query: type,
        mutation: type | None = None,
        subscription: type | None = None,
        *,
        types: Iterable[type] = (),
        config: StrawberryConfig | None = None,
        limits: Limits | None = None,
    ) -> None:
        super().__init__(
            query,
            mutation,
            subscription,
            types=types,
            config=config or StrawberryConfig(disable_field_suggestions=True),
            extensions=[lambda: AdmissionExtension(self.admission)],
        )
        self.admission = Admission(self._schema, limits or Limits())

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Puts what the client may see in place of each error. Every transport's errors pass through here."""
        operation = execution_context.operation_name if execution_context else None
        errors[:] = [_presentable(error, operation) for error in errors]


def request_id() -> str:
    """The id of the request being answered, which the log lines of that request carry; a new one outside."""
    bound = structlog.contextvars.get_contextvars().get("request_id")
    return str(bound) if bound else uuid4().hex


def domain_error(error: DomainError) -> GraphQLError:
    """A domain error as the client sees it."""
    return GraphQLError(error.message, extensions={**error.extensions, "code": error.code})


def masked_error(cause: BaseException, operation: str | None = None, at: GraphQLError | None = None) -> GraphQLError:
    """What the client gets for a bug or a failing dependency: an id, which is with the exception in the log."""
    id = request_id()
    path = at.path if at else None
    log.error("graphql.internal_error", request_id=id, operation=operation, path=path, exc_info=cause)
    return GraphQLError(
        "Internal error. If it persists, report it with the request id.",
        nodes=at.nodes if at else None,
        path=path,
        extensions={"code": INTERNAL, "requestId": id},
    )


def _presentable(error: GraphQLError, operation: str | None) -> GraphQLError:
    cause = _cause(error)
    if isinstance(cause, DomainError):
        error.message, error.extensions = cause.message, {**cause.extensions, "code": cause.code}
    elif not error.extensions or "code" not in error.extensions:
        code = _client_error_code(error, cause)
        if code is None:
            return masked_error(cause, operation, error)
        error.extensions = {"code": code}
    return error


def _cause(error: GraphQLError) -> Exception:
    """What was raised first: graphql-core wraps it as often as it passes it on."""
    cause: Exception = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _client_error_code(error: GraphQLError, cause: Exception) -> str | None:
    """The code of an error in the request that graphql-core or Strawberry found; None for all other errors."""
    match cause:
        case GraphQLSyntaxError():
            # The parser says so of each of its limits, and of nothing else.
            return COST_EXCEEDED if error.message.endswith("Parsing aborted.") else PARSE_FAILED
        case CannotGetOperationTypeError():
            return OPERATION_UNRESOLVED
        case InvalidOperationTypeError() | MissingQueryError():
            return BAD_REQUEST
    return BAD_USER_INPUT if _is_coercion_error(error) else None


def _is_coercion_error(error: GraphQLError) -> bool:
    """Whether graphql-core could not make the type that the schema asks for of a variable or an argument.

    Errors of variables come before any field and so have no path; errors of arguments point at the argument's
    value. What a resolver raises, or gives back in the wrong type, is always at a field.
    """
    if error.path is None:
        return isinstance(error, GraphQLError) and (error.nodes is not None or error.original_error is None)
    return not any(isinstance(node, FieldNode) for node in error.nodes or ())
