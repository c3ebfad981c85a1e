"""Reads of a company's quota, its ledger and its orders, the newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from models import database
from models.billing.tables import QuotaEntry, QuotaOrder
from models.billing.visible import VISIBLE_QUOTA, visible_entries, visible_invoices, visible_orders
from models.kernel.actor import Actor
from models.kernel.errors import BadInput
from models.kernel.pages import Page, PageRequest, decode_cursor, encode_cursor, page_of
from models.kernel.permissions import Permission


@dataclass(frozen=True, slots=True)
class Quota:
    """`limit`: quota credited in all, less what refunds took back; `used`: passports issued; `balance`: the rest.

    `owed`: what refunds should have taken back and the balance did not cover.
    """

    limit: int
    used: int
    balance: int
    owed: int = 0


async def quota(actor: Actor) -> Quota:
    """Returns the quota of the actor's company."""
    actor.require(Permission.READ)
    row = await database.fetch_one(
        f"SELECT credited, used, credited - used AS balance, owed FROM {VISIBLE_QUOTA}",  # noqa: S608  # of constants
        actor.tenant_id,
    )
    return Quota(row["credited"], row["used"], row["balance"], row["owed"]) if row else Quota(0, 0, 0)


async def entries(actor: Actor, request: PageRequest) -> Page[QuotaEntry]:
    """Returns a page of the company's ledger."""
    found = visible_entries(actor).order_by("-position").limit(request.first + 1)
    if request.after is not None:
        (position,) = decode_cursor("quotaEntry", request.after, 1)
        if not (position.isascii() and position.isdigit() and len(position) <= 9):
            raise BadInput(f"The cursor {request.after[:80]!r} is not one that this list gave.")
        found = found.filter(position__lt=int(position))
    return page_of(await found, request, lambda row: encode_cursor("quotaEntry", row.position))


async def count_entries(actor: Actor) -> int:
    """Returns how many entries the company's ledger has."""
    return await visible_entries(actor).count()


async def entries_by_id(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, QuotaEntry]:
    """Returns the company's entries with these ids."""
    return {row.id: row for row in await visible_entries(actor).filter(id__in=list(ids))}


async def orders(actor: Actor, request: PageRequest) -> Page[QuotaOrder]:
    """Returns a page of the company's orders."""
    found = visible_orders(actor).order_by("-id").limit(request.first + 1)
    if request.after is not None:
        (id,) = decode_cursor("quotaOrder", request.after, 1)
        try:
            found = found.filter(id__lt=UUID(id))
        except ValueError:
            raise BadInput(f"The cursor {request.after[:80]!r} is not one that this list gave.") from None
    return page_of(await found, request, lambda row: encode_cursor("quotaOrder", row.id))


async def count_orders(actor: Actor) -> int:
    """Returns how many orders the company ever made."""
    return await visible_orders(actor).count()


async def orders_by_id(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, QuotaOrder]:
    """Returns the company's orders with these ids."""
    return {row.id: row for row in await visible_orders(actor).filter(id__in=list(ids))}


async def invoice_numbers(actor: Actor, order_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Returns the invoice number of each of these orders that is the company's and was paid."""
    found = visible_invoices(actor).filter(order_id__in=list(order_ids))
    return dict(await found.values_list("order_id", "number"))
