"""Every benchmark, one after the other, each in a process of its own: ``make bench``, or ``python -m bench NAME …``.

Figures are ratios to a limit measured in the same run; on a shared or busy machine only the ratios count. The run ends
with a table, which is kept in ``bench/results``, and exits with 1 when a ratio that decision record 17 promises is
missed by more than the noise that it names. ``BENCH_ROWS=100000`` adds ``many_rows``, which takes its time.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bench import table
from bench.figures import SHARE, Figure
from bench.promises import RECORD, Verdict, judged

# What stands beside the benchmarks and measures nothing itself.
_NOT_BENCHMARKS = {"__init__", "__main__", "bed", "figures", "promises", "table"}
# What takes too long to be run unasked.
_WHEN_ASKED = {"many_rows"}
_LINES_OF_A_FAILURE = 30


def main() -> None:
    """Run all, or those named on the command line; exits with 1 when one fails or a promise is missed."""
    began = datetime.now(UTC)
    chosen = _chosen(sys.argv[1:])
    console = Console()
    figures: list[Figure] = []
    failed = []
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console, transient=True
    ) as progress:
        for name in chosen:
            found, failure = _run(name, progress)
            figures += found
            if failure:
                failed.append(name)
                progress.console.print(f"{name} failed:\n{failure}", style="red", markup=False, highlight=False)
    verdicts = judged(figures, chosen, RECORD.read_text()) if SHARE == 1 else []
    rows = table.rows(figures, verdicts)
    written = table.write(Path(os.environ.get("BENCH_RESULTS", table.RESULTS)), began, rows)
    sys.stdout.write(f"{table.machine()}\n\n{table.markdown(rows)}\n{written.name} is in {written.parent.name}.\n")
    missed = [promise for promise, verdict in verdicts if verdict in (Verdict.MISSED, Verdict.NOT_MEASURED)]
    for promise in missed:
        sys.stdout.write(f"Not kept: {promise.benchmark}, {promise.what}: {promise.ratio:.2f}\n")
    sys.exit(1 if failed or missed else 0)


def _chosen(named: list[str]) -> list[str]:
    found = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in _NOT_BENCHMARKS)
    if unknown := set(named) - set(found):
        sys.exit(f"No benchmark is called {', '.join(sorted(unknown))}; there are: {', '.join(found)}")
    return named or [name for name in found if name not in _WHEN_ASKED or "BENCH_ROWS" in os.environ]


def _run(name: str, progress: Progress) -> tuple[list[Figure], str]:
    """A benchmark's figures, and the end of what it said when it failed."""
    bar = progress.add_task(name, total=None)
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="exportready-bench-") as folder:
        events, log = Path(folder) / "events", Path(folder) / "log"
        events.touch()
        with log.open("w") as output, events.open() as unread:
            running = subprocess.Popen(
                [sys.executable, "-m", f"bench.{name}"],
                env={**os.environ, "BENCH_EVENTS": str(events)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                ended = False
                while not ended:
                    ended = running.poll() is not None
                    for line in unread:
                        event = json.loads(line)
                        if "figure" in event:
                            figures.append(Figure(**event["figure"]))
                        else:
                            description = f"{name}: {event['step']}"
                            progress.update(bar, description=description, completed=event["done"], total=event["total"])
                    time.sleep(0.1)
            finally:
                running.terminate()
                running.wait()
        progress.remove_task(bar)
        failure = "\n".join(log.read_text(errors="replace").splitlines()[-_LINES_OF_A_FAILURE:])
        return figures, (failure or "no word") if running.returncode else ""


if __name__ == "__main__":
    main()
