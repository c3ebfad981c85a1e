"""The context's enums in GraphQL. Types that use one import it from here, so that it is described by then."""

import resolvers.tenants.types  # noqa: F401  # describes Role, which this context shows too
from models.lifecycle import TRANSITIONS, EuStatus, EventType, EvidenceType, Fault, LifecycleAction, TraceabilityEvent
from resolvers.enums import describe_enum

__all__ = ["EuStatus", "EventType", "EvidenceType", "Fault", "LifecycleAction", "TraceabilityEvent"]

describe_enum(
    LifecycleAction,
    "What moves a passport from one status to another; `lifecycleActions` has the whole table.",
    {transition.action.name: transition.description for transition in TRANSITIONS.values()},
)
describe_enum(
    TraceabilityEvent,
    "What happens to a unit on its road without changing its status.",
    {
        "QC_PASSED": "The unit passed its quality control.",
        "EXPORT_CLEARED": "Customs cleared the unit for export.",
        "IMPORT_CLEARED": "Customs cleared the unit for import.",
        "INITIAL_SALE": "The unit was sold for the first time.",
        "CUSTOM": "Anything else; its metadata says what. It is not on the public timeline.",
    },
    name="RoadEvent",
)
describe_enum(
    EventType,
    "What kind of thing an event records.",
    {
        "ISSUED": "The passport was issued: the first event of every chain.",
        "STATUS_CHANGED": "An action changed the passport's status.",
        "RECORDED": "Something happened on the unit's road; its status stayed.",
    },
)
describe_enum(
    EvidenceType,
    "The shape of a piece of evidence in JSON.",
    {
        "TEXT": "A string of one line.",
        "DATE": "A string YYYY-MM-DD: not before the unit's manufacture date and not in the future (tomorrow in UTC "
        "is taken, for those east of it).",
        "PERCENT": "A number from 0 to 100, or the same as a string; it is kept as a string.",
    },
)
describe_enum(
    EuStatus,
    "The status of a battery in the words of Regulation (EU) 2023/1542, Annex XIII, point 4 (d).",
    {
        "ORIGINAL": "original: in its first life.",
        "RE_USED": "re-used: in use again for its first purpose, after a repair.",
        "REPURPOSED": "repurposed: has a second life for another purpose.",
        "REMANUFACTURED": "remanufactured: has a second life for the same purpose, as good as new.",
        "WASTE": "waste: its holder discards it, or it was recycled.",
    },
)
describe_enum(
    Fault,
    "What is wrong with a chain, its head or the passport that it belongs to.",
    {
        "BUNDLE_MALFORMED": "This is no bundle of evidence.",
        "EVENT_MALFORMED": "An event lacks a member, has one too many, or one of the wrong type.",
        "EVENT_FOREIGN": "An event belongs to another passport or company.",
        "EVENT_MISSING": "An event was removed, in the middle or at the end.",
        "EVENT_OUT_OF_ORDER": "An event was repeated, inserted or moved.",
        "CONTENT_CHANGED": "An event's content does not give its hash.",
        "LINK_BROKEN": "An event does not follow on the hash of the one before it.",
        "STATUS_SKIPPED": "An event does not lead from the status that the events before it lead to.",
        "HEAD_MISMATCH": "The head stands elsewhere than the end of the chain.",
        "PASSPORT_MISMATCH": "The passport's serial number, manufacture date or batch is not that of its first event.",
        "STATUS_MISMATCH": "The passport's stored status is not the one that its chain leads to.",
        "SIGNATURE_MISSING": "The head is not signed.",
        "SIGNATURE_INVALID": "The head's signature is not that of the key.",
    },
)
