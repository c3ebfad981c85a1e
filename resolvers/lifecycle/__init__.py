"""A passport's life: what the context adds to the schema."""

from uuid import UUID

from resolvers.context import Context
from resolvers.lifecycle.loaders import load_events
from resolvers.lifecycle.mutations import LifecycleMutation
from resolvers.lifecycle.queries import LifecycleQuery
from resolvers.lifecycle.subscriptions import LifecycleSubscription
from resolvers.lifecycle.types import LifecycleEvent
from resolvers.relay import ContextSchema, NodeType

__all__ = ["SCHEMA"]


async def _load_nodes(context: Context, ids: list[UUID]) -> list[LifecycleEvent | None]:
    events = await context.loader(load_events).load_many(ids)
    return [LifecycleEvent.of(event) if event else None for event in events]


SCHEMA = ContextSchema(
    queries=LifecycleQuery,
    mutations=LifecycleMutation,
    subscriptions=LifecycleSubscription,
    nodes=(NodeType("LifecycleEvent", _load_nodes),),
)
