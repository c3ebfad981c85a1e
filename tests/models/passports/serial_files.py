"""Files of serials written in every way that must be read, and the reading of them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import cycle
from typing import NamedTuple

from hypothesis import strategies as st

from models.passports.serials import (
    EARLIEST_MANUFACTURE_DATE,
    MAX_SERIAL_LENGTH,
    Row,
    RowViolation,
    SerialsReader,
    UnreadableFile,
    UnreadableFileCode,
)

TODAY = date(2026, 11, 20)
SPELLINGS = (
    ("serial_number", "manufacture_date"),
    ("Serial Number", "Manufacture Date"),
    (" serial-number ", "MANUFACTURE  DATE"),
    ("SERIAL_NUMBER", "manufacture-date"),
    ("serialNumber", "manufactureDate"),
)
ENCODINGS = (
    ("utf-8", b""),
    ("utf-8", b"\xef\xbb\xbf"),
    ("utf-16-le", b"\xff\xfe"),
    ("utf-16-be", b"\xfe\xff"),
    ("utf-16-le", b""),
    ("utf-16-be", b""),
)

Unit = tuple[str, date]


class Outcome(NamedTuple):
    """All that can be observed of a reading. The rows of an unreadable file are not: some are lost with it."""

    rows: list[Row]
    errors: list[RowViolation]
    error_count: int
    row_count: int
    unreadable: tuple[UnreadableFileCode, str, int | None] | None


def read(chunks: Iterable[bytes], *, max_rows: int = 1_000_000, max_record: int = 65_536) -> Outcome:
    reader = SerialsReader(TODAY, max_rows=max_rows, max_record=max_record)
    rows: list[Row] = []
    unreadable = None
    try:
        for chunk in chunks:
            rows += reader.feed(chunk)
        rows += reader.finish()
    except UnreadableFile as fault:
        rows, unreadable = [], (fault.code, fault.message, fault.line)
    return Outcome(rows, reader.errors, reader.error_count, reader.row_count, unreadable)


def cut(data: bytes, sizes: Sequence[int]) -> Iterator[bytes]:
    """`data` in chunks of these sizes, over and over."""
    start = 0
    for size in cycle(sizes):
        if start >= len(data):
            return
        yield data[start : start + size]
        start += size


class File(NamedTuple):
    """A file, the line on which each record after the header starts, and its longest record's length."""

    data: bytes
    lines: list[int]
    longest_record: int


@dataclass(frozen=True)
class Layout:
    """One way to write a file."""

    delimiter: str
    line_end: str
    encoding: tuple[str, bytes]
    quote_all: bool
    spelling: tuple[str, str]
    order: Sequence[str]
    blank_lines: Sequence[str]
    padding: str
    note: str
    ends_with_line_end: bool

    def record(self, serial: str, manufactured: str) -> str:
        padding = self.padding
        return self._record(padding + serial + padding, padding + manufactured + padding, self.note, "Pune")

    def write(self, records: Sequence[str]) -> File:
        # Without a mark, UTF-16 is known by a header that starts with an ASCII character.
        records = [self._record(*self.spelling, "Note; mixed, \t", "Wärme"), *records]
        text, lines = "", []
        for record in records:
            lines.append(1 + len(re.findall("\r\n|\r|\n", text)))
            text += self.line_end.join((record, *self.blank_lines, ""))
        if not self.ends_with_line_end:
            text = text.removesuffix(self.line_end)
        encoding, mark = self.encoding
        longest = max(len(re.sub("\r\n|\r", "\n", record)) + 1 for record in records)
        return File(mark + text.encode(encoding), lines[1:], longest)

    def _record(self, serial: str, manufactured: str, note: str, plant: str) -> str:
        fields = {"serial": serial, "date": manufactured, "note": note, "plant": plant}
        return self.delimiter.join(self._quoted(fields[name]) for name in self.order)

    def _quoted(self, field: str) -> str:
        if self.quote_all or self.delimiter in field or re.search(r'["\r\n]', field):
            return '"' + field.replace('"', '""') + '"'
        return field


layouts = st.builds(
    Layout,
    delimiter=st.sampled_from(",;\t"),
    line_end=st.sampled_from(("\n", "\r\n", "\r")),
    encoding=st.sampled_from(ENCODINGS),
    quote_all=st.booleans(),
    spelling=st.sampled_from(SPELLINGS),
    order=st.permutations(("serial", "date", "note", "plant")),
    blank_lines=st.lists(st.sampled_from(("", " ", "  ")), max_size=3),
    padding=st.sampled_from(("", " ", "\u00a0\u3000")),
    note=st.text(st.sampled_from('ab ,;\t"é🔋\r\n'), max_size=12),
    ends_with_line_end=st.booleans(),
)
serial_numbers = (
    st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=MAX_SERIAL_LENGTH)
    .map(lambda text: unicodedata.normalize("NFC", text.strip()))
    .filter(lambda serial: 1 <= len(serial) <= MAX_SERIAL_LENGTH)
)
dates = st.dates(EARLIEST_MANUFACTURE_DATE, TODAY)
units = st.lists(st.tuples(serial_numbers, dates), max_size=8, unique_by=lambda unit: unit[0])
chunk_sizes = st.lists(st.integers(1, 90), min_size=1, max_size=5)

_HEADERS = (
    b"",
    b"serial_number,manufacture_date\n",
    b"note;manufacture_date;serial_number\r\n",
    b'"serial_number"\tmanufacture_date\r',
)
_FRAGMENTS = (
    *("A1", "B2", "é", "\u200b", "2026-01-15", "2030-01-01", ",", ";", "\t", '"', '""', "\n", "\r", " ", "\0"),
    *("A1,2026-01-15\n", '"B2","2026-01-16"\r\n', "2026-01-17;C3\n"),
)
_TEXTS = st.lists(st.sampled_from(_FRAGMENTS), max_size=60).map("".join)
# Nonsense, CSV gone wrong in every encoding, and bytes that belong to no encoding.
any_bytes = st.one_of(
    st.binary(max_size=200),
    st.tuples(st.sampled_from(_HEADERS), _TEXTS).map(lambda parts: parts[0] + parts[1].encode()),
    st.tuples(st.sampled_from(ENCODINGS), st.sampled_from(_HEADERS), _TEXTS, st.binary(max_size=4)).map(
        lambda parts: parts[0][1] + (parts[1].decode() + parts[2]).encode(parts[0][0]) + parts[3] + b"\n" * 9
    ),
)
