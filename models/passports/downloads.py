"""Files to download: a passport's QR code, and, streamed, the archive of a batch's codes and its CSV export.

What a batch's file holds is settled when it begins: the passports that are there then, each exactly once, whatever is
issued meanwhile. Rows are read in pages, so no transaction stays open while a slow client takes its time.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from models import batches, database
from models.database import Record
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.permissions import Permission
from models.passports.archive import archive
from models.passports.links import BatchFile, LinkSignature, check_signature, invalid_link
from models.passports.qr import QrOptions, passport_url, render

_PAGE_ROWS: Final = 2_000
_BELOW_ALL: Final = UUID(int=0)

_CSV_HEADER: Final = b"uuid,serial_number,manufacture_date,status,qr_url\r\n"

_CODES = """
SELECT id, serial_number FROM passport WHERE batch_id = $1 AND id > $2 AND id <= $3 ORDER BY id LIMIT $4
"""

# One row for each page: making the lines here costs less than bringing their columns over.
# A spreadsheet takes a cell that begins with = + - @ (in full width too), tab or return for a formula, and in some
# countries a new cell begins at a semicolon, whatever the quotes say (OWASP, "CSV Injection"): an apostrophe before
# it makes it text.
_CSV_LINES = r"""
SELECT count(*) AS passports, max(key)::uuid AS id, string_agg(
    key || ',' || CASE WHEN shown ~ '[",;\r\n]' THEN '"' || replace(shown, '"', '""') || '"' ELSE shown END
    || ',' || manufacture_date || ',' || status || ',' || $5::text || key || E'\r\n', '' ORDER BY key) AS lines
FROM (
    SELECT id::text COLLATE "C" AS key, manufacture_date, status,
        regexp_replace(serial_number, '(^|[,;])([=+@\t\r\uff1d\uff0b\uff0d\uff20-])', '\1''\2', 'g') AS shown
    FROM passport WHERE batch_id = $1 AND id > $2 AND id <= $3 ORDER BY id LIMIT $4
) page
HAVING count(*) > 0
"""


@dataclass(frozen=True, slots=True)
class Download:
    """The right to download a batch's files, and what they hold: its passports up to `last_id`, None for none."""

    batch_id: UUID
    batch_name: str
    last_id: UUID | None


async def open_download(actor: Actor, batch_id: UUID) -> Download:
    """Returns a download for a member. Raises `Forbidden` or `NotFound`."""
    actor.require(Permission.PASSPORT_DOWNLOAD)
    batch = await batches.batch(actor, batch_id)
    return await _open(batch_id, batch.batch_name)


async def open_linked_download(batch_id: UUID, file: BatchFile, signature: LinkSignature, env: Env) -> Download:
    """Returns a download for a signed link. Raises `Forbidden` for a link that is not valid or has expired."""
    batch = await database.fetch_one("SELECT tenant_id, batch_name FROM batch WHERE id = $1", batch_id)
    if batch is None:
        raise invalid_link()
    check_signature(env, batch["tenant_id"], batch_id, file, signature)
    return await _open(batch_id, batch["batch_name"])


async def _open(batch_id: UUID, batch_name: str) -> Download:
    last_id = await database.fetch_value(
        "SELECT id FROM passport WHERE batch_id = $1 ORDER BY id DESC LIMIT 1", batch_id
    )
    return Download(batch_id, batch_name, last_id)


async def qr_code(passport_id: UUID, options: QrOptions, env: Env) -> bytes | None:
    """Returns the picture of one passport's QR code, which anybody may have; None when there is no such passport."""
    serial_number = await database.fetch_value("SELECT serial_number FROM passport WHERE id = $1", passport_id)
    if serial_number is None:
        return None
    return await asyncio.to_thread(
        render, passport_url(env.policy.public_base_url, passport_id), serial_number, options
    )


async def qr_archive(download: Download, options: QrOptions, env: Env) -> AsyncGenerator[bytes, None]:
    """A ZIP with one QR code for each passport. The batch counts as downloaded once the last byte was taken."""
    passports = 0

    async def codes() -> AsyncGenerator[tuple[UUID, str], None]:
        nonlocal passports
        async with aclosing(_pages(_CODES, download)) as pages:
            async for page in pages:
                passports += len(page)
                for id, serial_number in page:
                    yield id, serial_number

    async with aclosing(codes()) as source:
        async for piece in archive(source, env.policy.public_base_url, options):
            yield piece
    await batches.record_download(download.batch_id, passports)


async def csv_export(download: Download, env: Env) -> AsyncGenerator[bytes, None]:
    """The passports as CSV (RFC 4180, UTF-8). The batch counts as downloaded once the last byte was taken.

    Serial numbers that a spreadsheet would run as a formula have an apostrophe before what makes them one.
    """
    yield _CSV_HEADER
    passports = 0
    # What every address begins with.
    address = passport_url(env.policy.public_base_url, _BELOW_ALL).removesuffix(str(_BELOW_ALL))
    async with aclosing(_pages(_CSV_LINES, download, address)) as pages:
        async for [page] in pages:
            passports += page["passports"]
            yield page["lines"].encode()
    await batches.record_download(download.batch_id, passports)


async def _pages(sql: str, download: Download, *arguments: object) -> AsyncGenerator[list[Record], None]:
    """The rows of the statement, page by page; each page starts behind the `id` of the row before."""
    after = _BELOW_ALL
    while page := await database.fetch(sql, download.batch_id, after, download.last_id, _PAGE_ROWS, *arguments):
        yield page
        after = page[-1]["id"]
