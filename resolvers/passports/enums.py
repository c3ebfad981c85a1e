"""The context's enums in GraphQL. Types that use one import it from here, so that it is described by then."""

from models.passports import IssueMode, PassportStatus
from resolvers.enums import describe_enum

__all__ = ["IssueMode", "PassportStatus"]

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
    IssueMode,
    "What happens to the good rows when others are faulty.",
    {
        "ALL_OR_NOTHING": "One faulty row keeps all from being issued.",
        "VALID": "The good rows are issued, the faulty ones are reported.",
    },
)
