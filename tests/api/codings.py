"""Answers as they come over the wire, and what is in them."""

import gzip
import sys
from dataclasses import dataclass

from httpx import AsyncClient, Headers

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


@dataclass(frozen=True)
class RawAnswer:
    """An answer whose content was not decoded."""

    status_code: int
    headers: Headers
    content: bytes


async def raw_answer(client: AsyncClient, path: str, headers: dict[str, str], method: str = "GET") -> RawAnswer:
    async with client.stream(method, path, headers=headers) as answer:
        return RawAnswer(answer.status_code, answer.headers, b"".join([piece async for piece in answer.aiter_raw()]))


def plain(content: bytes, coding: str | None) -> bytes:
    """The content without its coding."""
    match coding:
        case "zstd":
            return zstd.decompress(content)
        case "gzip":
            return gzip.decompress(content)
    return content
