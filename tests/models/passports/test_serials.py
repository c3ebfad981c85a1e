"""Serials from CSV files: what is read, what is reported, and that the way the bytes arrive changes nothing."""

import csv
import io
import unicodedata
import zipfile
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.kernel.errors import ErrorCode
from models.passports.serials import (
    MAX_ERRORS_KEPT,
    Row,
    RowChecker,
    SerialErrorCode,
    UnreadableFileCode,
)
from tests.models.passports.serial_files import (
    ENCODINGS,
    TODAY,
    Layout,
    Outcome,
    Unit,
    any_bytes,
    chunk_sizes,
    cut,
    layouts,
    read,
    units,
)

HEADER = "serial_number,manufacture_date\n"
DAY = date(2026, 1, 15)

FAULTY_SERIALS = [
    ("", SerialErrorCode.SERIAL_MISSING),
    (" \u00a0\t", SerialErrorCode.SERIAL_MISSING),
    ("x" * 65, SerialErrorCode.SERIAL_TOO_LONG),
    (unicodedata.normalize("NFD", "\u1faf" * 65), SerialErrorCode.SERIAL_TOO_LONG),
    ("A\x07B", SerialErrorCode.SERIAL_INVALID_CHARACTER),
    ("A\0B", SerialErrorCode.SERIAL_INVALID_CHARACTER),
    ("A\nB", SerialErrorCode.SERIAL_INVALID_CHARACTER),
    ("A\x1d", SerialErrorCode.SERIAL_INVALID_CHARACTER),
    ("A\x85", SerialErrorCode.SERIAL_INVALID_CHARACTER),
    ("A\u200bB", SerialErrorCode.SERIAL_INVALID_CHARACTER),
    ("\ufeffAB", SerialErrorCode.SERIAL_INVALID_CHARACTER),
    ("A\u2028", SerialErrorCode.SERIAL_INVALID_CHARACTER),
    ("A\u2029B", SerialErrorCode.SERIAL_INVALID_CHARACTER),
    ("A\ue000", SerialErrorCode.SERIAL_INVALID_CHARACTER),
    ("A\u0378", SerialErrorCode.SERIAL_INVALID_CHARACTER),
]
FAULTY_DATES = [
    ("", SerialErrorCode.DATE_MISSING),
    ("  ", SerialErrorCode.DATE_MISSING),
    ((TODAY + timedelta(1)).isoformat(), SerialErrorCode.DATE_IN_FUTURE),
    ("9999-12-31", SerialErrorCode.DATE_IN_FUTURE),
    ("1989-12-31", SerialErrorCode.DATE_TOO_EARLY),
    ("0001-01-01", SerialErrorCode.DATE_TOO_EARLY),
    ("0000-01-01", SerialErrorCode.DATE_INVALID),
    ("2026-02-29", SerialErrorCode.DATE_INVALID),
    ("20260115", SerialErrorCode.DATE_INVALID),
    ("2026-W03-4", SerialErrorCode.DATE_INVALID),
    ("2026-1-15", SerialErrorCode.DATE_INVALID),
    ("15/01/2026", SerialErrorCode.DATE_INVALID),
    ("2026-01-15T00:00:00", SerialErrorCode.DATE_INVALID),
    ("२०२६-०१-१५", SerialErrorCode.DATE_INVALID),
    ("2026-01-1\0", SerialErrorCode.DATE_INVALID),
]
FAULTS = [
    *((serial, "2026-01-15", "serial_number", code) for serial, code in FAULTY_SERIALS),
    *(("FAULTY", day, "manufacture_date", code) for day, code in FAULTY_DATES),
]

Found = list[tuple[int, str | None, str, ErrorCode]]
repeatable = settings(deadline=None, derandomize=True, database=None)


def read_text(text: str, *, max_rows: int = 1_000_000) -> Outcome:
    return read([text.encode()], max_rows=max_rows)


def found(outcome: Outcome) -> Found:
    """The errors of a readable file, without their messages."""
    assert outcome.unreadable is None
    assert outcome.error_count == len(outcome.errors)
    return [(error.line, error.column, error.value, error.code) for error in outcome.errors]


def refusal(outcome: Outcome) -> tuple[UnreadableFileCode, int | None]:
    """Why the file could not be read, and from which line on."""
    assert outcome.unreadable is not None
    code, _, line = outcome.unreadable
    return code, line


def records(layout: Layout, units: list[Unit]) -> list[str]:
    return [layout.record(serial, day.isoformat()) for serial, day in units]


@repeatable
@given(layouts, units, chunk_sizes)
def test_any_valid_file_gives_exactly_its_rows(layout: Layout, units: list[Unit], sizes: list[int]) -> None:
    file = layout.write(records(layout, units))
    rows = [Row(line, *unit) for line, unit in zip(file.lines, units, strict=True)]

    outcome = read(cut(file.data, sizes), max_record=file.longest_record)

    assert outcome == Outcome(rows, [], 0, len(units), None)


@repeatable
@given(layouts, units, st.sampled_from(FAULTS), st.integers(0, 8), chunk_sizes)
def test_any_single_fault_is_reported_and_the_rest_read(
    layout: Layout,
    units: list[Unit],
    fault: tuple[str, str, str, SerialErrorCode],
    place: int,
    sizes: list[int],
) -> None:
    serial, day, column, code = fault
    good = records(layout, units)
    file = layout.write([*good[:place], layout.record(serial, day), *good[place:]])
    faulty_line = file.lines.pop(min(place, len(units)))

    outcome = read(cut(file.data, sizes), max_record=file.longest_record)

    assert [(error.line, error.column, error.code) for error in outcome.errors] == [(faulty_line, column, code)]
    assert outcome.rows == [Row(line, *unit) for line, unit in zip(file.lines, units, strict=True)]
    assert (outcome.error_count, outcome.row_count, outcome.unreadable) == (1, len(units) + 1, None)


@repeatable
@given(layouts, units, st.sampled_from((1, 3, 5)), st.integers(0, 8), chunk_sizes)
def test_a_row_of_another_width_is_reported_and_the_rest_read(
    layout: Layout, units: list[Unit], width: int, place: int, sizes: list[int]
) -> None:
    good = records(layout, units)
    record = layout.delimiter.join("ABCDE"[:width])
    file = layout.write([*good[:place], record, *good[place:]])
    faulty_line = file.lines.pop(min(place, len(units)))

    outcome = read(cut(file.data, sizes), max_record=file.longest_record)

    assert found(outcome) == [(faulty_line, None, record, SerialErrorCode.ROW_MALFORMED)]
    assert outcome.rows == [Row(line, *unit) for line, unit in zip(file.lines, units, strict=True)]


@repeatable
@given(layouts, units, chunk_sizes)
def test_a_record_over_the_limit_ends_the_reading_on_its_line(
    layout: Layout, units: list[Unit], sizes: list[int]
) -> None:
    file = layout.write([*records(layout, units), layout.record("A", "x" * 1_000)])

    outcome = read(cut(file.data, sizes), max_record=1_000)

    assert refusal(outcome) == (UnreadableFileCode.RECORD_TOO_LONG, file.lines[-1])


@settings(repeatable, max_examples=300)
@given(any_bytes, chunk_sizes, st.integers(1, 120))
def test_the_bytes_alone_decide_and_no_record_goes_missing(data: bytes, sizes: list[int], max_record: int) -> None:
    outcome = read([data], max_record=max_record)

    assert read(cut(data, sizes), max_record=max_record) == outcome
    assert read(cut(data, [1]), max_record=max_record) == outcome
    if outcome.unreadable is None:
        good, faulty = {row.line for row in outcome.rows}, {error.line for error in outcome.errors}
        assert not good & faulty
        assert len(good) + len(faulty) == outcome.row_count


def short(value: str) -> str:
    return ascii(value)[:24]


@pytest.mark.parametrize(("serial", "code"), FAULTY_SERIALS, ids=short)
def test_faulty_serial(serial: str, code: SerialErrorCode) -> None:
    outcome = read_text(f'{HEADER}"{serial}",2026-01-15\nB,2026-01-15\n')

    shown = serial.replace("\0", "\ufffd")[:100]
    assert found(outcome) == [(2, "serial_number", shown, code)]
    assert [row.serial_number for row in outcome.rows] == ["B"]


@pytest.mark.parametrize(("day", "code"), FAULTY_DATES, ids=short)
def test_faulty_date(day: str, code: SerialErrorCode) -> None:
    outcome = read_text(f'{HEADER}A,"{day}"\nB,2026-01-15\n')

    assert found(outcome) == [(2, "manufacture_date", day.replace("\0", "\ufffd"), code)]
    assert outcome.rows == [Row(3, "B", DAY)]


def test_both_columns_of_a_row_are_reported() -> None:
    assert found(read_text(HEADER + ",\n")) == [
        (2, "serial_number", "", SerialErrorCode.SERIAL_MISSING),
        (2, "manufacture_date", "", SerialErrorCode.DATE_MISSING),
    ]


def test_the_message_names_the_invisible_character() -> None:
    (error,) = read_text(HEADER + "AB\u200bC,2026-01-15").errors
    assert error.message == "Character 3 of the serial number, U+200B, is invisible."


def test_the_first_and_the_last_date_are_allowed() -> None:
    outcome = read_text(f"{HEADER}A,1990-01-01\nB,{TODAY}\n")
    assert outcome.rows == [Row(2, "A", date(1990, 1, 1)), Row(3, "B", TODAY)]


def test_a_serial_may_have_64_characters_however_they_are_composed() -> None:
    composed = "\u1faf" * 64
    decomposed = unicodedata.normalize("NFD", composed)
    assert len(decomposed) == 256
    assert read_text(f"{HEADER}{decomposed},2026-01-15").rows == [Row(2, composed, DAY)]


def test_a_run_of_combining_marks_is_refused_without_being_normalised() -> None:
    # Normalising takes seconds here, and would compose the first two characters into one.
    (error,) = read_text(HEADER + "a" + "\u0300\u0316" * 30_000 + ",2026-01-15").errors

    assert error.code is SerialErrorCode.SERIAL_TOO_LONG
    assert error.message == "The serial number has 60,001 characters, 64 are allowed."


def test_a_duplicate_is_reported_on_the_later_line_with_the_first() -> None:
    outcome = read_text(HEADER + "A,2026-01-15\na,2026-01-15\n  A ,2026-01-16\nA,2026-01-17\n")

    assert found(outcome) == [
        (4, "serial_number", "A ", SerialErrorCode.SERIAL_DUPLICATE_IN_FILE),
        (5, "serial_number", "A", SerialErrorCode.SERIAL_DUPLICATE_IN_FILE),
    ]
    assert {error.message for error in outcome.errors} == {"The serial number is already on line 2."}
    assert [row.serial_number for row in outcome.rows] == ["A", "a"]


def test_serials_that_differ_in_composition_alone_are_duplicates() -> None:
    outcome = read_text(HEADER + "\u00e9,2026-01-15\ne\u0301,2026-01-15\n")
    assert [(error.line, error.code) for error in outcome.errors] == [(3, SerialErrorCode.SERIAL_DUPLICATE_IN_FILE)]


def test_a_serial_is_taken_even_by_a_row_with_a_faulty_date() -> None:
    outcome = read_text(HEADER + "A,tomorrow\nA,2026-01-15\n")
    assert [(error.line, error.code) for error in outcome.errors] == [
        (2, SerialErrorCode.DATE_INVALID),
        (3, SerialErrorCode.SERIAL_DUPLICATE_IN_FILE),
    ]
    assert outcome.rows == []


@pytest.mark.parametrize(
    "record",
    ["A", ",", "A,", "A;2026-01-15;x", "A,2026-01-15,x,y", '"A"B,2026-01-15,x', '"A" ,2026-01-15,x', "A,2026-01-15,\0"],
)
def test_malformed_record(record: str) -> None:
    outcome = read_text(f"serial_number,manufacture_date,note\n{record}\nB,2026-01-15,x\n")

    shown = record.replace("\0", "\ufffd")
    assert found(outcome) == [(2, None, shown, SerialErrorCode.ROW_MALFORMED)]
    assert outcome.rows == [Row(3, "B", DAY)]


def test_an_unclosed_quote_is_reported_where_it_opens() -> None:
    outcome = read_text(HEADER + 'A,2026-01-15\n"B,2026-01-15\nC,2026-01-15\n')

    shown = '"B,2026-01-15\nC,2026-01-15'
    assert found(outcome) == [(3, None, shown, SerialErrorCode.ROW_MALFORMED)]
    assert outcome.rows == [Row(2, "A", DAY)]


def test_an_unclosed_quote_in_a_long_file_ends_the_reading() -> None:
    text = HEADER + 'A,2026-01-15\n"B,2026-01-15\n' + "C,2026-01-15\n" * 10_000
    assert refusal(read_text(text)) == (UnreadableFileCode.RECORD_TOO_LONG, 3)


def test_no_more_than_a_record_is_kept_of_a_file_without_line_ends() -> None:
    chunks = iter([b"x" * 4_096] * 100)

    assert refusal(read(chunks)) == (UnreadableFileCode.RECORD_TOO_LONG, 1)
    assert len(list(chunks)) == 84


def test_lines_are_counted_through_line_ends_in_quotes() -> None:
    text = 'note,serial_number,manufacture_date\r\n"a\r\nb\n\rc",A,2026-01-15\r\n\r\nx,B,2026-01-15\rx,C,bad'
    outcome = read_text(text)

    assert outcome.rows == [Row(2, "A", DAY), Row(7, "B", DAY)]
    assert found(outcome) == [(8, "manufacture_date", "bad", SerialErrorCode.DATE_INVALID)]


def test_blank_lines_are_no_rows_even_before_the_header() -> None:
    outcome = read_text("\n \r\n" + HEADER + "\nA,2026-01-15\n\t \n")
    assert outcome == Outcome([Row(5, "A", DAY)], [], 0, 1, None)


def test_spaces_before_a_quote_belong_to_no_field() -> None:
    assert read_text('"serial_number", "manufacture_date"\n"A,1", "2026-01-15"\n').rows == [Row(2, "A,1", DAY)]


def test_a_quote_within_an_unquoted_field_is_text() -> None:
    assert read_text(HEADER + '5"A,2026-01-15\n').rows == [Row(2, '5"A', DAY)]


def test_a_delimiter_in_a_quoted_name_is_not_the_file_s() -> None:
    outcome = read_text('"a;b;c;d",serial_number,manufacture_date\nx,A,2026-01-15\n')
    assert outcome.rows == [Row(2, "A", DAY)]


def test_a_header_alone_is_a_file_without_rows() -> None:
    assert read_text(HEADER) == Outcome([], [], 0, 0, None)


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", UnreadableFileCode.FILE_EMPTY, None),
        (b"\xef\xbb\xbf\r\n  \n", UnreadableFileCode.FILE_EMPTY, None),
        (b"\nserial_number,date\n", UnreadableFileCode.COLUMN_MISSING, 2),
        (b"manufacture_date\nA\n", UnreadableFileCode.COLUMN_MISSING, 1),
        (b"serial_number;x,manufacture_date\n", UnreadableFileCode.COLUMN_MISSING, 1),
        (b"Serial Number,manufacture_date,serial_number\n", UnreadableFileCode.COLUMN_DUPLICATE, 1),
        (b"serial_number,manufacture_date,manufacture_date\n", UnreadableFileCode.COLUMN_DUPLICATE, 1),
        (b'serial_number,"manufacture_date\n', UnreadableFileCode.HEADER_MALFORMED, 1),
        (HEADER.encode() + b"A,2026-01-15\r\r\nB\xe9,2026-01-15\n", UnreadableFileCode.ENCODING_INVALID, 4),
        (HEADER.encode() + b"A,2026-01-15\r\xff", UnreadableFileCode.ENCODING_INVALID, 3),
        (HEADER.encode() + b"A\xc3", UnreadableFileCode.ENCODING_INVALID, 2),
        (HEADER.encode("utf-16") + b"\n", UnreadableFileCode.ENCODING_INVALID, 2),
        (HEADER.encode("utf-16-le") + b"\x00\xdcA\0", UnreadableFileCode.ENCODING_INVALID, 2),
        (HEADER.encode("utf-32"), UnreadableFileCode.ENCODING_INVALID, 1),
        (HEADER.encode("utf-32-le"), UnreadableFileCode.ENCODING_INVALID, 1),
        (HEADER.encode("utf-32-be"), UnreadableFileCode.ENCODING_INVALID, 1),
        (b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0b\xee\x9dh", UnreadableFileCode.ENCODING_INVALID, 1),
    ],
    ids=short,
)
def test_unreadable_file(data: bytes, code: UnreadableFileCode, line: int | None) -> None:
    assert refusal(read([data])) == (code, line)


@pytest.mark.parametrize(("encoding", "mark"), ENCODINGS)
def test_encoding(encoding: str, mark: bytes) -> None:
    data = mark + f"{HEADER}é🔋,2026-01-15\n".encode(encoding)
    assert read(cut(data, [1])).rows == [Row(2, "é🔋", DAY)]


def test_one_row_over_the_limit_ends_the_reading() -> None:
    text = HEADER + "A,2026-01-15\n\nB,bad\n"

    assert read_text(text, max_rows=2).unreadable is None
    assert refusal(read_text(text + "C\n", max_rows=2)) == (UnreadableFileCode.TOO_MANY_ROWS, 5)


def test_all_errors_are_counted_and_a_thousand_kept() -> None:
    outcome = read_text(HEADER + "A\n" * 1_500)

    assert (outcome.error_count, outcome.row_count) == (1_500, 1_500)
    assert [error.line for error in outcome.errors] == list(range(2, MAX_ERRORS_KEPT + 2))


def test_a_lower_field_limit_set_elsewhere_in_the_process_drops_nothing() -> None:
    limit = csv.field_size_limit(40)
    try:
        outcome = read_text(HEADER + "A,2026-01-15\n" + "x" * 50 + ",2026-01-15\nB,2026-01-15\n")
    finally:
        csv.field_size_limit(limit)
    assert [(error.line, error.code) for error in outcome.errors] == [(3, SerialErrorCode.ROW_MALFORMED)]
    assert outcome.rows == [Row(2, "A", DAY), Row(4, "B", DAY)]


def test_the_rules_hold_for_rows_from_elsewhere() -> None:
    checker = RowChecker(TODAY)

    assert checker.check(1, " A\u0301 ", "2026-01-15") == Row(1, "\u00c1", DAY)
    assert checker.check(2, "\u00c1", "2026-01-15") is None
    assert checker.check(3, "B\ud800", "2026-01-15") is None
    assert [(error.line, error.value, error.code) for error in checker.errors] == [
        (2, "\u00c1", SerialErrorCode.SERIAL_DUPLICATE_IN_FILE),
        (3, "B\ufffd", SerialErrorCode.SERIAL_INVALID_CHARACTER),
    ]
    assert checker.error_count == 2


def test_an_excel_workbook_is_told_apart_from_text() -> None:
    workbook = io.BytesIO()
    with zipfile.ZipFile(workbook, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>" * 500)
        archive.writestr("xl/worksheets/sheet1.xml", "<sheetData/>" * 500)
    unreadable = read([workbook.getvalue()]).unreadable
    assert unreadable is not None
    assert "Excel workbook" in unreadable[1]
