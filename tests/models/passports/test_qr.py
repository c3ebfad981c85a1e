import re
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from uuid import UUID, uuid5
from xml.etree import ElementTree

import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from models.passports import lettering, qr
from models.passports.qr import ErrorCorrection, InvalidQrOption, QrFormat, QrOptions, passport_url, render

PASSPORT_ID = UUID("0190b5a0-7c1e-7d32-9f4a-3c5e8b7a6d21")
URL = passport_url("https://passports.example.com", PASSPORT_ID)
QUIET_ZONE = 4
SVG = "{http://www.w3.org/2000/svg}"

AWKWARD_SERIALS = [
    "BAT-2026-000001",
    "A",
    "W" * 64,
    "i" * 64,
    "Ünïcødé-Ä1",
    "बैटरी-४२",
    "序列号-0001",
    "مسلسل-7",
    "e\u0301-decomposed",
    "<script>&\"'</script>",
    "]]>  two  spaces",
    "\U0001f50b",
]


def picture(file: bytes) -> Image.Image:
    return Image.open(BytesIO(file))


def rasterised(svg: bytes, *, labelled: bool = False) -> Image.Image:
    """The SVG's rectangles, painted; its text as grey blocks where it may not leave the picture."""
    root = ElementTree.fromstring(svg)  # noqa: S314 (our own file)
    width, height = int(root.attrib["width"]), int(root.attrib["height"])
    assert root.attrib["viewBox"] == f"0 0 {width} {height}"
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    path = root.find(f"{SVG}path")
    assert path is not None
    scale = int(path.attrib["transform"].removeprefix("scale(").removesuffix(")"))
    shapes = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path.attrib["d"])
    assert "".join(f"M{x} {y}h{right}v1h-{left}z" for x, y, right, left in shapes) == path.attrib["d"]
    for x, y, right, left in (map(int, shape) for shape in shapes):
        assert right == left
        draw.rectangle((x * scale, y * scale, (x + right) * scale - 1, (y + 1) * scale - 1), fill=0)
    assert bool(root.findall(f"{SVG}text")) == labelled
    return image


def decoded(image: Image.Image) -> tuple[str, str]:
    found = zxingcpp.read_barcodes(image)
    assert len(found) == 1
    return found[0].text, found[0].ec_level


def margins(image: Image.Image) -> tuple[int, int, int, int]:
    """Light pixels at the left, above, at the right and below."""
    box = ImageChops.invert(image.convert("L")).getbbox()
    assert box is not None
    left, top, right, bottom = box
    return left, top, image.width - right, image.height - bottom


def module_px(image: Image.Image) -> int:
    """The finder pattern's first row is seven dark modules."""
    left, top, _, _ = margins(image)
    grey = image.convert("L")
    end = left
    while grey.getpixel((end, top)) == 0:
        end += 1
    assert (end - left) % 7 == 0
    return (end - left) // 7


def modules(image: Image.Image) -> list[bytes]:
    """The symbol read back from its pixels, as segno gives a matrix."""
    scale = module_px(image)
    side = image.width // scale - 2 * QUIET_ZONE
    grey = image.convert("L")
    places = [(QUIET_ZONE + n) * scale + scale // 2 for n in range(side)]
    return [bytes(grey.getpixel((x, y)) == 0 for x in places) for y in places]


@pytest.mark.parametrize("label", [False, True])
@pytest.mark.parametrize("level", ErrorCorrection)
@pytest.mark.parametrize("size", [100, 300, 301, 640, 2000])
def test_a_png_holds_the_url_at_the_level_asked_for(size: int, level: ErrorCorrection, label: bool) -> None:
    image = picture(render(URL, "BAT-001", QrOptions(size_px=size, error_correction=level, label=label)))
    assert (image.format, image.mode) == ("PNG", "1")
    assert decoded(image) == (URL, level.value)


@pytest.mark.parametrize("label", [False, True])
@pytest.mark.parametrize("level", ErrorCorrection)
@pytest.mark.parametrize("size", [100, 300, 2000])
def test_an_svg_holds_the_url_at_the_level_asked_for(size: int, level: ErrorCorrection, label: bool) -> None:
    options = QrOptions(QrFormat.SVG, size, level, label)
    assert decoded(rasterised(render(URL, "BAT-001", options), labelled=label)) == (URL, level.value)


@pytest.mark.parametrize("level", ErrorCorrection)
def test_the_level_is_not_raised_where_the_symbol_has_room(level: ErrorCorrection) -> None:
    url = "https://a.in/p/1"
    assert decoded(picture(render(url, "", QrOptions(error_correction=level)))) == (url, level.value)


@pytest.mark.parametrize("format", QrFormat)
def test_without_options_given_a_code_is_level_m_and_300_pixels(format: QrFormat) -> None:
    file = render(URL, "BAT-001", QrOptions(format))
    image = picture(file) if format is QrFormat.PNG else rasterised(file)
    assert decoded(image) == (URL, "M")
    assert 300 <= image.width == image.height < 300 + image.width // module_px(image)


@pytest.mark.parametrize("level", ErrorCorrection)
@pytest.mark.parametrize("size", [100, 299, 300, 1000, 2000])
def test_the_quiet_zone_is_four_modules_and_the_picture_the_next_whole_size(size: int, level: ErrorCorrection) -> None:
    image = picture(render(URL, "", QrOptions(size_px=size, error_correction=level)))
    scale = module_px(image)
    assert margins(image) == (QUIET_ZONE * scale,) * 4
    assert size <= image.width < size + image.width // scale
    svg = rasterised(render(URL, "", QrOptions(QrFormat.SVG, size, level)))
    assert ImageChops.difference(svg, image.convert("L")).getbbox() is None


@pytest.mark.parametrize("level", ErrorCorrection)
def test_the_symbol_is_the_one_that_segno_makes(level: ErrorCorrection) -> None:
    for n in range(200):
        url = passport_url("https://passports.example.com", uuid5(PASSPORT_ID, f"{level}{n}"))
        expected = segno.make_qr(url, error=level.value, mask=qr.MASK, boost_error=False)
        assert modules(picture(render(url, "", QrOptions(error_correction=level)))) == list(map(bytes, expected.matrix))


@st.composite
def texts_of_one_length(draw: st.DrawFn) -> list[bytes]:
    length = draw(st.integers(1, 80))
    alphabet = draw(st.sampled_from([range(256), b"0123456789abcdef", b"01", b"/:-.AZaz"]))
    text = st.lists(st.sampled_from(alphabet), min_size=length, max_size=length).map(bytes)
    return draw(st.lists(text, min_size=1, max_size=12))


@settings(deadline=None)
@given(texts_of_one_length(), st.sampled_from(ErrorCorrection))
def test_a_symbol_put_together_from_others_is_the_one_encoded(texts: list[bytes], level: ErrorCorrection) -> None:
    symbols = qr._Symbols(len(texts[0]), level)
    for text in texts:
        assert symbols.symbol(text) == qr._encode(text, level)


def test_the_codes_of_one_site_are_encoded_161_times_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    symbols = qr._Symbols(len(URL), ErrorCorrection.M)
    encoded = []
    encode = qr._encode

    def recorded(text: bytes, level: ErrorCorrection) -> qr.Symbol:
        encoded.append(text)
        return encode(text, level)

    monkeypatch.setattr(qr, "_encode", recorded)
    for n in range(2000):
        symbols.symbol(passport_url("https://passports.example.com", uuid5(PASSPORT_ID, str(n))).encode())
    assert 0 < len(encoded) <= 161


def test_threads_may_share_the_symbols() -> None:
    symbols = qr._Symbols(len(URL), ErrorCorrection.M)
    texts = [passport_url("https://passports.example.com", uuid5(PASSPORT_ID, str(n))).encode() for n in range(300)]
    with ThreadPoolExecutor(4) as threads:
        shared = list(threads.map(symbols.symbol, [*texts, *reversed(texts)]))
    expected = [qr._encode(text, ErrorCorrection.M) for text in texts]
    assert shared == [*expected, *reversed(expected)]


@pytest.mark.parametrize("size", [100, 300, 2000])
@pytest.mark.parametrize("serial", AWKWARD_SERIALS)
def test_a_png_label_lies_beneath_the_quiet_zone_and_inside_the_picture(serial: str, size: int) -> None:
    plain = picture(render(URL, serial, QrOptions(size_px=size)))
    labelled = picture(render(URL, serial, QrOptions(size_px=size, label=True)))
    assert decoded(labelled) == (URL, "M")
    assert labelled.width == plain.width
    assert labelled.crop((0, 0, *plain.size)).tobytes() == plain.tobytes()
    left, top, right, bottom = margins(labelled.crop((0, plain.height, labelled.width, labelled.height)))
    quiet = QUIET_ZONE * module_px(plain)
    assert left >= quiet
    assert right >= quiet
    assert top >= 0
    assert bottom >= 1


@pytest.mark.parametrize("size", [100, 300])
@pytest.mark.parametrize("length", [0, 5, 15, 16, 17, 30, 40, 63])
def test_no_character_of_a_long_serial_is_cut(length: int, size: int) -> None:
    options = QrOptions(size_px=size, label=True)
    labels = {render(URL, "W" * length + last, options) for last in "ABCDEFGH"}
    assert len(labels) == 8


def test_every_printable_ascii_character_has_a_glyph_of_its_own() -> None:
    glyphs = {chr(code): render(URL, chr(code), QrOptions(label=True)) for code in range(33, 127)}
    assert len(set(glyphs.values())) == len(glyphs)


@pytest.mark.parametrize("font_px", [10, 26, 168])
def test_no_glyph_is_cut_at_its_edges(font_px: int) -> None:
    def ink(image: Image.Image) -> int:
        return image.convert("L").histogram()[0]

    for character in map(chr, range(33, 127)):
        canvas = Image.new("1", (4 * font_px, 4 * font_px), 1)
        ImageDraw.Draw(canvas).text((font_px, font_px), character, fill=0, font=lettering.font(font_px))
        assert ink(lettering.glyph(character, font_px)) == ink(canvas)


def test_a_png_label_prints_what_its_font_lacks_as_code_points() -> None:
    options = QrOptions(label=True)
    assert render(URL, "Ü1\U0001f50b", options) == render(URL, "<U+00DC>1<U+1F50B>", options)


@pytest.mark.parametrize("size", [100, 300, 2000])
@pytest.mark.parametrize("serial", AWKWARD_SERIALS)
def test_an_svg_label_is_the_whole_serial_as_text_within_the_picture(serial: str, size: int) -> None:
    root = ElementTree.fromstring(render(URL, serial, QrOptions(QrFormat.SVG, size, label=True)))  # noqa: S314
    lines = root.findall(f"{SVG}text")
    assert "".join(line.text or "" for line in lines) == serial
    plain = picture(render(URL, serial, QrOptions(size_px=size)))
    room = plain.width - 2 * QUIET_ZONE * module_px(plain)
    baselines = [float(line.attrib["y"]) for line in lines]
    assert plain.height < baselines[0]
    assert baselines == sorted(set(baselines))
    assert baselines[-1] < int(root.attrib["height"])
    assert all(0 < float(line.attrib["textLength"]) <= room for line in lines)
    assert all(float(line.attrib["x"]) == plain.width / 2 for line in lines)


@pytest.mark.parametrize(("serial", "em"), [("ABCD", 2.4), ("序列号", 3), ("e\u0301e\u0301", 1.2)])
def test_svg_text_is_as_wide_as_its_script_needs(serial: str, em: float) -> None:
    text = ElementTree.fromstring(render(URL, serial, QrOptions(QrFormat.SVG, label=True))).find(f"{SVG}text")  # noqa: S314
    assert text is not None
    assert float(text.attrib["textLength"]) == pytest.approx(em * int(text.attrib["font-size"]), abs=0.01)


def test_what_xml_cannot_hold_is_replaced_in_an_svg_label() -> None:
    root = ElementTree.fromstring(render(URL, "A\x00\ud800\uffffB", QrOptions(QrFormat.SVG, label=True)))  # noqa: S314
    assert [line.text for line in root.findall(f"{SVG}text")] == ["A\ufffd\ufffd\ufffdB"]


def test_a_long_serial_is_set_smaller_before_it_is_broken_into_lines() -> None:
    def set_in(serial: str) -> tuple[int, int]:
        root = ElementTree.fromstring(render(URL, serial, QrOptions(QrFormat.SVG, label=True)))  # noqa: S314
        lines = root.findall(f"{SVG}text")
        return len(lines), int(lines[0].attrib["font-size"])

    assert set_in("A" * 15) == (1, 26)
    assert set_in("A" * 25) == (1, 17)
    assert set_in("A" * 64) == (2, 13)


@pytest.mark.parametrize("size", [99, 2001, 0, -300])
def test_a_size_out_of_range_is_refused(size: int) -> None:
    with pytest.raises(InvalidQrOption) as refused:
        QrOptions(size_px=size)
    assert (refused.value.field, refused.value.value) == ("size_px", size)
    assert str(refused.value) == f"size_px must be from 100 to 2000 pixels, not {size}"


def test_an_unknown_format_or_level_is_refused_by_name() -> None:
    with pytest.raises(InvalidQrOption, match=r"^format must be one of PNG, SVG, not 'bmp'$"):
        QrFormat("bmp")
    with pytest.raises(InvalidQrOption, match=r"^error_correction must be one of L, M, Q, H, not 'X'$") as refused:
        ErrorCorrection("X")
    assert (refused.value.field, refused.value.value, refused.value.message) == (
        "error_correction",
        "X",
        "must be one of L, M, Q, H",
    )


def test_formats_and_levels_are_read_in_any_case() -> None:
    assert QrFormat("svg") is QrFormat.SVG
    assert ErrorCorrection("q") is ErrorCorrection.Q


def test_a_format_says_its_media_type_and_extension() -> None:
    assert [(format.media_type, format.extension) for format in QrFormat] == [
        ("image/png", "png"),
        ("image/svg+xml", "svg"),
    ]


@pytest.mark.parametrize("base", ["https://passports.example.com", "https://passports.example.com/"])
def test_a_passport_url_has_one_slash_before_its_path(base: str) -> None:
    assert passport_url(base, PASSPORT_ID) == "https://passports.example.com/p/0190b5a0-7c1e-7d32-9f4a-3c5e8b7a6d21"


def test_a_url_that_is_not_ascii_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        render("https://bücher.example/p/1", "", QrOptions())
