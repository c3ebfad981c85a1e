"""Serials to be issued: the rules for a row (`rows`) and the CSV files that bring them (`reader`)."""

from models.passports.serials.reader import SerialsReader, UnreadableFile, UnreadableFileCode
from models.passports.serials.rows import (
    DATE_COLUMN,
    EARLIEST_MANUFACTURE_DATE,
    MAX_ERRORS_KEPT,
    MAX_SERIAL_LENGTH,
    SERIAL_COLUMN,
    Row,
    RowChecker,
    RowViolation,
    SerialErrorCode,
)

__all__ = [
    "DATE_COLUMN",
    "EARLIEST_MANUFACTURE_DATE",
    "MAX_ERRORS_KEPT",
    "MAX_SERIAL_LENGTH",
    "SERIAL_COLUMN",
    "Row",
    "RowChecker",
    "RowViolation",
    "SerialErrorCode",
    "SerialsReader",
    "UnreadableFile",
    "UnreadableFileCode",
]
