"""Moments as clients send them."""

from datetime import UTC, datetime

from models.kernel.errors import BadInput


def in_utc(name: str, moment: datetime | None) -> datetime | None:
    """The moment in UTC, which is its zone if it has none. Raises `BadInput`, with the argument's name."""
    if moment is None or moment.tzinfo is None:
        return moment and moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise BadInput(f"{name} lies outside the years 1 to 9999 of UTC.") from None
