"""Subscriptions: shared executions, resuming, back-pressure."""

from resolvers.engine.live.sharing import Subscriber, take
from resolvers.engine.live.source import LiveSource
from resolvers.engine.live.subscriptions import Subscriptions

__all__ = ["LiveSource", "Subscriber", "Subscriptions", "take"]
