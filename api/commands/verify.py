"""`exportready verify`: checks evidence bundles away from any server. Needs no settings and no database."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from api.commands.wording import counted, plain_console
from models.lifecycle import InvalidKey, LocatedFault, RetiredKey, Verdict, retired_key, verification_key, verify

_MOST_SHOWN: Final = 20
# How much one task verifies before the bar is drawn again: enough for neither to cost more than verifying itself.
_PART_BYTES: Final = 1 << 20
# Starting processes takes longer than verifying less than this.
_LARGE_BYTES: Final = 8 << 20


@dataclass(frozen=True, slots=True)
class _Part:
    """Whole lines of a file, or all of a file that is one bundle: the bytes from `start` up to `end`."""

    file: Path
    start: int
    end: int
    in_lines: bool


@dataclass(slots=True)
class _Found:
    """What a part holds. `broken` has the line in the part (from 0), the passport and what is wrong with it."""

    lines: int = 0
    passports: int = 0
    events: int = 0
    broken_count: int = 0
    broken: list[tuple[int, str, LocatedFault]] = field(default_factory=list)

    def take(self, name: str, verdict: Verdict) -> None:
        """Count one bundle. More breaks than are shown are counted alone."""
        self.passports += 1
        self.events += verdict.event_count
        if verdict.first_fault:
            self.broken_count += 1
            if len(self.broken) < _MOST_SHOWN:
                self.broken.append((self.lines, name, verdict.first_fault))


@dataclass(frozen=True, slots=True)
class _Against:
    """What bundles are checked against besides themselves: keys, and a file of earlier bundles."""

    public_key: bytes | None = None
    retired: tuple[RetiredKey, ...] = ()
    earlier: Path | None = None

    def judge(self, text: bytes, heads: dict[str, dict[str, Any]]) -> tuple[str, Verdict]:
        """The passport's id as far as the text tells it, and the verdict on the bundle."""
        bundle = _parsed(text)
        passport = bundle.get("passport") if isinstance(bundle, dict) else None
        name = str(passport.get("id") or "no passport") if isinstance(passport, dict) else "no passport"
        return name, verify(bundle, self.public_key, self.retired, heads.get(name))


def verify_bundles(files: list[Path], key: str | None, earlier: Path | None) -> None:
    """Verify, and print what was found. Exits with 0 when all is in order, 1 when something is broken.

    The earlier bundles are verified, too: what they are compared with must be in order itself.
    """
    against = _Against(*_read_keys(key), earlier) if key else _Against(earlier=earlier)
    files = [*files, earlier] if earlier else files
    for file in files:
        if not file.is_file():
            raise typer.BadParameter(f"There is no file {file}.")
    console = plain_console()
    passports = events = broken = 0
    parts = [part for file in files for part in _parts(file)]
    with ExitStack() as running:
        # Before the bar: where processes are forked, no thread of the bar's may be running.
        held_in = _each_found(parts, partial(_find, against=against), running)
        progress = running.enter_context(_progress(console))
        task = progress.add_task("Verifying", total=sum(file.stat().st_size for file in files))
        line = 1
        for part, held in zip(parts, held_in, strict=True):
            line = 1 if part.start == 0 else line
            for offset, name, fault in held.broken[: max(0, _MOST_SHOWN - broken)]:
                place = f"{part.file}:{line + offset}" if part.in_lines else str(part.file)
                console.print(f"{place}: {name}: {fault.fault}: {fault.message}", style="red")
            line += held.lines
            passports += held.passports
            events += held.events
            broken += held.broken_count
            progress.advance(task, part.end - part.start)
    if broken:
        console.print(
            f"{broken:,} of {counted(passports, 'passport')} {'is' if broken == 1 else 'are'} broken.", style="red"
        )
        raise typer.Exit(1)
    if not passports:
        raise typer.BadParameter("The files hold no bundles.")
    found = "consistent and authenticated" if against.public_key else "consistent, not authenticated (give --key)"
    console.print(f"{counted(passports, 'passport')} with {counted(events, 'event')}: {found}.")


def _parts(file: Path) -> Iterator[_Part]:
    """The file in pieces. A first line that is no JSON by itself makes the file one bundle."""
    size = file.stat().st_size
    with file.open("rb") as lines:
        if not _is_json(lines.readline()):
            yield _Part(file, 0, size, in_lines=False)
            return
        start = 0
        while start < size:
            lines.seek(start + _PART_BYTES)
            lines.readline()
            end = min(lines.tell(), size)
            yield _Part(file, start, end, in_lines=True)
            start = end


def _each_found(parts: Sequence[_Part], find: Callable[[_Part], _Found], running: ExitStack) -> Iterator[_Found]:
    """What each part holds, in their order: found by as many processes as there are cores when that is worth it."""
    processes = min(os.cpu_count() or 1, len(parts))
    if processes == 1 or sum(part.end - part.start for part in parts) < _LARGE_BYTES:
        return map(find, parts)
    return running.enter_context(ProcessPoolExecutor(processes)).map(find, parts)


def _find(part: _Part, against: _Against) -> _Found:
    found = _Found()
    earlier = against.earlier
    heads = _heads(earlier) if earlier is not None and earlier != part.file else {}
    for text in _texts(part):
        if text.strip():
            found.take(*against.judge(text, heads))
        found.lines += 1
    return found


def _texts(part: _Part) -> Iterator[bytes]:
    with part.file.open("rb") as file:
        file.seek(part.start)
        content = file.read(part.end - part.start)
    yield from BytesIO(content) if part.in_lines else (content,)


# Each process reads them for itself: handing them over with each part would take longer.
@lru_cache(maxsize=1)
def _heads(earlier: Path) -> dict[str, dict[str, Any]]:
    """The head of each passport in a file of earlier bundles, of several the farthest.

    What can't be read is left out: it is named as any broken bundle is.
    """
    heads: dict[str, dict[str, Any]] = {}
    for part in _parts(earlier):
        for text in _texts(part):
            match _parsed(text):
                case {"passport": {"id": str(id)}, "head": {"position": int(position), "hash": str()} as head}:
                    if position > 0 and (id not in heads or heads[id]["position"] < position):
                        heads[id] = head
    return heads


def _parsed(text: bytes) -> Any:
    """What the text says; None when it is no JSON."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _is_json(text: bytes) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def _read_keys(given: str) -> tuple[bytes, tuple[RetiredKey, ...]]:
    """The key, and those that signed before it as far as what the server publishes names them."""
    path = Path(given)
    text = path.read_text() if path.is_file() else given
    try:
        if not text.lstrip().startswith("{"):
            return verification_key(text), ()
        published = orjson.loads(text)
        retired = [retired_key(f"{key['publicKey']}@{key['signedUntil']}") for key in published.get("retired", ())]
        return verification_key(published["publicKey"]), tuple(retired)
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
