"""Which form of the answer an `Accept` header asks for (RFC 9110, section 12.5.1)."""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from api.accept import weights


class Representation(Enum):
    """The forms of the answer, by media type; of several that are equally welcome the first is chosen."""

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


@lru_cache(maxsize=128)
def negotiate(accept: str, *, offer_explorer: bool, offer_events: bool = False) -> Negotiated | None:
    """Returns the form that the client prefers, `application/json` where it leaves that open; None for none."""
    if not accept.strip():
        return Negotiated(Representation.JSON)
    quality = weights(accept)
    optional = {Representation.EXPLORER: offer_explorer, Representation.EVENT_STREAM: offer_events}
    offered = [form for form in Representation if optional.get(form, True)]
    by_name = max(offered, key=lambda form: quality.get(form.value, 0.0))
    welcome = quality.get(by_name.value, 0.0)
    if max(quality.get(name, 0.0) for name in _ANY) > welcome:
        return Negotiated(Representation.JSON)
    return Negotiated(by_name, is_legacy=by_name is Representation.JSON) if welcome else None
