"""Razorpay's webhook: an event is stored as it came and answered at once; a job makes sense of it later.

Razorpay delivers at least once, in any order, and gives up on an address that takes 5 seconds to answer.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import structlog
from pydantic import BaseModel, Field, ValidationError

from models import database
from models.billing import crediting
from models.billing.events import RAZORPAY_EVENT, enqueue_event
from models.billing.razorpay import PaymentEntity, RefundEntity
from models.billing.tables import EventState
from models.database import Connection, Record, unit_of_work
from models.kernel.env import Env
from models.kernel.errors import BadInput, Unauthenticated
from models.kernel.jobs import Payload, requeue_parked
from models.kernel.payments import Payment, Refund

_LONGEST_EVENT_ID = 100
_log = structlog.get_logger(__name__)


class _Envelope(BaseModel):
    event: Annotated[str, Field(pattern=r"^[a-z_.]{1,60}$")]
    payload: dict[str, Any]


class _Payment(BaseModel):
    entity: PaymentEntity


class _Refund(BaseModel):
    entity: RefundEntity


class _PaymentPayload(BaseModel):
    payment: _Payment


class _RefundPayload(_PaymentPayload):
    refund: _Refund


@dataclass(frozen=True, slots=True)
class _News:
    """What an event says that matters here; nothing when it has no payment."""

    kind: str
    payment: Payment | None = None
    refund: Refund | None = None


async def receive_event(body: bytes, signature: str | None, event_id: str | None, env: Env) -> None:
    """Store an event that Razorpay signed; a repeat changes nothing.

    Raises `Unauthenticated` unless the signature is that of these bytes, and `BadInput` without a usable event id.
    """
    if signature is None or not env.payments.signed_event(body, signature):
        raise Unauthenticated("The signature is not that of this body.")
    if not event_id or len(event_id) > _LONGEST_EVENT_ID or not (event_id.isascii() and event_id.isprintable()):
        raise BadInput("The header x-razorpay-event-id is missing or is no event id.")
    async with unit_of_work() as connection:
        is_new = await connection.fetchval(
            "INSERT INTO razorpay_event (id, body, state, received_at) VALUES ($1, $2, $3, $4) "
            "ON CONFLICT DO NOTHING RETURNING true",
            event_id,
            body,
            EventState.RECEIVED,
            env.now(),
        )
        if is_new:
            await enqueue_event(connection, event_id, env)


async def process_event(payload: Payload, env: Env) -> None:
    """The handler of `RAZORPAY_EVENT`: processes a stored event, unless that was done before."""
    async with unit_of_work() as connection:
        event = await connection.fetchrow(
            "SELECT id, body FROM razorpay_event WHERE id = $1 AND state = $2 FOR UPDATE",
            payload["event_id"],
            EventState.RECEIVED,
        )
        if event is not None:
            await _process(connection, event, env)


@dataclass(frozen=True, slots=True)
class TroubledEvent:
    """A stored event that did not do what it was sent for, and why as far as that is known.

    `state` is what became of it, or ``PARKED`` when it could not be processed.
    """

    id: str
    kind: str | None
    state: str
    razorpay_order_id: str | None
    last_error: str | None
    received_at: datetime


async def troubled_events(*, limit: int = 100) -> list[TroubledEvent]:
    """Events that a person must look at, the newest first."""
    rows = await database.fetch(
        """
        SELECT e.id, e.kind, CASE WHEN j.id IS NULL THEN e.state ELSE 'PARKED' END AS state, e.razorpay_order_id,
            j.last_error, e.received_at
        FROM razorpay_event e
        LEFT JOIN job j ON j.kind = $1 AND j.parked_at IS NOT NULL AND j.payload ->> 'event_id' = e.id
        WHERE j.id IS NOT NULL OR e.state <> ALL($2)
        ORDER BY e.received_at DESC LIMIT $3
        """,
        RAZORPAY_EVENT,
        [EventState.RECEIVED, EventState.PROCESSED, EventState.IGNORED],
        limit,
    )
    return [TroubledEvent(**row) for row in rows]


async def requeue_parked_events(env: Env) -> int:
    """Give every event whose job is parked ten new attempts. Returns how many there were."""
    return await requeue_parked(env, RAZORPAY_EVENT)


async def _process(connection: Connection, event: Record, env: Env) -> None:
    try:
        news = _read(event["body"])
    except ValidationError as error:
        _log.error("event_malformed", event_id=event["id"], exc_info=error)
        news = None
    state = await _apply(connection, news, env) if news else EventState.MALFORMED
    kind = news.kind if news else None
    order_id = news.payment.order_id if news and news.payment else None
    if state not in (EventState.PROCESSED, EventState.IGNORED):
        _log.error("event_needs_attention", event_id=event["id"], kind=kind, state=state, order=order_id)
    await connection.execute(
        "UPDATE razorpay_event SET state = $2, kind = $3, razorpay_order_id = $4, processed_at = $5 WHERE id = $1",
        event["id"],
        state,
        kind,
        order_id,
        env.now(),
    )


def _read(body: bytes) -> _News:
    """Raises `ValidationError` for what Razorpay does not send."""
    envelope = _Envelope.model_validate_json(body)
    match envelope.event:
        case "payment.captured" | "order.paid" | "payment.failed" as kind:
            return _News(kind, _PaymentPayload.model_validate(envelope.payload).payment.entity.payment())
        case "refund.processed" as kind:
            about = _RefundPayload.model_validate(envelope.payload)
            return _News(kind, about.payment.entity.payment(), about.refund.entity.refund())
        case kind:
            return _News(kind)


async def _apply(connection: Connection, news: _News, env: Env) -> EventState:
    if news.payment is None:
        return EventState.IGNORED
    if news.refund is not None:
        return await crediting.refund(connection, news.payment, news.refund, env)
    if news.kind == "payment.failed":
        return await crediting.note_failure(connection, news.payment)
    return await crediting.credit(connection, news.payment, env)
