"""Registering a company and changing its profile."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import billing, database, tenants
from models.database import Connection
from models.kernel.env import Env, Participants
from models.kernel.errors import Forbidden, RateLimited, Rejected
from models.kernel.permissions import Role
from models.tenants import ProfilePatch, RegisterCompany, Registered, Tenant, TenantErrorCode, User
from tests.factories import PASSWORD, make_company

Fresh = Callable[[], str]


async def test_a_company_starts_with_an_owner_its_feeds_and_the_free_quota(timed: Env, new_email: Fresh) -> None:
    email = new_email()
    registered = await tenants.register(RegisterCompany(" Acme Batteries ", email.upper(), PASSWORD), timed)

    tenant = await Tenant.get(id=registered.tenant.id)
    assert (tenant.company_name, tenant.created_at) == ("Acme Batteries", timed.now())
    owner = await User.get(id=registered.user.id)
    assert (owner.email, owner.role, owner.tenant_id, owner.brand_ids) == (email, Role.OWNER, tenant.id, [])
    assert owner.password_hash is not None
    assert owner.password_hash.startswith("$argon2id$")
    feeds = await database.fetch("SELECT feed FROM feed_head WHERE tenant_id = $1 ORDER BY feed", tenant.id)
    assert [row["feed"] for row in feeds] == ["lifecycle", "scan"]
    actor = await make_company(timed)
    quota = await billing.quota(replace(actor, tenant_id=tenant.id))
    assert quota.balance == timed.policy.free_quota


async def test_companies_may_share_a_name(timed: Env, new_email: Fresh) -> None:
    first = await tenants.register(RegisterCompany("Acme Batteries", new_email(), PASSWORD), timed)
    second = await tenants.register(RegisterCompany("Acme Batteries", new_email(), PASSWORD), timed)
    assert first.tenant.id != second.tenant.id


async def test_of_20_registrations_of_one_address_at_once_exactly_one_succeeds(env: Env, new_email: Fresh) -> None:
    email = new_email()
    name = f"Race for {email}"
    results = await asyncio.gather(
        *(tenants.register(RegisterCompany(name, email, PASSWORD), env) for _ in range(20)), return_exceptions=True
    )
    winners = [result for result in results if isinstance(result, Registered)]
    losers = [result for result in results if isinstance(result, Rejected)]
    assert len(winners) == 1
    assert len(losers) == 19
    assert {(loser.code, loser.violations[0].field) for loser in losers} == {(TenantErrorCode.EMAIL_TAKEN, ("email",))}
    assert [tenant.id for tenant in await Tenant.filter(company_name=name)] == [winners[0].tenant.id]


async def test_nothing_is_left_when_another_context_fails_to_join_in(env: Env, new_email: Fresh) -> None:
    async def fail(connection: Connection, tenant_id: UUID, env: Env) -> None:
        raise OSError("out of order")

    email = new_email()
    broken = replace(env, participants=Participants(tenant_registered=(*env.participants.tenant_registered, fail)))
    with pytest.raises(OSError, match="out of order"):
        await tenants.register(RegisterCompany(email, email, PASSWORD), broken)
    assert not await Tenant.exists(company_name=email)
    assert not await User.exists(email=email)


async def test_an_address_registers_20_companies_an_hour(timed: Env, new_email: Fresh, new_address: Fresh) -> None:
    address = new_address()
    for _ in range(20):
        await tenants.register(RegisterCompany("Acme", new_email(), PASSWORD), timed, address=address)
    with pytest.raises(Rejected):
        await tenants.register(RegisterCompany("", "", ""), timed, address=address)
    with pytest.raises(RateLimited) as limited:
        await tenants.register(RegisterCompany("Acme", new_email(), PASSWORD), timed, address=address)
    assert limited.value.extensions == {"retryAfter": 3600}
    await tenants.register(RegisterCompany("Acme", new_email(), PASSWORD), timed, address=new_address())


_FIRST: dict[str, Any] = {
    "company_name": "Acme",
    "address": "Delhi",
    "support_email": "a@acme.com",
    "website": "https://acme.com",
    "epr_registration_number": "B-29016/2024-25/CPCB",
    "bis_r_number": "R-41001234",
    "iec_code": "0504012345",
    "gstin": "27AAPFU0939F1ZV",
}
_SECOND: dict[str, Any] = {
    "company_name": "Acme Inc.",
    "address": "Mumbai",
    "support_email": "b@acme.com",
    "website": "https://acme.com/in",
    "epr_registration_number": "B-29016/2025-26/CPCB",
    "bis_r_number": "R-41001235",
    "iec_code": "AAPFU0939F",
    "gstin": "29AAGCB7383J1Z4",
}


def _columns(tenant: Tenant) -> dict[str, Any]:
    return {field: getattr(tenant, field) for field in _FIRST}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    patch=st.fixed_dictionaries(
        {},
        optional={
            field: st.just(value) if field == "company_name" else st.sampled_from([value, None])
            for field, value in _SECOND.items()
        },
    )
)
async def test_absent_is_unchanged_and_null_is_cleared(env: Env, patch: dict[str, Any]) -> None:
    actor = await make_company(env, **_FIRST)
    other = await make_company(env, **_FIRST)
    updated = await tenants.update_profile(actor, ProfilePatch(**patch), env)  # type: ignore[typeddict-item]
    assert _columns(updated) == {**_FIRST, **patch}
    assert _columns(await Tenant.get(id=actor.tenant_id)) == {**_FIRST, **patch}
    assert _columns(await Tenant.get(id=other.tenant_id)) == _FIRST


async def test_a_refused_field_leaves_all_of_the_profile(env: Env) -> None:
    actor = await make_company(env, **_FIRST)
    with pytest.raises(Rejected) as rejected:
        await tenants.update_profile(actor, {"address": "Mumbai", "iec_code": "x", "company_name": None}, env)
    assert {violation.code for violation in rejected.value.violations} == {
        TenantErrorCode.IEC_CODE_INVALID,
        TenantErrorCode.COMPANY_NAME_INVALID,
    }
    assert _columns(await Tenant.get(id=actor.tenant_id)) == _FIRST


@pytest.mark.parametrize("role", Role)
async def test_owners_and_admins_change_the_profile(env: Env, role: Role) -> None:
    actor = await make_company(env, role=role)
    if role in (Role.OWNER, Role.ADMIN):
        assert (await tenants.update_profile(actor, {"address": "Delhi"}, env)).address == "Delhi"
    else:
        with pytest.raises(Forbidden):
            await tenants.update_profile(actor, {"address": "Delhi"}, env)
