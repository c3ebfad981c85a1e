"""What a client may see of an error: every error has a code, and nobody sees the inside of the server."""

from uuid import uuid4

import structlog
from graphql import FieldNode, GraphQLError, GraphQLSyntaxError
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from models.kernel.errors import BadInput, DomainError
from resolvers.limits import COST_EXCEEDED

# The codes that GraphQL itself needs, under the names that Apollo made common.
PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
OPERATION_UNRESOLVED = "OPERATION_RESOLUTION_FAILURE"
BAD_REQUEST = "BAD_REQUEST"
BAD_USER_INPUT = BadInput.code
INTERNAL = "INTERNAL"

log = structlog.get_logger(__name__)


def presentable(error: GraphQLError, operation: str | None = None) -> GraphQLError:
    """The error as the client may see it, with `extensions.code`; `operation` is named in the log.

    Domain errors and errors in the request are told as they are, everything else is masked and logged.
    """
    cause = _cause(error)
    if isinstance(cause, DomainError):
        error.message, error.extensions = cause.message, {**cause.extensions, "code": cause.code}
    elif not error.extensions or "code" not in error.extensions:
        code = _request_error_code(error, cause)
        if code is None:
            return masked(cause, operation, error)
        error.extensions = {"code": code}
    return error


def masked(cause: Exception, operation: str | None = None, at: GraphQLError | None = None) -> GraphQLError:
    """What the client gets for a bug or a failing dependency: a request id, which the log has with the exception."""
    id = request_id()
    path = at.path if at else None
    log.error("graphql.internal_error", request_id=id, operation=operation, path=path, exc_info=cause)
    return GraphQLError(
        "Internal error. If it persists, report it with the request id.",
        nodes=at.nodes if at else None,
        path=path,
        extensions={"code": INTERNAL, "requestId": id},
    )


def request_id() -> str:
    """The id of the request being answered, which its log lines carry; a new one when none is bound."""
    bound = structlog.contextvars.get_contextvars().get("request_id")
    return str(bound) if bound else uuid4().hex


def _cause(error: GraphQLError) -> Exception:
    """What was raised first: graphql-core wraps it anew wherever it passes through."""
    cause: Exception = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _request_error_code(error: GraphQLError, cause: Exception) -> str | None:
    """The code of a mistake in the request that graphql-core or Strawberry found; None for all other errors."""
    match cause:
        case GraphQLSyntaxError():
            # The parser ends the message of each of its limits with this, and of nothing else.
            return COST_EXCEEDED if error.message.endswith("Parsing aborted.") else PARSE_FAILED
        case CannotGetOperationTypeError():
            return OPERATION_UNRESOLVED
        case InvalidOperationTypeError() | MissingQueryError():
            return BAD_REQUEST
    return BAD_USER_INPUT if _is_coercion_error(error) else None


def _is_coercion_error(error: GraphQLError) -> bool:
    """Whether a variable or an argument is not of the type that the schema asks for.

    Variables are coerced before any field is resolved, so their errors have no path; errors of arguments point at
    the argument's value. What a resolver raises, or gives back in the wrong type, is at a field.
    """
    if error.path is None:
        return error.nodes is not None or error.original_error is None
    return not any(isinstance(node, FieldNode) for node in error.nodes or ())
