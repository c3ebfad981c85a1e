"""Rules for text: whatever comes in, what is kept can be stored, and what is shown again can be sent."""

import sys
import unicodedata
from datetime import date
from types import SimpleNamespace
from typing import Literal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kernel.text import (
    calendar_date,
    first_invisible,
    is_date_form,
    is_line,
    is_storable,
    normal,
    shown,
    storable,
    too_long,
)

any_text = st.text(st.characters(exclude_categories=[]), max_size=300)


@given(any_text, st.integers(1, 200))
def test_any_text_is_shown_as_valid_utf8(value: str, longest: int) -> None:
    text = shown(value, longest)
    assert text.encode().decode() == text
    assert len(text) <= 6 * longest


@given(any_text)
def test_what_is_made_storable_is(value: str) -> None:
    text = storable(value)
    assert is_storable(text)
    assert len(text) == len(value)
    assert orjson.loads(orjson.dumps(text)) == text
    assert (text == value) == is_storable(value)


@given(any_text)
def test_a_line_is_storable_and_one(value: str) -> None:
    if is_line(value):
        assert is_storable(value)
        assert len(value.splitlines()) <= 1


def test_a_line_holds_all_but_controls_halves_and_separators_of_lines() -> None:
    for character in map(chr, range(sys.maxunicode + 1)):
        assert is_line(character) == (unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}), ascii(character)


@given(any_text, st.sampled_from(["NFC", "NFKC"]), st.integers(1, 60))
def test_a_text_that_fits_in_its_normal_form_is_never_refused_for_its_length(
    value: str, form: Literal["NFC", "NFKC"], longest: int
) -> None:
    whole = unicodedata.normalize(form, value)
    assert normal(value, longest, form) == (whole if len(whole) <= longest else None)
    assert too_long(value, longest) == (len(value) > longest)


@pytest.mark.parametrize("form", ["NFC", "NFKC"])
def test_composing_makes_no_text_more_than_four_times_shorter(form: Literal["NFC", "NFKC"]) -> None:
    for character in map(chr, range(sys.maxunicode + 1)):
        parts = unicodedata.normalize("NFD" if form == "NFC" else "NFKD", character)
        assert len(unicodedata.normalize("NFD", character)) <= 4
        assert len(parts) <= 4 * len(unicodedata.normalize(form, parts))


def test_what_is_too_long_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(_form: str, text: str) -> str:
        raise AssertionError(f"{len(text)} characters were read")

    # Of this module alone: pytest normalises what it writes.
    monkeypatch.setattr("models.kernel.text.unicodedata", SimpleNamespace(normalize=read))
    assert normal("a" * 401, 100) is None
    with pytest.raises(AssertionError):
        normal("a" * 400, 100)


@pytest.mark.parametrize(
    ("value", "index"), [("BAT 001", None), ("", None), ("A\u200dB", 1), ("\x1d", 0), ("AB\ue000", 2)]
)
def test_the_first_invisible_character_is_found(value: str, index: int | None) -> None:
    assert first_invisible(value) == index


@given(st.dates())
def test_a_day_is_read_back(day: date) -> None:
    assert calendar_date(day.isoformat()) == day


@pytest.mark.parametrize(
    "value", ["20260115", "2026-W03-4", "2026-1-5", " 2026-01-15", "2026-02-30", "\u0662026-01-15"]
)
def test_what_is_no_day(value: str) -> None:
    assert calendar_date(value) is None
    assert is_date_form(value) == (value == "2026-02-30")
