"""Where the serials to be issued come from: a CSV file that lies on disk, or the rows of an input.

Both are read in chunks by whoever issues, in a thread, so that neither memory nor the event loop feels their size.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, Final, Protocol

from models.kernel.errors import reject
from models.passports.errors import PassportErrorCode
from models.passports.serials import Row, RowChecker, RowViolation, SerialsReader, UnreadableFile, UnreadableFileCode

MAX_INPUT_ROWS: Final = 1_000
# Some 2,500 rows: few enough to be gone before the garbage collector takes them for old.
_PIECE_BYTES: Final = 64 * 1024


class RowViolations(Protocol):
    """What was found wrong so far: the first 1,000 errors by line, within a line the serial's first; all counted."""

    @property
    def errors(self) -> list[RowViolation]: ...

    @property
    def error_count(self) -> int: ...


class SerialSource(Protocol):
    """Serials with their manufacture dates."""

    def digest(self) -> bytes:
        """SHA-256 of the content, which tells a repeat from something else."""
        ...

    def read(self, latest: date) -> tuple[Iterator[list[Row]], RowViolations]:
        """The rows without errors in chunks, and the errors, complete when the chunks have come to their end.

        `latest` is the last manufacture date allowed. Raises `Rejected`, also from the iterator, when the source as
        a whole can't be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A CSV file, open for reading bytes and seekable; see `serials.SerialsReader` for what it may look like."""

    file: BinaryIO

    def digest(self) -> bytes:
        self.file.seek(0)
        digest = hashlib.sha256()
        while piece := self.file.read(_PIECE_BYTES):
            digest.update(piece)
        return digest.digest()

    def read(self, latest: date) -> tuple[Iterator[list[Row]], RowViolations]:
        reader = SerialsReader(latest)
        return self._chunks(reader), reader

    def _chunks(self, reader: SerialsReader) -> Iterator[list[Row]]:
        self.file.seek(0)
        try:
            while piece := self.file.read(_PIECE_BYTES):
                yield reader.feed(piece)
            yield reader.finish()
            if not reader.row_count:
                raise UnreadableFile(UnreadableFileCode.FILE_EMPTY, "The file has a header and no rows.")
        except UnreadableFile as error:
            status = 413 if error.code is UnreadableFileCode.TOO_MANY_ROWS else 400
            raise reject(error.code, error.message, "file", http_status=status, line=error.line) from None


@dataclass(frozen=True, slots=True)
class NewPassport:
    """A unit as an input gives it."""

    serial_number: str
    manufacture_date: date


@dataclass(frozen=True, slots=True)
class InputRows:
    """Rows of an input, at most 1,000. In errors the first row has line 1."""

    rows: Sequence[NewPassport]

    def digest(self) -> bytes:
        text = "\n".join(f"{row.serial_number!r},{row.manufacture_date}" for row in self.rows)
        return hashlib.sha256(text.encode()).digest()

    def read(self, latest: date) -> tuple[Iterator[list[Row]], RowViolations]:
        if not self.rows:
            raise reject(PassportErrorCode.ROWS_MISSING, "Give at least one row.", "rows")
        if len(self.rows) > MAX_INPUT_ROWS:
            message = f"At most {MAX_INPUT_ROWS:,} rows are taken here, not {len(self.rows):,}: upload a CSV file."
            raise reject(PassportErrorCode.ROWS_TOO_MANY, message, "rows")
        checker = RowChecker(latest)
        return self._chunks(checker), checker

    def _chunks(self, checker: RowChecker) -> Iterator[list[Row]]:
        checked = (
            checker.check(line, row.serial_number, row.manufacture_date.isoformat())
            for line, row in enumerate(self.rows, start=1)
        )
        yield [row for row in checked if row]
