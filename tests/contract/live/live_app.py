"""The product's live endpoints over the shared test database, and a company whose feeds a test fills."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route, WebSocketRoute

from api.auth import graphql_context
from api.graphql.http import GraphQLHTTP
from api.graphql.sessions import TokenSessions
from api.graphql.sse import EventStreams
from api.graphql.websocket import GraphQLWebSocket, SocketLimits
from models.batches.tables import Batch
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.passports import RecordScan, record_scan
from models.tenants import Authenticator
from models.tenants.tokens import access_token
from resolvers.engine import Engine
from resolvers.schema import build_engine
from tests.browser import serving
from tests.factories import make_batch, make_company
from tests.models.lifecycle.lives import issued


@dataclass
class LiveServer:
    """The endpoints while they are served."""

    url: str
    engine: Engine
    websocket: GraphQLWebSocket


@asynccontextmanager
async def live_server(env: Env, limits: SocketLimits | None = None) -> AsyncIterator[LiveServer]:
    """The live endpoints, over the wire."""
    engine, sessions = build_engine(), TokenSessions()
    websocket = GraphQLWebSocket(engine, sessions, limits=limits)
    http = GraphQLHTTP(engine, graphql_context, HTMLResponse, EventStreams(engine, sessions))
    app = Starlette(routes=[WebSocketRoute("/graphql", websocket), Route("/graphql", http)])
    app.state.env = env
    app.state.authenticator = Authenticator()
    async with serving(app) as url:
        yield LiveServer(f"{url}/graphql", engine, websocket)


@dataclass
class Company:
    """A company with issued passports."""

    env: Env
    owner: Actor
    batch: Batch
    passports: list[UUID]

    async def scan(self, count: int = 1) -> None:
        """Record scans, one after the other."""
        for number in range(count):
            await record_scan(RecordScan(self.passports[number % len(self.passports)], "81.2.69.142", ""), self.env)

    def token(self, actor: Actor | None = None) -> str:
        """A member's access token, the owner's by default, as the `Authorization` it goes into."""
        actor = actor or self.owner
        return f"Bearer {access_token(actor.tenant_id, actor.user_id, actor.session_id, actor.role, self.env)}"


async def new_company(env: Env, count: int = 2, *, quota: int = 0) -> Company:
    """A company with `count` passports in one batch, and quota for more on top of the free quota."""
    owner = await make_company(env, quota=count + quota)
    batch = await make_batch(env, owner)
    return Company(env, owner, batch, await issued(env, owner, batch, count))
