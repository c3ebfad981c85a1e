"""A passport's life in GraphQL: events, the table of actions, audits, the public timeline."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self, cast
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from models import lifecycle
from models.kernel.permissions import Role
from models.lifecycle import EventPage, EventRecord
from models.passports import PassportRecord, PassportStatus
from resolvers.batches.types import COUNT_COST
from resolvers.context import Info
from resolvers.engine import Cost
from resolvers.lifecycle.enums import EventType, EvidenceType, Fault, LifecycleAction
from resolvers.moments import in_utc
from resolvers.passports.loaders import load_passports
from resolvers.relay import Connection, Node, global_id, key_or_uuid

if TYPE_CHECKING:
    from resolvers.passports.types import Passport

# What is computed without a read.
_FREE = Cost(weight=0)


@strawberry.type(description="One event of a passport's chain. It never changes; the chain's hashes prove that.")
class LifecycleEvent(Node):
    event_type: EventType = strawberry.field(description="What kind of thing the event records.")
    action: str = strawberry.field(
        description="What was done: ISSUE, a value of LifecycleAction or one of RoadEvent. The passport of a second "
        "life is issued by REPURPOSE or REMANUFACTURE."
    )
    actor: str = strawberry.field(
        description="E-mail address of the member who acted; their id once that address is no longer kept."
    )
    actor_role: Role = strawberry.field(description="The member's role then.")
    status_from: PassportStatus | None = strawberry.field(
        description="Status before the event; null for the first event and for those that change no status."
    )
    status_to: PassportStatus | None = strawberry.field(
        description="Status after the event; null for events that change no status."
    )
    metadata: JSON = strawberry.field(
        description="What the event shows: `evidence` of an action, `place`, `latitude`, `longitude` (decimal degrees "
        "as strings) and `metadata` of an event on the road, `serialNumber` and more of the issue."
    )
    position: int = strawberry.field(description="Place in the passport's chain, counted from 1 without gaps.")
    hash: str = strawberry.field(
        description="`sha256:` and the SHA-256 of the event's canonical JSON (RFC 8785), `previousHash` included."
    )
    previous_hash: str | None = strawberry.field(description="Hash of the event before it; null for the first event.")
    created_at: datetime = strawberry.field(description="When the event was recorded.")
    passport_key: strawberry.Private[UUID]

    @classmethod
    def of(cls, event: EventRecord) -> Self:
        """The event in a record."""
        return cls(
            id=global_id("LifecycleEvent", event.id),
            event_type=event.event_type,
            action=event.action,
            actor=event.actor,
            actor_role=event.actor_role,
            status_from=event.status_from,
            status_to=event.status_to,
            metadata=cast("JSON", event.metadata),
            position=event.position,
            hash=lifecycle.hash_text(event.hash) or "",
            previous_hash=lifecycle.hash_text(event.previous_hash),
            created_at=event.created_at,
            passport_key=event.passport_id,
        )

    @strawberry.field(description="The passport that the event belongs to.")
    async def passport(self, info: Info) -> Annotated["Passport", strawberry.lazy("resolvers.passports.types")]:
        # Passports know their events as events know their passport; one of the two has to wait.
        from resolvers.passports.types import Passport

        # Whoever sees an event sees its passport.
        record = await info.context.loader(load_passports).load(self.passport_key)
        return Passport.of(cast("PassportRecord", record))


@strawberry.type(
    description="A page of lifecycle events: of one passport, oldest first, or of the company, newest first."
)
class LifecycleEventConnection(Connection[LifecycleEvent]):
    feed_cursor: str = strawberry.field(
        description="Cursor of the company's last event, of any passport, when this page was read; also when the page "
        "is empty. A live feed that starts after it brings everything that came later."
    )
    count: strawberry.Private[Callable[[], Awaitable[int]]]

    @classmethod
    def of(cls, found: EventPage, count: Callable[[], Awaitable[int]]) -> Self:
        """The connection over a page of events; `count` is called when `totalCount` is selected."""
        return cls(page=found.page.map(LifecycleEvent.of), feed_cursor=found.feed_cursor, count=count)

    @strawberry.field(
        description="How many events the passport has, or the filter lets through, all pages together.",
        directives=[COUNT_COST],
    )
    async def total_count(self) -> int:
        return await self.count()


@strawberry.input(description="Which events: those that match every field given. Null and absent fields limit nothing.")
class LifecycleEventFilter:
    batch_id: strawberry.ID | None = strawberry.field(
        default=None, description="Events of this batch's passports: its global id or `uuid`."
    )
    passport_id: strawberry.ID | None = strawberry.field(
        default=None, description="Events of this passport: its global id or `uuid`."
    )
    actions: list[str] | None = strawberry.field(
        default=None,
        description="Events of one of these actions: ISSUE, values of LifecycleAction and of RoadEvent. An empty list "
        "limits nothing.",
    )
    from_: datetime | None = strawberry.field(
        name="from", default=None, description="Events recorded at this time or later. Without a zone it is UTC."
    )
    to: datetime | None = strawberry.field(
        default=None, description="Events recorded before this time. Without a zone it is UTC."
    )

    def to_domain(self) -> lifecycle.EventFilter:
        """The domain's filter. Raises `BadInput` for an unknown action, an id or a time that makes no sense."""
        return lifecycle.EventFilter(
            batch_id=key_or_uuid(self.batch_id, "Batch") if self.batch_id else None,
            passport_id=key_or_uuid(self.passport_id, "Passport") if self.passport_id else None,
            actions=frozenset(self.actions or ()),
            since=in_utc("from", self.from_),
            until=in_utc("to", self.to),
        )


@strawberry.type(description="A piece of evidence that an action takes.")
class EvidenceField:
    name: str = strawberry.field(description="Its key in `evidence`.")
    type: EvidenceType = strawberry.field(description="Its shape.")
    required: bool = strawberry.field(description="Whether the action is refused without it.")
    description: str = strawberry.field(description="What it says, for the person who fills it in.")
    max_length: int | None = strawberry.field(description="Characters that a text may have; null for other shapes.")

    @classmethod
    def of(cls, field: lifecycle.EvidenceField) -> Self:
        """The domain's field."""
        longest = field.longest if field.type is EvidenceType.TEXT else None
        return cls(
            name=field.name, type=field.type, required=field.required, description=field.description, max_length=longest
        )


@strawberry.type(description="An action that you may take now, and the evidence that it wants.")
class AllowedAction:
    action: LifecycleAction = strawberry.field(description="The action.")
    evidence: list[EvidenceField] = strawberry.field(
        description="What `evidence` may hold; other keys are refused.", directives=[_FREE]
    )

    @classmethod
    def of(cls, line: lifecycle.Transition) -> Self:
        """The action of a line of the table."""
        return cls(action=line.action, evidence=[EvidenceField.of(field) for field in line.evidence])


@strawberry.type(description="One line of the table that rules a passport's life.")
class LifecycleRule:
    action: LifecycleAction = strawberry.field(description="The action.")
    description: str = strawberry.field(description="What the action means.")
    from_statuses: list[PassportStatus] = strawberry.field(description="Statuses that the action starts from.")
    to_status: PassportStatus | None = strawberry.field(
        description="Status that it leads to; null when that is the status before the suspension."
    )
    roles: list[Role] = strawberry.field(description="Roles that may take it.")
    issues_successor: bool = strawberry.field(
        description="Whether it issues a passport for the unit's second life, charged to the quota. Such an action "
        "takes one passport at a time."
    )
    evidence: list[EvidenceField] = strawberry.field(
        description="What `evidence` may hold; other keys are refused.", directives=[_FREE]
    )

    @classmethod
    def of(cls, line: lifecycle.Transition) -> Self:
        """A line of the table."""
        return cls(
            action=line.action,
            description=line.description,
            from_statuses=[status for status in PassportStatus if status in line.from_statuses],
            to_status=line.to,
            roles=[role for role in Role if role in line.roles],
            issues_successor=line.issues_successor,
            evidence=[EvidenceField.of(field) for field in line.evidence],
        )


@strawberry.type(description="The first thing that is wrong with a passport's history.")
class AuditBreak:
    position: int | None = strawberry.field(
        description="The event's place in the chain; null when no event is at fault."
    )
    reason: Fault = strawberry.field(description="What is wrong, for programs.")
    message: str = strawberry.field(description="What is wrong, for a person.")


@strawberry.type(description="The end of a passport's chain. Its signature proves that nothing was cut off.")
class AuditHead:
    position: int = strawberry.field(description="Place of the last event, which is how many there are.")
    hash: str = strawberry.field(description="Hash of the last event.")
    signed_at: datetime | None = strawberry.field(
        description="When the head was signed; null without a signing key, and when anything is wrong with the history."
    )
    signature: str | None = strawberry.field(
        description="Ed25519 signature in base64, as docs/audit.md says; null when the head is not signed."
    )
    key_id: str | None = strawberry.field(
        description="Which key signed, as in /.well-known/exportready-audit.json; null when the head is not signed."
    )


@strawberry.type(
    description="What verifying a passport's history found. `GET /passports/{id}/audit.json` has the rest."
)
class AuditReport:
    valid: bool = strawberry.field(description="Whether nothing was found wrong.")
    event_count: int = strawberry.field(description="How many events were verified before anything was found wrong.")
    first_broken: AuditBreak | None = strawberry.field(
        description="The first thing that is wrong; null when nothing is.", directives=[_FREE]
    )
    stored_status: PassportStatus = strawberry.field(description="The passport's status as it is stored.")
    chain_status: PassportStatus | None = strawberry.field(
        description="The status that the verified events lead to; null when there is none."
    )
    head: AuditHead = strawberry.field(description="The end of the chain.", directives=[_FREE])

    @classmethod
    def of(cls, report: lifecycle.AuditReport) -> Self:
        """The domain's report."""
        verdict, head = report.verdict, report.head
        broken = verdict.first_fault
        known = {status.value: status for status in PassportStatus}
        return cls(
            valid=verdict.valid,
            event_count=verdict.event_count,
            first_broken=AuditBreak(position=broken.position, reason=broken.fault, message=broken.message)
            if broken
            else None,
            stored_status=report.stored_status,
            chain_status=known.get(verdict.chain_status or ""),
            head=AuditHead(
                position=head.position,
                hash=head.hash,
                signed_at=datetime.fromisoformat(head.signed_at) if head.signed_at else None,
                signature=head.signature,
                key_id=head.key_id,
            ),
        )


@strawberry.type(description="An event as everybody sees it: no actor and no evidence.")
class PublicEvent:
    action: str = strawberry.field(
        description="What was done: ISSUE, a value of LifecycleAction, or a value of RoadEvent other than CUSTOM. The "
        "passport of a second life is issued by REPURPOSE or REMANUFACTURE."
    )
    at: datetime = strawberry.field(description="When it was recorded.")
    status: PassportStatus | None = strawberry.field(
        description="Status that it led to; null when it changed no status."
    )
    place: str | None = strawberry.field(
        description="Where it happened; null when that is not stated, and for changes of status."
    )

    @classmethod
    def of(cls, event: lifecycle.PublicEvent) -> Self:
        """The domain's public event."""
        return cls(action=event.action, at=event.at, status=event.status, place=event.place)
