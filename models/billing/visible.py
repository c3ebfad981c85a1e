"""What an actor may see of quota, orders and invoices: every read for a member starts here."""

from typing import Final

from tortoise.queryset import QuerySet

from models.billing.tables import Invoice, QuotaEntry, QuotaOrder
from models.kernel.actor import Actor
from models.kernel.permissions import Permission

# For SQL: stands after FROM or JOIN; $1 is the actor's company. The quota is the company's, whatever the brands.
VISIBLE_QUOTA: Final = "(SELECT * FROM quota_account WHERE tenant_id = $1) q"


def visible_entries(actor: Actor) -> QuerySet[QuotaEntry]:
    """Returns the entries of the company's ledger."""
    actor.require(Permission.BILLING_READ)
    return QuotaEntry.filter(tenant_id=actor.tenant_id)


def visible_orders(actor: Actor) -> QuerySet[QuotaOrder]:
    """Returns the company's orders."""
    actor.require(Permission.BILLING_READ)
    return QuotaOrder.filter(tenant_id=actor.tenant_id)


def visible_invoices(actor: Actor) -> QuerySet[Invoice]:
    """Returns the invoices of the company's orders."""
    actor.require(Permission.BILLING_READ)
    return Invoice.filter(order__tenant_id=actor.tenant_id)
