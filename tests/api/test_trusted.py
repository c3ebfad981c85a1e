"""The whole application where only trusted documents run: the server's own pages keep working."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient

from api.app import create_app
from api.pages import STATIC
from api.settings import Settings
from api.trusted import trusted_documents
from api.web import build as web_build
from api.web.node import find_node
from models.kernel.env import Env
from resolvers.engine.persisted import hash_of

LISTED = "query Listed { __typename }"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    file = tmp_path / "documents.json"
    file.write_text(json.dumps({f"sha256:{hash_of(LISTED)}": LISTED}))
    return Settings(database_url="postgresql:///unused", trusted_documents=file)


def sent_by_own_pages() -> list[str]:
    """The documents in what the browser loads."""
    generated = (web_build.ROOT / "dashboard" / "operations.ts").read_text()
    documents = re.findall(r"Document = new TypedDocumentString\(`([^`]*)`", generated)
    (scan,) = re.findall('const mutation = "(.*)";', (STATIC / "scan.js").read_text())
    return [scan, *documents]


async def test_listed_documents_and_those_of_own_pages_run_and_no_others(env: Env, settings: Settings) -> None:
    app = create_app(settings)
    app.state.env = env
    async with AsyncClient(transport=ASGITransport(app), base_url="http://server") as client:

        async def code(**members: object) -> str | None:
            """The code of the first error of the answer."""
            errors = (await client.post("/graphql", json=members)).json().get("errors")
            return errors[0]["extensions"]["code"] if errors else None

        assert await code(documentId=hash_of(LISTED)) is None
        assert await code(query=LISTED) is None
        assert await code(query="{ __typename }") == "DOCUMENT_NOT_TRUSTED"
        own = sent_by_own_pages()
        assert len(own) == 7
        codes = {await code(query=text) for text in own}
        # They run as far as they may: nobody is signed in, variables are missing, and a subscription needs a stream.
        assert codes <= {None, "UNAUTHENTICATED", "BAD_USER_INPUT", "BAD_REQUEST"}


def test_the_list_of_own_documents_is_what_their_sources_give() -> None:
    printed = subprocess.run(
        [find_node().executable, "documents.mjs"], cwd=web_build.ROOT, check=True, capture_output=True, text=True
    )
    assert (web_build.ROOT / "documents.json").read_text() == printed.stdout, "run `npm run generate` in api/web"
    assert set(json.loads(printed.stdout).values()) == set(sent_by_own_pages())


def test_without_the_setting_all_documents_may_run() -> None:
    assert trusted_documents(Settings(trusted_documents=None)) is None
