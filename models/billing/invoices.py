"""GST invoices: one for each paid order, numbered without gaps in each financial year, never changed afterwards."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import orjson

from models.billing import gst
from models.billing.packages import price_list
from models.billing.tables import Invoice, QuotaOrder
from models.billing.visible import visible_invoices
from models.database import Connection
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import Forbidden, NotFound
from models.passports import LinkSignature

LIFETIME: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class InvoiceDocument:
    """An invoice and the order that it is for: all that is printed."""

    invoice: Invoice
    order: QuotaOrder


async def issue_invoice(connection: Connection, order: QuotaOrder, paid_at: datetime, env: Env) -> None:
    """Write the invoice of an order in the transaction that credits it.

    This comes last there: from the counter's next number on, no other order can be credited until the commit, which
    is what leaves no gaps.
    """
    seller = price_list(env).seller
    buyer = await connection.fetchrow(
        "SELECT company_name AS name, address, gstin FROM tenant WHERE id = $1", order.tenant_id
    )
    place = gst.place_of_supply(seller.state, buyer["gstin"])
    # A seller who is not registered must not charge the tax.
    rate = order.gst_rate if seller.gstin else order.gst_rate * 0
    taxes = gst.divide(order.amount, rate, within_state=place == seller.state)
    year = gst.financial_year(paid_at)
    sequence = await connection.fetchval(
        "INSERT INTO invoice_counter AS c (financial_year, last_sequence) VALUES ($1, 1) "
        "ON CONFLICT (financial_year) DO UPDATE SET last_sequence = c.last_sequence + 1 RETURNING last_sequence",
        year,
    )
    await connection.execute(
        "INSERT INTO invoice (order_id, number, financial_year, sequence, issued_at, seller, buyer, place_of_supply, "
        "taxable, cgst, sgst, igst) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        order.id,
        gst.invoice_number(year, sequence),
        year,
        sequence,
        paid_at,
        seller.model_dump_json(),
        orjson.dumps(dict(buyer)).decode(),
        place,
        taxes.taxable,
        taxes.cgst,
        taxes.sgst,
        taxes.igst,
    )


async def invoice(actor: Actor, order_id: UUID) -> InvoiceDocument:
    """Returns the invoice of one of the company's orders. Raises `Forbidden`, or `NotFound` until the order is paid."""
    found = await visible_invoices(actor).get_or_none(order_id=order_id).select_related("order")
    if found is None:
        raise NotFound("There is no such invoice.")
    return InvoiceDocument(found, found.order)


async def linked_invoice(order_id: UUID, signature: LinkSignature, env: Env) -> InvoiceDocument:
    """Returns the invoice for a signed link. Raises `Forbidden` for a link that is not valid or has expired."""
    expected = _sign(env, order_id, signature.expires)
    if not hmac.compare_digest(expected.encode(), signature.signature.encode()):
        raise Forbidden("This link is not valid; ask for a new one.")
    if env.now().timestamp() >= signature.expires:
        raise Forbidden("This link has expired; ask for a new one.")
    # Links are only given out for orders that have an invoice.
    found = await Invoice.get(order_id=order_id).select_related("order")
    return InvoiceDocument(found, found.order)


def invoice_url(env: Env, order_id: UUID) -> str:
    """Returns a link to an order's invoice, valid for 15 minutes. The caller has checked that it may be given."""
    expires = int((env.now() + LIFETIME).timestamp())
    parameters = urlencode({"expires": expires, "signature": _sign(env, order_id, expires)})
    return f"{env.policy.public_base_url.rstrip('/')}/invoices/{order_id}.pdf?{parameters}"


def _sign(env: Env, order_id: UUID, expires: int) -> str:
    key = hmac.digest(env.policy.secret_key.encode(), b"links to invoices", hashlib.sha256)
    return urlsafe_b64encode(hmac.digest(key, f"{order_id}\n{expires}".encode(), hashlib.sha256)).rstrip(b"=").decode()
