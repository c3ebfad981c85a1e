"""From a text to a document that may run: parsed, within the limits and valid. What passed once is kept."""

from collections.abc import Callable, Sequence
from sys import getsizeof
from typing import Any, Final

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from resolvers.engine.cost import PriceList
from resolvers.engine.errors import HIDE_SUGGESTIONS, OPERATION_UNRESOLVED, VALIDATION_FAILED, Refused, refusal
from resolvers.engine.limits import Limits, cost_exceeded, document_errors
from resolvers.engine.operation import PreparedOperation

# About as many bytes as documents take, with what was compiled of them.
MAX_KEPT_BYTES: Final = 100_000_000
_BYTES_OF_A_TOKEN: Final = 600
_BYTES_OF_A_COMPILED_FIELD: Final = 5_000

_RULES: Final = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)

# All that graphql-core says when a rule runs out of its budget or of stack.
_GAVE_UP: Final = "Validation aborted."


class Document:
    """A valid document, with the operations in it that were asked for so far."""

    def __init__(
        self, schema: GraphQLSchema, prices: PriceList, text: str, node: DocumentNode, on_growth: "OnGrowth"
    ) -> None:
        self.text = text
        self.node = node
        # About what it takes, with what was compiled of it so far.
        self.bytes = getsizeof(text) + node.token_count * _BYTES_OF_A_TOKEN
        self._schema = schema
        self._prices = prices
        self._on_growth = on_growth
        self._operations: dict[str | None, PreparedOperation] = {}

    def operation(self, name: str | None) -> PreparedOperation:
        """Returns the operation with this name, or the only one. Raises `Refused`."""
        prepared = self._operations.get(name)
        if prepared is None:
            definition = self._definition(name)
            prepared = PreparedOperation(self._schema, self._prices, self.node, definition, self._compiled)
            self._operations[name] = prepared
        return prepared

    def _compiled(self, fields: int) -> None:
        self._on_growth(self, fields * _BYTES_OF_A_COMPILED_FIELD)

    def _definition(self, name: str | None) -> OperationDefinitionNode:
        definition = get_operation_ast(self.node, name)
        if definition is not None:
            return definition
        if name is not None:
            raise refusal(OPERATION_UNRESOLVED, f"The document has no operation named {name!r}.")
        message = "The document has several operations; name the one to run in `operationName`."
        raise refusal(OPERATION_UNRESOLVED, message)


OnGrowth = Callable[[Document, int], None]


class Documents:
    """The documents of one schema that may run, by their text; the least recently used are forgotten first."""

    def __init__(
        self, schema: GraphQLSchema, limits: Limits, prices: PriceList, *, max_bytes: int = MAX_KEPT_BYTES
    ) -> None:
        self._schema = schema
        self._limits = limits
        self._prices = prices
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: dict[str, Document] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, text: str) -> bool:
        return text in self._kept

    def read(self, text: str) -> Document:
        """Returns the document.

        Raises `Refused` when it asks for too much or breaks GraphQL's rules, `GraphQLError` when it can't be parsed.
        """
        document = self._kept.pop(text, None)
        if document is None:
            return self._admit(text)
        self._kept[text] = document
        return document

    def _admit(self, text: str) -> Document:
        node = parse(text, max_tokens=self._limits.tokens, max_source_length=self._limits.characters)
        if not any(isinstance(definition, OperationDefinitionNode) for definition in node.definitions):
            raise refusal(OPERATION_UNRESOLVED, "The document has no operation.")
        if errors := self._errors(node):
            raise Refused(errors)
        document = self._kept[text] = Document(self._schema, self._prices, text, node, self._grow)
        self._make_room(document.bytes)
        return document

    def _grow(self, document: Document, bytes: int) -> None:
        if self._kept.get(document.text) is document:
            document.bytes += bytes
            self._make_room(bytes)

    def _make_room(self, bytes: int) -> None:
        self._bytes += bytes
        while self._bytes > self._max_bytes:
            oldest = self._kept.pop(next(iter(self._kept)))
            self._bytes -= oldest.bytes

    def _errors(self, node: DocumentNode) -> Sequence[GraphQLError]:
        """Why the document can't run: it asks for too much, else it breaks GraphQL's rules."""
        if errors := document_errors(node, self._limits):
            return errors
        found: list[Any] = validate(self._schema, node, _RULES, hide_suggestions=HIDE_SUGGESTIONS)
        for error in found:
            error.extensions = {"code": VALIDATION_FAILED}
        if found and found[-1].message == _GAVE_UP:
            return [cost_exceeded("The document repeats fields or nests fragments more often than can be validated.")]
        return found
