"""The command `exportready`: serve, migrate, seed, schema, issue, outbox, quota, orders."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated
from uuid import UUID

import typer
import uvicorn
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeElapsedColumn

from api import demo, sandbox
from api.environment import environment
from api.graphql.uvicorn_protocol import WebSocketProtocol
from api.graphql.websocket import SocketLimits
from api.logging import configure_logging
from api.settings import Settings
from api.verify import verify_bundles
from models import billing, database, passports, tenants
from models.embedded import EmbeddedDatabaseError, embedded_postgres
from models.kernel import outbox
from models.kernel.env import Env
from models.kernel.errors import DomainError
from models.passports import IssueMode
from resolvers.relay import key_or_uuid

app = typer.Typer(
    help="The battery passport platform.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
quota = typer.Typer(help="The quota ledger.", no_args_is_help=True)
orders = typer.Typer(help="Orders for quota.", no_args_is_help=True)
app.add_typer(quota, name="quota")
app.command("verify")(verify_bundles)
app.add_typer(orders, name="orders")
_console = Console()
_MOST_ERRORS_SHOWN = 20


class UsageError(Exception):
    """The command can't do what was asked; the message is one clear line."""


def settings() -> Settings:
    """The settings from the environment, or a usage error that names each one that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(
            f"{str(fault['loc'][0]).upper() + ': ' if fault['loc'] else ''}{fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors()
        )
        raise UsageError(f"The settings are not right: {faults}") from None


@contextmanager
def database_at_hand(settings: Settings) -> Iterator[str]:
    """The URL of the database: the one that is set, else the embedded one, started for as long as the block lasts."""
    if settings.database_url:
        yield settings.database_url
        return
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with embedded_postgres(settings.data_dir) as url:
        yield url


@asynccontextmanager
async def domain(url: str, settings: Settings) -> AsyncIterator[Env]:
    """The process connected to the database, with an `Env` for calling use cases."""
    async with database.connected(url, pool_size=4), environment(settings) as env:
        yield env


def _stop(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _require_free_port(chosen: Settings) -> None:
    """Found out before a database is started for nothing."""
    try:
        socket.create_server((chosen.host, chosen.port), reuse_port=False).close()
    except OSError as error:
        where = f"{chosen.host}:{chosen.port}"
        raise UsageError(f"Can't listen on {where} ({error.strerror}). Set PORT or HOST to another.") from None


def _migrate(url: str) -> None:
    asyncio.run(database.migrate(url, on_applied=lambda name: _console.print(f"Applied {name}")))


@app.command()
def serve(
    workers: Annotated[int, typer.Option(min=1, max=64, help="Server processes.")] = 1,
) -> None:
    """Serve the API. In development this also starts the embedded database, migrates it and adds a demo company."""
    chosen = settings()
    configure_logging(json=chosen.is_production)
    # uvicorn ends gracefully and then raises the signal again, which left to itself would end this process before it
    # has stopped the embedded database.
    signal.signal(signal.SIGTERM, _stop)
    _require_free_port(chosen)
    with database_at_hand(chosen) as url:
        if not chosen.is_production:
            _migrate(url)
            _seed_if_empty(url, chosen)
            _console.print(_welcome(chosen), highlight=False)
        os.environ["DATABASE_URL"] = url
        uvicorn.run(
            "api.app:serve",
            factory=True,
            host=chosen.host,
            port=chosen.port,
            workers=workers,
            loop="uvloop",
            http="httptools",
            ws=WebSocketProtocol,
            # Compressing doubles what a message costs.
            ws_per_message_deflate=False,
            ws_max_size=SocketLimits().frame_characters,
            proxy_headers=False,
            server_header=False,
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=10,
        )


@app.command()
def migrate() -> None:
    """Bring the database up to date."""
    with database_at_hand(settings()) as url:
        _migrate(url)
        _console.print("The database is up to date.")


@app.command()
def seed() -> None:
    """Add the demo company to an empty database."""
    chosen = settings()
    if chosen.is_production:
        raise UsageError("The demo company has a published password and is not for production.")
    with database_at_hand(chosen) as url:
        _migrate(url)
        if not _seed_if_empty(url, chosen):
            raise UsageError("The database already has companies; the demo company is only added to an empty one.")


@app.command()
def schema() -> None:
    """Print the GraphQL schema."""
    from resolvers.schema import build_schema

    sys.stdout.write(build_schema().as_str() + "\n")


@app.command()
def issue(
    file: Annotated[Path, typer.Argument(help="CSV with the columns serial_number and manufacture_date.")],
    batch: Annotated[str, typer.Option(help="The batch's id or uuid.")],
    by: Annotated[str, typer.Option(help="E-mail address of the member who issues.")],
    mode: Annotated[
        IssueMode, typer.Option(help="all: every row or none; valid: leave faulty rows out.")
    ] = IssueMode.ALL_OR_NOTHING,
    activate: Annotated[bool, typer.Option(help="Issue as ACTIVE rather than INACTIVE.")] = True,
) -> None:
    """Issue passports from a CSV file. Exits with 1 when no passport was issued."""
    chosen = settings()
    if not file.is_file():
        raise UsageError(f"There is no file {file}.")
    with database_at_hand(chosen) as url:
        result = asyncio.run(_issue(url, chosen, file, key_or_uuid(batch, "Batch"), by, mode, activate))
    for error in result.errors[:_MOST_ERRORS_SHOWN]:
        _console.print(
            f"line {error.line}, {error.column or 'row'}: {error.message} ({error.value!r})", highlight=False
        )
    if result.error_count > _MOST_ERRORS_SHOWN:
        _console.print(f"... and {result.error_count - _MOST_ERRORS_SHOWN:,} more")
    _console.print(f"{result.created:,} passports issued, {result.error_count:,} faults found.", highlight=False)
    if not result.created:
        raise typer.Exit(1)


async def _issue(
    url: str, chosen: Settings, file: Path, batch_id: UUID, email: str, mode: IssueMode, activate: bool
) -> passports.IssueResult:
    columns = (BarColumn(), DownloadColumn(), TimeElapsedColumn())
    async with domain(url, chosen) as env:
        actor = await tenants.actor_by_email(email)
        with Progress(*columns, console=Console(stderr=True)) as bar, bar.open(file, "rb", description="") as source:
            command = passports.IssuePassports(batch_id, passports.CsvFile(source), mode, activate)
            return await passports.issue(actor, command, env)


@app.command("outbox-requeue")
def outbox_requeue() -> None:
    """Try parked side effects (mail that failed ten times) again."""
    chosen = settings()

    async def requeue(url: str) -> int:
        async with domain(url, chosen) as env:
            return await outbox.requeue_parked(env.now())

    with database_at_hand(chosen) as url:
        _console.print(f"Requeued {asyncio.run(requeue(url))}.")


@quota.command("check")
def quota_check() -> None:
    """Derive every quota balance anew from the ledger, orders and passports. Exits with 1 when something differs."""
    chosen = settings()

    async def check(url: str) -> list[billing.Difference]:
        async with database.connected(url, pool_size=2):
            return await billing.check_quota()

    with database_at_hand(chosen) as url:
        differences = asyncio.run(check(url))
    for difference in differences:
        whose = f"company {difference.tenant_id}" if difference.tenant_id else "all companies"
        _console.print(
            f"{whose}: {difference.what}: expected {difference.expected}, found {difference.found}",
            highlight=False,
            soft_wrap=True,
        )
    _console.print(f"{len(differences)} differences found.", highlight=False)
    if differences:
        raise typer.Exit(1)


@orders.command("reconcile")
def orders_reconcile() -> None:
    """Ask Razorpay about every unpaid order now. Exits with 1 when it gave no answer for some."""
    chosen = settings()

    async def reconcile(url: str) -> billing.Reconciliation:
        async with domain(url, chosen) as env:
            return await billing.reconcile_all(env)

    with database_at_hand(chosen) as url:
        done = asyncio.run(reconcile(url))
    _console.print(f"{done.asked} orders asked about, {done.paid} paid, {done.unanswered} unanswered.", highlight=False)
    if done.unanswered:
        raise typer.Exit(1)


@orders.command("events")
def orders_events(
    requeue: Annotated[bool, typer.Option(help="Try parked events (those that failed ten times) again.")] = False,
) -> None:
    """List Razorpay's events that credited nothing or took nothing back though they should have."""
    chosen = settings()

    async def look(url: str) -> tuple[int, list[billing.TroubledEvent]]:
        async with domain(url, chosen) as env:
            requeued = await billing.requeue_parked_events(env) if requeue else 0
            return requeued, await billing.troubled_events()

    with database_at_hand(chosen) as url:
        requeued, events = asyncio.run(look(url))
    for event in events:
        _console.print(
            f"{event.received_at:%Y-%m-%d %H:%M:%S} {event.id} {event.kind or '-'} {event.state} "
            f"order {event.razorpay_order_id or '-'} {event.last_error or ''}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    _console.print(f"{len(events)} events need attention, {requeued} requeued.", highlight=False)


def _seed_if_empty(url: str, chosen: Settings) -> bool:
    async def seed_demo() -> bool:
        async with domain(url, chosen) as env:
            if not await demo.is_empty():
                return False
            with _console.status("Adding a demo company ..."):
                await demo.add_demo_company(env)
            return True

    return asyncio.run(seed_demo())


def _welcome(chosen: Settings) -> str:
    base = chosen.base_url
    return (
        f"\n  ExportReady on {base}\n\n"
        f"  Explorer   {base}/graphql\n"
        f"  Dashboard  {base}/dashboard\n"
        f"  Sign in    {demo.EMAIL}  {demo.PASSWORD}   (the demo company)\n"
        f"  Mailbox    {chosen.data_dir / 'mailbox'}\n"
        + (f"  Payments   {base}{sandbox.PATH}/checkout/{{razorpayOrderId}}\n" if chosen.pays_at_sandbox else "")
    )


def main() -> None:
    """The command `exportready`. Mistakes of use end in one line on standard error and exit code 2."""
    try:
        app()
    except (UsageError, EmbeddedDatabaseError, database.DatabaseUrlError, DomainError, OSError) as error:
        Console(stderr=True).print(f"exportready: {error}", style="red", highlight=False, soft_wrap=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()
