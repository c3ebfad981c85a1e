"""The command `exportready`: how each command is called. What it does is in `api.commands`, loaded when it is called.

Nothing else is imported here, so that a command loads what it needs and `--help` next to nothing.
"""

import gc
import signal
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(
    help="The battery passport platform.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
quota = typer.Typer(help="The quota ledger.", no_args_is_help=True)
orders = typer.Typer(help="Orders for quota.", no_args_is_help=True)
app.add_typer(quota, name="quota")
app.add_typer(orders, name="orders")


@app.command()
def serve(
    workers: Annotated[int, typer.Option(min=1, max=64, help="Server processes.")] = 1,
) -> None:
    """Serve the API. In development this also starts the embedded database, migrates it and adds a demo company."""
    # Loading makes half a million objects and hardly any garbage: looking for it would take an eighth of the time.
    # `api.app.serve` turns the search on again.
    gc.disable()
    from api.commands.serve import serve

    serve(workers)


@app.command()
def migrate() -> None:
    """Bring the database up to date."""
    from api.commands.database import migrate

    migrate()


@app.command()
def seed() -> None:
    """Add the demo company to an empty database."""
    from api.commands.demo import seed

    seed()


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
        Literal["all", "valid"], typer.Option(help="all: every row or none; valid: leave faulty rows out.")
    ] = "all",
    activate: Annotated[bool, typer.Option(help="Issue as ACTIVE rather than INACTIVE.")] = True,
) -> None:
    """Issue passports from a CSV file. Exits with 1 when no passport was issued."""
    from api.commands.issue import issue

    issue(file, batch, by, mode, activate)


@app.command()
def verify(
    files: Annotated[
        list[Path],
        typer.Argument(help="Bundles from /passports/{id}/audit.json: one in a file, or one on each line."),
    ],
    key: Annotated[
        str | None,
        typer.Option(
            help="Public key: a file (PEM, base64, or what /.well-known/exportready-audit.json gave), or the key "
            "itself in base64."
        ),
    ] = None,
    earlier: Annotated[
        Path | None,
        typer.Option(help="A file of bundles from before: no history may end before theirs or differ from theirs."),
    ] = None,
) -> None:
    """Verify passports' histories offline. Exits with 0 when all is in order, 1 when something is broken."""
    from api.commands.verify import verify_bundles

    verify_bundles(files, key, earlier)


@app.command("jobs-requeue")
def jobs_requeue(
    look: Annotated[bool, typer.Option("--look", help="Only list them.")] = False,
) -> None:
    """List parked jobs (those that failed ten times: mail, payment events) and try them again."""
    from api.commands.jobs import requeue_jobs

    requeue_jobs(only_look=look)


@quota.command("check")
def quota_check() -> None:
    """Derive every quota balance anew from the ledger, orders and passports. Exits with 1 when something differs."""
    from api.commands.billing import check_quota

    check_quota()


@orders.command("reconcile")
def orders_reconcile() -> None:
    """Ask Razorpay about every unpaid order now. Exits with 1 when it gave no answer for some."""
    from api.commands.billing import reconcile_orders

    reconcile_orders()


@orders.command("events")
def orders_events(
    requeue: Annotated[bool, typer.Option(help="Try parked events (those that failed ten times) again.")] = False,
) -> None:
    """List Razorpay's events that credited nothing or took nothing back though they should have."""
    from api.commands.billing import list_events

    list_events(requeue)


def main() -> None:
    """The command `exportready`. Mistakes of use end in one line on standard error and exit code 2."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    except Exception as error:
        from api.commands.at_hand import MISTAKES

        if not isinstance(error, MISTAKES):
            raise
        from api.commands.wording import plain_console

        plain_console(stderr=True).print(f"exportready: {error}", style="red")
        sys.exit(2)


if __name__ == "__main__":
    main()
