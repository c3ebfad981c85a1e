"""Moving many passports in one transaction, each judged alone, in a fixed number of statements."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Self
from uuid import UUID

from models import batches
from models.database import Connection, unit_of_work
from models.kernel import idempotency
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import ErrorCode, Violation, reject
from models.lifecycle.actions.transition import (
    checked_evidence,
    content_hash,
    set_statuses,
    status_change,
    unit_violation,
)
from models.lifecycle.actions.units import UnitFilter, chain_states, lock_matching, lock_units
from models.lifecycle.errors import LifecycleErrorCode
from models.lifecycle.events import append, next_events
from models.lifecycle.evidence import Evidence
from models.lifecycle.rules import LARGEST_BULK, MOST_IDS, TRANSITIONS, LifecycleAction, Transition

_OPERATION: Final = "passportsTransition"


@dataclass(frozen=True, slots=True)
class TransitionPassports:
    """Passports to be moved by one action with the same evidence: at most 1,000 `ids`, or those of a `filter`."""

    action: LifecycleAction
    evidence: object
    ids: Sequence[UUID] | None = None
    filter: UnitFilter | None = None
    idempotency_key: str | None = None

    def content(self) -> list[object]:
        """What besides the evidence a repeat under the same idempotency key must share."""
        filter = self.filter and [str(value) for value in asdict(self.filter).values()]
        return [self.action, [str(id) for id in self.ids or ()], filter]


@dataclass(frozen=True, slots=True)
class UnitViolation:
    """Why one passport was not moved."""

    id: UUID
    code: ErrorCode
    message: str


@dataclass(frozen=True, slots=True)
class BulkTransitionResult:
    """What became of the units. `remaining` more match the filter, all issued after the unit `last_id`."""

    succeeded: int
    errors: list[UnitViolation]
    remaining: int = 0
    last_id: UUID | None = None

    @property
    def total(self) -> int:
        """How many units were judged."""
        return self.succeeded + len(self.errors)

    def answer(self) -> dict[str, Any]:
        """The result as it is kept with an idempotency key."""
        return {
            "succeeded": self.succeeded,
            "errors": [[str(error.id), error.code, error.message] for error in self.errors],
            "remaining": self.remaining,
            "lastId": self.last_id and str(self.last_id),
        }

    @classmethod
    def of_answer(cls, answer: dict[str, Any]) -> Self:
        """The result in an answer that was kept."""
        return cls(
            answer["succeeded"],
            [UnitViolation(UUID(id), LifecycleErrorCode[code], message) for id, code, message in answer["errors"]],
            answer["remaining"],
            answer["lastId"] and UUID(answer["lastId"]),
        )


async def transition_many(actor: Actor, command: TransitionPassports, env: Env) -> BulkTransitionResult:
    """Move each unit that may be moved, and say of every other why not; at most 10,000 units in one call.

    Raises `Forbidden`, `NotFound` for the filter's batch, and `Rejected` when the call as a whole won't do: its role,
    its evidence, its choice of units, an action that needs evidence of each unit's own.
    """
    rule = TRANSITIONS[command.action]
    evidence = checked_evidence(actor, rule, command.evidence, env)
    _check_choice(command, rule)
    guard = idempotency.Guard(
        actor.tenant_id,
        _OPERATION,
        command.idempotency_key,
        lambda: content_hash(*command.content(), evidence.values),
    )
    if command.filter:
        await batches.batch(actor, command.filter.batch_id)
    async with unit_of_work() as connection:
        return await idempotency.once(
            connection,
            guard,
            env,
            lambda: _move(connection, actor, command, rule, evidence, env),
            keep=BulkTransitionResult.answer,
            recall=_recall,
        )


async def _recall(answer: idempotency.Answer) -> BulkTransitionResult:
    return BulkTransitionResult.of_answer(answer)


async def _move(
    connection: Connection,
    actor: Actor,
    command: TransitionPassports,
    rule: Transition,
    evidence: Evidence,
    env: Env,
) -> BulkTransitionResult:
    if command.filter:
        units, remaining = await lock_matching(connection, command.filter, LARGEST_BULK)
    else:
        units, remaining = await lock_units(connection, actor, command.ids or ()), 0
    violations = {unit.id: unit_violation(actor, rule, evidence, unit) for unit in units}
    movable = [unit for unit in units if violations[unit.id] is None]
    result = BulkTransitionResult(
        succeeded=len(movable),
        errors=_errors(command, violations),
        remaining=remaining,
        last_id=units[-1].id if command.filter and units else None,
    )
    if movable:
        states = await chain_states(connection, movable)
        new_events = [status_change(rule, evidence, unit, states[unit.id]) for unit in movable]
        # Ten thousand hashes take a tenth of a second, which other requests need not wait for.
        events = await asyncio.to_thread(next_events, actor, new_events, env.now())
        await set_statuses(connection, events)
        await append(connection, events, env)
    return result


def _errors(command: TransitionPassports, violations: dict[UUID, Violation | None]) -> list[UnitViolation]:
    """Why units were not moved: in the order of the ids asked for, else of issue."""
    errors = []
    for id in dict.fromkeys(command.ids) if command.ids else violations:
        if id not in violations:
            errors.append(UnitViolation(id, LifecycleErrorCode.PASSPORT_NOT_FOUND, "There is no such passport."))
        elif violation := violations[id]:
            errors.append(UnitViolation(id, violation.code, violation.message))
    return errors


def _check_choice(command: TransitionPassports, rule: Transition) -> None:
    if rule.issues_successor:
        message = f"{rule.action} gives each unit a serial number of its own: use passportTransition for each."
        raise reject(LifecycleErrorCode.ACTION_NOT_BULK, message, "action", value=rule.action)
    if command.filter is None and not command.ids:
        raise reject(LifecycleErrorCode.UNITS_MISSING, "Give ids, or a filter that names a batch.", "ids")
    if command.filter and command.ids:
        raise reject(LifecycleErrorCode.UNITS_TOO_MANY, "Give either ids or a filter, not both.", "filter")
    if command.ids and len(command.ids) > MOST_IDS:
        message = f"At most {MOST_IDS:,} ids are taken, not {len(command.ids):,}: use a filter."
        raise reject(LifecycleErrorCode.UNITS_TOO_MANY, message, "ids")
