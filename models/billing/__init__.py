"""Quota and payments: the context's public face."""

from typing import Final

from models.billing.actions import charge_issuance, grant, open_account
from models.billing.checks import Difference, check_quota
from models.billing.errors import BillingErrorCode
from models.billing.invoices import InvoiceDocument, invoice, invoice_url, linked_invoice
from models.billing.jobs import JOBS
from models.billing.live import quota_stream
from models.billing.orders import CreateOrder, VerifyPayment, create_order, verify_payment
from models.billing.packages import Package, PriceList, price_list, read_price_list
from models.billing.queries import (
    Quota,
    count_entries,
    count_orders,
    entries,
    entries_by_id,
    invoice_numbers,
    orders,
    orders_by_id,
    quota,
)
from models.billing.razorpay import RAZORPAY_URL, RazorpayGateway, sign
from models.billing.reconciler import Reconciliation, reconcile_all, reconcile_due
from models.billing.tables import EventState, QuotaEntry, QuotaEntryKind, QuotaOrder, QuotaOrderStatus
from models.billing.visible import VISIBLE_QUOTA
from models.billing.webhooks import (
    TroubledEvent,
    receive_event,
    requeue_parked_events,
    troubled_events,
)
from models.kernel.context import DomainContext
from models.kernel.env import Participants

CONTEXT: Final = DomainContext(
    error_codes=(BillingErrorCode,),
    participants=Participants(tenant_registered=(open_account,), passports_issued=(charge_issuance,)),
    jobs=JOBS,
)

__all__ = [
    "CONTEXT",
    "RAZORPAY_URL",
    "VISIBLE_QUOTA",
    "BillingErrorCode",
    "CreateOrder",
    "Difference",
    "EventState",
    "InvoiceDocument",
    "Package",
    "PriceList",
    "Quota",
    "QuotaEntry",
    "QuotaEntryKind",
    "QuotaOrder",
    "QuotaOrderStatus",
    "RazorpayGateway",
    "Reconciliation",
    "TroubledEvent",
    "VerifyPayment",
    "charge_issuance",
    "check_quota",
    "count_entries",
    "count_orders",
    "create_order",
    "entries",
    "entries_by_id",
    "grant",
    "invoice",
    "invoice_numbers",
    "invoice_url",
    "linked_invoice",
    "open_account",
    "orders",
    "orders_by_id",
    "price_list",
    "quota",
    "quota_stream",
    "read_price_list",
    "receive_event",
    "reconcile_all",
    "reconcile_due",
    "requeue_parked_events",
    "sign",
    "troubled_events",
    "verify_payment",
]
