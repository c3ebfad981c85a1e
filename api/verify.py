"""`exportready verify`: checks evidence bundles away from any server. Needs no settings and no database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from models.lifecycle import InvalidKey, Verdict, verification_key, verify

_MOST_SHOWN: Final = 20
# The bar is drawn anew once for this many bytes: drawing must not cost more than verifying.
_STEP: Final = 1 << 20


def verify_bundles(
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
) -> None:
    """Verify passports' histories offline. Exits with 0 when all is in order, 1 when something is broken."""
    public_key = _read_key(key) if key else None
    for file in files:
        if not file.is_file():
            raise typer.BadParameter(f"There is no file {file}.")
    console = Console()
    passports = events = broken = 0
    with _progress(console) as progress:
        task = progress.add_task("Verifying", total=sum(file.stat().st_size for file in files))
        for place, text in _bundles(files, progress, task):
            verdict, name = _judge(text, public_key)
            passports += 1
            events += verdict.event_count
            if verdict.first_broken:
                broken += 1
                if broken <= _MOST_SHOWN:
                    fault = verdict.first_broken
                    console.print(f"{place}: {name}: {fault.fault}: {fault.message}", style="red", highlight=False, soft_wrap=True)
    if broken:
        console.print(f"{broken:,} of {passports:,} passports are broken.", style="red", highlight=False, soft_wrap=True)
        raise typer.Exit(1)
    if not passports:
        raise typer.BadParameter("The files hold no bundles.")
    found = "consistent and authenticated" if public_key else "consistent, not authenticated (give --key)"
    console.print(f"{passports:,} passports with {events:,} events: {found}.", highlight=False, soft_wrap=True)


def _judge(text: bytes, public_key: bytes | None) -> tuple[Verdict, str]:
    """The verdict, and the passport's id as far as the text tells it."""
    try:
        bundle = orjson.loads(text)
    except orjson.JSONDecodeError:
        bundle = None
    passport = bundle.get("passport") if isinstance(bundle, dict) else None
    name = passport.get("id") if isinstance(passport, dict) else None
    return verify(bundle, public_key), str(name or "no passport")


def _bundles(files: list[Path], progress: Progress, task: Any) -> Iterator[tuple[str, bytes]]:
    """Each bundle's text and where it stands. A first line that is no JSON by itself makes the file one bundle."""
    for file in files:
        with file.open("rb") as lines:
            first = lines.readline()
            if not _is_json(first):
                text = first + lines.read()
                progress.advance(task, len(text))
                if text.strip():
                    yield str(file), text
                continue
            read = 0
            lines.seek(0)
            for number, line in enumerate(lines, start=1):
                read += len(line)
                if read >= _STEP:
                    progress.advance(task, read)
                    read = 0
                if not line.isspace():
                    yield f"{file}:{number}", line
            progress.advance(task, read)


def _is_json(text: bytes) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def _read_key(given: str) -> bytes:
    path = Path(given)
    text = path.read_text() if path.is_file() else given
    try:
        if text.lstrip().startswith("{"):
            text = orjson.loads(text)["publicKey"]
        return verification_key(text)
    except (InvalidKey, orjson.JSONDecodeError, KeyError, AttributeError, TypeError) as error:
        raise typer.BadParameter(f"--key: {error}") from None


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
