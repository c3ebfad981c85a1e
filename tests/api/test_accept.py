"""The headers Accept and Accept-Encoding: which form a client gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.accept import preferred, preferred_coding, weights

HTML, JSON = "text/html", "application/json"


@pytest.mark.parametrize(
    ("accept", "liked"),
    [
        ("", HTML),
        ("*/*", HTML),
        ("text/html", HTML),
        ("application/json", JSON),
        ("Application/JSON", JSON),
        ("application/json; charset=utf-8", JSON),
        ("application/*", JSON),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
        ("application/json, text/plain, */*", HTML),
        ("application/json, */*;q=0.1", JSON),
        ("text/html;q=0.5, */*", JSON),
        ("text/*;q=0.4, application/json;q=0.5", JSON),
        ("text/html;q=0.5, application/json; q=0.4", HTML),
        ("text/html;q=0, */*;q=0.1", JSON),
        ("application/json;q=0", None),
        ("image/png", None),
        ("text/html;q=0.001", HTML),
        ("text/html;q=2, application/json;q=0.1", JSON),
        ("text/html;q=much, application/json;q=0.1", JSON),
        ("text/html;q=nan, application/json;q=0.1", JSON),
        ("application/json;q=junk", JSON),
        ('text/html;profile="a,application/json;q=1";q=0.2, application/json;q=0.3', JSON),
        ('text/html;profile="a\\",b";q=0.2, application/json;q=0.1', HTML),
        (",;q=1,,", HTML),
    ],
)
def test_the_most_specific_range_decides_and_the_first_offer_wins_a_tie(accept: str, liked: str | None) -> None:
    assert preferred(accept, (HTML, JSON)) == liked


@pytest.mark.parametrize(
    ("weight", "counts"),
    [
        ("q=0", 0),
        ("q=0.", 0),
        ("q=0.000", 0),
        ("q=0.3", 0.3),
        ("q=.3", 0.3),
        ("q=0.3333", 0.3333),
        ("Q=0.3", 0.3),
        ("q=1", 1),
        ("q=1.000", 1),
        ("level=1;q=0.3", 0.3),
        ("level=1", 1),
        # What is no weight makes nothing the favourite, and refuses nothing.
        ("q=", 0.001),
        ("q=1.1", 0.001),
        ("q=-1", 0.001),
        ("q=1e0", 0.001),
        ("q=inf", 0.001),
        ("q=\u0661", 0.001),
    ],
)
def test_a_weight_is_read_as_the_standard_says_and_a_mistake_weighs_least(weight: str, counts: float) -> None:
    assert weights(f"a/b;{weight}, c/d") == {"a/b": counts, "c/d": 1}


@given(st.text())
def test_whatever_is_sent_has_weights_from_0_to_1(header: str) -> None:
    assert all(0 <= weight <= 1 for weight in weights(header).values())


@pytest.mark.parametrize(
    ("accept_encoding", "liked"),
    [
        ("", None),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "gzip"),
        ("deflate, br", None),
        ("*", "zstd"),
        ("zstd;q=0, *", "gzip"),
        ("zstd;q=0.5, gzip", "gzip"),
        ("gzip;q=0", None),
        ("*;q=0", None),
        ("gzip;q=0, *;q=0.5", "zstd"),
        ("identity", None),
        ("identity;q=0", None),
        ("identity;q=0, *;q=0", None),
        ("identity;q=0, gzip;q=0.1", "gzip"),
        ("gzip;q=0.5, identity", None),
        ("gzip;q=0.5, identity;q=0.5", "gzip"),
        ("gzip;q=0.5, *;q=0.1", "gzip"),
    ],
)
def test_the_coding_that_is_liked_best_is_chosen(accept_encoding: str, liked: str | None) -> None:
    assert preferred_coding(accept_encoding, ("zstd", "gzip")) == liked
