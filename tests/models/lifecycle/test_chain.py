"""What is hashed is RFC 8785's canonical JSON, and docs/audit.md says so with an example that holds."""

import re
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from models.kernel.errors import Rejected
from models.lifecycle import LifecycleErrorCode
from models.lifecycle.chain import (
    LARGEST_INTEGER,
    NotCanonical,
    canonical_json,
    event_hash,
    hash_text,
    require_canonical,
)
from models.lifecycle.evidence import decimal_text, metadata_violation, one_line
from models.lifecycle.signing import key_id, public_key_of, sign_head

CODE = LifecycleErrorCode.EVIDENCE_INVALID
DOCUMENT = (Path(__file__).parents[3] / "docs" / "audit.md").read_text()

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[]), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
metadata = st.dictionaries(st.text(st.sampled_from("azAZ09_.:-é "), max_size=4), json_values, max_size=4)


@given(metadata)
def test_all_metadata_that_is_taken_is_written_as_rfc_8785_says(value: dict[str, Any]) -> None:
    if metadata_violation(value) is None:
        require_canonical(value)
        assert canonical_json(value) == rfc8785.dumps(value)
        assert orjson.loads(canonical_json(value)) == value


@given(json_values)
def test_whatever_would_be_written_differently_is_refused(value: Any) -> None:
    try:
        require_canonical(value)
        written = canonical_json(value)
    except (NotCanonical, TypeError):
        return
    assert written == rfc8785.dumps(value)


@given(st.text(st.characters(exclude_categories=[]), max_size=30))
def test_text_that_is_taken_is_written_as_rfc_8785_says(text: str) -> None:
    try:
        kept = one_line(text, 20, CODE)
    except Rejected:
        return
    assert canonical_json(kept) == rfc8785.dumps(kept)
    assert one_line(kept, 20, CODE) == kept


@given(st.floats(-180, 180) | st.integers(-180, 180))
def test_decimals_are_kept_as_their_shortest_text(number: float) -> None:
    rounded = round(number, 6)
    kept = decimal_text(rounded, -180, 180, CODE)
    assert float(kept) == rounded
    assert decimal_text(kept, -180, 180, CODE) == kept
    assert re.fullmatch(r"0|-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", kept)


@pytest.mark.parametrize("value", [LARGEST_INTEGER + 1, -LARGEST_INTEGER - 1, 0.0, [1.5], {"a": {"é": 1}}])
def test_what_is_not_canonical(value: object) -> None:
    with pytest.raises(NotCanonical):
        require_canonical(value)


def test_the_documents_examples_hold() -> None:
    examples = re.findall(r"^\{\"action\".*\}$", DOCUMENT, re.MULTILINE)
    events = [orjson.loads(example) for example in examples]
    assert [event.get("version") for event in events] == [2, None]
    for example, event in zip(examples, events, strict=True):
        assert canonical_json(event).decode() == example
        digest = f"sha256:{sha256(example.encode()).hexdigest()}"
        assert digest == hash_text(event_hash(event))
        assert digest in DOCUMENT
    event, seed = events[0], bytes(range(32))
    head = sign_head(seed, event["passportId"], 1, str(hash_text(event_hash(event))), datetime(2026, 1, 16, tzinfo=UTC))
    assert f"signature {head['signature']}" in DOCUMENT
    assert f"keyId     {key_id(public_key_of(seed))}" in DOCUMENT
