"""Compression: what is compressed, how, and that it comes out as it went in."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.compression import (
    CODINGS,
    LARGEST_AT_ONCE,
    SMALLEST,
    compress,
    compressed,
    is_compressible,
    smallest,
    stream_compressor,
)
from tests.api.codings import plain


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("size", [SMALLEST, 10_000, LARGEST_AT_ONCE, LARGEST_AT_ONCE + 1, 1_000_000])
async def test_a_body_gets_smaller_and_comes_out_again(coding: str, size: int) -> None:
    body = b'{"id":"0190"}' * (size // 13) + b" " * (size % 13)
    for smaller, chosen in (compress(body, coding), await compressed(body, coding), (smallest(body, coding), coding)):
        assert chosen == coding
        assert len(smaller) < len(body) / 10
        assert plain(smaller, coding) == body


@pytest.mark.parametrize(
    ("size", "accept_encoding"),
    [(SMALLEST - 1, "gzip, zstd"), (0, "*"), (10_000, ""), (10_000, "br"), (10_000, "gzip;q=0"), (10_000, "identity")],
)
async def test_else_it_stays_as_it_is(size: int, accept_encoding: str) -> None:
    body = b"x" * size
    assert compress(body, accept_encoding) == await compressed(body, accept_encoding) == (body, None)


async def test_a_large_body_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'{"id":"0190"}' * 2_000_000
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    task = asyncio.create_task(others())
    smaller, _ = await compressed(body, "gzip")
    task.cancel()
    assert turns > 10
    assert plain(smaller, "gzip") == body


@pytest.mark.parametrize("coding", CODINGS)
@given(pieces=st.lists(st.binary()))
def test_a_body_in_pieces_comes_out_whole(coding: str, pieces: list[bytes]) -> None:
    compressor = stream_compressor(coding)
    coded = b"".join(map(compressor.compress, pieces)) + compressor.flush()
    assert plain(coded, coding) == b"".join(pieces)


@given(st.lists(st.binary(min_size=SMALLEST, max_size=2 * SMALLEST)))
def test_one_body_leaves_nothing_for_the_next(bodies: list[bytes]) -> None:
    assert [plain(*compress(body, "zstd")) for body in bodies] == bodies


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("text/csv; charset=utf-8; header=present", True),
        ("image/svg+xml", True),
        ("application/zip", False),
        ("image/png", False),
        ("application/pdf", False),
        ("text/event-stream", False),
        ("text/event-stream; charset=utf-8", False),
        ("", False),
    ],
)
def test_what_is_small_already_or_leaves_bit_by_bit_is_not_compressed(content_type: str, expected: bool) -> None:
    assert is_compressible(content_type) is expected
