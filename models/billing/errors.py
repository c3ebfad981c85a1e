"""Codes of the rules about quota and payments."""

from models.kernel.errors import ErrorCode


class BillingErrorCode(ErrorCode):
    """Codes of the rules about quota and payments."""

    QUOTA_EXCEEDED = "QUOTA_EXCEEDED", "The quota balance does not cover the passports to be issued; buy quota first."
    PACKAGE_UNKNOWN = "PACKAGE_UNKNOWN", "No package of quota has this id, or it is no longer sold."
    PAYMENT_SIGNATURE_INVALID = (
        "PAYMENT_SIGNATURE_INVALID",
        "Razorpay's checkout did not sign this pair of order and payment.",
    )
