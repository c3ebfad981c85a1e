"""Issuing passports."""

from datetime import date
from typing import Annotated, Any, Self

import strawberry

from models import batches, passports
from models.kernel.actor import Actor
from models.passports import MAX_INPUT_ROWS, InputRows, IssuePassports, IssueResult, NewPassport
from resolvers.batches.types import Batch
from resolvers.context import Info
from resolvers.errors import RejectionsInPayload, UserError, UserErrorCode, user_errors_field
from resolvers.passports.enums import IssueMode
from resolvers.relay import key_or_uuid


@strawberry.input(description="One battery to be given a passport.")
class PassportsIssueRowInput:
    serial_number: str = strawberry.field(
        description="Serial number, 1 to 64 characters without control characters, unique in the company. Spaces "
        "around it are taken off."
    )
    manufacture_date: date = strawberry.field(
        description="Day on which the battery was made, from 1990-01-01 to tomorrow in UTC."
    )


@strawberry.input(description="Batteries to be given passports.")
class PassportsIssueInput:
    batch_id: strawberry.ID = strawberry.field(description="Global id of the batch, or its `uuid`.")
    rows: list[PassportsIssueRowInput] = strawberry.field(
        description=f"The batteries, 1 to {MAX_INPUT_ROWS:,}. For more, upload a CSV file to /batches/{{id}}/serials."
    )
    mode: IssueMode = strawberry.field(
        default=IssueMode.ALL_OR_NOTHING, description="What happens to the good rows when others are faulty."
    )
    activate: bool = strawberry.field(
        default=True, description="Whether the passports begin as ACTIVE; INACTIVE when false."
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="Makes a repeat after a lost answer safe: within 24 hours the same key with the same input gives "
        "the first answer again and issues nothing twice. 1 to 200 printable characters, such as a UUID. A key counts "
        "as used once passports were issued with it.",
    )

    def to_domain(self) -> IssuePassports:
        """The domain's command."""
        rows = InputRows([NewPassport(row.serial_number, row.manufacture_date) for row in self.rows])
        return IssuePassports(key_or_uuid(self.batch_id, "Batch"), rows, self.mode, self.activate, self.idempotency_key)


@strawberry.type(description="One fault of one row, in the words of the CSV upload's answer.")
class RowError:
    line: int = strawberry.field(description="Which row of `rows`, counted from 1.")
    column: str | None = strawberry.field(description="`serial_number` or `manufacture_date`; null for the whole row.")
    value: str = strawberry.field(description="What stood there, cut to 100 characters.")
    code: str = strawberry.field(graphql_type=UserErrorCode, description="What kind of rule said no; for programs.")
    message: str = strawberry.field(description="What was wrong and what would be right, for a person.")

    @classmethod
    def of(cls, error: passports.RowViolation) -> Self:
        """The domain's error of a row."""
        code: Any = UserErrorCode(error.code.value)
        return cls(line=error.line, column=error.column, value=error.value, code=code, message=error.message)


@strawberry.type(description="What `passportsIssue` gives.")
class PassportsIssuePayload:
    created: int = strawberry.field(default=0, description="How many passports were issued.")
    errors: list[RowError] = strawberry.field(
        default_factory=list,
        description="The faulty rows' faults by line, at most 1,000. With mode VALID the other rows were issued "
        "nevertheless; when nothing was issued, `userErrors` repeats them as paths into the input.",
    )
    error_count: int = strawberry.field(default=0, description="How many faults there are in all.")
    user_errors: list[UserError] = user_errors_field()
    issued_into: strawberry.Private[IssuePassports | None] = None

    @classmethod
    def of(cls, result: IssueResult, command: IssuePassports) -> Self:
        """What issuing came to."""
        return cls(
            created=result.created,
            errors=[RowError.of(error) for error in result.errors],
            error_count=result.error_count,
            user_errors=[] if result.created else [UserError.of(violation) for violation in result.violations()],
            issued_into=command if result.created else None,
        )

    @strawberry.field(description="The batch as it is now; null when nothing was issued.")
    async def batch(self, info: Info) -> Batch | None:
        if self.issued_into is None:
            return None
        actor: Actor = info.context.actor
        return Batch.of(await batches.batch(actor, self.issued_into.batch_id))


@strawberry.type
class PassportsMutation:
    @strawberry.mutation(
        description="Issues a passport for each row and charges one quota each, all in one transaction. Needs the role "
        "OWNER, ADMIN or OPERATOR. User errors: BATCH_ARCHIVED, QUOTA_EXCEEDED, ROWS_MISSING, ROWS_TOO_MANY, "
        "IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED, and the faults of rows: SERIAL_MISSING, SERIAL_TOO_LONG, "
        "SERIAL_INVALID_CHARACTER, SERIAL_DUPLICATE_IN_FILE (an earlier row has it), SERIAL_ALREADY_ISSUED, "
        "DATE_IN_FUTURE, DATE_TOO_EARLY.",
        extensions=[RejectionsInPayload()],
    )
    async def passports_issue(
        self,
        info: Info,
        input: Annotated[PassportsIssueInput, strawberry.argument(description="The batteries and their batch.")],
    ) -> PassportsIssuePayload:
        command = input.to_domain()
        result = await passports.issue(info.context.actor, command, info.context.env)
        return PassportsIssuePayload.of(result, command)
