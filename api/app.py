"""The application: settings in, ASGI app out. Everything that lives as long as the process is made in the lifespan."""

import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import BaseRoute, Route, WebSocketRoute

from api import sandbox
from api.auth import graphql_context
from api.edge import Edge
from api.environment import environment
from api.errors import client_left, domain_problem, http_problem, unexpected_problem
from api.graphql.http import GraphQLHTTP
from api.graphql.sessions import TokenSessions
from api.graphql.sse import EventStreams
from api.graphql.websocket import GraphQLWebSocket
from api.logging import RequestLog, configure_logging, log_request
from api.routes import account, audit, downloads, health, invoices, public, razorpay, uploads, web
from api.settings import Executor, Settings
from api.trusted import trusted_documents
from models import database
from models.kernel.errors import DomainError
from models.kernel.worker import Worker
from models.logins import require_fit_login
from models.registry import JOBS
from models.tenants import Authenticator
from resolvers.engine import Engine
from resolvers.schema import build_engine


def create_app(settings: Settings | None = None, log_request: RequestLog = log_request) -> Starlette:
    """The ASGI application. Needs `settings.database_url` of a migrated database.

    Raises `TrustedDocumentsError` for a document of TRUSTED_DOCUMENTS that can't run.
    """
    settings = settings or Settings()
    database_url = settings.database_url
    if database_url is None:
        raise ValueError("DATABASE_URL is not set: start with `exportready serve`, which brings its own database")

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if settings.is_public:
                await require_fit_login(database_url)
            await stack.enter_async_context(database.connected(database_url, pool_size=settings.database_pool_size))
            app.state.env = await stack.enter_async_context(environment(settings))
            await stack.enter_async_context(Worker(JOBS, app.state.env))
            yield

    graphql, graphql_sockets = _graphql(settings)
    app = Starlette(
        routes=[WebSocketRoute("/graphql", graphql_sockets), Route("/graphql", graphql), *_routes(settings)],
        exception_handlers={
            DomainError: domain_problem,
            HTTPException: http_problem,
            ClientDisconnect: client_left,
            Exception: unexpected_problem,
        },
        lifespan=lifespan,
    )
    # Starlette would send a browser from `/dashboard/` to whatever host its request names.
    app.router.redirect_slashes = False
    app.middleware_stack = Edge(
        app.build_middleware_stack(),
        post_graphql=graphql,
        trusted_proxies=[str(network) for network in settings.trusted_proxies],
        allowed_origins=settings.allowed_origins,
        log_request=log_request,
        only_https=settings.is_production and settings.base_url.startswith("https://"),
    )
    app.state.settings = settings
    app.state.authenticator = Authenticator()
    return app


def serve() -> Starlette:
    """What each server process runs: the application with the settings of the environment, and its log."""
    settings = Settings()
    app = create_app(settings, configure_logging(json=settings.is_production))
    # What is loaded by now stays for good: the search for garbage never looks at it again.
    gc.freeze()
    # Operations leave no garbage behind (tests/contract/test_garbage.py), so the search for it may wait; what many of
    # them hold at the same time made it run every few requests. Not for long: a refused document's tokens are garbage.
    gc.set_threshold(5_000)
    gc.enable()
    return app


def _graphql(settings: Settings) -> tuple[GraphQLHTTP, GraphQLWebSocket]:
    engine, sessions = graphql_engine(settings), TokenSessions()
    origins = frozenset([settings.base_url, *settings.allowed_origins])
    return (
        GraphQLHTTP(engine, graphql_context, web.explorer_page, EventStreams(engine, sessions)),
        GraphQLWebSocket(engine, sessions, allowed_origins=origins),
    )


def graphql_engine(settings: Settings) -> Engine:
    """The engine as the settings want it. Raises `TrustedDocumentsError`, `OSError`."""
    return build_engine(
        compiles=settings.graphql_executor is Executor.PLAN,
        trusted=trusted_documents(settings),
    )


def _routes(settings: Settings) -> list[BaseRoute]:
    return [
        *uploads.routes,
        *downloads.routes,
        *audit.routes,
        *public.routes,
        *account.routes,
        *invoices.routes,
        *razorpay.routes,
        *health.routes,
        *web.routes,
        *sandbox.routes(settings),
    ]
