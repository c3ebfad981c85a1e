"""Codes of the rules of this context."""

from models.kernel.errors import ErrorCode


class PassportErrorCode(ErrorCode):
    """Codes of the rules of this context."""
