"""Recording traceability events: what happens to a unit without changing its status."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from models.database import Connection, unit_of_work
from models.kernel import idempotency
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import NotFound, Rejected, Violation, reject
from models.kernel.permissions import Permission
from models.kernel.text import shown
from models.lifecycle.actions.transition import content_hash
from models.lifecycle.actions.units import chain_states, lock_units
from models.lifecycle.errors import LifecycleErrorCode
from models.lifecycle.events import EventRecord, NewEvent, append, next_events
from models.lifecycle.evidence import LONGEST_SHOWN, decimal_text, metadata_violation, one_line
from models.lifecycle.queries import event_by_id
from models.lifecycle.rules import ENDED, TraceabilityEvent
from models.lifecycle.tables import EventType

_OPERATION: Final = "passportEventRecord"
_LONGEST_PLACE: Final = 200


@dataclass(frozen=True, slots=True)
class RecordEvent:
    """What happened and where: a place name, WGS 84 coordinates in degrees, and JSON of the company's own."""

    passport_id: UUID
    action: TraceabilityEvent
    place: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    metadata: object = None
    idempotency_key: str | None = None


async def record_event(actor: Actor, command: RecordEvent, env: Env) -> EventRecord:
    """Append an event that changes no status.

    Raises `Forbidden`, `NotFound`, and `Rejected` for a place or metadata that can't be kept, a unit whose life has
    ended, or a key that was used for other content.
    """
    actor.require(Permission.PASSPORT_TRANSITION)
    metadata = _checked(command)
    guard = idempotency.Guard(
        actor.tenant_id,
        _OPERATION,
        command.idempotency_key,
        lambda: content_hash(str(command.passport_id), command.action, metadata),
    )
    async with unit_of_work() as connection:
        return await idempotency.once(
            connection,
            guard,
            env,
            lambda: _record(connection, actor, command, metadata, env),
            keep=lambda event: {"event": str(event.id)},
            recall=lambda answer: event_by_id(connection, UUID(answer["event"])),
        )


async def _record(
    connection: Connection, actor: Actor, command: RecordEvent, metadata: dict[str, Any], env: Env
) -> EventRecord:
    units = await lock_units(connection, actor, [command.passport_id])
    if not units:
        raise NotFound("There is no such passport.")
    [unit] = units
    if unit.status in ENDED:
        message = f"The passport is {unit.status}: nothing more happens to the unit under it."
        raise reject(LifecycleErrorCode.LIFE_ENDED, message, "id")
    states = await chain_states(connection, units)
    new = NewEvent(states[unit.id].end, EventType.RECORDED, command.action, metadata)
    [event] = await append(connection, next_events(actor, [new], env.now()), env)
    return event


def _checked(command: RecordEvent) -> dict[str, Any]:
    """Returns what is kept. Raises `Rejected` with all that is wrong."""
    violations: list[Violation] = []
    kept: dict[str, Any] = {}
    try:
        place = one_line(command.place or "", _LONGEST_PLACE, LifecycleErrorCode.PLACE_INVALID)
        if place:
            kept["place"] = place
    except Rejected as rejected:
        violations += rejected.at("place", value=shown(command.place, LONGEST_SHOWN))
    violations += _keep_coordinates(command, kept)
    if command.metadata is not None:
        kept["metadata"] = command.metadata
        if not isinstance(command.metadata, dict):
            message = "The metadata must be a JSON object."
            violations.append(Violation(LifecycleErrorCode.METADATA_INVALID, message, ("metadata",)))
        elif violation := metadata_violation(command.metadata):
            violations.append(violation)
    elif command.action is TraceabilityEvent.CUSTOM:
        message = "A custom event says in its metadata what happened."
        violations.append(Violation(LifecycleErrorCode.METADATA_INVALID, message, ("metadata",)))
    if violations:
        raise Rejected(violations)
    return kept


def _keep_coordinates(command: RecordEvent, kept: dict[str, Any]) -> list[Violation]:
    given = {"latitude": (command.latitude, 90), "longitude": (command.longitude, 180)}
    missing = [name for name, (value, _) in given.items() if value is None]
    if len(missing) == 1:
        message = "A latitude and a longitude only make sense together."
        return [Violation(LifecycleErrorCode.PLACE_INVALID, message, (missing[0],))]
    violations: list[Violation] = []
    for name, (value, limit) in given.items() if not missing else ():
        try:
            # Six decimals of a degree are some ten centimetres.
            degrees = round(value, 6) if value is not None else None
            kept[name] = decimal_text(degrees, -limit, limit, LifecycleErrorCode.PLACE_INVALID)
        except Rejected as rejected:
            violations += rejected.at(name, value=shown(value, LONGEST_SHOWN))
    return violations
