"""Invoices: taxes to the paisa, numbers without gaps, whose is shown to whom, and the file itself."""

import asyncio
import re
import zlib
from base64 import a85decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import repeat
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import billing
from models.billing import gst
from models.billing.invoice_pdf import render_invoice
from models.billing.tables import Invoice
from models.database import execute, fetch
from models.kernel.errors import Forbidden, NotFound
from models.kernel.permissions import Role
from models.passports import LinkSignature
from tests.factories import make_member
from tests.models.billing.conftest import Shop, open_shop, process_events
from tests.models.billing.provider import Webhook


async def _buy(shop: Shop, package_id: str = "professional") -> billing.QuotaOrder:
    order = await shop.order(package_id)
    await shop.deliver(shop.provider.pay(order.razorpay_order_id or "")[0])
    return order


def _text(pdf: bytes) -> str:
    """The letters on the pages in the order they are drawn, without spaces, of which a file has few."""
    streams = re.findall(rb"stream\r?\n(.*?)~>endstream", pdf, re.DOTALL)
    content = b"".join(zlib.decompress(a85decode(stream)) for stream in streams)
    shown = b" ".join(re.findall(rb"\(((?:[^()\\]|\\.)*)\) Tj", content)).decode("cp1252")
    return re.sub(r"\\([0-7]{3}|.)", lambda found: _unescaped(found[1]), shown).replace(" ", "")


def _unescaped(escape: str) -> str:
    return bytes([int(escape, 8)]).decode("cp1252") if escape.isdigit() else escape


@given(st.integers(1, 10**9), st.decimals(0, 28, places=2), st.booleans())
def test_the_parts_add_up_to_the_price(price: int, rate: Decimal, within_state: bool) -> None:
    taxes = gst.divide(price, rate, within_state=within_state)
    assert taxes.total == price
    assert taxes.cgst == taxes.sgst
    assert (taxes.igst == 0) if within_state else (taxes.cgst == 0)
    exact = price * rate / (100 + rate)
    assert abs(taxes.cgst + taxes.sgst + taxes.igst - exact) <= 1


def test_taxes_of_the_packages() -> None:
    assert gst.divide(399900, Decimal(18), within_state=True) == gst.Taxes(338898, 30501, 30501, 0)
    assert gst.divide(399900, Decimal(18), within_state=False) == gst.Taxes(338898, 0, 0, 61002)
    assert gst.divide(99900, Decimal(18), within_state=True) == gst.Taxes(84662, 7619, 7619, 0)


@pytest.mark.parametrize(
    ("moment", "year"),
    [
        (datetime(2026, 3, 31, 18, 29, tzinfo=UTC), "2025-26"),
        (datetime(2026, 3, 31, 18, 30, tzinfo=UTC), "2026-27"),  # midnight in India
        (datetime(2026, 12, 31, tzinfo=UTC), "2026-27"),
        (datetime(2099, 4, 1, tzinfo=UTC), "2099-00"),
    ],
)
def test_the_financial_year_is_indias(moment: datetime, year: str) -> None:
    assert gst.financial_year(moment) == year


def test_a_number_has_at_most_16_letters_digits_hyphens_and_slashes() -> None:
    assert gst.invoice_number("2026-27", 7) == "ER/26-27/000007"
    assert re.fullmatch("[A-Z0-9/-]{1,16}", gst.invoice_number("2026-27", 9_999_999))


@pytest.mark.parametrize(
    ("gstin", "place"),
    [(None, "29"), ("27AAPFU0939F1ZV", "27"), ("29AAAAA0000A1ZY", "29"), ("28AAPFU0939F1ZV", "37"), ("99X", "29")],
)
def test_the_place_of_supply(gstin: str | None, place: str) -> None:
    assert gst.place_of_supply("29", gstin) == place


async def test_only_a_paid_order_has_an_invoice_and_just_one(shop: Shop) -> None:
    order = await shop.order()
    with pytest.raises(NotFound):
        await billing.invoice(shop.actor, order.id)
    await shop.deliver(*shop.provider.pay(order.razorpay_order_id or ""))
    document = await billing.invoice(shop.actor, order.id)
    assert (document.invoice.cgst, document.invoice.sgst, document.invoice.igst) == (30501, 30501, 0)
    assert document.invoice.place_of_supply == "29"
    assert await Invoice.filter(order_id=order.id).count() == 1


async def test_another_states_buyer_pays_igst_and_a_later_change_changes_nothing(shop: Shop) -> None:
    await execute(
        "UPDATE tenant SET gstin = '27AAPFU0939F1ZV', address = E'1 MG Road\nPune' WHERE id = $1", shop.actor.tenant_id
    )
    order = await _buy(shop)
    await execute("UPDATE tenant SET gstin = NULL, company_name = 'Renamed' WHERE id = $1", shop.actor.tenant_id)
    document = await billing.invoice(shop.actor, order.id)
    assert (document.invoice.cgst, document.invoice.igst, document.invoice.place_of_supply) == (0, 61002, "27")
    assert document.invoice.buyer == {
        "name": "Acme Batteries",
        "address": "1 MG Road\nPune",
        "gstin": "27AAPFU0939F1ZV",
    }


async def test_numbers_have_no_gaps_even_when_crediting_together(shop: Shop) -> None:
    """In a financial year of this test's own."""
    later = replace(shop.env, now=repeat(datetime(2051, 6, 1, tzinfo=UTC)).__next__)
    events: list[Webhook] = []
    for _ in range(20):
        order = await shop.order()
        captured, paid = shop.provider.pay(order.razorpay_order_id or "")
        events += [captured, paid]
    await asyncio.gather(*(billing.receive_event(each.body, each.signature, each.id, later) for each in events))
    await asyncio.gather(*(process_events(later) for _ in range(6)), billing.reconcile_all(later))
    rows = await fetch("SELECT sequence, number FROM invoice WHERE financial_year = '2051-52' ORDER BY sequence")
    assert [row["sequence"] for row in rows] == list(range(1, 21))
    assert rows[-1]["number"] == "ER/51-52/000020"


async def test_an_invoice_is_shown_to_its_companys_owners_and_admins_alone(shop: Shop) -> None:
    order = await _buy(shop)
    for role in (Role.OPERATOR, Role.LOGISTICS, Role.VIEWER):
        with pytest.raises(Forbidden):
            await billing.invoice(await make_member(shop.env, shop.actor.tenant_id, role), order.id)
    stranger = await open_shop(shop.env)
    with pytest.raises(NotFound):
        await billing.invoice(stranger.actor, order.id)


async def test_a_link_is_good_for_its_invoice_for_15_minutes(shop: Shop) -> None:
    order, other = await _buy(shop), await _buy(shop)
    link = parse_qs(urlsplit(billing.invoice_url(shop.env, order.id)).query)
    signature = LinkSignature.of(link["expires"][0], link["signature"][0])
    assert (await billing.linked_invoice(order.id, signature, shop.env)).order.id == order.id
    later = replace(shop.env, now=repeat(shop.env.now() + timedelta(minutes=15)).__next__)
    prolonged = LinkSignature(signature.expires + 1, signature.signature)
    for id, tried, env in (
        (other.id, signature, shop.env),
        (order.id, prolonged, shop.env),
        (order.id, LinkSignature(signature.expires, "é"), shop.env),
        (order.id, signature, later),
    ):
        with pytest.raises(Forbidden):
            await billing.linked_invoice(id, tried, env)


async def test_the_file_says_what_the_law_wants(shop: Shop) -> None:
    await execute(
        "UPDATE tenant SET company_name = 'Müller & <Söhne>', gstin = '29AAAAA0000A1ZY' WHERE id = $1",
        shop.actor.tenant_id,
    )
    order = await _buy(shop)
    document = await billing.invoice(shop.actor, order.id)
    pdf = render_invoice(document)
    assert pdf.startswith(b"%PDF-")
    assert pdf == render_invoice(document)
    text = _text(pdf)
    for words in (
        "Tax invoice",
        document.invoice.number,
        "GSTIN: 29AAAAA0000A1ZY",
        "Müller & <Söhne>",
        "Place of supply: 29 Karnataka",
        "998315",
        "Professional: quota for 500 battery passports",
        "CGST 9%",
        "SGST 9%",
        "305.01",
        "3,388.98",
        "INR 3,999.00",
        document.order.razorpay_payment_id or "",
    ):
        assert words.replace(" ", "") in text, words
    assert "IGST" not in text


async def test_letters_that_the_fonts_lack_do_not_break_the_file(shop: Shop) -> None:
    await execute("UPDATE tenant SET company_name = 'सूर्योदय <b>' WHERE id = $1", shop.actor.tenant_id)
    document = await billing.invoice(shop.actor, (await _buy(shop)).id)
    assert "?<b>" in _text(render_invoice(document))
