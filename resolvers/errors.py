"""How the domain's errors reach the client: a business rule that said no in the mutation's `userErrors`, all others as
GraphQL errors with their code."""

from enum import Enum
from typing import Any

import strawberry
from strawberry.extensions.field_extension import AsyncExtensionResolver, FieldExtension
from strawberry.types.base import get_object_definition
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from models.kernel.errors import DomainError, Rejected, Violation
from models.registry import ERROR_CODES
from resolvers.context import Info
from resolvers.engine import Explanation
from resolvers.enums import describe_enum

# A code that several contexts have is described by the lowest.
_CODES = {code.value: code for codes in reversed(ERROR_CODES) for code in codes}

# Every context brings its own codes; GraphQL has one enum of them all, built from the registry.
_codes: Any = Enum(  # type: ignore[misc]  # mypy wants literal members
    "UserErrorCode", {name: name for name in sorted(_CODES)}
)
UserErrorCode = describe_enum(
    _codes,
    "Why a business rule said no. Codes are stable; messages may be reworded.",
    {name: code.description for name, code in _CODES.items()},
)


@strawberry.type(description="One reason why a mutation did nothing, meant for the person who filled in the input.")
class UserError:
    code: str = strawberry.field(
        graphql_type=UserErrorCode, description="What kind of rule said no; stable, for programs."
    )
    message: str = strawberry.field(description="What was wrong and what would be right, for a person.")
    field: list[str] = strawberry.field(
        description='Path to the input field at fault, such as ["specs", "weightKg"]; empty when none is.'
    )
    value: str | None = strawberry.field(description="The value that was refused, where showing it helps.")

    @classmethod
    def of(cls, violation: Violation) -> "UserError":
        """The domain's violation, with its path in the schema's spelling."""
        code: Any = _codes(violation.code.value)
        return cls(
            code=code,
            message=violation.message,
            field=[to_camel_case(name) for name in violation.field],
            value=violation.value,
        )


def explain(error: Exception) -> Explanation | None:
    """Returns what a client is told of an error that the domain raised on purpose; None for any other."""
    return Explanation(error.message, error.code, error.extensions) if isinstance(error, DomainError) else None


class RejectionsInPayload(FieldExtension):
    """Turns `Rejected` into the mutation's payload with only `userErrors` filled in.

    Payload types therefore have a default (None) for every other field.
    """

    _payload: type[Any]

    def apply(self, field: StrawberryField) -> None:
        definition = get_object_definition(field.type, strict=True)
        self._payload = definition.origin

    async def resolve_async(self, next_: AsyncExtensionResolver, source: Any, info: Info, **arguments: Any) -> Any:
        try:
            return await next_(source, info, **arguments)
        except Rejected as rejected:
            return self._payload(user_errors=[UserError.of(violation) for violation in rejected.violations])


def user_errors_field() -> Any:
    """The `userErrors` that every payload ends with: empty when the mutation did what was asked."""
    return strawberry.field(
        default_factory=list,
        description="Why nothing was changed: business rules that said no. Empty when the mutation succeeded.",
    )
