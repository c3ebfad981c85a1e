"""What an action must show, and the checks that turn what was given into what is kept and hashed."""

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from models.kernel.errors import ErrorCode, Rejected, Violation, reject
from models.kernel.text import calendar_date, is_date_form, is_line, shown
from models.lifecycle.chain import LARGEST_INTEGER, canonical_json
from models.lifecycle.errors import LifecycleErrorCode

LARGEST_METADATA: Final = 8 * 1024
DEEPEST_METADATA: Final = 5
LONGEST_SHOWN: Final = 100
_DECIMAL: Final = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
_METADATA_KEY: Final = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


class EvidenceType(StrEnum):
    """The shape of a piece of evidence."""

    TEXT = "TEXT"
    DATE = "DATE"
    PERCENT = "PERCENT"


@dataclass(frozen=True, slots=True)
class EvidenceField:
    """A piece of evidence. `longest` is the number of characters that a text may have."""

    name: str
    type: EvidenceType
    required: bool
    description: str
    longest: int = 200


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence as it is kept: text, dates as YYYY-MM-DD and decimals as text. `dates` are those among it."""

    values: dict[str, str]
    dates: dict[str, date]

    def date_violation(self, manufacture_date: date) -> Violation | None:
        """Returns why the evidence can't be of a unit made on that day; None when it can."""
        for name, day in self.dates.items():
            if day < manufacture_date:
                message = f"The date is before the unit's manufacture date {manufacture_date}."
                return Violation(LifecycleErrorCode.EVIDENCE_INVALID, message, ("evidence", name), day.isoformat())
        return None


def check_evidence(
    fields: tuple[EvidenceField, ...], given: object, latest: date
) -> tuple[Evidence, tuple[Violation, ...]]:
    """Returns the evidence as it is kept, and its violations. `latest` is the latest date allowed."""
    if not isinstance(given, dict):
        violation = Violation(LifecycleErrorCode.EVIDENCE_INVALID, "The evidence must be a JSON object.", ("evidence",))
        return Evidence({}, {}), (violation,)
    names = [field.name for field in fields]
    violations = [_unknown(name, names) for name in given if name not in names]
    kept: dict[str, str] = {}
    for field in fields:
        value = given.get(field.name)
        try:
            if value is None or (isinstance(value, str) and not value.strip()):
                if field.required:
                    violations.append(_missing(field))
                continue
            kept[field.name] = _check(field, value, latest)
        except Rejected as rejected:
            violations += rejected.at("evidence", field.name, value=shown(value, LONGEST_SHOWN))
    dates = {f.name: date.fromisoformat(kept[f.name]) for f in fields if f.type is EvidenceType.DATE and f.name in kept}
    return Evidence(kept, dates), tuple(violations)


def one_line(value: object, longest: int, code: ErrorCode) -> str:
    """One line of text, trimmed, in Unicode NFC. Raises `Rejected`."""
    if not isinstance(value, str):
        raise reject(code, "A text is needed here.")
    if len(value) > 4 * longest:
        raise reject(code, f"At most {longest} characters are kept here.")
    text = unicodedata.normalize("NFC", value.strip())
    if len(text) > longest:
        raise reject(code, f"At most {longest} characters are kept here; this has {len(text)}.")
    if not is_line(text):
        raise reject(code, "Control characters and line breaks are not allowed here.")
    return text


def decimal_text(value: object, lowest: int, highest: int, code: ErrorCode) -> str:
    """Returns a number, or a decimal number written as text, in its shortest plain form. Raises `Rejected`."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise reject(code, "A number is needed here.")
    if isinstance(value, float) and not math.isfinite(value):
        raise reject(code, "A finite number is needed here.")
    # repr of a float is the shortest text that reads back as the same float: 81.5 stays "81.5".
    text = value if isinstance(value, str) else format(Decimal(repr(value)), "f")
    if not _DECIMAL.fullmatch(text):
        raise reject(code, "A decimal number with at most 9 digits before and 9 after the point is needed here.")
    number = Decimal(text)
    if not lowest <= number <= highest:
        raise reject(code, f"The number must be between {lowest} and {highest}.")
    return format(number.normalize() + 0, "f")


def metadata_violation(value: object, path: tuple[str, ...] = ("metadata",)) -> Violation | None:
    """Returns the first reason why free metadata can't be kept, or None.

    Decimals are refused rather than turned into text: unlike evidence, free metadata has no declared type, and what
    comes back must be what was given.
    """
    violation = _json_violation(value, path, DEEPEST_METADATA)
    if violation is None and len(canonical_json(value)) > LARGEST_METADATA:
        violation = Violation(LifecycleErrorCode.METADATA_INVALID, "At most 8 KiB of JSON are kept here.", path)
    return violation


def _check(field: EvidenceField, value: object, latest: date) -> str:
    if field.type is EvidenceType.TEXT:
        return one_line(value, field.longest, LifecycleErrorCode.EVIDENCE_INVALID)
    if field.type is EvidenceType.PERCENT:
        return decimal_text(value, 0, 100, LifecycleErrorCode.EVIDENCE_INVALID)
    return _past_date(value, latest).isoformat()


def _past_date(value: object, latest: date) -> date:
    code = LifecycleErrorCode.EVIDENCE_INVALID
    if not isinstance(value, str) or not is_date_form(value):
        raise reject(code, "A calendar date written YYYY-MM-DD is needed here.")
    day = calendar_date(value)
    if day is None:
        raise reject(code, "There is no such day.")
    if day > latest:
        raise reject(code, f"The date is in the future: {latest} is the latest allowed.")
    return day


def _missing(field: EvidenceField) -> Violation:
    message = f"{field.name} is required: {field.description}"
    return Violation(LifecycleErrorCode.EVIDENCE_MISSING, message, ("evidence", field.name))


def _unknown(name: object, names: list[str]) -> Violation:
    known = ", ".join(names) or "none"
    message = f"This action has no evidence of this name; it has: {known}."
    return Violation(LifecycleErrorCode.EVIDENCE_UNKNOWN, message, ("evidence", shown(name, LONGEST_SHOWN)))


def _json_violation(value: object, path: tuple[str, ...], depth: int) -> Violation | None:
    message = _scalar_message(value)
    if message is None and isinstance(value, dict | list):
        if depth == 0:
            message = f"Objects and lists may be nested {DEEPEST_METADATA} deep at most."
        else:
            return _nested_violation(value, path, depth - 1)
    if message is None:
        return None
    return Violation(LifecycleErrorCode.METADATA_INVALID, message, path, shown(value, LONGEST_SHOWN))


def _nested_violation(value: dict[Any, Any] | list[Any], path: tuple[str, ...], depth: int) -> Violation | None:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if isinstance(value, dict) and not _METADATA_KEY.fullmatch(str(key)):
            message = "A key has 1 to 64 of the characters A-Z, a-z, 0-9, _ . : and -."
            return Violation(LifecycleErrorCode.METADATA_INVALID, message, (*path, shown(key, LONGEST_SHOWN)))
        violation = _json_violation(item, (*path, str(key)), depth)
        if violation:
            return violation
    return None


def _scalar_message(value: object) -> str | None:
    if isinstance(value, float):
        return 'Decimals are kept as text, so that they stay exact: write "21.5" instead of 21.5.'
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        return "Integers beyond 9,007,199,254,740,991 are not exact in JSON: write them as text."
    if isinstance(value, str) and not is_line(value):
        return "Control characters and line breaks are not allowed here."
    return None
