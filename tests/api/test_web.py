"""What the server answers for the pages and their assets."""

from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from api.compression import CODINGS
from api.edge import Edge
from api.routes.web import Assets, content_security_policy, dashboard_page, explorer_page
from api.web.precompress import precompress
from tests.api.codings import RawAnswer, plain, raw_answer

SCRIPT = "assets/explorer-8f3a.js"
PAGES = ["/graphql", "/dashboard"]


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A folder as Vite leaves it, with a file beside it that must never be served."""
    dist = tmp_path / "dist"
    page = "<!doctype html>built"
    for name, content in {"explorer/index.html": page, "dashboard/index.html": page, SCRIPT: "run()"}.items():
        (dist / name).parent.mkdir(parents=True)
        (dist / name).write_text(content)
    (tmp_path / "secret.txt").write_text("secret")
    (dist / "assets" / "link.txt").symlink_to(tmp_path / "secret.txt")
    return dist


def browse(dist: Path) -> AsyncClient:
    async def graphql(request: Request) -> Response:
        return explorer_page(dist)

    async def dashboard(request: Request) -> Response:
        return dashboard_page(dist)

    pages = [Route("/graphql", graphql), Route("/dashboard", dashboard)]
    app = Starlette(routes=[*pages, Mount("/assets", Assets(dist / "assets"))])
    return AsyncClient(transport=ASGITransport(Edge(app)), base_url="http://server")


@pytest.mark.parametrize("path", PAGES)
async def test_the_page_is_the_built_one_and_asked_after_each_time(dist: Path, path: str) -> None:
    client = browse(dist)
    answer = await client.get(path)
    assert (answer.status_code, answer.text) == (200, "<!doctype html>built")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["vary"] == "Accept, Accept-Encoding"
    again = await client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    (dist / path.replace("graphql", "explorer").strip("/") / "index.html").write_text("<!doctype html>built anew")
    changed = await client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (changed.status_code, changed.text) == (200, "<!doctype html>built anew")


@pytest.mark.parametrize("path", PAGES)
async def test_where_nothing_was_built_a_page_without_script_says_how(tmp_path: Path, path: str) -> None:
    client = browse(tmp_path / "nothing")
    page = await client.get(path)
    assert page.status_code == 404
    assert "python -m api.web.build" in page.text
    assert "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["content-security-policy"] == content_security_policy()
    assert (await client.get(f"/{SCRIPT}")).status_code == 404


@pytest.mark.parametrize("path", [*PAGES, f"/{SCRIPT}"])
async def test_no_answer_can_be_misread_framed_or_embedded(dist: Path, path: str) -> None:
    headers = (await browse(dist).get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("path", PAGES)
async def test_the_page_keeps_its_window_and_address_to_itself(dist: Path, path: str) -> None:
    headers = (await browse(dist).get(path)).headers
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("for_editor", [False, True])
def test_the_policy_allows_this_host_alone_and_no_inline_script(for_editor: bool) -> None:
    policy = content_security_policy(for_editor=for_editor)
    directives = dict(directive.split(" ", 1) for directive in policy.split("; "))
    assert directives["default-src"] == "'none'"
    for name in ("script-src", "worker-src", "connect-src"):
        assert directives[name] == "'self'"
    allowed = {source for sources in directives.values() for source in sources.split()}
    assert allowed <= {"'none'", "'self'"} | ({"'unsafe-inline'", "data:"} if for_editor else set())


async def test_only_the_editor_may_write_styles(dist: Path) -> None:
    policies = [(await browse(dist).get(path)).headers["content-security-policy"] for path in PAGES]
    assert policies == [content_security_policy(for_editor=True), content_security_policy()]


async def test_an_asset_is_kept_for_a_year(dist: Path) -> None:
    client = browse(dist)
    asset = await client.get(f"/{SCRIPT}")
    assert (asset.status_code, asset.text) == (200, "run()")
    assert "javascript" in asset.headers["content-type"]
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    again = await client.get(f"/{SCRIPT}", headers={"If-None-Match": asset.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "explorer-0000.js",
        "link.txt",
        "%2e%2e/explorer/index.html",
        "%2e%2e%2f%2e%2e%2fsecret.txt",
        "..%5c..%5csecret.txt",
        "x/%2e%2e/%2e%2e/%2e%2e/secret.txt",
        "%2fetc%2fpasswd",
        "explorer-8f3a.js/x",
        "explorer-8f3a.js%00",
        "a" * 5000,
    ],
)
async def test_nothing_else_is_served(dist: Path, path: str) -> None:
    answer = await browse(dist).get(f"/assets/{path}")
    assert answer.status_code == 404
    assert "cache-control" not in answer.headers


async def test_assets_are_read_only(dist: Path) -> None:
    assert (await browse(dist).post(f"/{SCRIPT}")).status_code == 405


@pytest.fixture
def large(dist: Path) -> bytes:
    """The content of a script that is worth compressing."""
    content = b"".join(b"run(%d);" % number for number in range(1000))
    (dist / SCRIPT).write_bytes(content)
    return content


@pytest.mark.parametrize("coding", ["identity", *CODINGS])
async def test_what_was_compressed_by_the_build_is_sent_as_it_is(dist: Path, large: bytes, coding: str) -> None:
    precompress(dist / "assets")
    answer = await _raw(browse(dist), f"/{SCRIPT}", coding)
    assert answer.headers.get("content-encoding", "identity") == coding
    assert plain(answer.content, coding) == large
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "javascript" in answer.headers["content-type"]
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert int(answer.headers["content-length"]) == len(answer.content)


async def test_each_coding_has_a_tag_of_its_own(dist: Path, large: bytes) -> None:
    precompress(dist / "assets")
    client = browse(dist)
    tags = {coding: (await _raw(client, f"/{SCRIPT}", coding)).headers["etag"] for coding in ("identity", *CODINGS)}
    assert len(set(tags.values())) == 3
    assert {coding: tag.startswith("W/") for coding, tag in tags.items()} == {
        "identity": True,
        "zstd": False,
        "gzip": False,
    }
    for coding, tag in tags.items():
        again = await _raw(client, f"/{SCRIPT}", coding, {"If-None-Match": f'"x", {tag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["vary"] == "Accept-Encoding"
    assert (await _raw(client, f"/{SCRIPT}", "gzip", {"If-None-Match": tags["zstd"]})).status_code == 200
    assert (await _raw(client, f"/{SCRIPT}", "gzip", {"If-None-Match": "*"})).status_code == 304


@pytest.mark.parametrize("coding", CODINGS)
async def test_what_the_build_did_not_compress_is_compressed_on_its_way(dist: Path, large: bytes, coding: str) -> None:
    answer = await _raw(browse(dist), f"/{SCRIPT}", coding)
    assert answer.headers["content-encoding"] == coding
    assert answer.headers["etag"].startswith("W/")
    assert plain(answer.content, coding) == large


async def test_only_what_gets_smaller_is_compressed_beforehand(dist: Path, large: bytes) -> None:
    assets = dist / "assets"
    (assets / "small.css").write_text("a{}")
    (assets / "icon.png").write_bytes(b"x" * 2000)
    before = {path.name for path in assets.iterdir()}
    for _ in range(2):
        precompress(assets)
        made = {path.name for path in assets.iterdir()} - before
        assert made == {f"{Path(SCRIPT).name}{ending}" for ending in (".zst", ".gz")}


async def test_a_part_of_an_asset_is_sent_as_it_is(dist: Path, large: bytes) -> None:
    answer = await _raw(browse(dist), f"/{SCRIPT}", "gzip", {"Range": "bytes=4-9"})
    assert (answer.status_code, answer.content) == (206, large[4:10])
    assert "content-encoding" not in answer.headers


async def _raw(client: AsyncClient, path: str, coding: str, headers: dict[str, str] | None = None) -> RawAnswer:
    return await raw_answer(client, path, {"Accept-Encoding": coding, **(headers or {})})
