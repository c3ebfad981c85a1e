"""The context's enums in GraphQL. Types that use one import it from here, so that it is described by then."""

from models.batches import BatchStatus, CellSource, MarketRegion
from resolvers.enums import describe_enum

__all__ = ["BatchStatus", "CellSource", "MarketRegion"]

describe_enum(
    MarketRegion,
    "The market that a batch is made for; it decides which rules and labels apply.",
    {
        "INDIA": "India: Battery Waste Management Rules 2022, BIS registration, PLI scheme.",
        "EU": "European Union: Regulation (EU) 2023/1542.",
        "US": "United States of America.",
        "GLOBAL": "No single market.",
    },
)
describe_enum(
    BatchStatus,
    "Whether a batch takes new serials.",
    {
        "ACTIVE": "Serials can be uploaded into the batch.",
        "ARCHIVED": "The batch refuses new serials. Its passports stay as they are and stay public.",
    },
)
describe_enum(
    CellSource,
    "Where the cells of a battery come from, as India's PLI scheme for advanced chemistry cells asks.",
    {
        "DOMESTIC": "All cells are made in the country where the battery is made.",
        "IMPORTED": "All cells are imported.",
        "MIXED": "Some cells are domestic and some imported.",
    },
)
