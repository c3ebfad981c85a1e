"""A GST invoice as PDF: what rule 46 of the CGST Rules 2017 wants on it, on one page of A4.

The same invoice gives the same bytes. The fonts are those that every reader brings, so letters beyond Western European
ones show as question marks; GSTN registers companies under names in the Latin alphabet.
"""

from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from models.billing import gst
from models.billing.invoices import InvoiceDocument
from models.billing.tables import Invoice, QuotaOrder

_TEXT = ParagraphStyle("text", parent=getSampleStyleSheet()["Normal"], fontSize=9.5, leading=13)
_HEAD = ParagraphStyle("head", parent=_TEXT, fontName="Helvetica-Bold", fontSize=16, leading=24)
_NOTE = ParagraphStyle("note", parent=_TEXT, fontSize=8, textColor=colors.HexColor("#555555"))
_AMOUNT = ParagraphStyle("amount", parent=_TEXT, alignment=2)
_WIDTH = 174 * mm
_LINES = TableStyle(
    [
        ("LINEABOVE", (0, 0), (-1, 0), 0.8, colors.black),
        ("LINEBELOW", (0, 0), (-1, 0), 0.4, colors.black),
        ("LINEBELOW", (0, -1), (-1, -1), 0.8, colors.black),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)


def render_invoice(document: InvoiceDocument) -> bytes:
    """Returns the invoice as a PDF file. Takes some milliseconds of computing."""
    invoice, order = document.invoice, document.order
    file = BytesIO()
    title = "Tax invoice" if invoice.seller["gstin"] else "Invoice"
    SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=16 * mm,
        bottomMargin=16 * mm,
        title=f"{title} {invoice.number}",
        author=_plain(str(invoice.seller["name"])),
        invariant=True,
    ).build(
        [
            Paragraph(title, _HEAD),
            _columns(_seller(invoice), _particulars(invoice)),
            Spacer(0, 6 * mm),
            _paragraph(_TEXT, ["<b>Billed to</b>", *_party(invoice.buyer)]),
            Spacer(0, 6 * mm),
            _items(invoice, order),
            Spacer(0, 4 * mm),
            _totals(invoice, order),
            Spacer(0, 8 * mm),
            _paragraph(_NOTE, _notes(order)),
        ]
    )
    return file.getvalue()


def _seller(invoice: Invoice) -> list[str]:
    state = str(invoice.seller["state"])
    return [*_party(invoice.seller), f"State: {state} {gst.STATES[state]}"]


def _party(party: dict[str, str | None]) -> list[str]:
    lines = [f"<b>{_safe(str(party['name']))}</b>"]
    if party["address"]:
        lines.append(_safe(party["address"]))
    lines.append(f"GSTIN: {_safe(party['gstin'])}" if party["gstin"] else "GSTIN: not registered")
    return lines


def _particulars(invoice: Invoice) -> list[str]:
    place = invoice.place_of_supply
    return [
        f"Invoice number: <b>{invoice.number}</b>",
        f"Invoice date: {invoice.issued_at.astimezone(gst.INDIA):%d %B %Y}",
        f"Place of supply: {place} {gst.STATES[place]}",
        "Tax payable on reverse charge: no",
    ]


def _items(invoice: Invoice, order: QuotaOrder) -> Table:
    description = f"{_safe(order.package_name)}: quota for {order.quota:,} battery passports"
    return Table(
        [
            [
                *_cells("<b>Description</b>", "<b>SAC</b>"),
                *_cells("<b>Quantity</b>", f"<b>Taxable value ({order.currency})</b>", style=_AMOUNT),
            ],
            [*_cells(description, order.sac), *_cells("1", _money(invoice.taxable), style=_AMOUNT)],
        ],
        colWidths=[_WIDTH * share for share in (0.5, 0.12, 0.13, 0.25)],
        style=_LINES,
    )


def _totals(invoice: Invoice, order: QuotaOrder) -> Table:
    half = f"{order.gst_rate / 2:f}".rstrip("0").rstrip(".")
    whole = f"{order.gst_rate:f}".rstrip("0").rstrip(".")
    rows = [("Taxable value", invoice.taxable)]
    if invoice.cgst:
        rows += [
            (f"CGST {half}%", invoice.cgst),
            (f"{gst.state_tax(invoice.place_of_supply)} {half}%", invoice.sgst),
        ]
    if invoice.igst:
        rows.append((f"IGST {whole}%", invoice.igst))
    cells = [_cells(name, _money(paise), style=_AMOUNT) for name, paise in rows]
    total = _cells("<b>Total</b>", f"<b>{order.currency} {_money(order.amount)}</b>", style=_AMOUNT)
    return Table([*cells, total], colWidths=[_WIDTH * 0.75, _WIDTH * 0.25])


def _notes(order: QuotaOrder) -> list[str]:
    return [
        f"Paid through Razorpay: payment {_safe(str(order.razorpay_payment_id))}, order "
        f"{_safe(str(order.razorpay_order_id))}. Our reference: {order.receipt}.",
        "Issued electronically; no signature is needed (CGST Rules 2017, rule 46).",
    ]


def _columns(left: list[str], right: list[str]) -> Table:
    return Table(
        [[_paragraph(_TEXT, left), _paragraph(_TEXT, right)]],
        colWidths=[_WIDTH * 0.55, _WIDTH * 0.45],
        style=TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, -1), 0)]),
    )


def _cells(*texts: str, style: ParagraphStyle = _TEXT) -> list[Any]:
    return [Paragraph(text, style) for text in texts]


def _paragraph(style: ParagraphStyle, lines: Iterable[str]) -> Any:
    return Paragraph("<br/>".join(lines), style)


def _money(paise: int) -> str:
    return f"{Decimal(paise) / 100:,.2f}"


def _safe(text: str) -> str:
    """Text of a company's own, which is not markup."""
    return escape(_plain(text)).replace("\n", "<br/>")


def _plain(text: str) -> str:
    return text.encode("cp1252", "replace").decode("cp1252")
