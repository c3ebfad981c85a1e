"""Documents that are named by their hash instead of being sent.

Two ways to name one: `extensions.persistedQuery` of Apollo's automatic persisted queries
(https://www.apollographql.com/docs/apollo-server/performance/apq), and the member `documentId` of the draft of
GraphQL over HTTP. The hash is SHA-256 of the text in UTF-8, as hexadecimal digits in lower case.

Documents are remembered as clients bring them, or else a list of trusted ones is given, and only those run.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from resolvers.engine.errors import BAD_REQUEST, Refused, refusal

# Clients of the protocol look for these codes or for the messages that go with them.
PERSISTED_QUERY_NOT_FOUND: Final = "PERSISTED_QUERY_NOT_FOUND"
PERSISTED_QUERY_NOT_SUPPORTED: Final = "PERSISTED_QUERY_NOT_SUPPORTED"
DOCUMENT_NOT_TRUSTED: Final = "DOCUMENT_NOT_TRUSTED"

# A character of a text takes four bytes at most, one of a hash takes one, which makes up for what Python adds to each:
# about 16 MB at most.
MAX_KEPT_CHARACTERS: Final = 4_000_000

_PREFIX: Final = "sha256:"
_MEMBER: Final = "persistedQuery"
_VERSION: Final = 1


class TrustedDocumentsError(Exception):
    """The trusted documents can't be used; the message says which of them, and why."""


def hash_of(text: str) -> str:
    """Returns the hash that names the document."""
    return sha256(text.encode()).hexdigest()


def names_document(extensions: Mapping[str, Any] | None, document_id: str | None) -> bool:
    """Returns whether a request names its document, so that it may come without one."""
    return bool(document_id) or bool(extensions and extensions.get(_MEMBER) is not None)


def sent_hash(extensions: Mapping[str, Any] | None, document_id: str | None) -> str | None:
    """Returns the hash in a request, None when it names no document. Raises `Refused`."""
    by_id = document_id.removeprefix(_PREFIX) if document_id else None
    member = extensions.get(_MEMBER) if extensions else None
    if member is None:
        return by_id
    if not isinstance(member, Mapping):
        raise refusal(BAD_REQUEST, "`extensions.persistedQuery` must be an object with `version` and `sha256Hash`.")
    if member.get("version") != _VERSION:
        raise refusal(PERSISTED_QUERY_NOT_SUPPORTED, "PersistedQueryNotSupported", supportedVersions=[_VERSION])
    hash = member.get("sha256Hash")
    if not isinstance(hash, str) or not hash:
        raise refusal(BAD_REQUEST, "`extensions.persistedQuery.sha256Hash` must be the document's SHA-256.")
    if by_id not in (None, hash):
        raise refusal(BAD_REQUEST, "`documentId` and `extensions.persistedQuery` name different documents.")
    return hash


def read_trusted_documents(file: Path) -> dict[str, str]:
    """Returns the texts in a manifest, by their hash. Raises `TrustedDocumentsError`, `OSError`."""
    try:
        manifest = json.loads(file.read_bytes())
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise TrustedDocumentsError(f"{file} is not valid JSON: {error}") from None
    if not isinstance(manifest, dict) or not all(isinstance(text, str) for text in manifest.values()):
        raise TrustedDocumentsError(f"{file} must be one JSON object with documents by their hash.")
    trusted = {}
    for name, text in manifest.items():
        hash = hash_of(text)
        if name.removeprefix(_PREFIX) != hash:
            raise TrustedDocumentsError(f"{file}: {name!r} is not its document's SHA-256, which is {hash}.")
        trusted[hash] = text
    return trusted


class PersistedDocuments:
    """The texts that clients may name, in one process.

    Without `trusted`, a text is remembered when a client sent it together with its hash; all of them have
    `max_characters` at most, and the least recently used are forgotten first. With `trusted` (by hash), nothing else
    runs and nothing is remembered.
    """

    def __init__(self, trusted: Mapping[str, str] | None = None, *, max_characters: int = MAX_KEPT_CHARACTERS) -> None:
        # Whether documents run that nobody listed.
        self.is_open = trusted is None
        self._trusted = trusted
        self._trusted_texts = frozenset(trusted.values()) if trusted is not None else frozenset()
        self._max_characters = max_characters
        self._characters = 0
        self._kept: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, hash: str) -> bool:
        return hash in self._kept

    @property
    def characters(self) -> int:
        """How much is remembered, with the hashes."""
        return self._characters

    def text(self, hash: str | None, query: str) -> str:
        """Returns the document of a request, in which `query` may be empty. Raises `Refused`."""
        if self._trusted is not None:
            return _trusted_text(self._trusted, self._trusted_texts, hash, query)
        if hash is None:
            return query
        known = self._kept.pop(hash, None)
        if known is not None:
            self._kept[hash] = known
            if query in ("", known):
                return known
            raise _mismatch()
        if not query:
            raise refusal(PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
        if hash_of(query) != hash:
            raise _mismatch()
        return query

    def remember(self, hash: str, text: str) -> None:
        """Keep a document that may run, after `text` returned it for this hash."""
        if self._trusted is not None or hash in self._kept:
            return
        self._kept[hash] = text
        self._characters += len(hash) + len(text)
        while self._characters > self._max_characters:
            oldest = next(iter(self._kept))
            self._characters -= len(oldest) + len(self._kept.pop(oldest))


def _trusted_text(trusted: Mapping[str, str], texts: frozenset[str], hash: str | None, query: str) -> str:
    if hash is None and query in texts:
        return query
    text = None if hash is None else trusted.get(hash)
    if text is None:
        raise refusal(
            DOCUMENT_NOT_TRUSTED,
            "Only trusted documents run on this server: send the text of one, or its SHA-256 as `documentId` or in "
            "`extensions.persistedQuery`.",
        )
    if query not in ("", text):
        raise _mismatch()
    return text


def _mismatch() -> Refused:
    return refusal(BAD_REQUEST, "The hash is not that of the document in `query`: send the SHA-256 of its text.")
