"""The plain HTTP routes as an application, with members who are signed in by a token of their own."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from api.edge import Edge
from api.errors import domain_problem, http_problem, unexpected_problem
from api.routes import downloads, public, uploads
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import DomainError, Unauthenticated

SignIn = Callable[[Actor], dict[str, str]]


@dataclass
class KnownTokens:
    """Takes the tokens that were given out here, instead of looking sessions up."""

    actors: dict[str, Actor] = field(default_factory=dict)

    def sign_in(self, actor: Actor) -> dict[str, str]:
        """The headers of a request by this member."""
        self.actors[str(actor.session_id)] = actor
        return {"Authorization": f"Bearer {actor.session_id}"}

    async def authenticate(self, token: str, env: Env) -> Actor:
        """The member with this token."""
        if token not in self.actors:
            raise Unauthenticated("The access token is not valid.")
        return self.actors[token]


def make_app(env: Env, tokens: KnownTokens) -> Starlette:
    """The routes behind the edge, with the handlers that turn errors into problem documents."""
    app = Starlette(
        routes=[*uploads.routes, *downloads.routes, *public.routes],
        exception_handlers={
            DomainError: domain_problem,
            HTTPException: http_problem,
            Exception: unexpected_problem,
        },
    )
    app.middleware_stack = Edge(app.build_middleware_stack())
    app.state.env = env
    app.state.authenticator = tokens
    return app


@pytest.fixture
def tokens() -> KnownTokens:
    """The tokens that are known."""
    return KnownTokens()


@pytest.fixture
def signed_in(tokens: KnownTokens) -> SignIn:
    """``headers=signed_in(actor)`` makes a request one of this member's."""
    return tokens.sign_in


@pytest.fixture
def app(env: Env, tokens: KnownTokens) -> Starlette:
    """The application."""
    return make_app(env, tokens)


@pytest.fixture
async def client(app: Starlette) -> AsyncIterator[AsyncClient]:
    """A client of the application."""
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://passports.test") as client:
        yield client
