"""An order's GST invoice: `GET /invoices/{order}.pdf`, by bearer token or the link in `QuotaOrder.invoiceUrl`."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.auth import actor_of
from api.parameters import path_key
from api.routes.downloads import content_disposition
from models import billing
from models.billing import InvoiceDocument
from models.passports import LinkSignature


async def invoice(request: Request) -> Response:
    """The invoice as PDF."""
    document = await _document(request)
    name = f"invoice-{document.invoice.number.replace('/', '-')}.pdf"
    return Response(
        await asyncio.to_thread(_pdf, document),
        media_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition(name),
            "Cache-Control": "private, no-store",
        },
    )


def _pdf(document: InvoiceDocument) -> bytes:
    # The first invoice loads what draws it, in this thread: a server starts without it.
    from models.billing.invoice_pdf import render_invoice

    return render_invoice(document)


async def _document(request: Request) -> InvoiceDocument:
    order_id = path_key(request, "QuotaOrder")
    parameters = request.query_params
    if "signature" in parameters:
        signature = LinkSignature.of(parameters.get("expires", ""), parameters["signature"])
        return await billing.linked_invoice(order_id, signature, request.app.state.env)
    return await billing.invoice(await actor_of(request), order_id)


routes: list[BaseRoute] = [Route("/invoices/{id}.pdf", invoice)]
