"""The quota ledger, orders for quota, what the payment provider told us about them, and invoices.

Amounts of money are whole paise (hundredths of the currency), including GST.
"""

from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.tenants.tables import Tenant


class QuotaEntryKind(StrEnum):
    """Why quota came or went."""

    GRANT = "GRANT"
    PURCHASE = "PURCHASE"
    ISSUE = "ISSUE"
    REFUND = "REFUND"
    CORRECTION = "CORRECTION"


class QuotaOrderStatus(StrEnum):
    """Where an order for quota stands. Nothing follows PAID; money that goes back is counted beside it."""

    CREATING = "CREATING"
    OPEN = "OPEN"
    FAILED = "FAILED"
    PAID = "PAID"
    ABANDONED = "ABANDONED"


class EventState(StrEnum):
    """What became of a webhook event. Those that a person must look at: all but RECEIVED, PROCESSED and IGNORED,
    and those RECEIVED whose job is parked."""

    RECEIVED = "RECEIVED"
    PROCESSED = "PROCESSED"
    IGNORED = "IGNORED"
    MALFORMED = "MALFORMED"
    UNKNOWN_ORDER = "UNKNOWN_ORDER"
    NOT_CAPTURED = "NOT_CAPTURED"
    WRONG_AMOUNT = "WRONG_AMOUNT"
    WRONG_CURRENCY = "WRONG_CURRENCY"
    PAID_TWICE = "PAID_TWICE"


class QuotaAccount(Model):
    """A company's quota: `credited` in all less `used` is the balance, which the database keeps from going negative.

    `owed` is what refunds should have taken back and the balance did not cover; the next credit pays it first.
    """

    tenant: fields.OneToOneRelation[Tenant] = fields.OneToOneField(
        "models.Tenant", related_name=False, on_delete=fields.RESTRICT, primary_key=True
    )
    tenant_id: UUID
    credited = fields.BigIntField(default=0)
    used = fields.BigIntField(default=0)
    owed = fields.BigIntField(default=0)

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


class QuotaOrder(Model):
    """An order for a package of quota, with the package as it was at that moment.

    `razorpay_payment_id` is the payment that was credited. `refunded_quota` is what refunds of it take back in all,
    taken or owed. `next_check_at` is when the reconciler asks Razorpay again; null when it need not.
    """

    id = fields.UUIDField(primary_key=True)
    tenant: fields.ForeignKeyRelation[Tenant] = fields.ForeignKeyField(
        "models.Tenant", related_name=False, on_delete=fields.RESTRICT
    )
    tenant_id: UUID
    created_by = fields.UUIDField()
    package_id = fields.CharField(max_length=40)
    package_name = fields.CharField(max_length=80)
    quota = fields.IntField()
    amount = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    gst_rate = fields.DecimalField(max_digits=4, decimal_places=2)
    sac = fields.CharField(max_length=8)
    status = fields.CharEnumField(QuotaOrderStatus, max_length=20)
    razorpay_order_id = fields.CharField(max_length=64, null=True, unique=True)
    razorpay_payment_id = fields.CharField(max_length=64, null=True, unique=True)
    refunded_amount = fields.BigIntField(default=0)
    refunded_quota = fields.IntField(default=0)
    checks = fields.SmallIntField(default=0)
    next_check_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    paid_at = fields.DatetimeField(null=True)

    class Meta:
        table = "quota_order"
        indexes = [Index(fields=("tenant_id", "id")), Index(fields=("next_check_at",))]

    @property
    def receipt(self) -> str:
        """What Razorpay knows the order by before it has given it an id: unique, at most 40 characters."""
        return self.id.hex


class RazorpayEvent(Model):
    """A webhook event as it came in, under Razorpay's id of it, and what became of it. A job processes it."""

    id = fields.CharField(max_length=100, primary_key=True)
    body = fields.BinaryField()
    kind = fields.CharField(max_length=60, null=True)
    razorpay_order_id = fields.CharField(max_length=64, null=True)
    state = fields.CharEnumField(EventState, max_length=20)
    received_at = fields.DatetimeField()
    processed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "razorpay_event"
        indexes = [Index(fields=("razorpay_order_id",))]


class QuotaRefund(Model):
    """A refund that Razorpay has carried out, under its id, so that each counts once."""

    id = fields.CharField(max_length=64, primary_key=True)
    razorpay_payment_id = fields.CharField(max_length=64)
    amount = fields.BigIntField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "quota_refund"
        indexes = [Index(fields=("razorpay_payment_id",))]


class InvoiceCounter(Model):
    """The last invoice number of a financial year; its row is the lock that keeps the numbers without gaps."""

    financial_year = fields.CharField(max_length=7, primary_key=True)
    last_sequence = fields.IntField()

    class Meta:
        table = "invoice_counter"


class Invoice(Model):
    """The GST invoice of a paid order. Seller and buyer are kept as they were; nothing in it ever changes."""

    order: fields.OneToOneRelation[QuotaOrder] = fields.OneToOneField(
        "models.QuotaOrder", related_name=False, on_delete=fields.RESTRICT, primary_key=True
    )
    order_id: UUID
    number = fields.CharField(max_length=16, unique=True)
    financial_year = fields.CharField(max_length=7)
    sequence = fields.IntField()
    issued_at = fields.DatetimeField()
    seller = fields.JSONField[dict[str, str | None]]()
    buyer = fields.JSONField[dict[str, str | None]]()
    place_of_supply = fields.CharField(max_length=2)
    taxable = fields.BigIntField()
    cgst = fields.BigIntField()
    sgst = fields.BigIntField()
    igst = fields.BigIntField()

    class Meta:
        table = "invoice"
        unique_together = (("financial_year", "sequence"),)
