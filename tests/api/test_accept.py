"""The Accept header: which form a client gets."""

import pytest

from api.accept import preferred

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
        (",;q=1,,", HTML),
    ],
)
def test_the_most_specific_range_decides_and_the_first_offer_wins_a_tie(accept: str, liked: str | None) -> None:
    assert preferred(accept, (HTML, JSON)) == liked
