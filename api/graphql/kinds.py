"""Which kinds of operation are served where over HTTP, and what a client that sends another kind is told."""

from typing import Final

from graphql import OperationType

from resolvers.engine import ALL_KINDS, NotServed, Refused
from resolvers.engine.errors import BAD_REQUEST, refusal

# A link must not change anything.
ANSWERED: Final = {
    "GET": frozenset({OperationType.QUERY}),
    "POST": frozenset({OperationType.QUERY, OperationType.MUTATION}),
}
STREAMED: Final = {"GET": ALL_KINDS - {OperationType.MUTATION}, "POST": ALL_KINDS}

_WHERE: Final = {
    OperationType.MUTATION: "Mutations are served to POST only.",
    OperationType.SUBSCRIPTION: "Subscriptions are served over a websocket (graphql-transport-ws) or as "
    "text/event-stream.",
}


def where_served(error: NotServed) -> Refused:
    """Returns the refusal that says where operations of this kind are served."""
    return refusal(BAD_REQUEST, _WHERE.get(error.kind, str(error)))
