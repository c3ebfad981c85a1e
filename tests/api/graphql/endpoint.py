"""The endpoint under test, over the toy schema, and how tests talk to it."""

from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from api.edge import Edge
from api.graphql.http import GraphQLHTTP
from models.kernel.errors import Unauthenticated
from tests.resolvers.toy import SECRET, toy_engine

GRAPHQL_RESPONSE = "application/graphql-response+json"


async def get_context(request: Request) -> dict[str, Any]:
    match request.headers.get("authorization"):
        case "Bearer expired":
            raise Unauthenticated("The access token has expired.")
        case "Bearer broken":
            raise RuntimeError(SECRET)
    return {}


def explorer() -> Response:
    return HTMLResponse("<title>Explorer</title>")


def endpoint() -> GraphQLHTTP:
    return GraphQLHTTP(toy_engine(), get_context, explorer)


def new_client() -> httpx.AsyncClient:
    app = Edge(Starlette(routes=[Route("/graphql", endpoint())]), log_request=lambda *_: None)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api.test")


def error_of(response: httpx.Response) -> dict[str, Any]:
    """The one error of an answer without data."""
    body = response.json()
    assert set(body) <= {"errors", "extensions"}
    (error,) = body["errors"]
    assert error["message"]
    assert isinstance(error, dict)
    return error


async def post(client: httpx.AsyncClient, query: str, accept: str = "*/*", **members: Any) -> httpx.Response:
    return await client.post("/graphql", json={"query": query, **members}, headers={"Accept": accept})
