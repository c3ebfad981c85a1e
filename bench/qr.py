"""QR archives: codes a second beside what segno alone allows, the time to the first byte, and memory as codes grow.

Run `python -m bench.qr` in the project's folder. Every figure is taken in a process of its own.
"""

import asyncio
import resource
import subprocess
import sys
import time
import zlib
from collections.abc import AsyncIterator, Callable
from struct import pack
from uuid import UUID, uuid4

import segno

from bench.figures import figure, sized, step
from models.passports.archive import archive
from models.passports.qr import MASK, QUIET_ZONE, QrFormat, QrOptions, passport_url

BASE_URL = "https://passports.example.com"
OPTIONS = {
    "png": QrOptions(),
    "png-label": QrOptions(label=True),
    "png-1000px": QrOptions(size_px=1000),
    "svg": QrOptions(QrFormat.SVG),
    "svg-label": QrOptions(QrFormat.SVG, label=True),
}


async def codes(count: int) -> AsyncIterator[tuple[UUID, str]]:
    for n in range(count):
        yield uuid4(), f"BAT-2026-{n:06d}"


def bare_segno(count: int) -> float:
    """Codes a second of the loop that any archive has without a shortcut: segno, and a PNG of the same size."""
    started = time.perf_counter()
    for _ in range(count):
        url = passport_url(BASE_URL, uuid4())
        bare_png(segno.make_qr(url, error="M", mask=MASK, boost_error=False).matrix)
    return count / (time.perf_counter() - started)


def bare_png(matrix: tuple[bytearray, ...]) -> bytes:
    side = len(matrix) + 2 * QUIET_ZONE
    scale = -(-300 // side)
    width, stride = side * scale, -(-side * scale // 8)
    quiet = bytes(QUIET_ZONE)
    rows = [bytes(side)] * QUIET_ZONE + [quiet + row + quiet for row in matrix] + [bytes(side)] * QUIET_ZONE
    pixels = {0: "1" * scale, 1: "0" * scale}
    lines = ("".join(map(pixels.__getitem__, row)).ljust(8 * stride, "1") for row in rows)
    scanlines = b"".join((b"\0" + int(line, 2).to_bytes(stride, "big")) * scale for line in lines)
    chunks = (b"IHDR" + pack(">2L5B", width, width, 1, 0, 0, 0, 0), b"IDAT" + zlib.compress(scanlines, 1), b"IEND")
    return b"\x89PNG\r\n\x1a\n" + b"".join(pack(">L", len(c) - 4) + c + pack(">L", zlib.crc32(c)) for c in chunks)


async def drained(count: int, options: QrOptions) -> int:
    return sum([len(piece) async for piece in archive(codes(count), BASE_URL, options)])


def rate(kind: str, count: int) -> float:
    started = time.perf_counter()
    asyncio.run(drained(count, OPTIONS[kind]))
    return count / (time.perf_counter() - started)


def first_byte_ms(kind: str, count: int) -> float:
    async def first() -> float:
        started = time.perf_counter()
        await anext(archive(codes(count), BASE_URL, OPTIONS[kind]))
        return 1000 * (time.perf_counter() - started)

    return asyncio.run(first())


def longest_pause_ms(kind: str, count: int) -> float:
    """The longest that another task of the event loop waited for its turn."""

    async def watched() -> float:
        longest = 0.0
        drain = asyncio.create_task(drained(count, OPTIONS[kind]))
        while not drain.done():
            started = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - started - 0.001)
        return 1000 * longest

    return asyncio.run(watched())


def peak_kib(kind: str, count: int) -> float:
    asyncio.run(drained(count, OPTIONS[kind]))
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


MEASURES: dict[str, Callable[[str, int], float]] = {
    "bare": lambda _, count: bare_segno(count),
    "rate": rate,
    "first": first_byte_ms,
    "pause": longest_pause_ms,
    "peak": peak_kib,
}


def measure(name: str, kind: str, count: int) -> float:
    command = [sys.executable, "-m", "bench.qr", name, kind, str(count)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def report() -> None:
    bare = measure("bare", "png", sized(2_000))
    count = sized(10_000)
    for done, kind in enumerate(OPTIONS):
        step(f"archive, {kind}", done, len(OPTIONS))
        reached = measure("rate", kind, count)
        figure(f"archive, {kind}, beside segno and a bare PNG", reached, "codes/s", limit=bare)
        figure(f"archive, {kind}, first byte after", measure("first", kind, count), "ms")
        figure(f"archive, {kind}, longest pause of the event loop", measure("pause", kind, count), "ms")
    few, many = sized(1_000), sized(20_000)
    growth = measure("peak", "png", many) - measure("peak", "png", few)
    figure(f"archive of {many:,} codes rather than {few:,}, memory for each", 1024 * growth / (many - few), "bytes")


if __name__ == "__main__":
    if len(sys.argv) == 1:
        report()
    else:
        name, kind, count = sys.argv[1:]
        print(MEASURES[name](kind, int(count)))
