"""Members of one role share executions whoever they are, and no execution tells one person what is another's."""

import asyncio
from collections.abc import AsyncIterable
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import cast
from uuid import UUID

import pytest
import strawberry
from graphql import GraphQLObjectType, get_named_type, is_leaf_type, is_object_type
from strawberry.types import ExecutionResult

from models import passports
from models.kernel.env import Env
from models.kernel.feed import Feed, feed_cursor
from models.kernel.permissions import Role
from models.lifecycle import LifecycleAction
from resolvers.context import Context, Info
from resolvers.engine import Engine, LiveSource, OperationRequest
from resolvers.engine.encoding import encode
from resolvers.schema import build_schema
from resolvers.tenants.loaders import load_users
from tests.api.graphql.sockets import initialised, until
from tests.contract.live.live_app import Company, live_server, new_company
from tests.factories import make_member
from tests.models.lifecycle.lives import act

SCHEMA = build_schema()
SUBSCRIPTION = cast("GraphQLObjectType", SCHEMA._schema.subscription_type)

# What each subscription is asked for, behind the beginning of the feed where it has one.
ARGUMENTS = {
    "scanAdded": '(after: "SCAN")',
    "lifecycleEventAdded": '(after: "LIFECYCLE")',
    "quotaChanged": "",
    "issuanceProgress": '(id: "upload")',
}
DEEPEST = 6


def everything_on(type_: GraphQLObjectType, above: tuple[str, ...] = ()) -> str:
    """A selection of all that can be asked of the type, each type once on the way to any field."""
    selected = ["__typename"]
    for name, field in type_.fields.items():
        inner = get_named_type(field.type)
        page = "(first: 2)" if "first" in field.args else ""
        if is_leaf_type(inner):
            selected.append(name)
        elif is_object_type(inner) and inner.name not in above and len(above) < DEEPEST:
            selected.append(f"{name}{page} {everything_on(inner, (*above, type_.name))}")
    return "{ " + " ".join(selected) + " }"


def everything_of(subscription: str, company: Company) -> str:
    """The subscription with all that can be asked of it."""
    field = SUBSCRIPTION.fields[subscription]
    arguments = ARGUMENTS[subscription]
    for feed in Feed:
        arguments = arguments.replace(feed.name, feed_cursor(feed, company.owner.tenant_id, 0))
    return f"subscription {{ {subscription}{arguments} {everything_on(get_named_type(field.type))} }}"


async def first_plain_result(context: Context, query: str) -> bytes:
    """The first result that this person gets from an execution of their own, without sharing."""
    results = await SCHEMA.subscribe(query, context_value=context)
    assert not isinstance(results, ExecutionResult), results
    async for result in results:
        assert isinstance(result, ExecutionResult)
        assert result.errors is None
        await results.aclose()
        return encode({"data": result.data})
    raise AssertionError("there was no result")


async def lived_in(env: Env) -> Company:
    company = await new_company(env)
    await act(env, company.owner, company.passports[0], LifecycleAction.SHIP)
    await company.scan(1)
    return company


def test_every_subscription_is_tried() -> None:
    assert set(ARGUMENTS) == set(SUBSCRIPTION.fields)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.LOGISTICS, Role.ADMIN])
@pytest.mark.parametrize("subscription", ARGUMENTS)
async def test_what_is_shared_is_what_each_would_have_got_alone(env: Env, subscription: str, role: Role) -> None:
    frozen = _frozen(env)
    company = await lived_in(frozen)
    query = everything_of(subscription, company)
    members = [await make_member(env, company.owner.tenant_id, role) for _ in range(2)]
    async with live_server(frozen) as server, AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(initialised(server, company.token(member))) for member in members]
        for client in clients:
            await client.subscribe(query)
        shared = [encode((await client.receive())["payload"]) for client in clients]
        assert server.engine.subscriptions.shared_executions == 1
    alone = [await first_plain_result(Context(frozen, member, cache_loads=False), query) for member in members]
    assert [*shared, *alone] == [alone[0]] * 4


def _frozen(env: Env) -> Env:
    """The environment at one moment: links to files carry when they end."""
    now = env.now()
    return replace(env, now=lambda: now)


def test_no_subscription_reaches_what_depends_on_the_person() -> None:
    """`me`, `team` and nodes show a member themselves. A subscription that reached them would have to tell persons
    apart in `Context.scope`.
    """
    reached = set[str]()
    ahead = [SUBSCRIPTION]
    while ahead:
        type_ = ahead.pop()
        reached.add(type_.name)
        inner = [get_named_type(field.type) for field in type_.fields.values()]
        ahead += [type_ for type_ in inner if is_object_type(type_) and type_.name not in reached]
    assert "Batch" in reached
    assert reached.isdisjoint({"User", "TeamMember", "TeamMemberConnection", "Query"})


# A schema that tells whoever asks who they are, which the product's subscriptions never do.


@strawberry.type
class Told:
    number: int

    @strawberry.field
    def person(self, info: Info) -> str:
        actor = info.context.actor
        return f"{actor.email} {actor.user_id} {actor.session_id} {info.context.address} {info.context.user_agent}"

    @strawberry.field
    async def members_seen(self, info: Info, ids: list[strawberry.ID]) -> int:
        return sum(member is not None for member in await load_users(info.context, [UUID(id) for id in ids]))


@strawberry.type
class Query:
    @strawberry.field
    def hello(self) -> str:
        return "Hello!"


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def told(self, info: Info) -> AsyncIterable[Told]:
        stream = await passports.scan_stream(info.context.actor, None, None, info.context.env)
        return LiveSource(stream, lambda item: Told(number=item.position))


class Kept:
    """A subscriber that keeps what it is given."""

    def __init__(self) -> None:
        self.payloads: list[str] = []

    def deliver(self, payload: str) -> bool:
        self.payloads.append(payload)
        return True

    async def ready(self) -> None:
        return


async def test_even_a_field_that_tells_the_person_tells_nobodys_to_others(env: Env) -> None:
    company = await new_company(env)
    members = [await make_member(env, company.owner.tenant_id, Role.VIEWER) for _ in range(2)]
    # As the product's own engine is put together.
    schema = strawberry.Schema(Query, subscription=Subscription)
    engine = Engine(schema, scope_of=lambda context: context.scope, common_of=Context.without_person)
    ids = ", ".join(f'"{member.user_id}"' for member in members)
    request = OperationRequest(f"subscription {{ told {{ number person membersSeen(ids: [{ids}]) }} }}")
    contexts = [
        Context(env, member, address=f"192.0.2.{number}", user_agent=f"display {number}", cache_loads=False)
        for number, member in enumerate(members)
    ]
    kept = [Kept(), Kept()]
    running = [
        asyncio.create_task(engine.subscribe(engine.admit(request), context, subscriber))
        for context, subscriber in zip(contexts, kept, strict=True)
    ]
    try:
        await until(lambda: engine.subscriptions.subscribers == 2)
        assert engine.subscriptions.shared_executions == 1
        await company.scan(1)
        await until(lambda: all(subscriber.payloads for subscriber in kept))
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    [payload], [other] = (subscriber.payloads for subscriber in kept)
    assert payload == other
    for number, member in enumerate(members):
        for own in (
            member.email,
            str(member.user_id),
            str(member.session_id),
            f"192.0.2.{number}",
            f"display {number}",
        ):
            assert own not in payload
    assert '"membersSeen":0' in payload.replace(" ", "")
