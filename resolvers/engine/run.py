"""The engine: from a request to an operation that may run, and from there to its answer or its stream of answers.

The two steps are the same for every transport: `admit`, then `run` or `subscribe`.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import strawberry
from graphql import GraphQLError, OperationType, execute
from graphql.pyutils import is_awaitable

from resolvers.engine.cost import PriceList
from resolvers.engine.documents import Document, Documents
from resolvers.engine.encoding import encode
from resolvers.engine.errors import (
    BAD_REQUEST,
    HIDE_SUGGESTIONS,
    Explain,
    Refused,
    explain_nothing,
    forget_frames,
    masked,
    presentable,
)
from resolvers.engine.limits import Limits, cost_exceeded, variables_error
from resolvers.engine.live import Subscriber, Subscriptions, take
from resolvers.engine.operation import Operation, PreparedOperation
from resolvers.engine.persisted import PersistedDocuments, TrustedDocumentsError, sent_hash
from resolvers.engine.plan import Execution

ALL_KINDS = frozenset(OperationType)

# Fragments that spread fragments reach costs with hundreds of digits; the answer shows at most a GraphQL Int.
MAX_SHOWN_COST = 2**31 - 1

# Each takes some 800 KB, its data and its JSON; explorers and code generators have a document each.
_MOST_DESCRIPTIONS = 8


class OperationRequest(NamedTuple):
    """What a client asks to be run, and which kinds of operation the transport serves.

    `query` may be empty where `extensions` or `document_id` name the document by its hash.
    """

    query: str
    operation_name: str | None = None
    variables: Mapping[str, Any] | None = None
    kinds: frozenset[OperationType] = ALL_KINDS
    extensions: Mapping[str, Any] | None = None
    document_id: str | None = None


@dataclass(slots=True)
class Answer:
    """The answer of an operation that was run: its data, null where fields failed, and their errors."""

    data: dict[str, Any] | None
    errors: list[GraphQLError] = field(default_factory=list)
    extensions: Mapping[str, Any] = field(default_factory=dict)
    _encoded: bytes | None = field(default=None, init=False, repr=False, compare=False)

    def encoded(self) -> bytes:
        """Returns the answer as JSON in UTF-8, made when it is first asked for."""
        if self._encoded is None:
            self._encoded = encode(self._body())
        return self._encoded

    def _body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"errors": [error.formatted for error in self.errors]} if self.errors else {}
        body["data"] = self.data
        if self.extensions:
            body["extensions"] = self.extensions
        return body


class NotServed(Refused):
    """The transport does not serve operations of this `kind`; which one does is for transports to say."""

    def __init__(self, kind: OperationType) -> None:
        message = f"Operations of the kind {kind.value} are not served here."
        super().__init__([GraphQLError(message, extensions={"code": BAD_REQUEST})])
        self.kind = kind


class Engine:
    """Runs the operations of one Strawberry schema in one process, none beyond its limits.

    `explain` says what a client is told of errors that the application raised on purpose; all others are masked.
    `scope_of`, `common_of` and `payer_of` are those of `Subscriptions`. With `compiles` False, queries and
    mutations are run by graphql-core's executor instead of a plan, to find out whether a wrong answer is the
    plan's fault. With `trusted`, only these documents run, by their hash; raises `TrustedDocumentsError` when one
    of them could not.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        limits: Limits | None = None,
        *,
        explain: Explain = explain_nothing,
        scope_of: Callable[[Any], Hashable] = id,
        common_of: Callable[[Any], Any] = lambda context: context,
        payer_of: Callable[[Any], Hashable] = id,
        compiles: bool = True,
        trusted: Mapping[str, str] | None = None,
    ) -> None:
        self.schema = schema
        self.limits = limits or Limits()
        self.documents = Documents(schema._schema, self.limits, PriceList(schema._schema))
        self.subscriptions = Subscriptions(self.limits.running_cost, self._item_text, scope_of, common_of, payer_of)
        self._explain = explain
        self._descriptions: dict[PreparedOperation, Answer] = {}
        self._compiles = compiles
        self._persisted = PersistedDocuments(trusted)
        for hash, text in (trusted or {}).items():
            self._check_trusted(hash, text)

    def admit(self, request: OperationRequest) -> Operation:
        """Returns the operation when it may run. Raises `Refused`."""
        try:
            return self._admit(request)
        except GraphQLError as error:
            forget_frames(error)
            raise Refused([presentable(error)]) from None
        except Refused as refused:
            # The frames of their tracebacks keep the variables, megabytes of them if a client so wishes.
            for each in refused.errors:
                forget_frames(each)
            raise

    async def run(self, operation: Operation, context: Any) -> Answer:
        """Returns the answer of a query or a mutation. Raises `Refused` when not even the first field was run."""
        if not operation.prepared.is_introspection:
            return await self._answer(operation, context)
        # The schema stays as it is, so for a few documents its description is made and encoded once.
        answer = self._descriptions.get(operation.prepared)
        if answer is None:
            answer = await self._answer(operation, context)
            if answer.errors:
                return answer
            if len(self._descriptions) >= _MOST_DESCRIPTIONS:
                self._descriptions.pop(next(iter(self._descriptions)))
            self._descriptions[operation.prepared] = answer
        return answer

    async def _answer(self, operation: Operation, context: Any) -> Answer:
        extensions = {"cost": self._shown_cost(operation.cost)}
        try:
            data, errors = await self._executed(operation, context)
        except Exception as error:  # noqa: BLE001  # `masked` logs it
            raise Refused([masked(error, operation.prepared.name)], extensions) from None
        if not errors:
            return Answer(data, errors, extensions)
        errors = self._presentable(operation, errors)
        # Errors of fields have a path.
        if data is None and not any(error.path for error in errors):
            raise Refused(errors, extensions)
        return Answer(data, errors, extensions)

    async def subscribe(self, operation: Operation, context: Any, subscriber: Subscriber) -> None:
        """Deliver the answers of an operation of any kind to its end; cancel it to end it early. Raises `Refused`.

        A query or a mutation has one answer, a subscription one for each item of its source.
        """
        try:
            if operation.is_subscription:
                await self.subscriptions.run(operation, context, subscriber)
            else:
                answer = await self.run(operation, context)
                await subscriber.ready()
                take(subscriber, answer.encoded().decode())
        except GraphQLError as error:
            raise Refused(self._presentable(operation, [error])) from None
        except Refused:
            raise
        except Exception as error:  # noqa: BLE001  # told as far as the client may know it, and logged
            told = GraphQLError(str(error), original_error=error)
            raise Refused(self._presentable(operation, [told])) from None

    async def execute(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        context: Any = None,
        operation_name: str | None = None,
    ) -> Answer:
        """Returns the answer of a request without a transport; one that is refused has errors and no data."""
        try:
            return await self.run(self.admit(OperationRequest(query, operation_name, variables)), context)
        except Refused as refused:
            return Answer(None, refused.errors, refused.extensions)

    def _admit(self, request: OperationRequest) -> Operation:
        if request.extensions or request.document_id or not self._persisted.is_open:
            document = self._named_document(request)
        else:
            document = self.documents.read(request.query)
        prepared = document.operation(request.operation_name)
        if prepared.kind not in request.kinds:
            raise NotServed(prepared.kind)
        variables = request.variables or {}
        if too_much := variables_error(variables, self.limits):
            raise too_much
        cost = prepared.cost(variables)
        extensions = {"cost": self._shown_cost(cost)}
        if cost > self.limits.cost:
            advice = "Ask for smaller pages, fewer nested lists or fewer fields at once."
            message = f"The operation costs {min(cost, MAX_SHOWN_COST)}; the budget is {self.limits.cost}. {advice}"
            raise Refused([cost_exceeded(message)], extensions)
        values = prepared.coerce(variables)
        if isinstance(values, list):
            raise Refused([presentable(error) for error in values], extensions)
        return Operation(document.text, prepared, variables, values, cost)

    def _named_document(self, request: OperationRequest) -> Document:
        """The document of a request that may name it. What is sent with its hash is remembered once it may run."""
        hash = sent_hash(request.extensions, request.document_id)
        document = self.documents.read(self._persisted.text(hash, request.query))
        if hash is not None:
            self._persisted.remember(hash, document.text)
        return document

    def _check_trusted(self, hash: str, text: str) -> None:
        try:
            self.documents.read(text)
        except (GraphQLError, Refused) as error:
            beginning = " ".join(text.split())[:60]
            reason = error.message if isinstance(error, GraphQLError) else str(error)
            raise TrustedDocumentsError(f"The trusted document {hash} ({beginning}) can't run: {reason}") from None

    async def _executed(self, operation: Operation, context: Any) -> tuple[dict[str, Any] | None, list[GraphQLError]]:
        if self._compiles:
            run = await operation.prepared.plan(operation.values).run(operation.values, context)
            return run.data, run.errors
        prepared = operation.prepared
        result: Any = execute(
            self.schema._schema,
            prepared.document,
            context_value=context,
            variable_values=dict(operation.variables),
            operation_name=prepared.name,
            hide_suggestions=HIDE_SUGGESTIONS,
        )
        result = await result if is_awaitable(result) else result
        return result.data, result.errors or []

    def _item_text(self, operation: Operation, run: Execution) -> str:
        """The text of a subscription's answer for one item. What it cost to start is not repeated."""
        try:
            return Answer(run.data, self._presentable(operation, run.errors)).encoded().decode()
        except Exception as error:  # noqa: BLE001  # `masked` logs it
            return Answer(None, [masked(error, operation.prepared.name)]).encoded().decode()

    def _presentable(self, operation: Operation, errors: list[GraphQLError]) -> list[GraphQLError]:
        presented = [presentable(error, operation.prepared.name, self._explain) for error in errors]
        for error in errors:
            forget_frames(error)
        return presented

    def _shown_cost(self, cost: int) -> dict[str, int]:
        return {"requested": min(cost, MAX_SHOWN_COST), "budget": self.limits.cost}
