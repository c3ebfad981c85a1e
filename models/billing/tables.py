"""The quota ledger."""

from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from models.tenants.tables import Tenant


class QuotaEntryKind(StrEnum):
    """Why quota came or went."""

    GRANT = "GRANT"
    PURCHASE = "PURCHASE"
    ISSUE = "ISSUE"
    REFUND = "REFUND"
    CORRECTION = "CORRECTION"


class QuotaAccount(Model):
    """A company's quota: `credited` in all less `used` is the balance, which the database keeps from going negative."""

    tenant: fields.OneToOneRelation[Tenant] = fields.OneToOneField(
        "models.Tenant", related_name=False, on_delete=fields.RESTRICT, primary_key=True
    )
    tenant_id: UUID
    credited = fields.BigIntField(default=0)
    used = fields.BigIntField(default=0)

    class Meta:
        table = "quota_account"


class QuotaEntry(Model):
    """One entry of the append-only ledger. `amount` is signed; `cause` makes it unique among its kind."""

    id = fields.UUIDField(primary_key=True)
    tenant: fields.ForeignKeyRelation[Tenant] = fields.ForeignKeyField(
        "models.Tenant", related_name=False, on_delete=fields.RESTRICT
    )
    tenant_id: UUID
    position = fields.IntField()
    kind = fields.CharEnumField(QuotaEntryKind, max_length=20)
    amount = fields.BigIntField()
    balance = fields.BigIntField()
    cause = fields.CharField(max_length=100)
    created_at = fields.DatetimeField()

    class Meta:
        table = "quota_entry"
        unique_together = (("tenant_id", "position"), ("tenant_id", "kind", "cause"))
