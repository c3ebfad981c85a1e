"""Which of several forms an answer takes, by `Accept` and `Accept-Encoding` (RFC 9110, section 12.5)."""

import re
from collections.abc import Sequence

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"?')
_WEIGHT = re.compile(r"0(?:\.\d*)?|\.\d+|1(?:\.0*)?")
# What an invalid weight counts as: it neither prefers a form nor refuses one.
_LEAST = 0.001


def weights(header: str) -> dict[str, float]:
    """What the header names, in lower case, each with its weight from 0 to 1; other parameters are left out."""
    found = {}
    for item in _QUOTED.sub("", header).lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        if name:
            found[name] = next((_weight(text[2:]) for text in parameters if text.startswith("q=")), 1.0)
    return found


def _weight(text: str) -> float:
    return float(text) if _WEIGHT.fullmatch(text) else _LEAST


def preferred(accept: str, offers: Sequence[str]) -> str | None:
    """Returns the media type that the client prefers, the first of several; None when it accepts none.

    For each offer the most specific range that names it decides. An empty header takes everything.
    """
    ranges = weights(accept) or {"*/*": 1.0}
    liked = max(offers, key=lambda offer: _quality(offer, ranges))
    return liked if _quality(liked, ranges) > 0 else None


def _quality(offer: str, ranges: dict[str, float]) -> float:
    for media_range in (offer, f"{offer.partition('/')[0]}/*", "*/*"):
        if media_range in ranges:
            return ranges[media_range]
    return 0.0


def preferred_coding(accept_encoding: str, offers: Sequence[str]) -> str | None:
    """Returns the content coding that the client prefers, the first of several; None for no coding at all.

    A client that likes the plain bytes better than every coding gets them. One that takes neither them nor a coding
    that is offered gets them all the same: a 415 or 406 would help nobody (section 12.5.3 leaves that open).
    """
    codings = weights(accept_encoding)
    anything = codings.get("*", 0.0)
    liked = max(offers, key=lambda offer: codings.get(offer, anything))
    quality = codings.get(liked, anything)
    # Uncompressed bytes are acceptable unless they are refused, and any coding that is named is preferred to them.
    return liked if quality > 0 and quality >= codings.get("identity", 0.0) else None
