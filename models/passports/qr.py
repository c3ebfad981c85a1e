"""The QR code of a passport: what it says, how it is encoded, and how it is drawn as PNG or SVG."""

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import ceil
from struct import pack
from typing import Final
from unicodedata import combining, east_asian_width
from uuid import UUID
from xml.sax.saxutils import escape

import segno

MIN_SIZE_PX: Final = 100
MAX_SIZE_PX: Final = 2000

QUIET_ZONE: Final = 4  # modules, ISO/IEC 18004:2015, 6.3.8
# Any of the eight masks decodes; the search for the best one costs more than all the rest. Of the fixed ones, 2 has
# the lowest mean penalty (ISO/IEC 18004:2015, 7.8.3) on passport URLs at L, M and Q, and is within 1 % of it at H.
MASK: Final = 2


class InvalidQrOption(ValueError):
    """An option that no code can be drawn with: `field` is the option's name, `message` says what it must be."""

    def __init__(self, field: str, value: object, message: str) -> None:
        super().__init__(f"{field} {message}, not {value!r}")
        self.field = field
        self.value = value
        self.message = message


class QrFormat(StrEnum):
    """The file format, by name in upper or lower case."""

    PNG = "PNG"
    SVG = "SVG"

    @property
    def media_type(self) -> str:
        return "image/png" if self is QrFormat.PNG else "image/svg+xml"

    @property
    def extension(self) -> str:
        return self.value.lower()

    @classmethod
    def _missing_(cls, value: object) -> "QrFormat":
        return cls[_member(value, cls, "format")]


class ErrorCorrection(StrEnum):
    """How much of a damaged code can be restored: L 7 %, M 15 %, Q 25 %, H 30 %. By name in upper or lower case."""

    L = "L"
    M = "M"
    Q = "Q"
    H = "H"

    @classmethod
    def _missing_(cls, value: object) -> "ErrorCorrection":
        return cls[_member(value, cls, "error_correction")]


def _member(value: object, choices: type[StrEnum], field: str) -> str:
    name = str(value).upper()
    if name not in choices.__members__:
        raise InvalidQrOption(field, value, f"must be one of {', '.join(choices)}")
    return name


@dataclass(frozen=True)
class QrOptions:
    """How a code is drawn. `size_px` is the picture's least width: all modules have the same whole number of pixels."""

    format: QrFormat = QrFormat.PNG
    size_px: int = 300
    error_correction: ErrorCorrection = ErrorCorrection.M
    label: bool = False

    def __post_init__(self) -> None:
        """Raises InvalidQrOption when the size is out of range."""
        if not MIN_SIZE_PX <= self.size_px <= MAX_SIZE_PX:
            raise InvalidQrOption("size_px", self.size_px, f"must be from {MIN_SIZE_PX} to {MAX_SIZE_PX} pixels")


def passport_url(public_base_url: str, passport_id: UUID) -> str:
    """What a passport's QR code holds."""
    return f"{public_base_url.rstrip('/')}/p/{passport_id}"


def render(url: str, serial: str, options: QrOptions) -> bytes:
    """The file of one QR code that holds `url`, with `serial` beneath it when the options ask for a label.

    The symbol is square with a quiet zone of 4 modules; a label lies below the quiet zone and makes the picture higher.
    Raises UnicodeEncodeError when the URL isn't ASCII.
    """
    text = url.encode("ascii")
    symbol = _symbols(len(text), options.error_correction).symbol(text)
    scale = ceil(options.size_px / symbol.width)
    draw = _png if options.format is QrFormat.PNG else _svg
    return draw(symbol, scale, serial if options.label else None)


# -- Encoding


@dataclass(frozen=True)
class Symbol:
    """A symbol's modules, dark = 1: rows from top to bottom, each padded with light modules to whole bytes.

    `width` counts modules with the quiet zone. The rows have it at their left and right; above and below it's left out.
    """

    width: int
    modules: bytes

    @property
    def row_bytes(self) -> int:
        return ceil(self.width / 8)


_BINARY_DIGITS = bytes.maketrans(b"\0\1", b"01")


def _encode(text: bytes, level: ErrorCorrection) -> Symbol:
    code = segno.make_qr(text, error=level.value, mode="byte", mask=MASK, boost_error=False)
    width = len(code.matrix) + 2 * QUIET_ZONE
    row_bytes = ceil(width / 8)
    right_edge = 8 * row_bytes - width + QUIET_ZONE
    rows = (int(row.translate(_BINARY_DIGITS), 2) << right_edge for row in code.matrix)
    return Symbol(width, b"".join(row.to_bytes(row_bytes, "big") for row in rows))


class _Symbols:
    """All symbols of one text length and level: segno encodes the first ones, the others are XORs of those.

    Byte mode, Reed-Solomon code, placement and mask (ISO/IEC 18004:2015, 7.4 to 7.8) are each affine over GF(2) in the
    bits of the text. With a constant bit set before each text they are linear: a text that is the XOR of known texts
    has the XOR of their symbols. The URLs of one site differ in 32 hexadecimal digits, which span 160 dimensions, so
    segno runs at most 161 times for them.

    Threads may share an object: each entry of the basis is right by itself, whichever thread wrote it.
    """

    def __init__(self, length: int, level: ErrorCorrection) -> None:
        symbol = _encode(bytes(length), level)
        self._level = level
        self._width = symbol.width
        self._constant = 1 << 8 * length
        self._symbol_bits = 8 * len(symbol.modules)
        # By its bit length: a text above its symbol. Gaussian elimination, one row at a time.
        self._basis: dict[int, int] = {}

    def symbol(self, text: bytes) -> Symbol:
        rest = (self._constant | int.from_bytes(text, "big")) << self._symbol_bits
        while (length := rest.bit_length()) > self._symbol_bits:
            known = self._basis.get(length)
            if known is None:
                symbol = _encode(text, self._level)
                self._basis[length] = rest ^ int.from_bytes(symbol.modules, "big")
                return symbol
            rest ^= known
        return Symbol(self._width, rest.to_bytes(self._symbol_bits // 8, "big"))


@lru_cache(maxsize=16)
def _symbols(length: int, level: ErrorCorrection) -> _Symbols:
    return _Symbols(length, level)


# -- PNG


def _png(symbol: Symbol, scale: int, serial: str | None) -> bytes:
    """A 1-bit greyscale PNG (ISO/IEC 15948). A repeated scanline is "the same as above": filter type 2 and zeros."""
    width = symbol.width * scale
    stride = ceil(width / 8)
    repeats = (b"\2" + bytes(stride)) * (scale - 1)
    scanlines = b"\0" + (repeats + b"\0").join(_module_rows(symbol, scale, stride)) + repeats
    height = width
    if serial is not None:
        label = _png_label(serial, width, scale)
        scanlines += b"".join(b"\0" + label[start : start + stride] for start in range(0, len(label), stride))
        height += len(label) // stride
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _png_chunk(b"IHDR", pack(">2L5B", width, height, 1, 0, 0, 0, 0)),
            # Level 3 is as fast as 1 on such scanlines, and 10 % smaller.
            _png_chunk(b"IDAT", zlib.compress(scanlines, level=3)),
            _png_chunk(b"IEND", b""),
        )
    )


def _png_chunk(kind: bytes, content: bytes) -> bytes:
    return pack(">L", len(content)) + kind + content + pack(">L", zlib.crc32(kind + content))


def _module_rows(symbol: Symbol, scale: int, stride: int) -> list[bytes]:
    """One scanline for each row of modules, with the quiet zone above and below."""
    widened = b"".join(map(_widened_bytes(scale).__getitem__, symbol.modules))
    step = symbol.row_bytes * scale
    quiet = [b"\xff" * stride] * QUIET_ZONE
    return [*quiet, *(widened[start : start + stride] for start in range(0, len(widened), step)), *quiet]


@lru_cache(maxsize=16)
def _widened_bytes(scale: int) -> list[bytes]:
    """For each byte of 8 modules, its `scale` bytes of pixels; a light pixel is 1."""
    pixels = {"0": "1" * scale, "1": "0" * scale}
    return [int("".join(pixels[bit] for bit in f"{byte:08b}"), 2).to_bytes(scale, "big") for byte in range(256)]


# -- SVG


def _svg(symbol: Symbol, scale: int, serial: str | None) -> bytes:
    """Filled shapes without strokes, so that engravers and label printers draw them as they are."""
    width = height = symbol.width * scale
    text = ""
    if serial is not None:
        label = _fit(serial, width, scale, _estimated_length)
        text = "".join(_svg_line(line, label.font_px, width / 2, height + y) for y, line in label.baselines())
        height += label.height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
        f'<path transform="scale({scale})" shape-rendering="crispEdges" d="{_path(symbol)}"/>{text}</svg>'
    ).encode()


def _path(symbol: Symbol) -> str:
    """A rectangle, one module high, for each run of dark modules in a row."""
    rows = range(0, len(symbol.modules), symbol.row_bytes)
    return "".join(
        f"M{left} {y}h{right - left}v1h{left - right}z"
        for y, start in enumerate(rows, QUIET_ZONE)
        for left, right in _dark_runs(symbol.modules[start : start + symbol.row_bytes])
    )


def _dark_runs(row: bytes) -> Iterator[tuple[int, int]]:
    bits = f"{int.from_bytes(row, 'big'):0{8 * len(row)}b}"
    return (run.span() for run in re.finditer("1+", bits))


REPLACEMENT_CHARACTER: Final = "\N{REPLACEMENT CHARACTER}"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _svg_line(line: str, font_px: int, x: float, y: float) -> str:
    # The reader's font decides how wide the text would be; textLength makes it as wide as the room that it was given.
    return (
        f'<text x="{x:g}" y="{y:g}" font-family="monospace" font-size="{font_px}" text-anchor="middle"'
        f' textLength="{_estimated_length(line, font_px):g}" lengthAdjust="spacingAndGlyphs" xml:space="preserve">'
        f"{escape(_NOT_XML.sub(REPLACEMENT_CHARACTER, line))}</text>"
    )


def _estimated_length(text: str, font_px: int) -> float:
    return font_px * sum(_advance_em(character) for character in text)


def _advance_em(character: str) -> float:
    """The usual advance in a monospaced font: wide East Asian characters (UAX #11) are square, marks have no width."""
    if combining(character):
        return 0
    return 1 if east_asian_width(character) in "WF" else 0.6


# -- The label


@dataclass(frozen=True)
class _Label:
    """The serial in lines of text beneath a code; `margin` is the space below the last line, in pixels."""

    lines: list[str]
    font_px: int
    margin: int

    @property
    def line_height(self) -> int:
        return ceil(1.25 * self.font_px)

    @property
    def height(self) -> int:
        return len(self.lines) * self.line_height + self.margin

    def baselines(self) -> list[tuple[int, str]]:
        return [(n * self.line_height + self.font_px, line) for n, line in enumerate(self.lines)]


def _fit(serial: str, width: int, scale: int, measure: Callable[[str, int], float]) -> _Label:
    """Nothing of a serial is cut: it is set smaller, to half the size or 10 px, and then broken into lines."""
    room = width - 2 * QUIET_ZONE * scale
    largest = max(10, width // 12)
    smallest = max(10, largest // 2)
    for font_px in range(largest, smallest - 1, -1):
        if measure(serial, font_px) <= room:
            return _Label([serial], font_px, margin=2 * scale)
    lines = [""]
    for character in serial:
        if measure(lines[-1] + character, smallest) <= room:
            lines[-1] += character
        else:
            lines.append(character)
    return _Label(lines, smallest, margin=2 * scale)


def _png_label(serial: str, width: int, scale: int) -> bytes:
    """1-bit scanlines. Pillow's own font has ASCII alone: other characters are printed as their code point, `<U+00DC>`.

    A font file would print more of them, but none has all of Unicode; in an SVG the reader's fonts print them.
    """
    printable = "".join(c if " " <= c <= "~" else f"<U+{ord(c):04X}>" for c in serial)
    # Only labels of PNGs are drawn with Pillow: the first one loads it.
    from models.passports.lettering import printed_length, scanlines

    label = _fit(printable, width, scale, printed_length)
    return scanlines(label.baselines(), label.font_px, width, label.height)
