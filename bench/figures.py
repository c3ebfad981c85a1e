"""What a benchmark says while it runs: how far it is, and each figure that it found.

`python -m bench` reads this from the file that `BENCH_EVENTS` names; a benchmark that is run by itself prints it.
"""

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

_EVENTS: Final = os.environ.get("BENCH_EVENTS")
# Less than 1 makes every size smaller, to see that the benchmarks work; such figures say nothing.
SHARE: Final = float(os.environ.get("BENCH_SHARE", "1"))


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. Where there is a limit, the ratio is how much of it was reached: more is better."""

    benchmark: str
    what: str
    value: float
    unit: str
    limit: float | None = None
    ratio: float | None = None


def sized(count: int, *, least: int = 1) -> int:
    """A benchmark's size: `count`, or its share of it."""
    return max(least, int(count * SHARE))


def step(description: str, done: int, total: int) -> None:
    """Say what is measured next, `done` of `total`."""
    _say({"step": description, "done": done, "total": total})


def figure(what: str, value: float, unit: str, *, limit: float | None = None, ratio: float | None = None) -> None:
    """Report a figure. Without a ratio of its own (such as a median of many), value / limit is the ratio."""
    if ratio is None and limit is not None:
        ratio = value / limit
    # `python -m bench.issue` runs the module as __main__; its name is its file's.
    benchmark = Path(sys.argv[0]).stem
    _say({"figure": asdict(Figure(benchmark, what, value, unit, limit, ratio))})


def shown(value: float | None) -> str:
    """A number to read: whole from 100 up, else with three digits that count."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _say(event: dict[str, Any]) -> None:
    if _EVENTS:
        with Path(_EVENTS).open("a") as events:
            events.write(json.dumps(event) + "\n")
    elif "figure" in event:
        found = Figure(**event["figure"])
        beside = f", limit {shown(found.limit)}" if found.limit is not None else ""
        ratio = f", ratio {found.ratio:.2f}" if found.ratio is not None else ""
        sys.stdout.write(f"{found.what}: {shown(found.value)} {found.unit}{beside}{ratio}\n")
        sys.stdout.flush()
