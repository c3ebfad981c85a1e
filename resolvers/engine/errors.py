"""What a client may see of an error: every error has a code, and nobody sees the inside of the server."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import structlog
from graphql import FieldNode, GraphQLError, GraphQLSyntaxError

from resolvers.engine.encoding import encode

# The codes that GraphQL itself needs, under the names that Apollo made common.
PARSE_FAILED: Final = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED: Final = "GRAPHQL_VALIDATION_FAILED"
OPERATION_UNRESOLVED: Final = "OPERATION_RESOLUTION_FAILURE"
BAD_REQUEST: Final = "BAD_REQUEST"
BAD_USER_INPUT: Final = "BAD_USER_INPUT"
COST_EXCEEDED: Final = "COST_EXCEEDED"
RATE_LIMITED: Final = "RATE_LIMITED"
RESYNC_REQUIRED: Final = "RESYNC_REQUIRED"
INTERNAL: Final = "INTERNAL"

# Whether graphql-core keeps its guesses at misspelt names to itself: each name would be compared with all there are.
HIDE_SUGGESTIONS: Final = True

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a client is told of an error that the application raised on purpose."""

    message: str
    code: str
    extensions: Mapping[str, Any] = field(default_factory=dict)


Explain = Callable[[Exception], Explanation | None]


def explain_nothing(_error: Exception) -> None:
    """The `Explain` of an application without errors of its own: all of them are masked."""


class Refused(Exception):
    """An operation is not run, or ends before its time. The errors are as the client may see them.

    `extensions` are those of the answer, such as the operation's cost.
    """

    def __init__(self, errors: Sequence[GraphQLError], extensions: Mapping[str, Any] | None = None) -> None:
        super().__init__(errors[0].message)
        self.errors = list(errors)
        self.extensions = dict(extensions or {})

    def encoded(self) -> bytes:
        """Returns the answer of an operation that was not run, without data, as JSON in UTF-8."""
        body: dict[str, Any] = {"errors": [error.formatted for error in self.errors]}
        if self.extensions:
            body["extensions"] = self.extensions
        return encode(body)

    @property
    def code(self) -> str:
        """The code of the first error."""
        return str((self.errors[0].extensions or {}).get("code"))


def refusal(code: str, message: str, **extensions: Any) -> Refused:
    """Returns the refusal with one error of this code."""
    return Refused([GraphQLError(message, extensions={**extensions, "code": code})])


def presentable(error: GraphQLError, operation: str | None = None, explain: Explain = explain_nothing) -> GraphQLError:
    """Returns the error as the client may see it, with `extensions.code`; `operation` is named in the log.

    Errors that the application explains and errors in the request are told as they are, all others are masked and
    logged.
    """
    cause = _cause(error)
    if explanation := explain(cause):
        error.message = explanation.message
        error.extensions = {**explanation.extensions, "code": explanation.code}
    elif not error.extensions or "code" not in error.extensions:
        code = _request_error_code(error, cause)
        if code is None:
            return masked(cause, operation, error)
        error.extensions = {"code": code}
    return error


def masked(cause: Exception, operation: str | None = None, at: GraphQLError | None = None) -> GraphQLError:
    """Returns what the client gets for a bug or a failing dependency: a request id, which is logged with the cause."""
    id = request_id()
    path = at.path if at else None
    log.error("graphql.internal_error", request_id=id, operation=operation, path=path, exc_info=cause)
    return GraphQLError(
        "Internal error. If it persists, report it with the request id.",
        nodes=at.nodes if at else None,
        path=path,
        extensions={"code": INTERNAL, "requestId": id},
    )


def forget_frames(error: BaseException) -> None:
    """Drop the tracebacks of an error that was told: their frames keep the run, and the run its errors.

    All that the operation loaded would wait for the garbage collector.
    """
    pending: list[BaseException | None] = [error]
    seen: set[int] = set()
    while pending:
        each = pending.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        each.__traceback__ = None
        pending += [each.__cause__, each.__context__, getattr(each, "original_error", None)]


def request_id() -> str:
    """Returns the id of the request being answered, which its log lines carry; a new one when none is bound."""
    bound = structlog.contextvars.get_contextvars().get("request_id")
    return str(bound) if bound else uuid4().hex


def _cause(error: GraphQLError) -> Exception:
    """What was raised first: graphql-core wraps it anew wherever it passes through."""
    cause: Exception = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _request_error_code(error: GraphQLError, cause: Exception) -> str | None:
    """The code of a mistake in the request that graphql-core found; None for all other errors."""
    if isinstance(cause, GraphQLSyntaxError):
        # The parser ends the message of each of its limits with this, and of nothing else.
        return COST_EXCEEDED if error.message.endswith("Parsing aborted.") else PARSE_FAILED
    return BAD_USER_INPUT if _is_coercion_error(error) else None


def _is_coercion_error(error: GraphQLError) -> bool:
    """Whether a variable or an argument is not of the type that the schema asks for.

    Variables are coerced before any field is resolved, so their errors have no path; errors of arguments point at
    the argument's value. What a resolver raises, or returns in the wrong type, is at a field.
    """
    if error.path is None:
        return error.nodes is not None or error.original_error is None
    return not any(isinstance(node, FieldNode) for node in error.nodes or ())
