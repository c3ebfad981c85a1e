"""A company at a glance: figures read over batches, passports and billing."""

from typing import Final

from models.dashboard.queries import Figures, figures
from models.dashboard.rules import week_start
from models.kernel.context import DomainContext

CONTEXT: Final = DomainContext()

__all__ = ["CONTEXT", "Figures", "figures", "week_start"]
