"""Runs GraphQL: `engine.admit(request)`, then `engine.run(...)` or `engine.subscribe(...)`, whatever the transport.

Knows GraphQL and no application: see the README beside this file.
"""

from resolvers.engine.cost import Cost, ListSize
from resolvers.engine.errors import Explanation, Refused, masked, request_id
from resolvers.engine.limits import Limits
from resolvers.engine.live import LiveSource, Subscriber
from resolvers.engine.persisted import TrustedDocumentsError, names_document, read_trusted_documents
from resolvers.engine.run import ALL_KINDS, Answer, Engine, NotServed, OperationRequest
from resolvers.engine.selected import selected, selected_arguments

__all__ = [
    "ALL_KINDS",
    "Answer",
    "Cost",
    "Engine",
    "Explanation",
    "Limits",
    "ListSize",
    "LiveSource",
    "NotServed",
    "OperationRequest",
    "Refused",
    "Subscriber",
    "TrustedDocumentsError",
    "masked",
    "names_document",
    "read_trusted_documents",
    "request_id",
    "selected",
    "selected_arguments",
]
