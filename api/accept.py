"""Which of several forms an answer takes, by the `Accept` header (RFC 9110, section 12.5.1)."""

from collections.abc import Iterator, Sequence


def preferred(accept: str, offers: Sequence[str]) -> str | None:
    """The media type that the client likes best; the first of those it likes alike; None when it takes none.

    For each offer the most specific range that names it decides. An empty header takes everything.
    """
    qualities = dict(_ranges(accept)) or {"*/*": 1.0}
    liked = max(offers, key=lambda offer: _quality(offer, qualities))
    return liked if _quality(liked, qualities) > 0 else None


def _quality(offer: str, qualities: dict[str, float]) -> float:
    for media_range in (offer, f"{offer.partition('/')[0]}/*", "*/*"):
        if media_range in qualities:
            return qualities[media_range]
    return 0.0


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for item in accept.lower().split(","):
        media_range, *parameters = (part.strip() for part in item.split(";"))
        if media_range:
            yield media_range, next((_weight(value[2:]) for value in parameters if value.startswith("q=")), 1.0)


def _weight(text: str) -> float:
    """A weight from 0 to 1; one that is none counts as 0, so that no mistake makes a form the favourite."""
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
