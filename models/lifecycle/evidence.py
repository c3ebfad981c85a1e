"""What an action must show, and the checks that turn what was given into what is kept and hashed."""

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from models.kernel.errors import Violation
from models.lifecycle.chain import LARGEST_INTEGER, canonical_json
from models.lifecycle.errors import LifecycleErrorCode

LARGEST_METADATA: Final = 8 * 1024
DEEPEST_METADATA: Final = 5
_LONGEST_SHOWN: Final = 100
# Control characters, halves of surrogate pairs, line and paragraph separators. Joiners stay: Indian scripts need them.
_UNFIT: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
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

    def date_refusal(self, manufacture_date: date) -> Violation | None:
        """Why the evidence can't be of a unit made on that day; None when it can."""
        for name, day in self.dates.items():
            if day < manufacture_date:
                message = f"The date is before the unit's manufacture date {manufacture_date}."
                return Violation(LifecycleErrorCode.EVIDENCE_INVALID, message, ("evidence", name), day.isoformat())
        return None


class Refused(ValueError):
    """A value that can't be kept; the message says why, for the person who gave it."""


def check_evidence(
    fields: tuple[EvidenceField, ...], given: object, latest: date
) -> tuple[Evidence, tuple[Violation, ...]]:
    """The evidence as it is kept, and all that is wrong with it. `latest` is the last day that a date may name."""
    if not isinstance(given, dict):
        fault = Violation(LifecycleErrorCode.EVIDENCE_INVALID, "The evidence must be a JSON object.", ("evidence",))
        return Evidence({}, {}), (fault,)
    names = [field.name for field in fields]
    faults = [_unknown(name, names) for name in given if name not in names]
    kept: dict[str, str] = {}
    for field in fields:
        value = given.get(field.name)
        try:
            if value is None or (isinstance(value, str) and not value.strip()):
                if field.required:
                    faults.append(_missing(field))
                continue
            kept[field.name] = _check(field, value, latest)
        except Refused as refused:
            path = ("evidence", field.name)
            faults.append(Violation(LifecycleErrorCode.EVIDENCE_INVALID, str(refused), path, shown(value)))
    dates = {f.name: date.fromisoformat(kept[f.name]) for f in fields if f.type is EvidenceType.DATE and f.name in kept}
    return Evidence(kept, dates), tuple(faults)


def line_of_text(value: object, longest: int) -> str:
    """One line of text, trimmed, in Unicode NFC. Raises `Refused`."""
    if not isinstance(value, str):
        raise Refused("A text is needed here.")
    if len(value) > 4 * longest:
        raise Refused(f"At most {longest} characters are kept here.")
    text = unicodedata.normalize("NFC", value.strip())
    if len(text) > longest:
        raise Refused(f"At most {longest} characters are kept here; this has {len(text)}.")
    if any(unicodedata.category(character) in _UNFIT for character in text):
        raise Refused("Control characters and line breaks are not allowed here.")
    return text


def decimal_text(value: object, lowest: int, highest: int) -> str:
    """A number, or a decimal number written as text, in its shortest plain form. Raises `Refused`."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Refused("A number is needed here.")
    if isinstance(value, float) and not math.isfinite(value):
        raise Refused("A finite number is needed here.")
    # repr of a float is the shortest text that reads back as the same float: 81.5 stays "81.5".
    text = value if isinstance(value, str) else format(Decimal(repr(value)), "f")
    if not _DECIMAL.fullmatch(text):
        raise Refused("A decimal number with at most 9 digits before and 9 after the point is needed here.")
    number = Decimal(text)
    if not lowest <= number <= highest:
        raise Refused(f"The number must be between {lowest} and {highest}.")
    return format(number.normalize() + 0, "f")


def metadata_fault(value: object, path: tuple[str, ...] = ("metadata",)) -> Violation | None:
    """The first reason why free metadata can't be kept, or None.

    Decimals are refused rather than turned into text: unlike evidence, free metadata has no declared type, and what
    comes back must be what was given.
    """
    fault = _json_fault(value, path, DEEPEST_METADATA)
    if fault is None and len(canonical_json(value)) > LARGEST_METADATA:
        fault = Violation(LifecycleErrorCode.METADATA_INVALID, "At most 8 KiB of JSON are kept here.", path)
    return fault


def shown(value: object) -> str:
    """A value as an answer may repeat it: not too long, and valid UTF-8 whatever it holds."""
    return str(value)[:_LONGEST_SHOWN].encode(errors="backslashreplace").decode()


def _check(field: EvidenceField, value: object, latest: date) -> str:
    if field.type is EvidenceType.TEXT:
        return line_of_text(value, field.longest)
    if field.type is EvidenceType.PERCENT:
        return decimal_text(value, 0, 100)
    return _calendar_date(value, latest).isoformat()


def _calendar_date(value: object, latest: date) -> date:
    # fromisoformat alone takes 20260115 and 2026-W03-4 too.
    if not isinstance(value, str) or not _ISO_DATE.fullmatch(value):
        raise Refused("A calendar date written YYYY-MM-DD is needed here.")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise Refused("There is no such day.") from None
    if day > latest:
        raise Refused(f"The date is in the future: {latest} is the latest allowed.")
    return day


def _missing(field: EvidenceField) -> Violation:
    message = f"{field.name} is required: {field.description}"
    return Violation(LifecycleErrorCode.EVIDENCE_MISSING, message, ("evidence", field.name))


def _unknown(name: object, names: list[str]) -> Violation:
    known = ", ".join(names) or "none"
    message = f"This action has no evidence of this name; it has: {known}."
    return Violation(LifecycleErrorCode.EVIDENCE_UNKNOWN, message, ("evidence", shown(name)))


def _json_fault(value: object, path: tuple[str, ...], depth: int) -> Violation | None:
    message = _scalar_fault(value)
    if message is None and isinstance(value, dict | list):
        if depth == 0:
            message = f"Objects and lists may be nested {DEEPEST_METADATA} deep at most."
        else:
            return _nested_fault(value, path, depth - 1)
    return Violation(LifecycleErrorCode.METADATA_INVALID, message, path, shown(value)) if message else None


def _nested_fault(value: dict[Any, Any] | list[Any], path: tuple[str, ...], depth: int) -> Violation | None:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if isinstance(value, dict) and not _METADATA_KEY.fullmatch(str(key)):
            message = "A key has 1 to 64 of the characters A-Z, a-z, 0-9, _ . : and -."
            return Violation(LifecycleErrorCode.METADATA_INVALID, message, (*path, shown(key)))
        fault = _json_fault(item, (*path, str(key)), depth)
        if fault:
            return fault
    return None


def _scalar_fault(value: object) -> str | None:
    if isinstance(value, float):
        return 'Decimals are kept as text, so that they stay exact: write "21.5" instead of 21.5.'
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        return "Integers beyond 9,007,199,254,740,991 are not exact in JSON: write them as text."
    if isinstance(value, str) and any(unicodedata.category(character) in _UNFIT for character in value):
        return "Control characters and line breaks are not allowed here."
    return None
