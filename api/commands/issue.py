"""`exportready issue`: passports from a CSV file."""

import asyncio
from pathlib import Path
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeElapsedColumn

from api.commands.at_hand import CONSOLE, UsageError, database_at_hand, domain, read_settings
from api.commands.wording import counted
from api.settings import Settings
from models import passports, tenants
from models.passports import IssueMode
from resolvers.relay import key_or_uuid

_MOST_ERRORS_SHOWN = 20


def issue(file: Path, batch: str, by: str, mode: str, activate: bool) -> None:
    """Issue, and print what came of it. Exits with 1 when no passport was issued."""
    chosen = read_settings()
    if not file.is_file():
        raise UsageError(f"There is no file {file}.")
    with database_at_hand(chosen) as url:
        result = asyncio.run(_issue(url, chosen, file, key_or_uuid(batch, "Batch"), by, IssueMode(mode), activate))
    for error in result.errors[:_MOST_ERRORS_SHOWN]:
        CONSOLE.print(f"line {error.line}, {error.column or 'row'}: {error.message} ({error.value!r})")
    if result.error_count > _MOST_ERRORS_SHOWN:
        CONSOLE.print(f"... and {result.error_count - _MOST_ERRORS_SHOWN:,} more")
    issued, faults = counted(result.created, "passport"), counted(result.error_count, "fault")
    CONSOLE.print(f"{issued} issued, {faults} found.")
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
