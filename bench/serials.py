"""Rows per second of the serials reader, beside the bare `csv.reader` over the same text in the same run.

Run it from the project's root: `python -m bench.serials [rows]`.
"""

import csv
import io
import sys
from collections.abc import Callable
from datetime import date, timedelta
from time import process_time

from bench.figures import figure, sized
from models.passports.serials import SerialsReader

REPEATS = 5
CHUNK = 65_536
FIRST_DAY = date(2026, 1, 1)


def main(rows: int) -> None:
    lines = (f"BAT-2026-{row:07d},{FIRST_DAY + timedelta(row % 300)}\r\n" for row in range(rows))
    text = "serial_number,manufacture_date\r\n" + "".join(lines)
    data = text.encode()

    def bare() -> int:
        return sum(1 for _ in csv.reader(io.StringIO(text, newline=""))) - 1

    def reader() -> int:
        serials = SerialsReader(FIRST_DAY + timedelta(300))
        read = sum(len(serials.feed(data[start : start + CHUNK])) for start in range(0, len(data), CHUNK))
        return read + len(serials.finish())

    # Turn by turn, so that a slow moment of the machine hits both.
    seconds = [(timed(bare, rows), timed(reader, rows)) for _ in range(REPEATS)]
    bare_seconds, reader_seconds = (min(times) for times in zip(*seconds, strict=True))
    figure("serials read and checked, beside csv.reader", rows / reader_seconds, "rows/s", limit=rows / bare_seconds)


def timed(read: Callable[[], int], rows: int) -> float:
    start = process_time()
    assert read() == rows
    return process_time() - start


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else sized(300_000))
