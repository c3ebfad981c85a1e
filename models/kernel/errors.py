"""The one hierarchy of errors that the domain raises on purpose.

A broken rule is a `Violation`; a use case that meets any raises `Rejected` with all of them and changes nothing.

Edges map each class once: `Rejected` becomes a mutation's `userErrors` (or problem+json), every other
`DomainError` becomes a GraphQL error with `extensions.code` (or problem+json). Anything else is a bug and masked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self


class ErrorCode(StrEnum):
    """Codes of broken business rules. Each context subclasses this; each member carries its description."""

    description: str

    def __new__(cls, value: str, description: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member


class DomainError(Exception):
    """Base of all errors raised on purpose. `code` is machine-readable, `message` is for a person."""

    code = "INTERNAL"
    http_status = 500

    def __init__(self, message: str, **extensions: Any) -> None:
        super().__init__(message)
        self.message = message
        self.extensions = extensions


class Unauthenticated(DomainError):
    """No valid access token came with the request."""

    code = "UNAUTHENTICATED"
    http_status = 401


class Forbidden(DomainError):
    """The actor is known but their role (or brand) does not allow this."""

    code = "FORBIDDEN"
    http_status = 403


class NotFound(DomainError):
    """The object does not exist, or not for this actor: the two are deliberately the same."""

    code = "NOT_FOUND"
    http_status = 404


class BadInput(DomainError):
    """An argument outside a mutation's input is malformed: an id, a cursor, a page size, a query parameter."""

    code = "BAD_USER_INPUT"
    http_status = 400


class RateLimited(DomainError):
    """Too many requests. `extensions['retryAfter']` says in how many seconds to try again."""

    code = "RATE_LIMITED"
    http_status = 429


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: what, why, where in the input (a path such as ``("specs", "weightKg")``) and the value."""

    code: ErrorCode
    message: str
    field: tuple[str, ...] = ()
    value: str | None = None


class Rejected(DomainError):
    """A business rule was broken and nothing was changed. Carries every violation found, not just the first.

    `http_status` is what a plain HTTP route answers; `details` are members added to its problem document.
    """

    http_status = 422

    def __init__(self, violations: Sequence[Violation], *, http_status: int = 422, **details: Any) -> None:
        if not violations:
            raise ValueError("a rejection names at least one violation")
        super().__init__(violations[0].message, **details)
        self.code = str(violations[0].code)
        self.violations = tuple(violations)
        self.http_status = http_status

    def at(self, *path: str, value: str | None = None) -> list[Violation]:
        """Returns the violations as those of what lies at this path of the input, each with its value or `value`."""
        return [
            replace(violation, field=(*path, *violation.field), value=violation.value or value)
            for violation in self.violations
        ]


def reject(
    code: ErrorCode,
    message: str,
    *field: str,
    value: str | None = None,
    http_status: int = 422,
    **details: Any,
) -> Rejected:
    """Returns a rejection with a single violation: ``raise reject(Code.X, "why", "specs", "weightKg", value="-1")``."""
    return Rejected([Violation(code, message, field, value)], http_status=http_status, **details)
