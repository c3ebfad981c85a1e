"""A CSV file of serials, read as it arrives: bytes in, checked rows out, every fault named by its line.

CSV is what RFC 4180 describes, widened to what spreadsheets and factory software write: UTF-8 or UTF-16; comma,
semicolon or tab; any line ending; blank lines; the two columns in any order among any others. Nothing is passed
over in silence: each record after the header gives a row or at least one error. A fault that leaves the rest of
the file in doubt, or a limit, ends the reading as `UnreadableFile`.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from models.kernel.errors import ErrorCode, Violation
from models.passports.serials.encoding import TextDecoder
from models.passports.serials.rows import (
    DATE_COLUMN,
    SERIAL_COLUMN,
    Row,
    RowChecker,
    RowViolation,
    SerialErrorCode,
    trim,
)

_DELIMITERS: Final = (",", ";", "\t")
_COLUMNS: Final = {"serialnumber": SERIAL_COLUMN, "manufacturedate": DATE_COLUMN}
_WORD_BREAKS: Final = re.compile(r"[\s_-]+")


class UnreadableFileCode(ErrorCode):
    """Why a whole file was refused."""

    FILE_EMPTY = "FILE_EMPTY", "The file is empty."
    ENCODING_INVALID = "ENCODING_INVALID", "The file is not text in UTF-8 or UTF-16."
    HEADER_MALFORMED = "HEADER_MALFORMED", "The first line, the header, is not CSV."
    COLUMN_MISSING = "COLUMN_MISSING", "The header lacks serial_number or manufacture_date."
    COLUMN_DUPLICATE = (
        "COLUMN_DUPLICATE",
        "The header names serial_number or manufacture_date more than once.",
    )
    RECORD_TOO_LONG = "RECORD_TOO_LONG", "A record is longer than is allowed; often a quote is not closed."
    TOO_MANY_ROWS = "TOO_MANY_ROWS", "The file has more rows than are allowed."


class UnreadableFile(ValueError):
    """The file can't be read beyond `line`; None where the fault is not in one line."""

    def __init__(self, code: UnreadableFileCode, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.line = line


class _Dialect(csv.excel):
    """RFC 4180 as spreadsheets write it. Strict, since a lenient parser takes a broken quote for text."""

    skipinitialspace = True
    strict = True


class SerialsReader:
    """Reads one file: `feed` it the bytes as they come, in chunks of any size, then `finish`.

    Both return the rows completed by then and may raise `UnreadableFile`, which ends the reading. What comes out
    depends on the bytes, never on how they were cut. `today` is the latest date allowed, `max_record` the length
    of a record in characters, its line end included. `row_count` counts the records after the header, good or bad.
    """

    def __init__(self, today: date, *, max_rows: int = 1_000_000, max_record: int = 65_536) -> None:
        self.row_count = 0
        self._max_rows = max_rows
        self._max_record = max_record
        self._checker = RowChecker(today)
        self._decoder = TextDecoder()
        self._header: _Header | None = None
        self._pending: list[str] = []
        self._pending_length = 0
        self._line = 1  # on which the pending text starts

    @property
    def errors(self) -> list[RowViolation]:
        """The first 1,000 errors, by line; within a line the serial's first."""
        return self._checker.errors

    @property
    def error_count(self) -> int:
        return self._checker.error_count

    def feed(self, chunk: bytes) -> list[Row]:
        return self._read_bytes(chunk, final=False)

    def finish(self) -> list[Row]:
        rows = self._read_bytes(b"", final=True)
        if self._header is None:
            raise UnreadableFile(UnreadableFileCode.FILE_EMPTY, "The file is empty.")
        return rows

    def _read_bytes(self, chunk: bytes, *, final: bool) -> list[Row]:
        text, error = self._decoder.decode(chunk, final=final)
        rows = self._read_text(text, final=final and error is None)
        if error:
            line = self._line + sum(piece.count("\n") for piece in self._pending)
            message = f"Line {line} is not valid {error.encoding.upper()}. Save the file as CSV in UTF-8."
            if self._decoder.is_workbook:
                message = "This is an Excel workbook or another ZIP file. Save the sheet as CSV and send that."
            raise UnreadableFile(UnreadableFileCode.ENCODING_INVALID, message, line)
        return rows

    def _read_text(self, text: str, *, final: bool) -> list[Row]:
        """Read all windows that are full; at the end of the file, also the last.

        A window starts where a record starts and is as long as a record may be. So a full window without a
        whole record is a fault, memory is bounded, and windows lie in the same places however bytes were cut.
        """
        self._pending.append(text)
        self._pending_length += len(text)
        rows: list[Row] = []
        if self._pending_length < self._max_record and not final:
            return rows
        text, start = "".join(self._pending), 0
        while len(text) - start >= self._max_record or (final and start < len(text)):
            end = start + self._max_record
            start += self._read_window(text[start:end], final and end >= len(text), rows)
        self._pending, self._pending_length = [text[start:]], len(text) - start
        return rows

    def _read_window(self, window: str, last: bool, rows: list[Row]) -> int:
        """Read the whole records of a window; how many characters they have."""
        lines = io.StringIO(window).readlines()
        if not (last or window.endswith("\n")):
            lines.pop()
        header = self._header
        taken = self._read_rows(header, lines, last, rows) if header else self._read_header(lines)
        if not taken:
            message = (
                f"The record on line {self._line} has more than {self._max_record:,} characters. "
                "Is a quote opened and not closed?"
            )
            raise UnreadableFile(UnreadableFileCode.RECORD_TOO_LONG, message, self._line)
        self._line += taken
        return sum(map(len, lines[:taken]))

    def _read_header(self, lines: Sequence[str]) -> int:
        """Read the blank lines before the header or, if there are none, the header; how many lines it took."""
        blank = next((index for index, line in enumerate(lines) if trim(line)), len(lines))
        if blank or not lines:
            return blank
        self._header = _Header.read(lines, self._line)
        return self._header.lines

    def _read_rows(self, header: "_Header", lines: Sequence[str], last: bool, rows: list[Row]) -> int:
        """Read the whole records in `lines`; how many lines they took.

        Unless these are the file's last lines, an error on the final one may only mean that the rest of its record
        is still to come, so that record is left for the next window, which starts with it.
        """
        records = csv.reader(lines, _Dialect, delimiter=header.delimiter)
        taken = 0
        while True:
            try:
                for fields in records:
                    line, taken = self._line + taken, records.line_num
                    if row := self._read_row(header, line, fields):
                        rows.append(row)
                return taken
            except csv.Error:
                if records.line_num == len(lines) and not last:
                    return taken
                line, record = self._line + taken, "".join(lines[taken : records.line_num])
                self._report_row(line, record.rstrip("\n"), "A quote is not closed, or has text behind it.")
                taken = records.line_num

    def _read_row(self, header: "_Header", line: int, fields: list[str]) -> Row | None:
        if message := header.mismatch(fields):
            if trim("".join(fields)) or len(fields) > 1:
                self._report_row(line, header.delimiter.join(fields), message)
            return None
        self._count_row(line)
        return self._checker.check(line, fields[header.serial_at], fields[header.date_at])

    def _report_row(self, line: int, record: str, message: str) -> None:
        self._count_row(line)
        self._checker.report(line, None, record, Violation(SerialErrorCode.ROW_MALFORMED, message))

    def _count_row(self, line: int) -> None:
        if self.row_count == self._max_rows:
            message = f"The file has more than {self._max_rows:,} rows."
            raise UnreadableFile(UnreadableFileCode.TOO_MANY_ROWS, message, line)
        self.row_count += 1


@dataclass(frozen=True, slots=True)
class _Header:
    """What the header says about the records: their delimiter and width, and what stands where."""

    delimiter: str
    width: int
    serial_at: int
    date_at: int
    others: tuple[int, ...]
    lines: int

    @classmethod
    def read(cls, lines: Sequence[str], line: int) -> Self:
        """Read the header that `lines` start with; `line` is its number."""
        if "\0" in lines[0]:
            message = f"Line {line} contains NUL bytes. Save the file as CSV in UTF-8."
            raise UnreadableFile(UnreadableFileCode.ENCODING_INVALID, message, line)
        try:
            delimiter = max(_DELIMITERS, key=lambda delimiter: _yield_of(lines, delimiter))
            records = csv.reader(lines, _Dialect, delimiter=delimiter)
            columns = [_column(name) for name in next(records)]
        except csv.Error as error:
            message = f"The header on line {line} has a quote that is not closed, or has text behind it."
            raise UnreadableFile(UnreadableFileCode.HEADER_MALFORMED, message, line) from error
        _require_columns(columns, "".join(lines[: records.line_num]), line)
        serial_at, date_at = columns.index(SERIAL_COLUMN), columns.index(DATE_COLUMN)
        others = tuple(index for index in range(len(columns)) if index not in (serial_at, date_at))
        return cls(delimiter, len(columns), serial_at, date_at, others, records.line_num)

    def mismatch(self, fields: list[str]) -> str | None:
        """Returns what keeps the fields from being a row under this header."""
        if len(fields) != self.width:
            return f"The row has {len(fields)} fields, the header has {self.width}."
        for index in self.others:
            if "\0" in fields[index]:
                return f"Field {index + 1} contains a NUL character."
        return None


def _yield_of(lines: Sequence[str], delimiter: str) -> tuple[int, int]:
    """Returns how many of the two columns, and how many columns at all, the header has when split by this delimiter.

    It is read as CSV for that, so a delimiter within quotes is none; leniently, so that a broken quote does not rule
    out the right delimiter.
    """
    names = next(csv.reader(lines, _Dialect, delimiter=delimiter, strict=False))
    return sum(_column(name) is not None for name in names), len(names)


def _column(name: str) -> str | None:
    """Returns the column that a header's name means, whatever its case and spacing; None for one to be ignored."""
    return _COLUMNS.get(_WORD_BREAKS.sub("", name).lower())


def _require_columns(columns: Sequence[str | None], header: str, line: int) -> None:
    for name in _COLUMNS.values():
        if name not in columns:
            wanted = " and ".join(_COLUMNS.values())
            message = (
                f"The header has no column {name}: the first line must name the columns {wanted}, in any order. "
                f"It reads: {trim(header)[:100]}"
            )
            raise UnreadableFile(UnreadableFileCode.COLUMN_MISSING, message, line)
        if columns.count(name) > 1:
            message = f"The header has the column {name} {columns.count(name)} times."
            raise UnreadableFile(UnreadableFileCode.COLUMN_DUPLICATE, message, line)
