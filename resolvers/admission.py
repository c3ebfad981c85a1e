"""Which operations run: those within the limits and valid. What passed once is not parsed and validated again."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode
from strawberry.schema.schema import validate_document

from resolvers.cost import PriceList, operation_cost
from resolvers.limits import Limits, document_refusals, refusal
from resolvers.masking import VALIDATION_FAILED

# A parsed document takes some 500 bytes a token, so this bounds the cache at about 50 MB.
MAX_CACHED_TOKENS = 100_000
MAX_CACHED_COSTS = 10

# Fragments that spread fragments reach costs with hundreds of digits; the answer shows at most a GraphQL Int.
MAX_SHOWN_COST = 2**31 - 1

# All that graphql-core says when a rule runs out of its budget or of stack.
_GAVE_UP = "Validation aborted."


@dataclass(slots=True)
class AdmittedDocument:
    """A document that is within the limits and valid, with costs of its operations worked out so far."""

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
        admitted = self._documents.pop(text, None)
        if admitted is not None:
            self._documents[text] = admitted
        return admitted

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
    """The limits, the prices and the admitted documents of one schema."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self.limits = limits
        self.documents = DocumentCache()
        self._schema = schema
        self._prices = PriceList(schema)

    def document_errors(self, document: DocumentNode, rules: tuple[Any, ...]) -> list[GraphQLError]:
        """Why the document can't run: it asks for too much, else it breaks GraphQL's rules."""
        if refusals := document_refusals(document, self.limits):
            return refusals
        errors = validate_document(self._schema, document, rules)
        for error in errors:
            error.extensions = {"code": VALIDATION_FAILED}
        if errors and errors[-1].message == _GAVE_UP:
            return [refusal("The document repeats fields or nests fragments more often than can be validated.")]
        return errors

    def keep(self, text: str, document: DocumentNode) -> AdmittedDocument:
        """Admits a document without errors, from now on without parsing and validating it again."""
        admitted = AdmittedDocument(document)
        self.documents.put(text, admitted)
        return admitted

    def budget_refusal(self, cost: int) -> GraphQLError | None:
        """Why an operation of this cost is not run; None when it is."""
        if cost <= self.limits.cost:
            return None
        advice = "Ask for smaller pages, fewer nested lists or fewer fields at once."
        return refusal(f"The operation costs {min(cost, MAX_SHOWN_COST)}; the budget is {self.limits.cost}. {advice}")

    def cost(self, admitted: AdmittedDocument, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> int:
        """The cost of the operation with these variables."""
        names = (definition.variable.name.value for definition in operation.variable_definitions or ())
        key = (operation.name and operation.name.value, *(_as_priced(name, variables) for name in names))
        cost = admitted.costs.get(key)
        if cost is None:
            cost = operation_cost(self._prices, admitted.document, operation, variables)
            if len(admitted.costs) < MAX_CACHED_COSTS:
                admitted.costs[key] = cost
        return cost


def _as_priced(name: str, variables: Mapping[str, Any]) -> Hashable:
    """A variable as far as prices depend on it: whether it is given, numbers and conditions, the length of lists."""
    if name not in variables:
        return None
    value = variables[name]
    if isinstance(value, list):
        return list, len(value)
    return type(value), value if isinstance(value, bool | int | float) else None
