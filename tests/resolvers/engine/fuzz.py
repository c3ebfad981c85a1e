"""Compares plans with the oracle for as many operations as asked for, on every core; `make fuzz` runs a million.

Each example is run in several worlds, and each of these counts. A difference is shown as small as it could be made,
with the command that has it again, and ends with exit code 1.
"""

import asyncio
import os
import sys
import warnings
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import count, cycle
from random import SystemRandom
from time import monotonic
from traceback import format_exc
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tests.resolvers.engine.examples import AGAIN, SUBJECTS, Finding, Tally, examine, subject
from tests.resolvers.engine.running import run_plan

# Examples that a process takes at a time, and the differences after which there is no point in looking for more.
_CHUNK, _ENOUGH = 200, 20

console = Console()


@dataclass
class Report:
    """What came of some examples. A difference is told as text: a schema doesn't travel between processes."""

    tally: Tally = field(default_factory=Tally)
    differences: list[str] = field(default_factory=list)


def run_examples(name: str, first: int, examples: int) -> Report:
    """Compares examples of one subject, from the first on."""
    # graphql-core never awaits what a cancelled task was to await, and says so for each.
    warnings.filterwarnings("ignore", message="coroutine .* was never awaited")
    sys.unraisablehook = lambda _: None
    return asyncio.run(_examine(name, range(first, first + examples)))


async def _examine(name: str, examples: range) -> Report:
    # What fails in the background of a failed field is nobody's concern.
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    report = Report()
    for example in examples:
        try:
            finding: Finding | None = await examine(subject(name), example, run_plan, report.tally)
        except Exception:  # noqa: BLE001  # one that can't be compared is told like a difference, and others follow
            report.differences.append(f"{format_exc()}\nAgain: {AGAIN} --subject {name} --example {example}")
        else:
            if finding:
                report.differences.append(str(finding))
    return report


def _chunks(names: list[str], seed: int) -> Iterator[tuple[str, int]]:
    for number, name in zip(count(), cycle(names)):
        yield name, seed + number // len(names) * _CHUNK


def fuzz(
    operations: Annotated[int, typer.Option(help="How many operations to run.")] = 1_000_000,
    subject: Annotated[list[str] | None, typer.Option(help="Which schemas; all of them by default.")] = None,
    seed: Annotated[int | None, typer.Option(help="The number of the first example; a random one by default.")] = None,
    example: Annotated[int | None, typer.Option(help="Run this example and no other.")] = None,
    processes: Annotated[int, typer.Option(help="How many processes.")] = os.cpu_count() or 1,
) -> None:
    """Compare plans with graphql-core's executor."""
    names = subject or list(SUBJECTS)
    if example is not None:
        total = Report()
        for name in names:
            _add(total, run_examples(name, example, 1), console)
    else:
        first = SystemRandom().randrange(10**12) if seed is None else seed
        console.print(f"{operations:,} operations of {', '.join(names)}; --seed {first}")
        total = _run_all(operations, names, first, processes)
    tally = total.tally
    console.print(
        f"{tally.runs:,} operations compared, from {tally.valid:,} valid documents of {tally.examples:,}: "
        f"{len(total.differences)} differences"
    )
    raise typer.Exit(bool(total.differences))


def _run_all(operations: int, names: list[str], first: int, processes: int) -> Report:
    total, chunks, started = Report(), _chunks(names, first), monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress, ProcessPoolExecutor(processes) as pool:
        task = progress.add_task("comparing", total=operations)
        running: set[Future[Report]] = set()
        while total.tally.runs < operations and len(total.differences) < _ENOUGH:
            while len(running) < processes:
                running.add(pool.submit(run_examples, *next(chunks), _CHUNK))
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for each in done:
                _add(total, each.result(), progress.console)
            rate = total.tally.runs / (monotonic() - started)
            progress.update(
                task,
                completed=min(total.tally.runs, operations),
                description=f"{rate:,.0f}/s, {len(total.differences)} differences",
            )
        for each in running:
            _add(total, each.result(), progress.console)
    return total


def _add(total: Report, report: Report, console: Console) -> None:
    """Adds a report, and tells what it found at once: whoever stops the run has seen it."""
    total.tally.examples += report.tally.examples
    total.tally.valid += report.tally.valid
    total.tally.runs += report.tally.runs
    total.differences += report.differences
    for difference in report.differences:
        console.print(f"\n{difference}", markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    typer.run(fuzz)
