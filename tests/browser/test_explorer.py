"""A browser opens ``/graphql``, and an integrator can work there."""

import asyncio
from collections.abc import AsyncGenerator

import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import Info

from api.routes import web
from api.web.build import build
from tests.browser import run_browser_test, serving


@strawberry.type
class User:
    email: str


@strawberry.type
class Tenant:
    company_name: str


@strawberry.type
class UserError:
    message: str


@strawberry.input
class LoginInput:
    email: str
    password: str


@strawberry.type
class LoginPayload:
    access_token: str | None = None
    expires_in: int | None = None
    user: User | None = None
    tenant: Tenant | None = None
    user_errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class LogoutPayload:
    user_errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class Echo:
    number: int
    authorization: str | None


def authorization(info: Info) -> str | None:
    value: str | None = info.context["request"].headers.get("authorization")
    return value


@strawberry.type
class Query:
    authorization: str | None = strawberry.field(
        resolver=authorization, description="The Authorization that arrived with the request."
    )


@strawberry.type
class Mutation:
    @strawberry.mutation
    def login(self, input: LoginInput) -> LoginPayload:
        if input.password != "right password":
            return LoginPayload(user_errors=[UserError(message="Address or password is wrong.")])
        return LoginPayload(
            access_token="given",
            expires_in=900,
            user=User(email=input.email),
            tenant=Tenant(company_name="Acme Batteries"),
        )

    @strawberry.mutation
    def logout(self) -> LogoutPayload:
        return LogoutPayload()


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def echoes(self, info: Info, count: int) -> AsyncGenerator[Echo, None]:
        authorization = info.context["connection_params"].get("Authorization")
        for number in range(1, count + 1):
            yield Echo(number=number, authorization=authorization)


class ExplorerView(GraphQL):
    async def render_graphql_ide(self, request: Request) -> Response:
        return web.explorer_page()


def make_app() -> Starlette:
    schema = strawberry.Schema(Query, Mutation, Subscription)
    view = ExplorerView(schema, subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL])
    endpoints = [Route("/graphql", view, methods=["GET", "POST"]), WebSocketRoute("/graphql", view)]
    return Starlette(routes=[*endpoints, *web.routes])


async def test_the_explorer_works_in_a_browser() -> None:
    await asyncio.to_thread(build)
    async with serving(make_app()) as url:
        await run_browser_test("explorer.test.mjs", url)
