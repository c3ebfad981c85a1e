"""Entity tags: what they stand for and when the client has it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.etag import etag, is_known

TAG = '"a-tag"'


@pytest.mark.parametrize(
    ("if_none_match", "known"),
    [
        (TAG, True),
        (f"W/{TAG}", True),
        (f' "x" ,{TAG}', True),
        (f'"x,y", W/{TAG},', True),
        (f'"", "é",{TAG}', True),
        ("*", True),
        (" * ", True),
        ("", False),
        ('"x"', False),
        ("a-tag", False),
        ('"a-tag', False),
        ('"A-TAG"', False),
        ('"x*"', False),
        ('"x, a-tag"', False),
    ],
)
@pytest.mark.parametrize("tag", [TAG, f"W/{TAG}"])
def test_lists_are_compared_weakly(tag: str, if_none_match: str, known: bool) -> None:
    assert is_known(tag, if_none_match) is known


@pytest.mark.parametrize("if_none_match", ["*", "", '""'])
def test_what_has_no_tag_is_never_known(if_none_match: str) -> None:
    assert not is_known("", if_none_match)


def test_the_tag_is_of_the_content_and_weak_where_it_may_be_coded() -> None:
    assert etag(b"a", "image/png") == etag(b"a", "image/png") != etag(b"b", "image/png")
    assert etag(b"a", "text/html; charset=utf-8") == f"W/{etag(b'a', 'image/png')}"


@given(st.binary(), st.text(), st.text())
def test_each_tag_is_known_in_any_company(content: bytes, before: str, after: str) -> None:
    tag = etag(content, "text/html")
    others = [other.replace('"', "") for other in (before, after)]
    assert is_known(tag, f"{others[0]}, {tag}, {others[1]}")
    is_known(tag, before)
