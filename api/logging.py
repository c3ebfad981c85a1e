"""Logs: JSON lines in production, readable in development; the request id on every line, no secret in any.

Every line is written to standard error at once and whole. Nothing waits in a buffer, so that a process which is killed
loses no line, and up to 4,096 bytes (PIPE_BUF) the system mixes it with no other process's; only a traceback is longer.
"""

import json
import logging
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, Protocol

import orjson
import structlog
from structlog.tracebacks import ExceptionDictTransformer

_SECRETS = ("password", "token", "authorization", "secret", "signature", "cookie")

_log = structlog.get_logger("api.access")


class RequestLog(Protocol):
    """Writes the one line of a request."""

    def __call__(self, request_id: str, method: str, path: str, status: int, milliseconds: float) -> None: ...


def log_request(request_id: str, method: str, path: str, status: int, milliseconds: float) -> None:
    """Write the line of a request in the form of all other lines, whatever that is."""
    _log.info("request", request_id=request_id, method=method, path=path, status=status, milliseconds=milliseconds)


def configure_logging(*, json: bool, level: str = "INFO") -> RequestLog:
    """Send structlog's and the standard library's records to standard error in one form.

    Returns what writes the lines of requests, which as JSON takes a shorter way to the same form.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_secrets,
    ]
    renderer = _json_renderer() if json else _console_renderer()
    lines = _Lines(sys.stderr)
    lines.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    structlog.configure(
        processors=[*shared, *renderer],
        logger_factory=lambda *_: lines,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
    )
    root = logging.getLogger()
    root.handlers[:] = [lines]
    root.setLevel(level)
    # uvicorn's own lines join ours; its access log is replaced by ours, which carries no query strings.
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    logging.getLogger("uvicorn.access").disabled = True
    for noisy in ("tortoise", "aerich", "aiosmtplib", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return lines.request if json and root.isEnabledFor(logging.INFO) else log_request


def _without_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A last line of defence: nothing should log a secret in the first place."""
    for key in event:
        if any(word in key.lower() for word in _SECRETS):
            event[key] = "[removed]"
    return event


# Tracebacks come without the variables of their frames: those hold passwords and tokens.
def _json_renderer() -> list[Any]:
    return [
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
        structlog.processors.JSONRenderer(serializer=_encode),
    ]


def _console_renderer() -> list[Any]:
    return [
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
    ]


def _encode(event: Any, default: Any = repr) -> str:
    try:
        return orjson.dumps(event, default, orjson.OPT_UTC_Z).decode()
    except TypeError:
        # Integers of more than 64 bits, halves of surrogate pairs, keys that are no text.
        return json.dumps(event, default=default)


class _Lines(logging.StreamHandler[Any]):
    """Where all lines leave, one at a time: structlog's directly, the standard library's as records."""

    def write(self, line: str) -> None:
        """Write one line, at once."""
        self.acquire()
        try:
            self.stream.write(line + "\n")
            self.stream.flush()
        except OSError:
            # Whoever read the log is gone; requests are served all the same.
            pass
        finally:
            self.release()

    # The names under which structlog calls its logger.
    debug = info = warning = error = critical = exception = write

    def request(self, request_id: str, method: str, path: str, status: int, milliseconds: float) -> None:
        """Write the line of a request as JSON, in one step."""
        self.write(
            _encode(
                {
                    "method": method,
                    "path": path,
                    "status": status,
                    "milliseconds": milliseconds,
                    "event": "request",
                    "request_id": request_id,
                    "level": "info",
                    "timestamp": datetime.now(UTC).isoformat()[: -len("+00:00")] + "Z",
                }
            )
        )
