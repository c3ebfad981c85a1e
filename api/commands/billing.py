"""`exportready quota check` and `exportready orders …`."""

import asyncio

import typer

from api.commands.at_hand import CONSOLE, database_at_hand, domain, read_settings
from api.commands.wording import counted
from models import billing, database


def check_quota() -> None:
    """Derive every quota balance anew from the ledger, orders and passports. Exits with 1 when something differs."""
    chosen = read_settings()

    async def check(url: str) -> list[billing.Difference]:
        async with database.connected(url, pool_size=2):
            return await billing.check_quota()

    with database_at_hand(chosen) as url:
        differences = asyncio.run(check(url))
    for difference in differences:
        whose = f"company {difference.tenant_id}" if difference.tenant_id else "all companies"
        CONSOLE.print(f"{whose}: {difference.what}: expected {difference.expected}, found {difference.found}")
    CONSOLE.print(f"{counted(len(differences), 'difference')} found.")
    if differences:
        raise typer.Exit(1)


def reconcile_orders() -> None:
    """Ask Razorpay about every unpaid order now. Exits with 1 when it gave no answer for some."""
    chosen = read_settings()

    async def reconcile(url: str) -> billing.Reconciliation:
        async with domain(url, chosen) as env:
            return await billing.reconcile_all(env)

    with database_at_hand(chosen) as url:
        done = asyncio.run(reconcile(url))
    asked = counted(done.asked, "order")
    CONSOLE.print(f"{asked} asked about, {done.paid} paid, {done.unanswered} unanswered.")
    if done.unanswered:
        raise typer.Exit(1)


def list_events(requeue: bool) -> None:
    """List Razorpay's events that credited nothing or took nothing back though they should have."""
    chosen = read_settings()

    async def look(url: str) -> tuple[int, list[billing.TroubledEvent]]:
        async with domain(url, chosen) as env:
            requeued = await billing.requeue_parked_events(env) if requeue else 0
            return requeued, await billing.troubled_events()

    with database_at_hand(chosen) as url:
        requeued, events = asyncio.run(look(url))
    for event in events:
        CONSOLE.print(
            f"{event.received_at:%Y-%m-%d %H:%M:%S} {event.id} {event.kind or '-'} {event.state} "
            f"order {event.razorpay_order_id or '-'} {event.last_error or ''}"
        )
    need = "needs" if len(events) == 1 else "need"
    CONSOLE.print(f"{counted(len(events), 'event')} {need} attention, {requeued} requeued.")
