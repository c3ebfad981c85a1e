"""The rules for one unit to be issued, the same for a line of a file and for a row of a GraphQL input."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from models.kernel.errors import ErrorCode, Violation
from models.kernel.text import calendar_date, first_invisible, storable, too_long

SERIAL_COLUMN: Final = "serial_number"
DATE_COLUMN: Final = "manufacture_date"

# Three times what GS1 allows (20 characters, application identifier 21), and still fit to print under a code.
MAX_SERIAL_LENGTH: Final = 64
# Lithium-ion cells were first sold in 1991; an earlier date is a slip.
EARLIEST_MANUFACTURE_DATE: Final = date(1990, 1, 1)

MAX_ERRORS_KEPT: Final = 1_000
_MAX_VALUE_LENGTH: Final = 100

# Less than str.strip() takes off: the separators U+001C to U+001F, which barcode scanners send, are control
# characters to be reported.
_WHITE_SPACE: Final = "\t\r\n" + "".join(c for c in map(chr, range(0x3001)) if unicodedata.category(c) == "Zs")


class SerialErrorCode(ErrorCode):
    """Why a row was refused."""

    SERIAL_MISSING = "SERIAL_MISSING", "The serial number is empty."
    SERIAL_TOO_LONG = "SERIAL_TOO_LONG", "The serial number has more than 64 characters."
    SERIAL_INVALID_CHARACTER = (
        "SERIAL_INVALID_CHARACTER",
        "The serial number contains a control, format or other invisible character.",
    )
    SERIAL_DUPLICATE_IN_FILE = "SERIAL_DUPLICATE_IN_FILE", "An earlier row has the same serial number."
    SERIAL_ALREADY_ISSUED = (
        "SERIAL_ALREADY_ISSUED",
        "The company already has a passport with this serial number.",
    )
    DATE_MISSING = "DATE_MISSING", "The manufacture date is empty."
    DATE_INVALID = "DATE_INVALID", "The manufacture date is not a calendar date written YYYY-MM-DD."
    DATE_IN_FUTURE = "DATE_IN_FUTURE", "The manufacture date is in the future."
    DATE_TOO_EARLY = "DATE_TOO_EARLY", "The manufacture date is before 1990-01-01."
    ROW_MALFORMED = (
        "ROW_MALFORMED",
        "The row is no CSV record of the header's width: a quote, the number of fields, or a NUL character.",
    )


class Row(NamedTuple):
    """A unit to be issued. `line` is the line its record starts on in the file, the header's being 1."""

    line: int
    serial_number: str
    manufacture_date: date


@dataclass(frozen=True, slots=True)
class RowViolation:
    """One violation of one row.

    `column` is None where the whole row is at violation. `value` is the text found there, cut to 100 characters,
    with U+FFFD for each NUL and lone surrogate.
    """

    line: int
    column: str | None
    value: str
    code: ErrorCode
    message: str


class RowChecker:
    """Judges the rows of one upload, one after the other.

    `today` is the latest date allowed; the caller chooses it, as a manufacturer east of UTC may be a day ahead.
    `errors` holds the first 1,000 errors, `error_count` counts all. A serial is taken from the first row on that
    has it, even if that row's date is faulty. Memory grows with the serials, 150 to 410 bytes for each.
    """

    def __init__(self, today: date) -> None:
        self.errors: list[RowViolation] = []
        self.error_count = 0
        self._today = today
        self._first_lines: dict[str, int] = {}
        # Holds dates that passed only, so that it can't outgrow the days since 1990 whatever a file contains.
        self._dates: dict[str, date] = {}

    def check(self, line: int, serial_text: str, date_text: str) -> Row | None:
        """Returns the row in its normal form, or None if it has errors. `line` must differ from row to row."""
        serial = normalise_serial(serial_text)
        violation = serial_violation(serial)
        if violation is None and (first := self._first_lines.setdefault(serial, line)) != line:
            message = f"The serial number is already on line {first}."
            violation = Violation(SerialErrorCode.SERIAL_DUPLICATE_IN_FILE, message)
        if violation:
            self.report(line, SERIAL_COLUMN, serial_text, violation)
        manufactured = self._dates.get(date_text) or self._check_date(line, date_text)
        return Row(line, serial, manufactured) if manufactured and not violation else None

    def report(self, line: int, column: str | None, value: str, violation: Violation) -> None:
        self.error_count += 1
        if len(self.errors) < MAX_ERRORS_KEPT:
            shown = storable(value[:_MAX_VALUE_LENGTH])
            self.errors.append(RowViolation(line, column, shown, violation.code, violation.message))

    def _check_date(self, line: int, text: str) -> date | None:
        manufactured = read_manufacture_date(text, self._today)
        if isinstance(manufactured, Violation):
            self.report(line, DATE_COLUMN, text, manufactured)
            return None
        self._dates[manufactured.isoformat()] = manufactured
        return manufactured


def trim(text: str) -> str:
    """`text` without the spaces (Unicode category Zs), tabs and line ends around it."""
    return text.strip(_WHITE_SPACE)


def normalise_serial(text: str) -> str:
    """Returns the form in which serials are kept and compared: trimmed, Unicode NFC, case as it is.

    A text that is too long in any form is only trimmed.
    """
    serial = text.strip(_WHITE_SPACE)
    if too_long(serial, MAX_SERIAL_LENGTH, "NFC") or serial.isascii():
        return serial
    return unicodedata.normalize("NFC", serial)


def serial_violation(serial: str) -> Violation | None:
    """Returns what is wrong with a normalised serial: it must have 1 to 64 code points, none of them invisible."""
    if not serial:
        return Violation(SerialErrorCode.SERIAL_MISSING, "The serial number is empty.")
    if too_long(serial, MAX_SERIAL_LENGTH):
        message = f"The serial number has {len(serial):,} characters, {MAX_SERIAL_LENGTH} are allowed."
        return Violation(SerialErrorCode.SERIAL_TOO_LONG, message)
    index = first_invisible(serial)
    if index is None:
        return None
    message = f"Character {index + 1} of the serial number, U+{ord(serial[index]):04X}, is invisible."
    return Violation(SerialErrorCode.SERIAL_INVALID_CHARACTER, message)


def read_manufacture_date(text: str, today: date) -> date | Violation:
    """Returns a date written YYYY-MM-DD (the extended calendar format of ISO 8601), from 1990-01-01 to `today`."""
    written = trim(text)
    if not written:
        return Violation(SerialErrorCode.DATE_MISSING, "The manufacture date is empty.")
    manufactured = calendar_date(written)
    if manufactured is None:
        message = f"The manufacture date is not a calendar date written YYYY-MM-DD, such as {today}."
        return Violation(SerialErrorCode.DATE_INVALID, message)
    if manufactured > today:
        message = f"The manufacture date is in the future: {today} is the latest allowed."
        return Violation(SerialErrorCode.DATE_IN_FUTURE, message)
    if manufactured < EARLIEST_MANUFACTURE_DATE:
        message = f"The manufacture date is before {EARLIEST_MANUFACTURE_DATE}."
        return Violation(SerialErrorCode.DATE_TOO_EARLY, message)
    return manufactured
