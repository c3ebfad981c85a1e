"""What tests of the edge share."""

import logging
from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture
def logging_restored() -> Iterator[None]:
    """What the test does to logging is undone after it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    named = {name: logging.getLogger(name) for name in logging.root.manager.loggerDict}
    before = {name: (logger.level, logger.propagate, logger.disabled) for name, logger in named.items()}
    yield
    root.handlers[:], root.level = handlers, level
    for name, (level_before, propagate, disabled) in before.items():
        named[name].setLevel(level_before)
        named[name].propagate, named[name].disabled = propagate, disabled
    structlog.reset_defaults()
