"""Smaller answers for clients that take them so: zstd or gzip, by `Accept-Encoding`. See docs/decisions/0019."""

import asyncio
import sys
import zlib
from functools import lru_cache
from typing import Final, Protocol

from api.accept import preferred_coding

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CODINGS: Final = ("zstd", "gzip")
"""The content codings, the better first: zstd takes half of gzip's time and makes less of the same text."""
SMALLEST: Final = 1_024
"""Below this an answer with its headers fits into one packet anyway, of which some 1,400 bytes are free."""
LARGEST_AT_ONCE: Final = 128 * 1024
"""Beyond this, compressing takes longer (0.1 to 0.5 ms) than handing the work to a thread."""

_LEVEL: Final = 1
# The highest level whose window every browser takes: 8 MiB (RFC 9659).
_ZSTD_SMALLEST: Final = 19
# zlib's way to say that it should write gzip's format.
_GZIP: Final = 16 + zlib.MAX_WBITS
_COMPRESSIBLE: Final = frozenset(
    {
        "application/graphql-response+json",
        "application/javascript",
        "application/json",
        "application/problem+json",
        "image/svg+xml",
        "text/css",
        "text/csv",
        "text/html",
        "text/javascript",
        "text/plain",
    }
)
# Making one takes longer than compressing an answer of usual size. It keeps nothing from one frame to the next.
_zstd: Final = zstd.ZstdCompressor(_LEVEL)


def is_compressible(content_type: str) -> bool:
    """Whether answers of this type get smaller. Events do too, but must leave one by one; archives and PNGs are small
    already."""
    return content_type.partition(";")[0].strip().lower() in _COMPRESSIBLE


@lru_cache(maxsize=128)
def chosen_coding(accept_encoding: str) -> str | None:
    """The coding in which the client would like its answer; None for none."""
    return preferred_coding(accept_encoding, CODINGS) if accept_encoding else None


def compress(body: bytes, accept_encoding: str) -> tuple[bytes, str | None]:
    """Returns the body in the coding that the client prefers and names it; as it is, with None, when that doesn't pay.

    Meant for up to `LARGEST_AT_ONCE` bytes; `compressed` keeps larger ones from holding up everybody else.
    """
    coding = chosen_coding(accept_encoding) if len(body) >= SMALLEST else None
    if coding is None:
        return body, None
    if coding == "gzip":
        return zlib.compress(body, _LEVEL, _GZIP), coding
    if len(body) > LARGEST_AT_ONCE:
        return zstd.compress(body, _LEVEL), coding
    return _zstd.compress(body, zstd.ZstdCompressor.FLUSH_FRAME), coding


async def compressed(body: bytes, accept_encoding: str) -> tuple[bytes, str | None]:
    """Returns what `compress` does; a large body is compressed in a thread."""
    if len(body) <= LARGEST_AT_ONCE or chosen_coding(accept_encoding) is None:
        return compress(body, accept_encoding)
    return await asyncio.to_thread(compress, body, accept_encoding)


def smallest(content: bytes, coding: str) -> bytes:
    """The content in one of `CODINGS`, as small as it goes, for what is compressed once and sent often."""
    if coding == "gzip":
        return zlib.compress(content, zlib.Z_BEST_COMPRESSION, _GZIP)
    return zstd.compress(content, _ZSTD_SMALLEST)


class StreamCompressor(Protocol):
    """Compresses a body that comes in pieces."""

    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


def stream_compressor(coding: str) -> StreamCompressor:
    """A compressor of one body, in one of `CODINGS`."""
    if coding == "gzip":
        return zlib.compressobj(_LEVEL, wbits=_GZIP)
    return zstd.ZstdCompressor(_LEVEL)
