"""Addresses that no other test has used, companies that can sign in."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from models import database, tenants
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.ids import uuid7
from models.tenants import LogIn, RegisterCompany, Registered, SignedIn
from tests.factories import PASSWORD, make_company
from tests.models.tenants.doubles import Clock, Mailbox

Fresh = Callable[[], str]


@pytest.fixture
def clock() -> Clock:
    """The clock of `timed`."""
    return Clock()


@pytest.fixture
def timed(env: Env, clock: Clock) -> Env:
    """The environment with the test's own clock."""
    return replace(env, now=clock)


@pytest.fixture
def new_email() -> Fresh:
    """Gives an e-mail address that nobody has."""
    return lambda: f"{uuid7().hex}@example.com"


@pytest.fixture
def new_address() -> Fresh:
    """Gives an IPv6 address in a network that nobody has called from."""

    def address() -> str:
        random = uuid7().hex[-12:]
        return f"2001:{random[:4]}:{random[4:8]}:{random[8:]}::1"

    return address


@pytest.fixture
async def registered(timed: Env, new_email: Fresh) -> Registered:
    """A new company, whose owner has the password `PASSWORD`."""
    return await tenants.register(RegisterCompany("Acme Batteries", new_email(), PASSWORD), timed)


@pytest.fixture
async def owner(timed: Env) -> Actor:
    """The only owner of a new company."""
    return await make_company(timed, company_name="Acme Batteries")


@pytest.fixture
async def signed_in(timed: Env, registered: Registered) -> SignedIn:
    """The owner's first session."""
    return await tenants.login(LogIn(registered.user.email, PASSWORD), timed)


@pytest.fixture
async def mailbox(timed: Env) -> Mailbox:
    """Where the mail of this test arrives; no other test's is waiting."""
    await database.execute("DELETE FROM job")
    return Mailbox(timed, [])
