"""From a bearer token to the actor, for GraphQL and for plain HTTP routes."""

from starlette.requests import Request

from api.bearer import bearer_token
from models.kernel.actor import Actor
from models.kernel.errors import Unauthenticated
from resolvers.context import Context


async def actor_of(request: Request) -> Actor:
    """The signed-in member. Raises `Unauthenticated` without a valid access token."""
    token = bearer_token(request.headers.get("authorization"))
    if token is None:
        raise Unauthenticated("Sign in first: send the header 'Authorization: Bearer <accessToken>'.")
    actor: Actor = await request.app.state.authenticator.authenticate(token, request.app.state.env)
    return actor


async def graphql_context(request: Request) -> Context:
    """The context of a GraphQL request.

    A token that is not taken leaves the request anonymous, with the reason for whoever needs to be signed in: a
    client whose token has just ended can still refresh it with the header in place.
    """
    viewer, refusal = None, None
    try:
        if "authorization" in request.headers:
            viewer = await actor_of(request)
    except Unauthenticated as unauthenticated:
        refusal = unauthenticated
    return Context(
        env=request.app.state.env,
        viewer=viewer,
        refusal=refusal,
        address=request.client.host if request.client else "",
        user_agent=request.headers.get("user-agent", ""),
    )
