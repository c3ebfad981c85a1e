"""Codes of the rules of this context."""

from models.kernel.errors import ErrorCode


class PassportErrorCode(ErrorCode):
    """Codes of the rules about issuing passports; those about single rows are in `SerialErrorCode`."""

    ROWS_MISSING = "ROWS_MISSING", "There are no rows, so there is nothing to issue."
    ROWS_TOO_MANY = "ROWS_TOO_MANY", "There are more rows than one mutation takes; upload a CSV file instead."
