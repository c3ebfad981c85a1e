"""The context through GraphQL: fields, user errors, errors, and what a stranger sees."""

from collections.abc import Callable
from typing import Any

import pytest
import strawberry

from models import database
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.ids import uuid7
from models.kernel.permissions import Role
from models.tenants import Authenticator
from resolvers.context import Context
from resolvers.engine import Engine
from resolvers.errors import explain
from resolvers.relay import global_id
from resolvers.tenants import SCHEMA
from resolvers.tenants.mutations import TenantMutation
from resolvers.tenants.queries import TenantQuery
from tests.conftest import CountQueries
from tests.factories import PASSWORD, make_company, make_member
from tests.models.tenants.doubles import Mailbox

Execute = Callable[..., Any]

REGISTER = """mutation ($input: RegisterInput!) { register(input: $input) {
    tenant { id companyName address createdAt }
    user { id email role brandIds tenant { id } }
    userErrors { code message field value } } }"""
LOGIN = """mutation ($input: LoginInput!) { login(input: $input) {
    accessToken refreshToken expiresIn user { id email tenant { id } } tenant { id companyName }
    userErrors { code field } } }"""
REFRESH = """mutation ($input: TokenRefreshInput!) { tokenRefresh(input: $input) {
    accessToken refreshToken expiresIn userErrors { code field } } }"""
ME = "{ me { id email role brandIds createdAt tenant { id companyName eprRegistrationNumber } } }"
RESET_REQUEST = """mutation ($input: PasswordResetRequestInput!) { passwordResetRequest(input: $input) {
    userErrors { code field } } }"""
RESET = """mutation ($input: PasswordResetInput!) { passwordReset(input: $input) { userErrors { code field } } }"""
PROFILE = """mutation ($input: ProfileUpdateInput!) { profileUpdate(input: $input) {
    tenant { companyName address supportEmail website eprRegistrationNumber bisRNumber iecCode gstin updatedAt }
    userErrors { code field value } } }"""


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(strawberry.Schema(TenantQuery, TenantMutation), explain=explain)


@pytest.fixture
def execute(engine: Engine, env: Env) -> Execute:
    """Runs a document with one root field: gives what that gave, or the code of the first error."""

    async def run(
        document: str, input: dict[str, Any] | None = None, *, viewer: Actor | None = None, address: str = ""
    ) -> Any:
        context = Context(env=env, viewer=viewer, address=address)
        result = await engine.execute(document, {"input": input} if input else {}, context)
        if result.errors:
            return (result.errors[0].extensions or {})["code"]
        assert result.data
        (value,) = result.data.values()
        return value

    return run


def new_email() -> str:
    return f"{uuid7().hex}@example.com"


async def test_from_registration_to_signing_out(execute: Execute, env: Env) -> None:
    email = new_email()
    registered = await execute(REGISTER, {"companyName": "Acme", "email": email.upper(), "password": PASSWORD})
    tenant, user = registered["tenant"], registered["user"]
    assert registered["userErrors"] == []
    assert (tenant["companyName"], tenant["address"]) == ("Acme", None)
    assert user == {
        "id": user["id"],
        "email": email,
        "role": "OWNER",
        "brandIds": [],
        "tenant": {"id": tenant["id"]},
    }

    signed_in = await execute(LOGIN, {"email": email, "password": PASSWORD})
    assert signed_in["expiresIn"] == 900
    assert signed_in["user"] == {"id": user["id"], "email": email, "tenant": {"id": tenant["id"]}}
    assert signed_in["tenant"] == {"id": tenant["id"], "companyName": "Acme"}

    refreshed = await execute(REFRESH, {"refreshToken": signed_in["refreshToken"]})
    assert (refreshed["expiresIn"], refreshed["userErrors"]) == (900, [])
    viewer = await Authenticator().authenticate(refreshed["accessToken"], env)
    me = await execute(ME, viewer=viewer)
    assert (me["id"], me["tenant"]["companyName"]) == (user["id"], "Acme")

    for _ in range(2):
        assert await execute("mutation { logout { userErrors { code } } }", viewer=viewer) == {"userErrors": []}
    ended = await execute(REFRESH, {"refreshToken": refreshed["refreshToken"]})
    assert ended == {
        "accessToken": None,
        "refreshToken": None,
        "expiresIn": None,
        "userErrors": [{"code": "REFRESH_TOKEN_INVALID", "field": ["refreshToken"]}],
    }


async def test_registering_tells_every_mistake(execute: Execute) -> None:
    answer = await execute(REGISTER, {"companyName": "", "email": "acme", "password": "short"})
    assert answer["tenant"] is None
    assert answer["user"] is None
    assert [(error["code"], error["field"], error["value"]) for error in answer["userErrors"]] == [
        ("COMPANY_NAME_INVALID", ["companyName"], ""),
        ("EMAIL_INVALID", ["email"], "acme"),
        ("PASSWORD_INVALID", ["password"], None),
    ]


async def test_a_taken_address_is_a_user_error(execute: Execute) -> None:
    input = {"companyName": "Acme", "email": new_email(), "password": PASSWORD}
    await execute(REGISTER, input)
    (error,) = (await execute(REGISTER, input))["userErrors"]
    assert (error["code"], error["field"], error["value"]) == ("EMAIL_TAKEN", ["email"], input["email"])


async def test_wrong_credentials_are_a_user_error_until_too_many_are_an_error(execute: Execute) -> None:
    input = {"email": new_email(), "password": PASSWORD}
    for _ in range(5):
        answer = await execute(LOGIN, input)
        assert answer["accessToken"] is None
        assert answer["userErrors"] == [{"code": "INVALID_CREDENTIALS", "field": []}]
    assert await execute(LOGIN, input) == "RATE_LIMITED"


async def test_the_caller_s_address_is_counted(execute: Execute) -> None:
    address = f"2001:{uuid7().hex[-4:]}:{uuid7().hex[-4:]}::1"
    for _ in range(20):
        await execute(LOGIN, {"email": new_email(), "password": PASSWORD}, address=address)
    assert await execute(LOGIN, {"email": new_email(), "password": PASSWORD}, address=address) == "RATE_LIMITED"
    for _ in range(20):
        await execute(REGISTER, {"companyName": "A", "email": new_email(), "password": PASSWORD}, address=address)
    input = {"companyName": "A", "email": new_email(), "password": PASSWORD}
    assert await execute(REGISTER, input, address=address) == "RATE_LIMITED"
    for _ in range(20):
        await execute(RESET_REQUEST, {"email": new_email()}, address=address)
    assert await execute(RESET_REQUEST, {"email": new_email()}, address=address) == "RATE_LIMITED"


async def test_resetting_a_password(execute: Execute, env: Env) -> None:
    await database.execute("DELETE FROM job")
    mailbox = Mailbox(env, [])
    actor = await make_company(env)
    answers = [await execute(RESET_REQUEST, {"email": email}) for email in (actor.email, new_email(), "acme")]
    assert answers[:2] == [{"userErrors": []}] * 2
    assert answers[2] == {"userErrors": [{"code": "EMAIL_INVALID", "field": ["email"]}]}
    await mailbox.deliver()
    reset = {"token": mailbox.token(), "newPassword": "a new battery staple"}

    short = await execute(RESET, {**reset, "newPassword": "short"})
    assert short["userErrors"] == [{"code": "PASSWORD_INVALID", "field": ["newPassword"]}]
    assert await execute(RESET, reset) == {"userErrors": []}
    again = await execute(RESET, reset)
    assert again["userErrors"] == [{"code": "RESET_TOKEN_INVALID", "field": ["token"]}]
    assert (await execute(LOGIN, {"email": actor.email, "password": reset["newPassword"]}))["userErrors"] == []


async def test_the_profile_is_patched(execute: Execute, env: Env) -> None:
    actor = await make_company(env, address="Delhi", website="https://acme.com")
    given = {
        "companyName": "Acme Batteries Inc.",
        "supportEmail": "support@acme.com",
        "website": None,
        "eprRegistrationNumber": "B-29016/2024-25/CPCB",
        "bisRNumber": "R-41001234",
        "iecCode": "0504012345",
        "gstin": "27AAPFU0939F1ZV",
    }
    answer = await execute(PROFILE, given, viewer=actor)
    assert answer["userErrors"] == []
    assert answer["tenant"] == {**given, "address": "Delhi", "updatedAt": answer["tenant"]["updatedAt"]}
    wrong = await execute(PROFILE, {"iecCode": "x", "companyName": None}, viewer=actor)
    assert wrong["tenant"] is None
    assert [(error["code"], error["field"]) for error in wrong["userErrors"]] == [
        ("COMPANY_NAME_INVALID", ["companyName"]),
        ("IEC_CODE_INVALID", ["iecCode"]),
    ]


async def test_what_needs_a_sign_in_or_a_role_says_so(execute: Execute, env: Env) -> None:
    assert await execute(ME) == "UNAUTHENTICATED"
    assert await execute("mutation { logout { userErrors { code } } }") == "UNAUTHENTICATED"
    assert await execute(PROFILE, {"address": "Delhi"}) == "UNAUTHENTICATED"
    viewer = await make_company(env, role=Role.VIEWER)
    assert await execute(PROFILE, {"address": "Delhi"}, viewer=viewer) == "FORBIDDEN"


async def test_me_costs_two_queries(execute: Execute, env: Env, count_queries: CountQueries) -> None:
    brand_id = uuid7()
    owner = await make_company(env)
    viewer = await make_member(env, owner.tenant_id, Role.VIEWER, brand_ids=[brand_id])
    with count_queries() as queries:
        me = await execute(ME, viewer=viewer)
    assert len(queries) == 2
    assert (me["email"], me["role"], me["brandIds"]) == (viewer.email, "VIEWER", [global_id("Brand", brand_id)])
    assert me["tenant"]["id"] == global_id("Tenant", owner.tenant_id)


async def test_nodes_are_one_s_own_company_and_the_members_one_may_see(env: Env, count_queries: CountQueries) -> None:
    owner = await make_company(env)
    viewer = await make_member(env, owner.tenant_id, Role.VIEWER)
    stranger = await make_company(env)
    load = {node.name: node.load for node in SCHEMA.nodes}
    for actor, members in ((owner, [owner, viewer]), (viewer, [viewer]), (stranger, [stranger])):
        context = Context(env=env, viewer=actor)
        with count_queries() as queries:
            users = await context.loader(load["User"]).load_many([owner.user_id, viewer.user_id, stranger.user_id])
            companies = await context.loader(load["Tenant"]).load_many([owner.tenant_id, stranger.tenant_id, uuid7()])
        assert [user.email for user in users if user] == [member.email for member in members]
        assert [company.id for company in companies if company] == [global_id("Tenant", actor.tenant_id)]
        assert len(queries) == 2


def test_everything_is_described(engine: Engine) -> None:
    undescribed = []
    for name, type in engine.schema._schema.type_map.items():
        members = getattr(type, "fields", None) or getattr(type, "values", None) or {}
        arguments = {
            f"{field_name}.{argument}": value
            for field_name, field in members.items()
            for argument, value in getattr(field, "args", {}).items()
        }
        everything = {"": type, **members, **arguments}
        undescribed += [f"{name}.{path}" for path, member in everything.items() if not member.description]
    ours = [path for path in undescribed if not path.startswith("__")]
    assert ours == ["TenantQuery.", "TenantMutation."]  # described where the contexts are put together
