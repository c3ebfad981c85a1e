import asyncio
import re
import unicodedata
import zipfile
from collections.abc import AsyncIterator, Iterable
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid5

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from models.passports.archive import CODES_PER_CHUNK, MAX_NAME_BYTES, PIECE_BYTES, ZipWriter, archive, file_name
from models.passports.qr import QrFormat, QrOptions, passport_url, render

BASE_URL = "https://passports.example.com"
PASSPORT_ID = UUID("0190b5a0-7c1e-7d32-9f4a-3c5e8b7a6d21")
Code = tuple[UUID, str]

UNSAFE_SERIALS = [
    "",
    ".",
    "..",
    "...",
    " ",
    "../../etc/passwd",
    "..\\..\\windows",
    "/etc/passwd",
    "C:\\BAT",
    "A/B",
    "A\\B",
    "A:B",
    'A"<>|?*B',
    "CON",
    "con",
    "NUL.1",
    "nul.txt",
    "COM1",
    "lpt9.x",
    "COM¹.x",
    "aux .x",
    "BAT-001.",
    "BAT-001 ",
    " BAT-001",
    ".BAT",
    "-rf",
    "~root",
    "bat-001",
    "BAT-001~",
    "A\x00B",
    "A\nB",
    "A\u202eGNP",
    "A\ud800B",
    "É",
    "E\u0301",
    "\u0301",
    "ß",
    "SS",
    "\u017f",
    "K",
    "\u212a",
    "İ",
    "ﬁ",
    "序" * 64,
    "\U0001f50b" * 64,
    "A" * 64,
    "A" * 500,
    "é" * 500,
]


def codes(count: int) -> list[Code]:
    return [(uuid5(PASSPORT_ID, str(n)), f"BAT-2026-{n:06d}") for n in range(count)]


async def stream(rows: Iterable[Code]) -> AsyncIterator[Code]:
    for row in rows:
        yield row


async def archived(rows: Iterable[Code], options: QrOptions) -> bytes:
    return b"".join([piece async for piece in archive(stream(rows), BASE_URL, options)])


def opened(file: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(file))


@pytest.mark.parametrize("serial", ["BAT-001", "BAT_2026.001", "SN 1", "0001", "A", "CONX", "X.CON", "COM10", "A" * 64])
def test_a_plain_serial_is_its_own_name(serial: str) -> None:
    assert file_name(serial, PASSPORT_ID, "png") == f"{serial}.png"


@pytest.mark.parametrize(
    ("serial", "name"),
    [
        ("bat-001", "bat-001~{}.png"),
        ("序列号-1", "序列号-1~{}.png"),
        ("E\u0301-1", "É-1~{}.png"),
        ("बैटरी", "बैटरी~{}.png"),
        ("A/B", "A_B~{}.png"),
        ("../x", "_x~{}.png"),
        ("..", "_~{}.png"),
        ("CON", "_CON~{}.png"),
        ("nul.x", "_nul.x~{}.png"),
        ("BAT-001~", "BAT-001_~{}.png"),
        ("", "_~{}.png"),
    ],
)
def test_any_other_serial_stays_legible_and_gets_the_uuid(serial: str, name: str) -> None:
    assert file_name(serial, PASSPORT_ID, "png") == name.format(PASSPORT_ID)


# Close neighbours: letters with case, accent and compatibility twins, separators, and what device names are made of.
neighbours = st.text(st.sampled_from("aAbBeEéÉ\u0301ßẞsS\u017fKk\u212aiIİ\u0131ﬁ.-_ ~/\\:CONconUL10¹"), max_size=8)
serials = st.one_of(neighbours, st.text(max_size=64), st.sampled_from(UNSAFE_SERIALS))


def seen_by_file_systems(name: str) -> set[str]:
    """The name as file systems may compare it: case and Unicode normalisation, in either order and either form."""
    forms = [unicodedata.normalize(form, name) for form in ("NFC", "NFD")]
    cased = {change(form) for form in forms for change in (str.casefold, str.lower, str.upper)}
    return {unicodedata.normalize(form, name) for name in cased for form in ("NFC", "NFD")}


@settings(deadline=None)
@given(st.lists(serials, min_size=2, max_size=12, unique=True), st.lists(st.uuids(), min_size=12, unique=True))
def test_the_names_of_different_passports_always_differ(serials: list[str], ids: list[UUID]) -> None:
    seen = [
        seen_by_file_systems(file_name(serial, passport_id, "png"))
        for serial, passport_id in zip(serials, ids, strict=False)
    ]
    assert sum(map(len, seen)) == len(set().union(*seen))


@settings(deadline=None)
@given(serials, st.uuids())
def test_a_name_is_a_file_name_everywhere(serial: str, passport_id: UUID) -> None:
    name = file_name(serial, passport_id, "png")
    assert len(name.encode()) <= MAX_NAME_BYTES
    assert name.endswith(".png")
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f\x7f]', name)
    assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in name)
    assert not re.match(r"(?i)(con|prn|aux|nul|(com|lpt)[0-9¹²³]) *(\.|$)", name)
    assert name[0] not in " .-~"
    assert unicodedata.is_normalized("NFC", name)
    assert name == file_name(serial, passport_id, "png")


async def test_an_archive_has_one_decodable_code_for_each_passport() -> None:
    rows = codes(1000)
    with opened(await archived(rows, QrOptions())) as file:
        assert file.testzip() is None
        assert file.namelist() == [f"{serial}.png" for _, serial in rows]
        for passport_id, serial in rows:
            image = Image.open(BytesIO(file.read(f"{serial}.png")))
            assert [code.text for code in zxingcpp.read_barcodes(image)] == [passport_url(BASE_URL, passport_id)]


@pytest.mark.parametrize(
    "options", [QrOptions(label=True), QrOptions(QrFormat.SVG), QrOptions(QrFormat.SVG, label=True)]
)
async def test_a_member_is_the_code_as_it_is_rendered_alone(options: QrOptions) -> None:
    rows = codes(CODES_PER_CHUNK + 1)
    with opened(await archived(rows, options)) as file:
        assert file.testzip() is None
        for passport_id, serial in rows:
            alone = render(passport_url(BASE_URL, passport_id), serial, options)
            assert file.read(f"{serial}.{options.format.extension}") == alone


async def test_png_is_stored_and_svg_deflated_with_lengths_before_the_data() -> None:
    for format, method in ((QrFormat.PNG, zipfile.ZIP_STORED), (QrFormat.SVG, zipfile.ZIP_DEFLATED)):
        with opened(await archived(codes(3), QrOptions(format))) as file:
            assert [member.compress_type for member in file.infolist()] == [method] * 3
            data_descriptor = 1 << 3
            assert not any(member.flag_bits & data_descriptor for member in file.infolist())


def unpacked(file: bytes, folder: Path) -> list[str]:
    with opened(file) as zip_file:
        zip_file.extractall(folder)
    return [path.name for path in folder.rglob("*")]


async def test_unsafe_serials_unpack_side_by_side(tmp_path: Path) -> None:
    rows = [(uuid5(PASSPORT_ID, str(n)), serial) for n, serial in enumerate(UNSAFE_SERIALS)]
    names = unpacked(await archived(rows, QrOptions()), tmp_path)
    assert sorted(names) == sorted(file_name(serial, passport_id, "png") for passport_id, serial in rows)


@pytest.mark.parametrize("count", [0, 1, CODES_PER_CHUNK - 1, CODES_PER_CHUNK, CODES_PER_CHUNK + 1])
async def test_an_archive_of_any_length_is_complete(count: int) -> None:
    with opened(await archived(codes(count), QrOptions())) as file:
        assert len(file.namelist()) == count


async def test_the_same_codes_give_the_same_bytes() -> None:
    options = QrOptions(label=True)
    assert await archived(codes(120), options) == await archived(codes(120), options)


async def test_codes_are_taken_as_the_archive_is_read() -> None:
    taken = 0

    async def counted() -> AsyncIterator[Code]:
        nonlocal taken
        for row in codes(10 * CODES_PER_CHUNK):
            taken += 1
            yield row

    pieces = archive(counted(), BASE_URL, QrOptions(size_px=2000))
    first = await anext(pieces)
    assert first.startswith(b"PK\x03\x04")
    assert taken == CODES_PER_CHUNK
    sizes = [len(first), *[len(piece) async for piece in pieces]]
    assert taken == 10 * CODES_PER_CHUNK
    assert max(sizes) == PIECE_BYTES


async def test_the_event_loop_runs_while_codes_are_drawn() -> None:
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    # The source never waits: only the drawing can give the loop a turn.
    counter = asyncio.create_task(count_turns())
    await archived(codes(10 * CODES_PER_CHUNK), QrOptions())
    counter.cancel()
    assert turns >= 10


def test_65536_members_make_a_zip64() -> None:
    writer = ZipWriter()
    members = [writer.member(f"{n}.png", b"x", deflate=False) for n in range(65_536)]
    end = writer.end()
    # APPNOTE 4.3.14 to 4.3.16: the last 98 bytes are the ZIP64 record, its locator and the ordinary record.
    zip64_record, locator, record = end[-98:-42], end[-42:-22], end[-22:]
    assert [zip64_record[:4], locator[:4], record[:4]] == [b"PK\6\6", b"PK\6\7", b"PK\5\6"]
    assert int.from_bytes(zip64_record[32:40], "little") == 65_536
    assert record[8:12] == b"\xff" * 4
    with opened(b"".join([*members, end])) as file:
        assert len(file.namelist()) == 65_536
        assert file.read("65535.png") == b"x"


def test_members_beyond_4_gib_are_found(tmp_path: Path) -> None:
    """A sparse file: the first members are a hole of 4 GiB, so only the offsets are real."""
    hole = 2**32 + 5
    path = tmp_path / "large.zip"
    writer = ZipWriter()
    writer._position = hole
    with path.open("wb") as file:
        file.seek(hole)
        file.write(writer.member("A.png", b"first", deflate=False))
        file.write(writer.member("é.svg", b"second" * 100, deflate=True))
        file.write(writer.end())
    with zipfile.ZipFile(path) as archive_file:
        assert archive_file.testzip() is None
        assert archive_file.read("A.png") == b"first"
        assert archive_file.read("é.svg") == b"second" * 100
