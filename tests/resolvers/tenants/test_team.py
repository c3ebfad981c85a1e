"""The team through GraphQL: from invitation to removal, user errors, and the brand limit's absent, null and empty."""

import pytest

from models import database
from models.batches.tables import Brand
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.ids import uuid7
from models.kernel.permissions import Role
from models.tenants import User
from resolvers.relay import global_id
from tests.conftest import CountQueries
from tests.factories import PASSWORD, make_company, make_member
from tests.models.tenants.doubles import Mailbox
from tests.resolvers.client import Client

MEMBER = "teamMember { id email role status invitedAt brandIds } userErrors { code message field value }"
TEAM = """query ($first: Int! = 20, $after: String) { team(first: $first, after: $after) {
    totalCount nodes { id email role status invitedAt brandIds } pageInfo { hasNextPage endCursor } } }"""
INVITE = f"mutation ($input: TeamMemberInviteInput!) {{ teamMemberInvite(input: $input) {{ {MEMBER} }} }}"
RESEND = f"mutation ($input: TeamInvitationResendInput!) {{ teamInvitationResend(input: $input) {{ {MEMBER} }} }}"
REVOKE = f"mutation ($input: TeamInvitationRevokeInput!) {{ teamInvitationRevoke(input: $input) {{ {MEMBER} }} }}"
UPDATE = f"mutation ($input: TeamMemberRoleUpdateInput!) {{ teamMemberRoleUpdate(input: $input) {{ {MEMBER} }} }}"
REMOVE = f"mutation ($input: TeamMemberRemoveInput!) {{ teamMemberRemove(input: $input) {{ {MEMBER} }} }}"
ACCEPT = """mutation ($input: InvitationAcceptInput!) { invitationAccept(input: $input) {
    tenant { id companyName } user { id email role tenant { id } } userErrors { code field value } } }"""
LOGIN = "mutation ($input: LoginInput!) { login(input: $input) { accessToken userErrors { code } } }"


@pytest.fixture
async def mailbox(env: Env) -> Mailbox:
    """Where the mail of this test arrives; no other test's is waiting."""
    await database.execute("DELETE FROM job")
    return Mailbox(env, [])


@pytest.fixture
async def owner(env: Env) -> Actor:
    """The only owner of a new company."""
    return await make_company(env)


def member_id(actor: Actor) -> str:
    return str(global_id("TeamMember", actor.user_id))


async def test_from_invitation_to_removal(env: Env, owner: Actor, mailbox: Mailbox) -> None:
    client, anybody = Client(env, owner), Client(env)
    email = f"{uuid7().hex}@example.com"
    invite = (await client.run(INVITE, input={"email": email.upper(), "role": "OPERATOR"}))["teamMemberInvite"]
    invited = invite["teamMember"]
    assert invite["userErrors"] == []
    assert invited == {
        "id": invited["id"],
        "email": email,
        "role": "OPERATOR",
        "status": "INVITED",
        "invitedAt": invited["invitedAt"],
        "brandIds": [],
    }
    await client.run(RESEND, input={"id": invited["id"]})
    await mailbox.deliver()
    given = {"token": mailbox.token(), "password": PASSWORD}
    accepted = (await anybody.run(ACCEPT, input=given))["invitationAccept"]
    assert accepted["userErrors"] == []
    assert (accepted["user"]["email"], accepted["user"]["role"]) == (email, "OPERATOR")
    assert accepted["user"]["tenant"]["id"] == accepted["tenant"]["id"] == global_id("Tenant", owner.tenant_id)
    credentials = {"email": email, "password": PASSWORD}
    assert (await anybody.run(LOGIN, input=credentials))["login"]["accessToken"]
    updated = (await client.run(UPDATE, input={"id": invited["id"], "role": "VIEWER"}))["teamMemberRoleUpdate"]
    assert (updated["teamMember"]["role"], updated["teamMember"]["status"]) == ("VIEWER", "ACTIVE")
    removed = (await client.run(REMOVE, input={"id": invited["id"]}))["teamMemberRemove"]
    assert removed["teamMember"]["status"] == "REMOVED"
    assert (await anybody.run(LOGIN, input=credentials))["login"]["userErrors"] == [{"code": "INVALID_CREDENTIALS"}]


async def test_a_revoked_invitation_is_removed(env: Env, owner: Actor) -> None:
    client = Client(env, owner)
    given = {"email": f"{uuid7().hex}@example.com", "role": "VIEWER", "brandIds": None}
    invited = (await client.run(INVITE, input=given))["teamMemberInvite"]["teamMember"]
    revoked = (await client.run(REVOKE, input={"id": invited["id"]}))["teamInvitationRevoke"]
    assert revoked == {"teamMember": {**invited, "status": "REMOVED"}, "userErrors": []}
    again = (await client.run(REVOKE, input={"id": invited["id"]}))["teamInvitationRevoke"]
    assert (again["teamMember"], again["userErrors"][0]["code"]) == (None, "NOT_INVITED")


async def test_the_team_in_pages(env: Env, owner: Actor) -> None:
    members = [await make_member(env, owner.tenant_id, role) for role in (Role.ADMIN, Role.LOGISTICS)]
    client = Client(env, members[0])
    first = (await client.run(TEAM, first=2))["team"]
    assert [node["id"] for node in first["nodes"]] == [member_id(members[1]), member_id(members[0])]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (3, True)
    rest = (await client.run(TEAM, first=2, after=first["pageInfo"]["endCursor"]))["team"]
    assert rest["nodes"] == [
        {
            "id": member_id(owner),
            "email": owner.email,
            "role": "OWNER",
            "status": "ACTIVE",
            "invitedAt": None,
            "brandIds": [],
        }
    ]
    assert (await Client(env, members[1]).error(TEAM))["code"] == "FORBIDDEN"
    assert (await client.error(TEAM, after="junk"))["code"] == "BAD_USER_INPUT"


async def test_the_team_is_counted_only_when_asked(env: Env, owner: Actor, count_queries: CountQueries) -> None:
    for document, statements in (("{ team { nodes { email } } }", 1), ("{ team { totalCount } }", 2)):
        with count_queries() as queries:
            await Client(env, owner).run(document)
        assert len(queries) == statements


async def test_brands_absent_null_and_empty(env: Env, owner: Actor) -> None:
    now = env.now()
    brand = await Brand.create(id=uuid7(), tenant_id=owner.tenant_id, name="Voltara", created_at=now, updated_at=now)
    brand_id = str(global_id("Brand", brand.id))
    member = await make_member(env, owner.tenant_id, Role.VIEWER)
    client, given = Client(env, owner), {"id": member_id(member), "role": "VIEWER"}
    for change, expected in (
        ({"brandIds": [brand_id]}, [brand_id]),
        ({}, [brand_id]),
        ({"brandIds": None}, []),
        ({"brandIds": [brand_id, brand_id]}, [brand_id]),
        ({"brandIds": []}, []),
    ):
        answer = (await client.run(UPDATE, input={**given, **change}))["teamMemberRoleUpdate"]
        assert (answer["userErrors"], answer["teamMember"]["brandIds"]) == ([], expected)


async def test_refusals_name_the_field(env: Env, owner: Actor) -> None:
    admin = await make_member(env, owner.tenant_id, Role.ADMIN)
    client = Client(env, admin)
    invite = (await client.run(INVITE, input={"email": "acme", "role": "OWNER"}))["teamMemberInvite"]
    assert invite["teamMember"] is None
    assert [(error["code"], error["field"], error["value"]) for error in invite["userErrors"]] == [
        ("EMAIL_INVALID", ["email"], "acme"),
        ("RIGHTS_BEYOND_OWN", ["role"], "OWNER"),
    ]
    taken = (await client.run(INVITE, input={"email": owner.email, "role": "VIEWER"}))["teamMemberInvite"]
    assert [(error["code"], error["field"]) for error in taken["userErrors"]] == [("EMAIL_TAKEN", ["email"])]
    leaving = (await Client(env, owner).run(REMOVE, input={"id": member_id(owner)}))["teamMemberRemove"]
    assert [(error["code"], error["field"]) for error in leaving["userErrors"]] == [("LAST_OWNER", ["id"])]
    accepted = (await Client(env).run(ACCEPT, input={"token": "junk", "password": PASSWORD}))["invitationAccept"]
    assert accepted == {
        "tenant": None,
        "user": None,
        "userErrors": [{"code": "INVITATION_TOKEN_INVALID", "field": ["token"], "value": None}],
    }
    assert (await User.get(id=owner.user_id)).removed_at is None


async def test_other_ids_are_refused(env: Env, owner: Actor) -> None:
    client = Client(env, owner)
    user_id = str(global_id("User", owner.user_id))
    assert (await client.error(REMOVE, input={"id": user_id}))["code"] == "BAD_USER_INPUT"
    assert (await client.error(REMOVE, input={"id": global_id("TeamMember", uuid7())}))["code"] == "NOT_FOUND"
    found = await client.run("query ($id: ID!) { node(id: $id) { ... on TeamMember { email } } }", id=member_id(owner))
    assert found == {"node": {"email": owner.email}}
