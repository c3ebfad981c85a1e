"""What is promised about speed is read from its record and judged, and a run leaves its table."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench import __main__ as runner
from bench import table
from bench.figures import Figure
from bench.promises import RECORD, Promise, Verdict, judged, promises

ROOT = Path(__file__).parent.parent.parent
_RECORD = """
| benchmark | what | ratio, at least | noise |
|---|---|---:|---:|
| `issue` | passports, beside COPY | 0.50 | 0.05 |
| `qr` | archive, beside segno | 4.00 | 0.80 |
"""
_FOUND = Figure("issue", "passports, beside COPY", 27_800.0, "passports/s", 53_000.0, 0.52)


def test_every_promise_of_the_record_names_what_its_benchmark_reports() -> None:
    for promise in promises(RECORD.read_text()):
        source = (ROOT / "bench" / f"{promise.benchmark}.py").read_text()
        # Some names are put together where they are reported; each part of them stands in the benchmark.
        parts = promise.what.replace("100 times", "{TIMES} times").split(", ")
        assert all(part in source for part in parts), promise
    assert len(promises(RECORD.read_text())) == RECORD.read_text().count("| `")


@pytest.mark.parametrize(
    ("ratio", "verdict"),
    [
        (0.52, Verdict.KEPT),
        (0.50, Verdict.KEPT),
        (0.46, Verdict.WITHIN_NOISE),
        (0.44, Verdict.MISSED),
        (None, Verdict.NOT_MEASURED),
    ],
)
def test_a_ratio_is_missed_when_it_is_below_by_more_than_the_noise(ratio: float | None, verdict: Verdict) -> None:
    [(promise, found)] = judged([replace(_FOUND, ratio=ratio)], ["issue"], _RECORD)
    assert (promise, found) == (Promise("issue", "passports, beside COPY", 0.5, 0.05), verdict)


def test_a_promise_that_its_benchmark_reports_no_more_is_not_kept() -> None:
    assert [verdict for _, verdict in judged([], ["issue", "qr"], _RECORD)] == [Verdict.NOT_MEASURED] * 2
    assert judged([], ["serials"], _RECORD) == []


@pytest.mark.parametrize("record", ["", _RECORD.replace("0.05", "some"), _RECORD.replace("`qr`", "`q r`")])
def test_a_record_that_cannot_be_read_is_refused(record: str) -> None:
    with pytest.raises(ValueError, match="the table of promises can't be read"):
        promises(record)


def test_the_table_shows_figures_and_promises_side_by_side() -> None:
    shown = table.markdown(table.rows([_FOUND], judged([_FOUND], ["issue", "qr"], _RECORD)))
    assert shown.splitlines()[2:] == [
        "| issue | passports, beside COPY | 27,800 passports/s | 53,000 | 0.52 | 0.50 | 0.05 | kept |",
        "| qr | archive, beside segno |  |  |  | 4.00 | 0.80 | not measured |",
    ]


def _run(folder: Path, name: str, share: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bench", name],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "BENCH_SHARE": share, "BENCH_RESULTS": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_run_leaves_its_table_and_its_lines(tmp_path: Path) -> None:
    done = _run(tmp_path, "serials", "0.001")
    assert (done.returncode, done.stderr) == (0, "")
    [lines], [text] = tmp_path.glob("*.jsonl"), tmp_path.glob("*.md")
    [row] = map(json.loads, lines.read_text().splitlines())
    assert (row["benchmark"], row["unit"], row["share"]) == ("serials", "rows/s", 0.001)
    assert row["ratio"] == pytest.approx(row["figure"] / row["limit"])
    assert " cores, Python 3." in text.read_text()
    assert ", PostgreSQL 1" in text.read_text()
    assert text.read_text().splitlines()[-1] in done.stdout


def test_a_benchmark_that_fails_fails_the_run_and_says_why(tmp_path: Path) -> None:
    done = _run(tmp_path, "serials", "nan")
    assert done.returncode == 1
    assert "serials failed:" in done.stdout
    assert "cannot convert float NaN to integer" in done.stdout


def test_a_missed_promise_fails_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    record = tmp_path / "record.md"
    record.write_text("| `serials` | serials read and checked, beside csv.reader | 1000.00 | 0.10 |")
    monkeypatch.setattr(runner, "RECORD", record)
    monkeypatch.setattr("sys.argv", ["bench", "serials"])
    monkeypatch.setenv("BENCH_RESULTS", str(tmp_path))
    with pytest.raises(SystemExit) as ending:
        runner.main()
    assert ending.value.code == 1
    assert "Not kept: serials, serials read and checked, beside csv.reader: 1000.00" in capsys.readouterr().out
    [line] = next(tmp_path.glob("*.jsonl")).read_text().splitlines()
    assert json.loads(line)["verdict"] == "missed"
