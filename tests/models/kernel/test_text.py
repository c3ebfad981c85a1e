"""Rules for text: whatever comes in, what is kept can be stored, and what is shown again can be sent."""

from datetime import date

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kernel.text import calendar_date, first_invisible, is_date_form, is_line, is_storable, shown, storable

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
