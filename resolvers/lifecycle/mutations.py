"""Moving passports through their life."""

from typing import Annotated, Any, Self, cast
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from models import lifecycle
from models.lifecycle import LARGEST_BULK, MOST_IDS, RecordEvent, TransitionPassport, TransitionPassports, UnitFilter
from models.passports import PassportRecord, PassportStatus
from resolvers.context import Info
from resolvers.engine import Cost
from resolvers.errors import RejectionsInPayload, UserError, UserErrorCode, user_errors_field
from resolvers.lifecycle.enums import LifecycleAction, TraceabilityEvent
from resolvers.lifecycle.types import LifecycleEvent
from resolvers.passports.loaders import load_passports
from resolvers.passports.types import Passport
from resolvers.relay import global_id, key_or_uuid

_KEY = (
    "Makes a repeat after a lost answer safe: within 24 hours the same key with the same input gives the first answer "
    "again and does nothing twice. 1 to 200 printable characters, such as a UUID."
)
_EVIDENCE = (
    "JSON object with what the action must show; `lifecycleActions` and `Passport.allowedActions` say which keys and "
    "shapes. Unknown keys are refused."
)


def _given(evidence: object) -> object:
    """No evidence is an empty object."""
    return {} if evidence is None else evidence


@strawberry.input(description="One passport to be moved.")
class PassportTransitionInput:
    id: strawberry.ID = strawberry.field(description="Global id of the passport, or its `uuid`.")
    action: LifecycleAction = strawberry.field(description="What to do.")
    evidence: JSON | None = strawberry.field(default=None, description=_EVIDENCE)
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def to_domain(self) -> TransitionPassport:
        """The domain's command."""
        return TransitionPassport(
            key_or_uuid(self.id, "Passport"), self.action, _given(self.evidence), self.idempotency_key
        )


@strawberry.input(description="Passports of one batch, in the order of issue: those that match every field given.")
class PassportsTransitionFilterInput:
    batch_id: strawberry.ID = strawberry.field(description="Global id of the batch, or its `uuid`.")
    status: PassportStatus | None = strawberry.field(
        default=None, description="Only passports with this status; all without it."
    )
    after: strawberry.ID | None = strawberry.field(
        default=None,
        description="Only passports issued after this one (global id or `uuid`): the `lastId` of the call before, to "
        "go on with what `remaining` counts.",
    )

    def to_domain(self) -> UnitFilter:
        """The domain's filter."""
        after = key_or_uuid(self.after, "Passport") if self.after else None
        return UnitFilter(key_or_uuid(self.batch_id, "Batch"), self.status, after)


@strawberry.input(description="Passports to be moved by one action with the same evidence: either `ids` or a `filter`.")
class PassportsTransitionInput:
    action: LifecycleAction = strawberry.field(
        description="What to do. REPURPOSE and REMANUFACTURE give each unit a serial number of its own and take one "
        "passport at a time, with `passportTransition`."
    )
    ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description=f"Global ids of passports, or their `uuid`s, at most {MOST_IDS:,}."
    )
    filter: PassportsTransitionFilterInput | None = strawberry.field(
        default=None, description=f"Passports of a batch; one call takes the first {LARGEST_BULK:,} that match."
    )
    evidence: JSON | None = strawberry.field(default=None, description=f"The same for all. {_EVIDENCE}")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def to_domain(self) -> TransitionPassports:
        """The domain's command."""
        ids = None if self.ids is None else [key_or_uuid(id, "Passport") for id in self.ids]
        filter = self.filter.to_domain() if self.filter else None
        return TransitionPassports(self.action, _given(self.evidence), ids, filter, self.idempotency_key)


@strawberry.input(description="Something that happened to a unit on its road.")
class PassportEventRecordInput:
    id: strawberry.ID = strawberry.field(description="Global id of the passport, or its `uuid`.")
    action: TraceabilityEvent = strawberry.field(description="What happened.")
    place: str | None = strawberry.field(
        default=None, description="Where, in words: at most 200 characters. Shown to the public, except for CUSTOM."
    )
    latitude: float | None = strawberry.field(
        default=None, description="WGS 84 latitude in decimal degrees, -90 to 90; kept to 6 decimals. Not public."
    )
    longitude: float | None = strawberry.field(
        default=None, description="WGS 84 longitude in decimal degrees, -180 to 180; kept to 6 decimals. Not public."
    )
    metadata: JSON | None = strawberry.field(
        default=None,
        description="JSON object of your own, not public: at most 8 KiB and 5 levels deep, keys of A-Z, a-z, 0-9, _ . "
        ": and -, decimals as strings. CUSTOM requires it.",
    )
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def to_domain(self) -> RecordEvent:
        """The domain's command."""
        return RecordEvent(
            key_or_uuid(self.id, "Passport"),
            self.action,
            self.place,
            self.latitude,
            self.longitude,
            self.metadata,
            self.idempotency_key,
        )


@strawberry.type(description="What `passportTransition` gives.")
class PassportTransitionPayload:
    passport: Passport | None = strawberry.field(default=None, description="The passport as it is now.")
    previous_status: PassportStatus | None = strawberry.field(default=None, description="Its status before.")
    new_status: PassportStatus | None = strawberry.field(default=None, description="Its status after.")
    event: LifecycleEvent | None = strawberry.field(default=None, description="The event that was appended.")
    successor: Passport | None = strawberry.field(
        default=None, description="The passport of the unit's second life, for REPURPOSE and REMANUFACTURE."
    )
    user_errors: list[UserError] = user_errors_field()


@strawberry.type(description="Why one passport was not moved.")
class UnitError:
    id: strawberry.ID = strawberry.field(description="Global id of the passport, as in `failedIds`.")
    code: str = strawberry.field(graphql_type=UserErrorCode, description="What kind of rule said no; for programs.")
    message: str = strawberry.field(description="What was wrong and what would be right, for a person.")

    @classmethod
    def of(cls, error: lifecycle.UnitViolation) -> Self:
        """The domain's error of a unit."""
        code: Any = UserErrorCode(error.code.value)
        return cls(id=global_id("Passport", error.id), code=code, message=error.message)


@strawberry.type(description="What `passportsTransition` gives. Each unit succeeds or fails alone.")
class PassportsTransitionPayload:
    total: int = strawberry.field(default=0, description="How many different passports were judged.")
    succeeded: int = strawberry.field(default=0, description="How many were moved.")
    failed: int = strawberry.field(default=0, description="How many were not.")
    failed_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Global ids of those that were not moved."
    )
    errors: list[UnitError] = strawberry.field(
        default_factory=list, description="Why, for each of them.", directives=[Cost(weight=0)]
    )
    remaining: int = strawberry.field(
        default=0,
        description=f"How many more passports match the filter beyond the {LARGEST_BULK:,} that one call takes.",
    )
    last_id: strawberry.ID | None = strawberry.field(
        default=None, description="The filter's last passport that was judged: give it as `after` to go on."
    )
    user_errors: list[UserError] = user_errors_field()

    @classmethod
    def of(cls, result: lifecycle.BulkTransitionResult) -> Self:
        """What moving came to."""
        errors = [UnitError.of(error) for error in result.errors]
        return cls(
            total=result.total,
            succeeded=result.succeeded,
            failed=len(errors),
            failed_ids=[error.id for error in errors],
            errors=errors,
            remaining=result.remaining,
            last_id=global_id("Passport", result.last_id) if result.last_id else None,
        )


@strawberry.type(description="What `passportEventRecord` gives.")
class PassportEventRecordPayload:
    passport: Passport | None = strawberry.field(default=None, description="The passport.")
    event: LifecycleEvent | None = strawberry.field(default=None, description="The event that was appended.")
    user_errors: list[UserError] = user_errors_field()


@strawberry.type
class LifecycleMutation:
    @strawberry.mutation(
        description="Moves a passport to another status, with an event that proves it. Which roles may is in "
        "`lifecycleActions`. User errors: TRANSITION_NOT_ALLOWED and ROLE_NOT_ALLOWED name what is allowed; "
        "EVIDENCE_MISSING, EVIDENCE_INVALID, EVIDENCE_UNKNOWN; for a second life also SERIAL_MISSING, SERIAL_TOO_LONG, "
        "SERIAL_INVALID_CHARACTER, SERIAL_ALREADY_ISSUED, BATCH_ARCHIVED and QUOTA_EXCEEDED; IDEMPOTENCY_KEY_INVALID, "
        "IDEMPOTENCY_KEY_REUSED. A passport that you may not see is the error NOT_FOUND.",
        extensions=[RejectionsInPayload()],
    )
    async def passport_transition(
        self,
        info: Info,
        input: Annotated[PassportTransitionInput, strawberry.argument(description="The passport and the action.")],
    ) -> PassportTransitionPayload:
        result = await lifecycle.transition(info.context.actor, input.to_domain(), info.context.env)
        info.context.forget_loads()
        return PassportTransitionPayload(
            passport=await _passport(info, result.passport_id),
            previous_status=result.previous_status,
            new_status=result.new_status,
            event=LifecycleEvent.of(result.event),
            successor=await _passport(info, result.successor_id) if result.successor_id else None,
        )

    @strawberry.mutation(
        description="Moves many passports by one action, each judged alone: the answer says which were not moved and "
        "why (TRANSITION_NOT_ALLOWED, EVIDENCE_INVALID for a date before the unit's manufacture, PASSPORT_NOT_FOUND). "
        "User errors are about the call as a whole: ROLE_NOT_ALLOWED, EVIDENCE_MISSING, EVIDENCE_INVALID, "
        "EVIDENCE_UNKNOWN, UNITS_MISSING, UNITS_TOO_MANY, ACTION_NOT_BULK, IDEMPOTENCY_KEY_INVALID, "
        "IDEMPOTENCY_KEY_REUSED. A batch that you may not see is the error NOT_FOUND.",
        extensions=[RejectionsInPayload()],
    )
    async def passports_transition(
        self,
        info: Info,
        input: Annotated[PassportsTransitionInput, strawberry.argument(description="The passports and the action.")],
    ) -> PassportsTransitionPayload:
        result = await lifecycle.transition_many(info.context.actor, input.to_domain(), info.context.env)
        return PassportsTransitionPayload.of(result)

    @strawberry.mutation(
        description="Appends an event to a passport's history that changes no status. Needs the role OWNER, ADMIN, "
        "OPERATOR or LOGISTICS. User errors: PLACE_INVALID, METADATA_INVALID, LIFE_ENDED, IDEMPOTENCY_KEY_INVALID, "
        "IDEMPOTENCY_KEY_REUSED. A passport that you may not see is the error NOT_FOUND.",
        extensions=[RejectionsInPayload()],
    )
    async def passport_event_record(
        self,
        info: Info,
        input: Annotated[PassportEventRecordInput, strawberry.argument(description="The passport and what happened.")],
    ) -> PassportEventRecordPayload:
        event = await lifecycle.record_event(info.context.actor, input.to_domain(), info.context.env)
        info.context.forget_loads()
        return PassportEventRecordPayload(
            passport=await _passport(info, event.passport_id), event=LifecycleEvent.of(event)
        )


async def _passport(info: Info, id: UUID) -> Passport:
    # Whoever moves a passport sees it.
    return Passport.of(cast("PassportRecord", await info.context.loader(load_passports).load(id)))
