"""The hash-chained events of each passport, and where each chain ends."""

from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.kernel.permissions import Role
from models.passports.tables import Passport, PassportStatus


class EventType(StrEnum):
    """What kind of thing an event records."""

    ISSUED = "ISSUED"
    STATUS_CHANGED = "STATUS_CHANGED"
    RECORDED = "RECORDED"


class LifecycleEvent(Model):
    """One event of a passport's chain, never changed and never deleted.

    `position` counts the passport's own events from 1; `feed_position` numbers all of the company's events without
    gaps. `hash` is SHA-256 over the event's canonical JSON, `previous_hash` included. `actor_id` is the member who
    acted: their address is no part of the event, so that they can be forgotten. Events of version 1 have that address
    instead, in `actor`.
    """

    id = fields.UUIDField(primary_key=True)
    tenant_id = fields.UUIDField()
    feed_position = fields.BigIntField()
    passport: fields.ForeignKeyRelation[Passport] = fields.ForeignKeyField(
        "models.Passport", related_name=False, on_delete=fields.RESTRICT
    )
    passport_id: UUID
    batch_id = fields.UUIDField()
    position = fields.IntField()
    event_type = fields.CharEnumField(EventType, max_length=20)
    action = fields.CharField(max_length=40)
    actor = fields.CharField(max_length=254, null=True)
    actor_id = fields.UUIDField(null=True)
    actor_role = fields.CharEnumField(Role, max_length=20)
    status_from = fields.CharEnumField(PassportStatus, max_length=20, null=True)
    status_to = fields.CharEnumField(PassportStatus, max_length=20, null=True)
    metadata = fields.JSONField[dict[str, object]]()
    created_at = fields.DatetimeField()
    previous_hash = fields.BinaryField(null=True)
    hash = fields.BinaryField()

    class Meta:
        table = "lifecycle_event"
        unique_together = (("passport_id", "position"), ("tenant_id", "feed_position"))
        indexes = [Index(fields=("batch_id", "feed_position"))]


class ChainHead(Model):
    """The end of one subject's chain: of a passport's events, the last one's place and hash.

    Appending events moves it, by a trigger and by one place at a time; nothing else does, and the server's role may
    only read it. So what was read of a chain can be compared with something that was not computed from it.
    """

    subject = fields.UUIDField(primary_key=True, generated=False)
    position = fields.IntField()
    hash = fields.BinaryField()

    class Meta:
        table = "chain_head"
