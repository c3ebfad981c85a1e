"""Passports, the uploads that issued them, and their scans."""

from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.batches.tables import Batch
from models.tenants.tables import Tenant


class PassportStatus(StrEnum):
    """Where a battery is in its life. RETIRED is waste in the words of Regulation (EU) 2023/1542."""

    INACTIVE = "INACTIVE"
    ACTIVE = "ACTIVE"
    SHIPPED = "SHIPPED"
    INSTALLED = "INSTALLED"
    RETURNED = "RETURNED"
    RECALLED = "RECALLED"
    SUSPENDED = "SUSPENDED"
    RETIRED = "RETIRED"
    RECYCLED = "RECYCLED"
    REPURPOSED = "REPURPOSED"


class DeviceType(StrEnum):
    """The kind of device that scanned, judged by its user agent."""

    MOBILE = "MOBILE"
    TABLET = "TABLET"
    DESKTOP = "DESKTOP"
    OTHER = "OTHER"


class Passport(Model):
    """One battery's passport. `id` is the uuid in its QR code; the serial number is unique in the company."""

    id = fields.UUIDField(primary_key=True)
    tenant: fields.ForeignKeyRelation[Tenant] = fields.ForeignKeyField(
        "models.Tenant", related_name=False, on_delete=fields.RESTRICT
    )
    tenant_id: UUID
    batch: fields.ForeignKeyRelation[Batch] = fields.ForeignKeyField(
        "models.Batch", related_name=False, on_delete=fields.RESTRICT
    )
    batch_id: UUID
    serial_number = fields.CharField(max_length=64)
    manufacture_date = fields.DateField()
    status = fields.CharEnumField(PassportStatus, max_length=20)
    predecessor: fields.OneToOneNullableRelation["Passport"] = fields.OneToOneField(
        "models.Passport", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    predecessor_id: UUID | None
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "passport"
        unique_together = (("tenant_id", "serial_number"),)
        indexes = [Index(fields=("batch_id", "id"))]


class IssuanceRecord(Model):
    """One upload that issued passports: how many, by whom, into which batch."""

    id = fields.UUIDField(primary_key=True)
    tenant: fields.ForeignKeyRelation[Tenant] = fields.ForeignKeyField(
        "models.Tenant", related_name=False, on_delete=fields.RESTRICT
    )
    tenant_id: UUID
    batch: fields.ForeignKeyRelation[Batch] = fields.ForeignKeyField(
        "models.Batch", related_name=False, on_delete=fields.RESTRICT
    )
    batch_id: UUID
    issued_by = fields.UUIDField()
    created = fields.IntField()
    issued_at = fields.DatetimeField()

    class Meta:
        table = "issuance"
        indexes = [Index(fields=("tenant_id", "issued_at"))]


class IssuancePhase(StrEnum):
    """How far an upload is. WAITING, before it has begun, is never stored."""

    WAITING = "WAITING"
    READING = "READING"
    WRITING = "WRITING"
    DONE = "DONE"
    FAILED = "FAILED"


class IssuanceProgressRecord(Model):
    """How far the upload with an Idempotency-Key is, kept for 24 hours; see `models.passports.progress`.

    Nothing refers to a company or a batch here: checking that would wait for the upload's own locks.
    """

    id = fields.BigIntField(primary_key=True)
    tenant_id = fields.UUIDField()
    key = fields.CharField(max_length=200)
    batch_id = fields.UUIDField()
    phase = fields.CharEnumField(IssuancePhase, max_length=20)
    rows_read = fields.BigIntField()
    created = fields.BigIntField()
    error_count = fields.BigIntField()
    error_code = fields.CharField(max_length=60, null=True)
    started_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "issuance_progress"
        unique_together = (("tenant_id", "key"),)
        indexes = [Index(fields=("updated_at",))]


class Scan(Model):
    """One scan of a QR code. `position` numbers the company's scans without gaps. No address is kept."""

    id = fields.UUIDField(primary_key=True)
    tenant_id = fields.UUIDField()
    position = fields.BigIntField()
    passport: fields.ForeignKeyRelation[Passport] = fields.ForeignKeyField(
        "models.Passport", related_name=False, on_delete=fields.RESTRICT
    )
    passport_id: UUID
    batch_id = fields.UUIDField()
    city = fields.CharField(max_length=120, null=True)
    country = fields.CharField(max_length=120, null=True)
    device_type = fields.CharEnumField(DeviceType, max_length=20)
    scanned_at = fields.DatetimeField()

    class Meta:
        table = "scan"
        unique_together = (("tenant_id", "position"),)
        indexes = [
            Index(fields=("batch_id", "position")),
            Index(fields=("passport_id", "position")),
            Index(fields=("tenant_id", "scanned_at")),
        ]
