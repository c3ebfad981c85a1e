"""The ratios that a decision record promises, read from the record itself, and whether a run keeps them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from bench.figures import Figure

RECORD: Final = Path(__file__).parent.parent / "docs" / "decisions" / "0017-what-is-promised-about-speed.md"
_ROW: Final = re.compile(r"\|\s*`(\w+)`\s*\|\s*(.+?)\s*\|\s*(\d+\.\d+)\s*\|\s*(\d+\.\d+)\s*\|")


class Verdict(StrEnum):
    """What is to be said about a promise."""

    KEPT = "kept"
    WITHIN_NOISE = "within noise"
    MISSED = "missed"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Promise:
    """A ratio that a benchmark's figure reaches, and by how much a run may be below it on a quiet machine."""

    benchmark: str
    what: str
    ratio: float
    noise: float

    def verdict(self, found: Figure | None) -> Verdict:
        """Whether the figure keeps the promise."""
        if found is None or found.ratio is None:
            return Verdict.NOT_MEASURED
        if found.ratio >= self.ratio:
            return Verdict.KEPT
        return Verdict.WITHIN_NOISE if found.ratio >= self.ratio - self.noise else Verdict.MISSED


def promises(record: str) -> list[Promise]:
    """The rows of the record's table. Raises `ValueError` when a line of it can't be read, or there is none."""
    rows = [line for line in record.splitlines() if line.startswith("| `")]
    found = [_ROW.fullmatch(row) for row in rows]
    if not rows or None in found:
        raise ValueError(f"the table of promises can't be read: {rows}")
    return [Promise(match[1], match[2], float(match[3]), float(match[4])) for match in found if match]


def judged(figures: Iterable[Figure], ran: Iterable[str], record: str) -> list[tuple[Promise, Verdict]]:
    """Each promise of the benchmarks that ran, with its verdict: one that none of them measured is not kept."""
    by_name = {(found.benchmark, found.what): found for found in figures}
    chosen = set(ran)
    return [
        (promise, promise.verdict(by_name.get((promise.benchmark, promise.what))))
        for promise in promises(record)
        if promise.benchmark in chosen
    ]
