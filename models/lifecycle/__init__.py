"""A passport's life: the context's public face."""

from models.lifecycle.actions import record_issuance

__all__ = ["record_issuance"]
