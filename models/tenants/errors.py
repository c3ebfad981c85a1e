"""Codes of the rules of this context."""

from models.kernel.errors import ErrorCode


class TenantErrorCode(ErrorCode):
    """Codes of the rules of this context."""
