"""The log: one form for all, the request id on every line, and no secret in any."""

import json
import logging

import pytest
import structlog

from api.logging import configure_logging

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
