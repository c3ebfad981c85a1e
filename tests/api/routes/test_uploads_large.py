"""A file of 100,000 serials in one request: issued, memory flat; and again: 100,000 duplicates."""

import subprocess
import sys
from typing import Any

import orjson


def upload_twice(database_url: str, rows: int) -> list[dict[str, Any]]:
    """What came of uploading a file of so many rows, and the same file again, in a process of its own."""
    command = [sys.executable, "-m", "tests.api.routes.upload_many", database_url, str(rows)]
    output = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return [orjson.loads(line) for line in output.splitlines() if line.startswith("{")]


def test_a_large_file_is_issued_in_flat_memory_and_found_again_as_duplicates(database_url: str) -> None:
    small, _ = upload_twice(database_url, 20_000)
    first, again = upload_twice(database_url, 100_000)
    assert (first["status"], first["created"], first["errorCount"]) == (201, 100_000, 0)
    assert (again["status"], again["created"], again["errorCount"]) == (422, 0, 100_000)
    assert (again["listed"], again["codes"]) == (1000, ["SERIAL_ALREADY_ISSUED"])
    # 80,000 more serials to tell duplicates by take some 15 MiB; the rows themselves would take twice as much on top.
    kib = 1 if sys.platform == "linux" else 1024  # the unit of ru_maxrss
    assert (again["peak"] - small["peak"]) / kib < 32 * 1024
