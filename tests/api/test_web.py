"""What the server answers for the pages and their assets."""

from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from api.edge import Edge
from api.routes.web import Assets, content_security_policy, dashboard_page, explorer_page

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
async def test_the_page_is_the_built_one_and_never_stored(dist: Path, path: str) -> None:
    answer = await browse(dist).get(path)
    assert (answer.status_code, answer.text) == (200, "<!doctype html>built")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize("path", PAGES)
async def test_where_nothing_was_built_a_page_without_script_says_how(tmp_path: Path, path: str) -> None:
    client = browse(tmp_path / "nothing")
    page = await client.get(path)
    assert page.status_code == 404
    assert "python -m api.web.build" in page.text
    assert "<script" not in page.text
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
