"""docs/lifecycle.md, drawn from the table: ``python -m models.lifecycle.drawing > docs/lifecycle.md``."""

import sys
from typing import Final

from models.kernel.permissions import Role
from models.lifecycle.rules import ENDED, TRANSITIONS, LifecycleAction, TraceabilityEvent, Transition
from models.passports import PassportStatus

_HEAD: Final = """\
# The life of a passport

This page is drawn from the table in `models/lifecycle/rules.py`, as `query lifecycleActions` is; a test fails when it
is stale. Issued passports are ACTIVE, or INACTIVE when issued with `activate: false`.
"""


def document() -> str:
    """Returns the page, in Markdown with a Mermaid state diagram."""
    return "\n".join([_HEAD, *_diagram(), "", *_table(), "", *_evidence(), "", *_traceability()]) + "\n"


def _diagram() -> list[str]:
    issued = [f"    [*] --> {status}: ISSUE" for status in (PassportStatus.ACTIVE, PassportStatus.INACTIVE)]
    arrows = [
        f"    {start} --> {rule.to}: {rule.action}"
        for rule in TRANSITIONS.values()
        if rule.to
        for start in _starts(rule)
    ]
    back = [
        f"    {PassportStatus.SUSPENDED} --> {status}: {rule.action}"
        for rule in TRANSITIONS.values()
        if rule.to is None
        for status in _starts(TRANSITIONS[LifecycleAction.SUSPEND])
    ]
    ends = [f"    {status} --> [*]" for status in PassportStatus if status in ENDED]
    return ["```mermaid", "stateDiagram-v2", *issued, *arrows, *back, *ends, "```"]


def _table() -> list[str]:
    rows = [
        f"| {rule.action} | {', '.join(_starts(rule))} | {rule.to or 'the status before the suspension'} "
        f"| {', '.join(role for role in Role if role in rule.roles)} | {rule.description} |"
        for rule in TRANSITIONS.values()
    ]
    return ["## Actions", "", "| action | from | to | who may | meaning |", "|---|---|---|---|---|", *rows]


def _evidence() -> list[str]:
    rows = [
        f"| {rule.action} | `{field.name}` | {field.type} | {'yes' if field.required else 'no'} | {field.description} |"
        for rule in TRANSITIONS.values()
        for field in rule.evidence
    ]
    return [
        "## Evidence",
        "",
        "Other keys are refused. Dates are not before the unit's manufacture date and not in the future.",
        "",
        "| action | key | shape | required | meaning |",
        "|---|---|---|---|---|",
        *rows,
    ]


def _traceability() -> list[str]:
    events = ", ".join(TraceabilityEvent)
    ended = " and ".join(status for status in PassportStatus if status in ENDED)
    return [
        "## Traceability events",
        "",
        f"{events} change no status. They are refused once the life has ended: {ended}.",
    ]


def _starts(rule: Transition) -> list[PassportStatus]:
    return [status for status in PassportStatus if status in rule.from_statuses]


if __name__ == "__main__":
    sys.stdout.write(document())
