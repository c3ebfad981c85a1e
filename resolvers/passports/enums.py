"""The context's enums in GraphQL. Types that use one import it from here, so that it is described by then."""

from models.passports import IssuancePhase, IssueMode, PassportStatus
from resolvers.enums import describe_enum

__all__ = ["IssuancePhase", "IssueMode", "PassportStatus"]

describe_enum(
    PassportStatus,
    "Where a battery is in its life.",
    {
        "INACTIVE": "Issued with `activate: false` and not yet put into use.",
        "ACTIVE": "In use: what an issued passport begins as.",
        "SHIPPED": "On its way, or delivered.",
        "INSTALLED": "Built in and in service.",
        "RETURNED": "Back from service.",
        "RECALLED": "Recalled by the manufacturer: not to be used.",
        "SUSPENDED": "Suspended while the company looks into it.",
        "RETIRED": "At the end of its life: waste in the words of Regulation (EU) 2023/1542.",
        "RECYCLED": "Recycled; its life has ended.",
        "REPURPOSED": "Given another use under a passport of its own; this life has ended.",
    },
)
describe_enum(
    IssuancePhase,
    "How far an upload is.",
    {
        "WAITING": "No upload with this key has begun, or it waits for another of your company's uploads.",
        "READING": "Its rows are being read and checked.",
        "WRITING": "All rows were read; the passports are being written. None of them can be seen yet.",
        "DONE": "The passports are issued. Nothing follows.",
        "FAILED": "Nothing was issued. Nothing follows.",
    },
)

describe_enum(
    IssueMode,
    "What happens to the good rows when others are faulty.",
    {
        "ALL_OR_NOTHING": "One faulty row keeps all from being issued.",
        "VALID": "The good rows are issued, the faulty ones are reported.",
    },
)
