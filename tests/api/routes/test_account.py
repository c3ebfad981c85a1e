"""The pages that mails link to: what they set, what they say, and where the token must not go."""

import io
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import structlog
from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette

from api.app import create_app
from api.logging import configure_logging
from api.settings import Settings
from models import database, tenants
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.ids import uuid7
from models.kernel.permissions import Role
from models.tenants import InviteMember, LogIn, RequestPasswordReset
from tests.api.routes.test_public import Page
from tests.factories import make_company
from tests.models.tenants.doubles import Mailbox

PASSWORD = "a new battery staple"
PATHS = ["/reset-password", "/accept-invitation"]


@pytest.fixture
def app(env: Env) -> Starlette:
    """The whole application, with the tests' environment in place of the one that its lifespan makes."""
    app = create_app(Settings(database_url="postgresql:///unused"))
    app.state.env = env
    return app


@pytest.fixture
async def client(app: Starlette) -> AsyncIterator[AsyncClient]:
    """A client of the application."""
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://passports.test") as client:
        yield client


@pytest.fixture
async def owner(env: Env) -> Actor:
    """The owner of a new company."""
    return await make_company(env)


@pytest.fixture
async def links(env: Env, owner: Actor) -> dict[str, tuple[str, str]]:
    """The link in each kind of mail, and whom it went to, by the path that it leads to."""
    # No other test's mail is waiting, of which a mailbox takes a hundred at a time.
    await database.execute("DELETE FROM job")
    mailbox = Mailbox(env, [])
    email = f"{uuid7().hex}@example.com"
    await tenants.request_password_reset(RequestPasswordReset(owner.email), env)
    await tenants.invite_member(owner, InviteMember(email, Role.VIEWER), env)
    await mailbox.deliver()
    found = {}
    for path, to in zip(PATHS, (owner.email, email), strict=True):
        [text] = [mail.text for mail in mailbox.mails if mail.to == to]
        [link] = [line for line in text.splitlines() if line.startswith(f"http://passports.test{path}?token=")]
        found[path] = link, to
    return found


@pytest.fixture
def log(logging_restored: None) -> io.StringIO:
    """All that the server logs, as production writes it."""
    configure_logging(json=True, level="DEBUG")
    # A logger that is kept on first use would outlive the test.
    structlog.configure(cache_logger_on_first_use=False)
    # The test's own client is no part of the server.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    [handler] = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    handler.setStream(written)
    return written


class FormPage(Page):
    """A page that may hold a form."""

    VOID = Page.VOID | {"input"}


def shown(response: Response) -> FormPage:
    """The page, with the headers that keep the token where it is."""
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["x-content-type-options"] == "nosniff"
    policy = response.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "form-action 'self'", "frame-ancestors 'none'"} <= set(policy)
    page = FormPage(response)
    assert "script" not in page.attributes
    return page


@pytest.mark.parametrize("path", PATHS)
async def test_the_links_in_the_mails_set_passwords(
    env: Env, client: AsyncClient, links: dict[str, tuple[str, str]], path: str
) -> None:
    link, email = links[path]
    for _ in range(2):
        page = shown(await client.get(link))
        assert page.attributes["form"] == [{"method": "post"}]
        [field] = page.attributes["input"]
        assert (field["type"], field["name"], field["autocomplete"]) == ("password", "password", "new-password")
    response = await client.post(link, data={"password": PASSWORD})
    assert response.status_code == 200
    assert "form" not in shown(response).attributes
    assert (await tenants.login(LogIn(email, PASSWORD), env)).user.email == email
    again = await client.post(link, data={"password": PASSWORD})
    assert again.status_code == 422
    assert "was used before" in shown(again).text


@pytest.mark.parametrize("path", PATHS)
async def test_what_is_wrong_stands_beside_the_field(
    client: AsyncClient, links: dict[str, tuple[str, str]], path: str
) -> None:
    link, _ = links[path]
    for form in ({"password": "<b>short"}, {}):
        response = await client.post(link, data=form)
        assert response.status_code == 422
        page = shown(response)
        [field] = page.attributes["input"]
        assert (field["aria-invalid"], field["aria-describedby"]) == ("true", "faults")
        assert "A password has 12 to 128 characters" in page.text
        assert "<b>" not in response.text
        assert "value" not in field
    assert (await client.post(link, data={"password": PASSWORD})).status_code == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("query", ["", "?token=", "?token=junk", "?token=%ED%A0%80", "?token=<script>"])
async def test_a_link_that_is_no_good_says_so(client: AsyncClient, path: str, query: str) -> None:
    shown(await client.get(path + query))
    response = await client.post(path + query, data={"password": PASSWORD})
    assert response.status_code == 422
    page = shown(response)
    assert "unknown, was used before" in page.text
    assert "form" not in page.attributes


@pytest.mark.parametrize("path", PATHS)
async def test_other_methods_and_large_or_broken_forms_are_refused(client: AsyncClient, path: str) -> None:
    assert (await client.put(path)).status_code == 405
    assert (await client.post(path, data={"password": "x" * 20_000})).status_code == 413
    broken = {"content-type": "multipart/form-data"}
    assert (await client.post(path, content=b"junk", headers=broken)).status_code == 400


class _Broken:
    """Fails at what a request needs only once its token was found."""

    async def hash(self, password: str) -> str:
        raise OSError("out of memory")

    async def verify(self, password_hash: str | None, password: str) -> bool:
        raise OSError("out of memory")


@pytest.mark.parametrize("path", PATHS)
async def test_no_log_holds_the_token_or_the_password(
    env: Env, app: Starlette, client: AsyncClient, links: dict[str, tuple[str, str]], log: io.StringIO, path: str
) -> None:
    link, _ = links[path]
    token = link.partition("token=")[2]
    await client.get(link)
    await client.post(link, data={"password": "short"})
    app.state.env = replace(env, passwords=_Broken())
    assert (await client.post(link, data={"password": PASSWORD})).status_code == 500
    app.state.env = env
    assert (await client.post(link, data={"password": PASSWORD})).status_code == 200
    written = log.getvalue()
    assert [json.loads(line).get("path") for line in written.splitlines()].count(path) >= 4
    assert "out of memory" in written
    assert token not in written
    assert PASSWORD not in written
