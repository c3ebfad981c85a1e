"""Which form of the answer an `Accept` header asks for (RFC 9110, section 12.5.1)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache


class Representation(Enum):
    """The forms of the answer, by media type; of several that are equally welcome the first is given."""

    GRAPHQL_RESPONSE = "application/graphql-response+json"
    JSON = "application/json"
    EXPLORER = "text/html"
    EVENT_STREAM = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Negotiated:
    """The chosen form. `is_legacy`: the client asks by name for `application/json`, older than GraphQL's own type."""

    representation: Representation
    is_legacy: bool = False


_ANY = {"*/*", "application/*"}
_QUALITY = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")


@lru_cache(maxsize=128)
def negotiate(accept: str, *, offer_explorer: bool, offer_events: bool = False) -> Negotiated | None:
    """The most welcome form that there is, `application/json` for a client that leaves it open; None without any."""
    if not accept.strip():
        return Negotiated(Representation.JSON)
    quality = dict(_media_ranges(accept))
    optional = {Representation.EXPLORER: offer_explorer, Representation.EVENT_STREAM: offer_events}
    offered = [form for form in Representation if optional.get(form, True)]
    by_name = max(offered, key=lambda form: quality.get(form.value, 0.0))
    welcome = quality.get(by_name.value, 0.0)
    if max(quality.get(name, 0.0) for name in _ANY) > welcome:
        return Negotiated(Representation.JSON)
    return Negotiated(by_name, is_legacy=by_name is Representation.JSON) if welcome else None


def _media_ranges(accept: str) -> Iterator[tuple[str, float]]:
    """The media types named, each with its quality; one that can't be read counts as 1."""
    for item in accept.lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        qualities = [match[1] for match in map(_QUALITY.fullmatch, parameters) if match]
        yield name, float(qualities[0]) if qualities else 1.0
