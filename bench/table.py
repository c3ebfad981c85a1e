"""The results of a run, as a table to read and as JSON lines to work with."""

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bench.figures import SHARE, Figure, shown
from bench.promises import Promise, Verdict
from models import embedded

RESULTS: Final = Path(__file__).parent / "results"
_COLUMNS: Final = ("benchmark", "what", "figure", "limit", "ratio", "promised", "noise", "verdict")
Judged = Sequence[tuple[Promise, Verdict]]


def machine() -> str:
    """What the figures depend on: cores and versions."""
    postgres = subprocess.run(
        [embedded._binaries() / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout.split()
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, PostgreSQL {postgres[2]}"


def rows(figures: Sequence[Figure], verdicts: Judged) -> list[dict[str, Any]]:
    """A row for each figure, and one for each promise that nothing measured."""
    promised = {(promise.benchmark, promise.what): (promise, verdict) for promise, verdict in verdicts}
    table = []
    for found in figures:
        promise, verdict = promised.pop((found.benchmark, found.what), (None, None))
        table.append(_row(found.benchmark, found.what, found, promise, verdict))
    return [
        *table,
        *(_row(promise.benchmark, promise.what, None, promise, verdict) for promise, verdict in promised.values()),
    ]


def _row(
    benchmark: str, what: str, found: Figure | None, promise: Promise | None, verdict: Verdict | None
) -> dict[str, Any]:
    return {
        "benchmark": benchmark,
        "what": what,
        "figure": found.value if found else None,
        "unit": found.unit if found else None,
        "limit": found.limit if found else None,
        "ratio": found.ratio if found else None,
        "promised": promise.ratio if promise else None,
        "noise": promise.noise if promise else None,
        "verdict": verdict,
    }


def markdown(table: Sequence[dict[str, Any]]) -> str:
    """The rows as a Markdown table."""
    lines = [list(_COLUMNS), ["---", "---", *["---:"] * 5, "---"]]
    for row in table:
        figure = f"{shown(row['figure'])} {row['unit'] or ''}".strip()
        ratios = (f"{row[name]:.2f}" if row[name] is not None else "" for name in ("ratio", "promised", "noise"))
        lines.append([row["benchmark"], row["what"], figure, shown(row["limit"]), *ratios, row["verdict"] or ""])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def write(folder: Path, began: datetime, table: Sequence[dict[str, Any]]) -> Path:
    """Write both files, named after the moment when the run began; gives the one to read."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{began:%Y-%m-%dT%H%M%SZ}"
    share = "" if SHARE == 1 else f" A trial with {SHARE:g} of the sizes: nothing is judged."
    text = folder / f"{name}.md"
    text.write_text(f"# {began:%Y-%m-%d %H:%M} UTC\n\n{machine()}.{share}\n\n{markdown(table)}")
    about = {"began": began.isoformat(), "machine": machine(), "share": SHARE}
    (folder / f"{name}.jsonl").write_text("".join(json.dumps({**about, **row}) + "\n" for row in table))
    return text
