"""Pure decisions about the figures."""

from datetime import datetime, timedelta


def week_start(now: datetime) -> datetime:
    """Returns the last Monday at 00:00 UTC; `now` is in UTC."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=now.weekday())
