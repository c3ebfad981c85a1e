"""Asking for a stored webhook event to be processed."""

from typing import Final

from models.database import Connection
from models.kernel.env import Env
from models.kernel.jobs import enqueue

RAZORPAY_EVENT: Final = "razorpay_event"


async def enqueue_event(connection: Connection, event_id: str, env: Env) -> None:
    """Have a stored event processed once the open transaction is committed."""
    await enqueue(connection, RAZORPAY_EVENT, {"event_id": event_id}, env)
