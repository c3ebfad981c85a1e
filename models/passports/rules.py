"""Decisions about issuing passports, without I/O."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from heapq import merge
from itertools import islice
from typing import Any, Self

from models.kernel.errors import Violation
from models.passports.serials import MAX_ERRORS_KEPT, SERIAL_COLUMN, RowViolation, SerialErrorCode

# East of Greenwich it is already tomorrow; the line of a factory there writes its own date.
_AHEAD_OF_UTC = timedelta(days=1)


class IssueMode(StrEnum):
    """What happens to the good rows of an upload that has faulty ones."""

    ALL_OR_NOTHING = "all"
    VALID = "valid"


@dataclass(frozen=True, slots=True)
class IssueResult:
    """How many passports were issued, and what was wrong with the other rows.

    `errors` holds the first 1,000 by line, `error_count` counts all. A row may have several errors.
    """

    created: int
    errors: Sequence[RowViolation] = ()
    error_count: int = 0

    def answer(self) -> dict[str, Any]:
        """Returns the answer as JSON, with the names that clients know."""
        errors = [
            {
                "line": error.line,
                "column": error.column,
                "value": error.value,
                "code": str(error.code),
                "message": error.message,
            }
            for error in self.errors
        ]
        return {"created": self.created, "errors": errors, "errorCount": self.error_count}

    @classmethod
    def of_answer(cls, answer: dict[str, Any]) -> Self:
        """Returns the result that gave this answer."""
        errors = [RowViolation(**{**error, "code": SerialErrorCode[error["code"]]}) for error in answer["errors"]]
        return cls(answer["created"], errors, answer["errorCount"])

    def violations(self) -> list[Violation]:
        """Returns the errors as violations of an input's `rows`."""
        return [
            Violation(
                error.code,
                error.message,
                ("rows", str(error.line - 1), *([error.column] if error.column else [])),
                error.value,
            )
            for error in self.errors
        ]


def latest_manufacture_date(today: date) -> date:
    """Returns the last manufacture date that is not in the future anywhere; `today` is the date in UTC."""
    return today + _AHEAD_OF_UTC


def already_issued(line: int, serial_number: str) -> RowViolation:
    """Returns the error of a row whose serial number the company has given to another passport."""
    return RowViolation(
        line,
        SERIAL_COLUMN,
        serial_number,
        SerialErrorCode.SERIAL_ALREADY_ISSUED,
        "Your company already has a passport with this serial number.",
    )


def first_errors(one: Iterable[RowViolation], other: Iterable[RowViolation]) -> list[RowViolation]:
    """Returns the first 1,000 of two lists of errors that are each in the order of their lines."""
    return list(islice(merge(one, other, key=lambda error: error.line), MAX_ERRORS_KEPT))
