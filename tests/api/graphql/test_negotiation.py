"""Accept headers of real clients, and what they get."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.graphql.negotiation import Negotiated, Representation, negotiate

JSON = Negotiated(Representation.JSON)
LEGACY = Negotiated(Representation.JSON, is_legacy=True)
GRAPHQL = Negotiated(Representation.GRAPHQL_RESPONSE)
EXPLORER = Negotiated(Representation.EXPLORER)

CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", LEGACY),
        ("Application/JSON; charset=utf-8", LEGACY),
        ("application/graphql-response+json", GRAPHQL),
        # Apollo Client 4, then urql.
        ("application/graphql-response+json,application/json;q=0.9", GRAPHQL),
        ("application/graphql-response+json, application/graphql+json, application/json, multipart/mixed", GRAPHQL),
        ("application/json, application/graphql-response+json", GRAPHQL),
        ("application/json, application/graphql-response+json; q=0.5", LEGACY),
        ("application/graphql-response+json, */*", GRAPHQL),
        ("application/json;q=0.5, */*;q=0.8", JSON),
        ("application/json, text/javascript, */*; q=0.01", LEGACY),
        ("application/json; q=junk", LEGACY),
        ("image/png", None),
        ("application/json;q=0", None),
        (",;,;q=1", None),
        (CHROMIUM, EXPLORER),
        ("text/html", EXPLORER),
        ("text/html;q=0.5, application/json", LEGACY),
    ],
)
def test_the_most_welcome_form_is_chosen(accept: str, expected: Negotiated | None) -> None:
    assert negotiate(accept, offer_explorer=True) == expected


@pytest.mark.parametrize(("accept", "expected"), [(CHROMIUM, JSON), ("text/html", None)])
def test_the_explorer_is_only_given_where_it_is_offered(accept: str, expected: Negotiated | None) -> None:
    assert negotiate(accept, offer_explorer=False) == expected


@given(st.text())
def test_any_header_can_be_read(accept: str) -> None:
    assert negotiate(accept, offer_explorer=False) != EXPLORER
