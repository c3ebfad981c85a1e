"""The QR codes of a batch as one ZIP: a file name for each serial, and the archive as a stream of bytes.

The ZIP format (PKWARE APPNOTE 6.3) is written here because every member's bytes are known before its header. So the
header holds their length and checksum, and readers that can't seek (a pipe, Java's ZipInputStream) open stored members
too; the same codes always give the same bytes; and a member leaves some 70 bytes in memory. `zipfile` on a stream and
zipstream-ng put length and checksum after the data, which those readers refuse, and keep 560 bytes for each member.
"""

import asyncio
import re
import zlib
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Sequence
from struct import Struct
from typing import Final
from unicodedata import category, normalize
from uuid import UUID

from models.passports.qr import QrFormat, QrOptions, passport_url, render

MAX_NAME_BYTES: Final = 128
CODES_PER_CHUNK: Final = 25
PIECE_BYTES: Final = 64 * 1024


# -- Names

# Upper case alone, so that no two of these names differ only in case; ASCII, so that there is nothing to normalise.
_PLAIN = re.compile(r"[A-Z0-9]+(?:[ ._-][A-Z0-9]+)*")
_WINDOWS_DEVICES: Final = frozenset(
    ["CON", "PRN", "AUX", "NUL", *(device + digit for device in ("COM", "LPT") for digit in "0123456789¹²³")]
)


def file_name(serial: str, passport_id: UUID, extension: str) -> str:
    """Returns a name that is a plain file name on Windows, macOS and Linux, in at most 128 bytes of UTF-8.

    Upper-case letters and digits with single spaces, dots, hyphens or underscores between them stay as they are:
    `BAT-001.png`. Any other serial keeps its letters and digits and gets the passport's uuid, as in `passports.csv`:
    `bat-001~0190….png`. So the names of one company's passports differ even where file systems ignore case or
    normalise Unicode, and none depends on which others are in the archive.
    """
    ending = f".{extension}"
    if _is_plain(serial) and len(serial + ending) <= MAX_NAME_BYTES:
        return serial + ending
    ending = f"~{passport_id}{ending}"
    return _legible(serial, MAX_NAME_BYTES - len(ending)) + ending


def _is_plain(serial: str) -> bool:
    return _PLAIN.fullmatch(serial) is not None and not _is_device(serial)


def _is_device(name: str) -> bool:
    """Returns whether Windows takes the name for a device, as it does with any extension: `NUL.1.png`."""
    return name.partition(".")[0].rstrip(" ").upper() in _WINDOWS_DEVICES


def _legible(serial: str, max_bytes: int) -> str:
    """The serial's letters, marks and digits; `_` for what a path, a shell or a right-to-left override could abuse."""
    kept = "".join(c if category(c)[0] in "LMN" or c in " ._-" else "_" for c in normalize("NFC", serial))
    name = kept.strip(" .-") or "_"
    if _is_device(name):
        name = f"_{name}"
    return name.encode()[:max_bytes].decode(errors="ignore")


# -- The ZIP format

_LOCAL_HEADER = Struct("<4s5H3L2H")
_DIRECTORY_ENTRY = Struct("<4s6H3L5H2L")
_ZIP64_OFFSET = Struct("<2HQ")
_ZIP64_END = Struct("<4sQ2H2L4Q")
_ZIP64_LOCATOR = Struct("<4sLQL")
_END = Struct("<4s4H2LH")

_MAX_16: Final = 0xFFFF
_MAX_32: Final = 0xFFFFFFFF

_VERSION: Final = 20
_ZIP64_VERSION: Final = 45
_MADE_ON_UNIX: Final = 3 << 8
_FILE_MODE: Final = 0o100644 << 16
_UTF8_NAMES: Final = 1 << 11
_STORED: Final = 0
_DEFLATED: Final = 8
_MIDNIGHT: Final = 0
_FIRST_OF_JANUARY_1980: Final = 1 << 5 | 1


class ZipWriter:
    """Members one after the other, each as the bytes to send, and the directory that ends the archive.

    Members carry a constant date, so that the same members make the same bytes. ZIP64 records are added when there are
    65,535 members or more, or 4 GiB.
    """

    def __init__(self) -> None:
        self._directory = bytearray()
        self._members = 0
        self._position = 0

    def member(self, name: str, content: bytes, *, deflate: bool) -> bytes:
        """Returns the next file of the archive: its local header and its content."""
        encoded_name = name.encode()
        data = zlib.compress(content, wbits=-zlib.MAX_WBITS) if deflate else content
        described = (
            _UTF8_NAMES,
            _DEFLATED if deflate else _STORED,
            _MIDNIGHT,
            _FIRST_OF_JANUARY_1980,
            zlib.crc32(content),
            len(data),
            len(content),
            len(encoded_name),
        )
        self._list(encoded_name, described)
        member = b"".join((_LOCAL_HEADER.pack(b"PK\3\4", _VERSION, *described, 0), encoded_name, data))
        self._position += len(member)
        return member

    def _list(self, encoded_name: bytes, described: tuple[int, ...]) -> None:
        beyond = self._position >= _MAX_32
        version = _ZIP64_VERSION if beyond else _VERSION
        extra = _ZIP64_OFFSET.pack(1, 8, self._position) if beyond else b""
        place = (len(extra), 0, 0, 0, _FILE_MODE, min(self._position, _MAX_32))
        self._directory += _DIRECTORY_ENTRY.pack(b"PK\1\2", _MADE_ON_UNIX | version, version, *described, *place)
        self._directory += encoded_name
        self._directory += extra
        self._members += 1

    def end(self) -> bytearray:
        """Returns the directory of all members and the records that say where it is: once, after the last member."""
        size, start = len(self._directory), self._position
        if self._members >= _MAX_16 or size >= _MAX_32 or start >= _MAX_32:
            made = _MADE_ON_UNIX | _ZIP64_VERSION
            counts = (self._members, self._members, size, start)
            self._directory += _ZIP64_END.pack(b"PK\6\6", _ZIP64_END.size - 12, made, _ZIP64_VERSION, 0, 0, *counts)
            self._directory += _ZIP64_LOCATOR.pack(b"PK\6\7", 0, start + size, 1)
        members = min(self._members, _MAX_16)
        self._directory += _END.pack(b"PK\5\6", 0, 0, members, members, min(size, _MAX_32), min(start, _MAX_32), 0)
        return self._directory


# -- The archive


async def archive(
    codes: AsyncIterable[tuple[UUID, str]], public_base_url: str, options: QrOptions
) -> AsyncIterator[bytes]:
    """A ZIP with the QR code of each passport (id and serial), as pieces of at most 64 KiB.

    Codes are taken and drawn 25 at a time, in a thread, so that the event loop stays free and memory grows only by the
    directory, some 70 bytes a code. The same codes, address and options give the same bytes. PNGs are stored, SVGs
    deflated. The caller closes `codes`.
    """
    zip_file = ZipWriter()
    chunk: list[tuple[UUID, str]] = []
    async for code in codes:
        chunk.append(code)
        if len(chunk) == CODES_PER_CHUNK:
            for piece in _pieces(await asyncio.to_thread(_draw, chunk, zip_file, public_base_url, options)):
                yield piece
            chunk.clear()
    for piece in _pieces(await asyncio.to_thread(_draw, chunk, zip_file, public_base_url, options)):
        yield piece
    for piece in _pieces(zip_file.end()):
        yield piece


def _draw(codes: Sequence[tuple[UUID, str]], zip_file: ZipWriter, public_base_url: str, options: QrOptions) -> bytes:
    return b"".join(
        zip_file.member(
            file_name(serial, passport_id, options.format.extension),
            render(passport_url(public_base_url, passport_id), serial, options),
            deflate=options.format is QrFormat.SVG,
        )
        for passport_id, serial in codes
    )


def _pieces(data: bytes | bytearray) -> Iterator[bytes]:
    return (bytes(data[start : start + PIECE_BYTES]) for start in range(0, len(data), PIECE_BYTES))
