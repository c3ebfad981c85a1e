"""What is remembered under a hash, within its bound, and which trusted documents are taken."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.engine import Engine, OperationRequest, Refused, TrustedDocumentsError, read_trusted_documents
from resolvers.engine import persisted as module
from resolvers.engine.persisted import PersistedDocuments, hash_of
from tests.resolvers.toy import toy_engine

TEXTS = ["{ a }", "{ " + "b " * 20 + "}", "{ " + "c " * 200 + "}", "{ d }", "# ü\n{ e }", "{ f }"]
ROOMS = st.integers(0, 1_000)


@given(st.lists(st.tuples(st.sampled_from(TEXTS), st.booleans())), ROOMS)
def test_the_least_recently_used_go_first_and_the_bound_holds(uses: list[tuple[str, bool]], room: int) -> None:
    store = PersistedDocuments(max_characters=room)
    model: list[str] = []  # the least recently used first

    for text, is_sent in uses:
        hash = hash_of(text)
        if text in model or is_sent:
            assert store.text(hash, text if is_sent else "") == text
            store.remember(hash, text)
            if text in model:
                model.remove(text)
            model.append(text)
            while sum(64 + len(text) for text in model) > room:
                model.pop(0)
        else:
            with pytest.raises(Refused) as refused:
                store.text(hash, "")
            assert refused.value.code == "PERSISTED_QUERY_NOT_FOUND"
        assert [text for text in TEXTS if hash_of(text) in store] == [text for text in TEXTS if text in model]
        assert store.characters == sum(64 + len(text) for text in model) <= room
        assert len(store) == len(model)


def test_a_document_that_is_known_by_its_hash_is_not_hashed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    original: Callable[[str], str] = hash_of

    def recording(text: str) -> str:
        hashed.append(text)
        return original(text)

    monkeypatch.setattr(module, "hash_of", recording)
    engine, text = toy_engine(), "{ hello }"
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": original(text)}}
    for query in (text, text, "", text):
        assert engine.admit(OperationRequest(query, extensions=extensions)).text == text
    engine.admit(OperationRequest(text))

    assert hashed == [text]


def manifest(folder: Path, content: object) -> Path:
    file = folder / "documents.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


@pytest.mark.parametrize("prefix", ["", "sha256:"])
def test_a_manifest_names_documents_with_or_without_a_prefix(tmp_path: Path, prefix: str) -> None:
    file = manifest(tmp_path, {prefix + hash_of(text): text for text in TEXTS})

    assert read_trusted_documents(file) == {hash_of(text): text for text in TEXTS}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is not valid JSON"),
        (["{ a }"], "must be one JSON object"),
        ({"a": 1}, "must be one JSON object"),
        ({"a" * 64: "{ a }"}, f"is not its document's SHA-256, which is {hash_of('{ a }')}"),
        ({"md5:" + hash_of("{ a }"): "{ a }"}, "is not its document's SHA-256"),
    ],
)
def test_a_manifest_that_is_not_right_says_where(tmp_path: Path, content: object, message: str) -> None:
    with pytest.raises(TrustedDocumentsError, match=message):
        read_trusted_documents(manifest(tmp_path, content))


@pytest.mark.parametrize("text", ["{ hello", "{ nothing }", "fragment F on Query { hello }"])
def test_a_trusted_document_that_can_not_run_is_found_at_the_start(text: str) -> None:
    with pytest.raises(TrustedDocumentsError, match=f"The trusted document {hash_of(text)} .* can't run: "):
        Engine(toy_engine().schema, trusted={hash_of(text): text})


async def test_without_a_transport_trust_is_asked_for_too() -> None:
    engine = Engine(toy_engine().schema, trusted={hash_of("{ hello }"): "{ hello }"})

    assert (await engine.execute("{ hello }", context={})).data == {"hello": "Hello, world!"}
    refused = (await engine.execute("{ double(number: 1) }", context={})).errors
    assert [(error.extensions or {})["code"] for error in refused] == ["DOCUMENT_NOT_TRUSTED"]
