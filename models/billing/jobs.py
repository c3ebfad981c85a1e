"""This context's kinds of job."""

from datetime import timedelta

from models.billing.events import RAZORPAY_EVENT
from models.billing.reconciler import reconcile_orders
from models.billing.webhooks import process_event
from models.kernel.jobs import JobKind

JOBS = (
    JobKind(RAZORPAY_EVENT, process_event, concurrency=2),
    # Each order may take several answers of Razorpay, which may take their time.
    JobKind("reconcile_orders", reconcile_orders, timeout=timedelta(minutes=5), every=timedelta(seconds=30)),
)
