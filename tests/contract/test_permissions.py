"""Every role tries every mutation: FORBIDDEN exactly where the permission table says so.

The inputs are well-formed and name objects that do not exist, so whoever is allowed gets past the permission and meets
another answer. A new mutation without an entry here fails the test.
"""

from typing import Any

import pytest

from models.kernel.env import Env
from models.kernel.ids import uuid7
from models.kernel.permissions import PERMISSIONS, Permission, Role
from resolvers.context import Context
from resolvers.relay import global_id
from resolvers.schema import build_engine
from tests.factories import make_company

ENGINE = build_engine()
SCHEMA = ENGINE.schema

# The table as it was decided, so that a change to it is seen here.
DECIDED = {
    Permission.READ: "OWNER ADMIN OPERATOR LOGISTICS VIEWER",
    Permission.PROFILE_UPDATE: "OWNER ADMIN",
    Permission.TEAM_READ: "OWNER ADMIN OPERATOR",
    Permission.TEAM_MANAGE: "OWNER ADMIN",
    Permission.CATALOG_MANAGE: "OWNER ADMIN OPERATOR",
    Permission.BATCH_MANAGE: "OWNER ADMIN OPERATOR",
    Permission.PASSPORT_ISSUE: "OWNER ADMIN OPERATOR",
    Permission.PASSPORT_DOWNLOAD: "OWNER ADMIN OPERATOR",
    Permission.PASSPORT_TRANSITION: "OWNER ADMIN OPERATOR LOGISTICS",
    Permission.BILLING_READ: "OWNER ADMIN",
    Permission.BILLING_BUY: "OWNER ADMIN",
}

# What each mutation needs, and an input; <Type> stands for the id of an object that does not exist.
NEEDS = {
    "profileUpdate": (Permission.PROFILE_UPDATE, 'companyName: ""'),
    "teamMemberInvite": (Permission.TEAM_MANAGE, 'email: "acme", role: VIEWER'),
    "teamInvitationResend": (Permission.TEAM_MANAGE, "id: <TeamMember>"),
    "teamInvitationRevoke": (Permission.TEAM_MANAGE, "id: <TeamMember>"),
    "teamMemberRoleUpdate": (Permission.TEAM_MANAGE, "id: <TeamMember>, role: VIEWER"),
    "teamMemberRemove": (Permission.TEAM_MANAGE, "id: <TeamMember>"),
    "brandCreate": (Permission.CATALOG_MANAGE, 'name: ""'),
    "brandUpdate": (Permission.CATALOG_MANAGE, 'id: <Brand>, name: "Voltara"'),
    "productCreate": (Permission.CATALOG_MANAGE, 'brandId: <Brand>, modelName: "AB-48"'),
    "productUpdate": (Permission.CATALOG_MANAGE, 'id: <Product>, modelName: "AB-48"'),
    "batchCreate": (Permission.BATCH_MANAGE, 'batchName: "", marketRegion: EU'),
    "batchUpdate": (Permission.BATCH_MANAGE, 'id: <Batch>, expectedVersion: 1, batchName: "Q1"'),
    "passportsIssue": (
        Permission.PASSPORT_ISSUE,
        'batchId: <Batch>, rows: [{ serialNumber: "SN-1", manufactureDate: "2026-01-15" }]',
    ),
    "passportTransition": (
        Permission.PASSPORT_TRANSITION,
        'id: <Passport>, action: INSTALL, evidence: { installationDate: "2026-01-15" }',
    ),
    "passportsTransition": (
        Permission.PASSPORT_TRANSITION,
        'ids: [<Passport>], action: INSTALL, evidence: { installationDate: "2026-01-15" }',
    ),
    "passportEventRecord": (Permission.PASSPORT_TRANSITION, "id: <Passport>, action: QC_PASSED"),
    "quotaOrderCreate": (Permission.BILLING_BUY, 'packageId: "no such package"'),
    "quotaPaymentVerify": (
        Permission.BILLING_BUY,
        'razorpayOrderId: "order_none", razorpayPaymentId: "pay_none", razorpaySignature: "none"',
    ),
}

# Signing in is all that this takes, or not even that.
SIGNED_IN = {"logout"}
PUBLIC = {
    "register",
    "login",
    "tokenRefresh",
    "passwordResetRequest",
    "passwordReset",
    "invitationAccept",
    "scanRecord",
}


async def _error(env: Env, role: Role | None, mutation: str) -> dict[str, Any]:
    """The extensions of the answer's error; none when the payload answers."""
    input = NEEDS[mutation][1]
    for name in ("TeamMember", "Brand", "Product", "Batch", "Passport"):
        input = input.replace(f"<{name}>", f'"{global_id(name, uuid7())}"')
    document = f"mutation {{ {mutation}(input: {{ {input} }}) {{ userErrors {{ code }} }} }}"
    viewer = await make_company(env, role=role) if role else None
    result = await ENGINE.execute(document, context=Context(env=env, viewer=viewer))
    extensions = [dict(error.extensions or {}) for error in result.errors or []]
    assert len(extensions) <= 1, result.errors
    return extensions[0] if extensions else {}


def test_every_mutation_has_an_entry() -> None:
    mutation_type = SCHEMA._schema.mutation_type
    assert mutation_type is not None
    assert {*NEEDS, *SIGNED_IN, *PUBLIC} == set(mutation_type.fields)


def test_the_table_is_as_decided() -> None:
    granted = {
        permission: " ".join(role for role in Role if permission in PERMISSIONS[role]) for permission in Permission
    }
    assert granted == DECIDED


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("mutation", NEEDS)
async def test_forbidden_exactly_where_the_table_says(env: Env, role: Role, mutation: str) -> None:
    permission = NEEDS[mutation][0]
    error = await _error(env, role, mutation)
    if role in DECIDED[permission].split():
        assert error.get("code") in (None, "NOT_FOUND")
    else:
        assert (error["code"], error["permission"]) == ("FORBIDDEN", permission)


@pytest.mark.parametrize("mutation", NEEDS)
async def test_nobody_does_it_without_signing_in(env: Env, mutation: str) -> None:
    assert (await _error(env, None, mutation))["code"] == "UNAUTHENTICATED"
