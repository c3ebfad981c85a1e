"""Codes of the rules about quota and payments."""

from models.kernel.errors import ErrorCode


class BillingErrorCode(ErrorCode):
    """Codes of the rules about quota and payments."""

    QUOTA_EXCEEDED = "QUOTA_EXCEEDED", "The quota balance does not cover the passports to be issued; buy quota first."
