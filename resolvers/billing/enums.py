"""The context's enums in GraphQL. Types that use one import it from here, so that it is described by then."""

from models.billing import QuotaEntryKind, QuotaOrderStatus
from resolvers.enums import describe_enum

__all__ = ["QuotaEntryKind", "QuotaOrderStatus"]

describe_enum(
    QuotaOrderStatus,
    "Where an order for quota stands. Only PAID means that the quota was credited.",
    {
        "CREATING": "Written here, not yet confirmed by Razorpay. Repeat `quotaOrderCreate` with the same "
        "`idempotencyKey`, or wait: the server finds out by itself.",
        "OPEN": "Known to Razorpay and waiting for a payment.",
        "FAILED": "The last attempt to pay failed. The order can still be paid.",
        "PAID": "Paid and credited, for good. Refunds are counted in `refundedAmount` and `refundedQuota`.",
        "ABANDONED": "Never reached Razorpay; it can't be paid. Make a new order.",
    },
)
describe_enum(
    QuotaEntryKind,
    "Why quota came or went.",
    {
        "GRANT": "Quota given for nothing, such as the free quota of a new company. Positive.",
        "PURCHASE": "The quota of a paid order. Positive.",
        "ISSUE": "Passports were issued, one quota for each. Negative.",
        "REFUND": "Taken back because the money of an order went back, at once or when the balance allowed. Negative.",
        "CORRECTION": "A correction by the operator, in either direction.",
    },
)
