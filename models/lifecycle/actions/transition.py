"""Moving passports from one status to another, one or many at a time."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, cast
from uuid import UUID

from models.database import Connection, unit_of_work
from models.kernel import idempotency
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import NotFound, Rejected, Violation
from models.kernel.ids import uuid7
from models.kernel.permissions import Permission
from models.lifecycle.actions.units import ChainState, Unit, chain_states, lock_units
from models.lifecycle.chain import canonical_json
from models.lifecycle.events import EventRecord, NewEvent, append, next_events
from models.lifecycle.evidence import Evidence, check_evidence
from models.lifecycle.queries import event_by_id
from models.lifecycle.rules import TRANSITIONS, LifecycleAction, Transition, role_violation, status_violation
from models.lifecycle.tables import EventType
from models.passports import PassportStatus, Successor, issue_successor

_OPERATION: Final = "passportTransition"
# Whoever acts may be a day ahead of UTC.
_AHEAD_OF_UTC: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TransitionPassport:
    """One passport to be moved. `evidence` is JSON as it came in, checked against the action's shape."""

    passport_id: UUID
    action: LifecycleAction
    evidence: object
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class TransitionResult:
    """A passport that was moved, the event that says so, and the passport of its second life if it got one."""

    passport_id: UUID
    previous_status: PassportStatus
    new_status: PassportStatus
    event: EventRecord
    successor_id: UUID | None


async def transition(actor: Actor, command: TransitionPassport, env: Env) -> TransitionResult:
    """Move one passport, with the event that proves it, in one transaction.

    Of two people who act on one unit at once the second is judged by what the first made of it. Raises `Forbidden`,
    `NotFound`, and `Rejected` for a wrong role, status or evidence, for a successor that can't be issued, or for a
    key that was used for other content.
    """
    rule = TRANSITIONS[command.action]
    evidence = checked_evidence(actor, rule, command.evidence, env)
    guard = idempotency.Guard(
        actor.tenant_id,
        _OPERATION,
        command.idempotency_key,
        lambda: content_hash(str(command.passport_id), command.action, evidence.values),
    )
    async with unit_of_work() as connection:
        event = await idempotency.once(
            connection,
            guard,
            env,
            lambda: _move(connection, actor, command, rule, evidence, env),
            keep=lambda event: {"event": str(event.id)},
            recall=lambda answer: event_by_id(connection, UUID(answer["event"])),
        )
    return _result(event)


async def _move(
    connection: Connection,
    actor: Actor,
    command: TransitionPassport,
    rule: Transition,
    evidence: Evidence,
    env: Env,
) -> EventRecord:
    units = await lock_units(connection, actor, [command.passport_id])
    if not units:
        raise NotFound("There is no such passport.")
    [unit] = units
    if violation := unit_violation(actor, rule, evidence, unit):
        raise Rejected([violation])
    states = await chain_states(connection, units)
    successor = _successor(rule, evidence, unit)
    new = status_change(rule, evidence, unit, states[unit.id], successor.id if successor else None)
    [event] = next_events(actor, [new], env.now())
    await set_statuses(connection, [event])
    if successor:
        await _issue(connection, actor, successor, env)
    [event] = await append(connection, [event], env)
    return event


def checked_evidence(actor: Actor, rule: Transition, given: object, env: Env) -> Evidence:
    """The evidence as it is kept. Raises `Forbidden`, or `Rejected` for a role or evidence that won't do."""
    actor.require(Permission.PASSPORT_TRANSITION)
    evidence, violations = check_evidence(rule.evidence, given, env.today() + _AHEAD_OF_UTC)
    violation = role_violation(rule, actor.role)
    if violation or violations:
        raise Rejected([violation] if violation else violations)
    return evidence


def unit_violation(actor: Actor, rule: Transition, evidence: Evidence, unit: Unit) -> Violation | None:
    """Why this unit can't be moved so; None when it can."""
    return status_violation(rule, unit.status, actor.role) or evidence.date_violation(unit.manufacture_date)


def status_change(
    rule: Transition, evidence: Evidence, unit: Unit, state: ChainState, successor_id: UUID | None = None
) -> NewEvent:
    """The change of a unit that may be moved."""
    metadata: dict[str, Any] = {"evidence": evidence.values}
    if successor_id:
        metadata["successorId"] = str(successor_id)
    return NewEvent(
        end=state.end,
        event_type=EventType.STATUS_CHANGED,
        action=rule.action,
        metadata=metadata,
        status_from=unit.status,
        status_to=rule.to or state.suspended_from,
    )


async def set_statuses(connection: Connection, events: list[EventRecord]) -> None:
    """Store the statuses that the events lead to, in one statement."""
    await connection.execute(
        "UPDATE passport SET status = n.status, updated_at = $3 FROM unnest($1::uuid[], $2::text[]) n (id, status) "
        "WHERE passport.id = n.id",
        [event.passport_id for event in events],
        [event.status_to for event in events],
        events[0].created_at,
    )


def content_hash(*content: object) -> bytes:
    """What a repeat under the same idempotency key must share: SHA-256 of the content as canonical JSON."""
    return hashlib.sha256(canonical_json(content)).digest()


def _successor(rule: Transition, evidence: Evidence, unit: Unit) -> Successor | None:
    if not rule.issues_successor:
        return None
    return Successor(
        id=uuid7(),
        predecessor_id=unit.id,
        batch_id=unit.batch_id,
        serial_number=evidence.values["serialNumber"],
        manufacture_date=evidence.dates["manufactureDate"],
        action=rule.action,
    )


async def _issue(connection: Connection, actor: Actor, successor: Successor, env: Env) -> None:
    try:
        await issue_successor(connection, actor, successor, env)
    except Rejected as rejected:
        raise Rejected(rejected.at("evidence"), http_status=rejected.http_status, **rejected.extensions) from None


def _result(event: EventRecord) -> TransitionResult:
    successor = event.metadata.get("successorId")
    return TransitionResult(
        passport_id=event.passport_id,
        # An event that changes the status has both.
        previous_status=cast("PassportStatus", event.status_from),
        new_status=cast("PassportStatus", event.status_to),
        event=event,
        successor_id=UUID(successor) if successor else None,
    )
