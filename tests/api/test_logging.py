"""The log: one form for all, the request id on every line, and no secret in any."""

import json
import logging
import signal
import subprocess
import sys
import threading

import pytest
import structlog

from api.logging import configure_logging, log_request
from tests.server import ROOT

pytestmark = pytest.mark.usefixtures("logging_restored")

# Put together at run time: a traceback quotes the source.
SECRET = "".join(["hunt", "er2"])


def _fail(password: str) -> None:
    raise RuntimeError("the database is away")


@pytest.mark.parametrize("as_json", [True, False])
def test_no_secret_reaches_the_log(as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(json=as_json)
    log = structlog.get_logger("test")
    log.info("signed_in", refresh_token=SECRET, user="somebody")
    try:
        _fail(SECRET)
    except RuntimeError as error:
        log.error("failed", exc_info=error)
        logging.getLogger("library").error("failed too", exc_info=error)
    printed = capsys.readouterr().err
    assert SECRET not in printed
    assert printed.count("the database is away") >= 2
    assert "somebody" in printed


def test_the_request_id_is_on_every_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(json=True)
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        structlog.get_logger("test").info("ours")
        logging.getLogger("library").warning("theirs")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["event"], line["request_id"], line["level"]) for line in lines] == [
        ("ours", "r-1", "info"),
        ("theirs", "r-1", "warning"),
    ]


def test_the_short_way_of_a_requests_line_leads_to_the_same_line(capsys: pytest.CaptureFixture[str]) -> None:
    short = configure_logging(json=True)
    assert short is not log_request
    for write in (short, log_request):
        write("r-1", "GET", '/p/"\u20ac', 200, 1.5)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    for line in lines:
        assert line.pop("timestamp").endswith("Z")
    assert lines[0] == lines[1]
    assert lines[0]["path"] == '/p/"\u20ac'


def test_development_has_no_json(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(json=False)("r-1", "GET", "/p/x", 200, 1.5)
    line = capsys.readouterr().err
    assert all(word in line for word in ("r-1", "GET", "/p/x", "200", "1.5"))
    assert "{" not in line


@pytest.mark.parametrize("as_json", [True, False])
def test_a_level_above_leaves_requests_out(as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(json=as_json, level="WARNING")("r-1", "GET", "/p/x", 200, 1.5)
    structlog.get_logger("test").info("not told")
    structlog.get_logger("test").warning("told")
    assert [word in capsys.readouterr().err for word in ("request", "not told")] == [False, False]


@pytest.mark.parametrize("value", [2**70, "\ud800", {1: "one"}, object(), b"bytes"])
def test_whatever_is_logged_there_is_a_line(value: object, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(json=True)
    structlog.get_logger("test").info("odd", value=value)
    assert json.loads(capsys.readouterr().err)["event"] == "odd"


_WRITE = """
import os, signal, sys, structlog
from api.logging import configure_logging
log_request = configure_logging(json=True)
for number in range(int(sys.argv[1])):
    log_request(str(number), "POST", "/graphql/" + "x" * 3000, 200, 1.0)
    structlog.get_logger().info("other", request_id=str(number))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_killed_processes_have_lost_no_line_and_mixed_none() -> None:
    processes, lines = 3, 500
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as log:
        assert log.stdin is not None
        assert log.stdout is not None
        read: list[bytes] = []
        reader = threading.Thread(target=lambda: read.append(log.stdout.read()))  # type: ignore[union-attr]  # asserted
        reader.start()
        writers = [
            subprocess.Popen([sys.executable, "-c", _WRITE, str(lines)], cwd=ROOT, stderr=log.stdin)
            for _ in range(processes)
        ]
        assert [writer.wait(timeout=60) for writer in writers] == [-signal.SIGKILL] * processes
        log.stdin.close()
        reader.join()
    found = [(line["event"], line["request_id"]) for line in map(json.loads, read[0].splitlines())]
    assert sorted(found) == sorted(
        (event, str(number)) for event in ("request", "other") for number in range(lines) for _ in range(processes)
    )
