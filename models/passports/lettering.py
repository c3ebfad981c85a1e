"""Serials as pixels, in Pillow's own font: what the label of a PNG is drawn with."""

from collections.abc import Iterable
from functools import lru_cache
from math import ceil

from PIL import Image, ImageDraw, ImageFont


def scanlines(lines: Iterable[tuple[int, str]], font_px: int, width: int, height: int) -> bytes:
    """1-bit scanlines with each line of ASCII text centred on its baseline."""
    band = Image.new("1", (width, height), 1)
    for baseline, line in lines:
        x = (width - printed_length(line, font_px)) // 2
        for drawn in (glyph(character, font_px) for character in line):
            band.paste(drawn, (x, baseline - font_px))
            x += drawn.width
    return band.tobytes()


def printed_length(text: str, font_px: int) -> int:
    """The pixels that a line of ASCII text is wide."""
    return sum(glyph(character, font_px).width for character in text)


@lru_cache(maxsize=2048)
def glyph(character: str, font_px: int) -> Image.Image:
    """A character in black on white, its baseline at `font_px`. Serials share these: FreeType takes 20 µs for each."""
    typeface = font(font_px)
    left, _, right, bottom = typeface.getbbox(character, mode="1", anchor="ls")
    x = ceil(max(0, -left))
    width = x + ceil(max(typeface.getlength(character), right))
    image = Image.new("1", (width, font_px + ceil(bottom)), 1)
    ImageDraw.Draw(image).text((x, font_px), character, fill=0, font=typeface, anchor="ls")
    return image


@lru_cache(maxsize=64)
def font(font_px: int) -> ImageFont.FreeTypeFont:
    """Pillow's own font. Raises `RuntimeError` where Pillow was built without FreeType."""
    typeface = ImageFont.load_default(font_px)
    if not isinstance(typeface, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType, which the labels of QR codes need")
    return typeface
