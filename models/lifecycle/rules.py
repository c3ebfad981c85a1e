"""The life of a passport as one table: which action leads from where to where, who may, and what it must show.

The schema's `lifecycleActions` and docs/lifecycle.md are drawn from this table, and every decision is read from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from models.kernel.errors import Violation
from models.kernel.permissions import Role
from models.lifecycle.errors import LifecycleErrorCode
from models.lifecycle.evidence import EvidenceField, EvidenceType
from models.passports import PassportStatus

LARGEST_BULK: Final = 10_000
MOST_IDS: Final = 1_000

# What is done to a passport that begins a unit's first life; a later life is begun by a `LifecycleAction`.
ISSUE: Final = "ISSUE"


class LifecycleAction(StrEnum):
    """What moves a passport from one status to another."""

    ACTIVATE = "ACTIVATE"
    SHIP = "SHIP"
    INSTALL = "INSTALL"
    RETURN = "RETURN"
    REPAIR = "REPAIR"
    RECALL = "RECALL"
    SUSPEND = "SUSPEND"
    REINSTATE = "REINSTATE"
    REPURPOSE = "REPURPOSE"
    REMANUFACTURE = "REMANUFACTURE"
    RETIRE = "RETIRE"
    RECYCLE = "RECYCLE"


class TraceabilityEvent(StrEnum):
    """What happens to a unit without changing its status: a traceability event in the words of EPCIS and GS1."""

    QC_PASSED = "QC_PASSED"
    EXPORT_CLEARED = "EXPORT_CLEARED"
    IMPORT_CLEARED = "IMPORT_CLEARED"
    INITIAL_SALE = "INITIAL_SALE"
    CUSTOM = "CUSTOM"


class EuStatus(StrEnum):
    """The status of a battery in the words of Regulation (EU) 2023/1542, Annex XIII, point 4 (d)."""

    ORIGINAL = "original"
    RE_USED = "re-used"
    REPURPOSED = "repurposed"
    REMANUFACTURED = "remanufactured"
    WASTE = "waste"


@dataclass(frozen=True, slots=True)
class Transition:
    """One line of the table. `to` None is the status that the unit had before it was suspended."""

    action: LifecycleAction
    from_statuses: frozenset[PassportStatus]
    to: PassportStatus | None
    roles: frozenset[Role]
    description: str
    evidence: tuple[EvidenceField, ...] = ()
    issues_successor: bool = False


_S = PassportStatus
_MANAGERS: Final = frozenset({Role.OWNER, Role.ADMIN})
_STAFF: Final = _MANAGERS | {Role.OPERATOR}
_CARRIERS: Final = _STAFF | {Role.LOGISTICS}

_REASON: Final = EvidenceField("reason", EvidenceType.TEXT, True, "Why, for whoever reads the history.", longest=500)
_SECOND_LIFE: Final = (
    EvidenceField("serialNumber", EvidenceType.TEXT, True, "Serial number of the unit's new passport.", longest=64),
    EvidenceField("manufactureDate", EvidenceType.DATE, True, "When the unit was made fit for its new life."),
    EvidenceField(
        "stateOfHealthPercent", EvidenceType.PERCENT, False, "Remaining capacity in per cent of the rated capacity."
    ),
)

_TABLE: Final = (
    Transition(
        LifecycleAction.ACTIVATE,
        frozenset({_S.INACTIVE}),
        _S.ACTIVE,
        _STAFF,
        "Puts a passport into force that was issued inactive.",
    ),
    Transition(
        LifecycleAction.SHIP,
        frozenset({_S.ACTIVE}),
        _S.SHIPPED,
        _CARRIERS,
        "Sends the unit to a customer.",
        (
            EvidenceField("shipmentReference", EvidenceType.TEXT, True, "Number of the consignment or waybill."),
            EvidenceField("shipmentDate", EvidenceType.DATE, True, "When the unit left."),
            EvidenceField("carrier", EvidenceType.TEXT, False, "Who carries it."),
            EvidenceField("destinationCountry", EvidenceType.TEXT, False, "Where it goes.", longest=60),
        ),
    ),
    Transition(
        LifecycleAction.INSTALL,
        frozenset({_S.SHIPPED}),
        _S.INSTALLED,
        _CARRIERS,
        "Puts the unit into service.",
        (
            EvidenceField("installationDate", EvidenceType.DATE, True, "When the unit went into service."),
            EvidenceField("installedIn", EvidenceType.TEXT, False, "The vehicle, device or site that it is part of."),
        ),
    ),
    Transition(
        LifecycleAction.RETURN,
        frozenset({_S.SHIPPED, _S.INSTALLED}),
        _S.RETURNED,
        _CARRIERS,
        "Takes the unit back.",
        (_REASON, EvidenceField("returnDate", EvidenceType.DATE, True, "When the unit came back.")),
    ),
    Transition(
        LifecycleAction.REPAIR,
        frozenset({_S.RETURNED, _S.RECALLED}),
        _S.ACTIVE,
        _STAFF,
        "Makes a returned or recalled unit fit for its first purpose again.",
        (
            EvidenceField("repairDate", EvidenceType.DATE, True, "When the repair was finished."),
            EvidenceField("description", EvidenceType.TEXT, True, "What was done.", longest=500),
        ),
    ),
    Transition(
        LifecycleAction.RECALL,
        frozenset({_S.ACTIVE, _S.SHIPPED, _S.INSTALLED, _S.RETURNED, _S.SUSPENDED}),
        _S.RECALLED,
        _MANAGERS,
        "Calls the unit back, for instance for a risk to safety.",
        (EvidenceField("recallReference", EvidenceType.TEXT, True, "Number of the recall."), _REASON),
    ),
    Transition(
        LifecycleAction.SUSPEND,
        frozenset({_S.ACTIVE, _S.SHIPPED, _S.INSTALLED, _S.RETURNED}),
        _S.SUSPENDED,
        _MANAGERS,
        "Puts the passport out of force for a while.",
        (_REASON,),
    ),
    Transition(
        LifecycleAction.REINSTATE,
        frozenset({_S.SUSPENDED}),
        None,
        _MANAGERS,
        "Ends a suspension: the unit is again in the status that it had before.",
        (EvidenceField("reason", EvidenceType.TEXT, False, "Why the suspension ended.", longest=500),),
    ),
    Transition(
        LifecycleAction.REPURPOSE,
        frozenset({_S.RETURNED}),
        _S.REPURPOSED,
        _STAFF,
        "Gives the unit a second life for another purpose, with a passport of its own.",
        _SECOND_LIFE,
        issues_successor=True,
    ),
    Transition(
        LifecycleAction.REMANUFACTURE,
        frozenset({_S.RETURNED, _S.RECALLED}),
        _S.REPURPOSED,
        _STAFF,
        "Gives the unit a second life for the same purpose, as good as new, with a passport of its own.",
        _SECOND_LIFE,
        issues_successor=True,
    ),
    Transition(
        LifecycleAction.RETIRE,
        frozenset({_S.INACTIVE, _S.ACTIVE, _S.INSTALLED, _S.RETURNED, _S.RECALLED, _S.SUSPENDED}),
        _S.RETIRED,
        _STAFF,
        "Declares the unit to be waste.",
        (_REASON, EvidenceField("retirementDate", EvidenceType.DATE, True, "When the unit became waste.")),
    ),
    Transition(
        LifecycleAction.RECYCLE,
        frozenset({_S.RETIRED}),
        _S.RECYCLED,
        _STAFF,
        "Ends the life of a unit that was recycled.",
        (
            EvidenceField("recyclerName", EvidenceType.TEXT, True, "Who recycled it."),
            EvidenceField("recyclingDate", EvidenceType.DATE, True, "When it was recycled."),
            EvidenceField("certificateReference", EvidenceType.TEXT, False, "Number of the recycling certificate."),
        ),
    ),
)

TRANSITIONS: Final[dict[LifecycleAction, Transition]] = {transition.action: transition for transition in _TABLE}

# No action leads out of these: the unit's page stays, its history is complete.
ENDED: Final = frozenset(PassportStatus).difference(*(transition.from_statuses for transition in _TABLE))

# A custom event may say anything, and what it says is the company's own.
PUBLIC_TRACEABILITY_EVENTS: Final = frozenset(TraceabilityEvent) - {TraceabilityEvent.CUSTOM}


def allowed_transitions(status: PassportStatus, role: Role) -> tuple[Transition, ...]:
    """What a member of this role may do with a passport in this status."""
    return tuple(transition for transition in _TABLE if status in transition.from_statuses and role in transition.roles)


def role_violation(transition: Transition, role: Role) -> Violation | None:
    """Why this role may not take the action, whatever the status; None when it may."""
    if role in transition.roles:
        return None
    roles = ", ".join(role for role in Role if role in transition.roles)
    allowed = ", ".join(other.action for other in _TABLE if role in other.roles)
    message = f"{transition.action} needs one of the roles {roles}. Your role {role} may take: {allowed}."
    return Violation(LifecycleErrorCode.ROLE_NOT_ALLOWED, message, ("action",), transition.action)


def status_violation(transition: Transition, status: PassportStatus, role: Role) -> Violation | None:
    """Why the action is not possible in this status; None when it is."""
    if status in transition.from_statuses:
        return None
    starts = ", ".join(status for status in PassportStatus if status in transition.from_statuses)
    allowed = ", ".join(other.action for other in allowed_transitions(status, role)) or "nothing"
    message = (
        f"The passport is {status}, and {transition.action} starts from {starts}. Your role {role} may now: {allowed}."
    )
    return Violation(LifecycleErrorCode.TRANSITION_NOT_ALLOWED, message, ("action",), transition.action)


# The actions that `eu_status` looks for, and which of several such events decides: the first or the last.
DECISIVE: Final[dict[LifecycleAction, Literal["ASC", "DESC"]]] = {
    LifecycleAction.RETIRE: "DESC",
    LifecycleAction.REMANUFACTURE: "DESC",
    LifecycleAction.REPURPOSE: "DESC",
    LifecycleAction.INSTALL: "ASC",
    LifecycleAction.REPAIR: "DESC",
}


def eu_status(actions: Sequence[str]) -> EuStatus:
    """The regulation's word for a unit, from the actions of its chain in their order; only `DECISIVE` ones matter.

    Waste stays waste. A unit with a second life, in its old passport or its new one, has that life's word. It is
    re-used when it was repaired after having been in use (Directive 2008/98/EC, Article 3, point 13).
    """
    if LifecycleAction.RETIRE in actions:
        return EuStatus.WASTE
    if LifecycleAction.REMANUFACTURE in actions:
        return EuStatus.REMANUFACTURED
    if LifecycleAction.REPURPOSE in actions:
        return EuStatus.REPURPOSED
    if LifecycleAction.INSTALL in actions:
        in_use = actions.index(LifecycleAction.INSTALL)
        return EuStatus.RE_USED if LifecycleAction.REPAIR in actions[in_use:] else EuStatus.ORIGINAL
    return EuStatus.ORIGINAL
