"""A passport's life: the context's public face."""

from typing import Final

from models.kernel.context import DomainContext
from models.kernel.env import Participants
from models.lifecycle.actions.bulk import (
    BulkTransitionResult,
    TransitionPassports,
    UnitViolation,
    transition_many,
)
from models.lifecycle.actions.issue import record_issuance
from models.lifecycle.actions.traceability import RecordEvent, record_event
from models.lifecycle.actions.transition import TransitionPassport, TransitionResult, transition
from models.lifecycle.actions.units import UnitFilter
from models.lifecycle.audit import LONGEST_AUDIT, AuditHead, AuditReport, audit, bundle, published_key
from models.lifecycle.chain import hash_text
from models.lifecycle.errors import LifecycleErrorCode
from models.lifecycle.events import EventRecord
from models.lifecycle.evidence import EvidenceField, EvidenceType
from models.lifecycle.history import EventFilter, count_events, list_events
from models.lifecycle.live import LiveEvent, event_stream
from models.lifecycle.queries import (
    LONGEST_TIMELINE,
    EventPage,
    Lineage,
    PublicEvent,
    PublicHistory,
    eu_statuses,
    event_counts,
    event_cursor,
    events_by_id,
    events_by_passport,
    lineages,
    public_history,
    public_timelines,
)
from models.lifecycle.rules import (
    LARGEST_BULK,
    MOST_IDS,
    TRANSITIONS,
    EuStatus,
    LifecycleAction,
    TraceabilityEvent,
    Transition,
    allowed_transitions,
)
from models.lifecycle.signing import InvalidKey, RetiredKey, retired_key, signing_seed, verification_key
from models.lifecycle.tables import EventType
from models.lifecycle.verify import Fault, LocatedFault, Verdict, verify

CONTEXT: Final = DomainContext(
    error_codes=(LifecycleErrorCode,), participants=Participants(passports_issued=(record_issuance,))
)

__all__ = [
    "CONTEXT",
    "LARGEST_BULK",
    "LONGEST_AUDIT",
    "LONGEST_TIMELINE",
    "MOST_IDS",
    "TRANSITIONS",
    "AuditHead",
    "AuditReport",
    "BulkTransitionResult",
    "EuStatus",
    "EventFilter",
    "EventPage",
    "EventRecord",
    "EventType",
    "EvidenceField",
    "EvidenceType",
    "Fault",
    "InvalidKey",
    "LifecycleAction",
    "LifecycleErrorCode",
    "Lineage",
    "LiveEvent",
    "LocatedFault",
    "PublicEvent",
    "PublicHistory",
    "RecordEvent",
    "RetiredKey",
    "TraceabilityEvent",
    "Transition",
    "TransitionPassport",
    "TransitionPassports",
    "TransitionResult",
    "UnitFilter",
    "UnitViolation",
    "Verdict",
    "allowed_transitions",
    "audit",
    "bundle",
    "count_events",
    "eu_statuses",
    "event_counts",
    "event_cursor",
    "event_stream",
    "events_by_id",
    "events_by_passport",
    "hash_text",
    "lineages",
    "list_events",
    "public_history",
    "public_timelines",
    "published_key",
    "record_event",
    "record_issuance",
    "retired_key",
    "signing_seed",
    "transition",
    "transition_many",
    "verification_key",
    "verify",
]
