"""A company at a glance: figures read over batches, passports and billing."""

from models.dashboard.queries import Figures, figures
from models.dashboard.rules import week_start

__all__ = ["Figures", "figures", "week_start"]
