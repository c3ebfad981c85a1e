"""Quota and payments: the context's public face."""

from models.billing.actions import charge_issuance, grant, open_account
from models.billing.errors import BillingErrorCode
from models.billing.queries import Quota, quota

__all__ = ["BillingErrorCode", "Quota", "charge_issuance", "grant", "open_account", "quota"]
