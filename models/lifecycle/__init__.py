"""A passport's life: the context's public face."""

from models.lifecycle.actions.bulk import (
    BulkTransitionCommand,
    BulkTransitionResult,
    UnitError,
    transition_many,
)
from models.lifecycle.actions.issue import record_issuance
from models.lifecycle.actions.road import RecordCommand, record_event
from models.lifecycle.actions.transition import TransitionCommand, TransitionResult, transition
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
    Kin,
    PublicEvent,
    PublicHistory,
    eu_statuses,
    event_counts,
    event_cursor,
    events_by_id,
    events_by_passport,
    kin,
    public_history,
    public_timelines,
)
from models.lifecycle.rules import (
    LARGEST_BULK,
    MOST_IDS,
    TRANSITIONS,
    EuStatus,
    LifecycleAction,
    RoadEvent,
    Transition,
    allowed_transitions,
)
from models.lifecycle.signing import InvalidKey, signing_seed, verification_key
from models.lifecycle.tables import EventType
from models.lifecycle.verify import Break, Fault, Verdict, verify

__all__ = [
    "LARGEST_BULK",
    "LONGEST_AUDIT",
    "LONGEST_TIMELINE",
    "MOST_IDS",
    "TRANSITIONS",
    "AuditHead",
    "AuditReport",
    "Break",
    "BulkTransitionCommand",
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
    "Kin",
    "LifecycleAction",
    "LifecycleErrorCode",
    "LiveEvent",
    "PublicEvent",
    "PublicHistory",
    "RecordCommand",
    "RoadEvent",
    "Transition",
    "TransitionCommand",
    "TransitionResult",
    "UnitError",
    "UnitFilter",
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
    "kin",
    "list_events",
    "public_history",
    "public_timelines",
    "published_key",
    "record_event",
    "record_issuance",
    "signing_seed",
    "transition",
    "transition_many",
    "verification_key",
    "verify",
]
