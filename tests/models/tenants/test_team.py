"""The team: roles, removal, the last owner, and what holds when several act at once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from models import database, lifecycle, tenants
from models.batches.tables import Brand
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import Forbidden, NotFound, Rejected, Unauthenticated
from models.kernel.ids import uuid7
from models.kernel.pages import PageRequest
from models.kernel.permissions import Role
from models.lifecycle import EventFilter
from models.passports import InputRows, IssuePassports, NewPassport, issue
from models.tenants import (
    Authenticator,
    ChangeMember,
    InviteMember,
    LogIn,
    RefreshTokens,
    TenantErrorCode,
    User,
)
from tests.factories import PASSWORD, make_batch, make_company, make_member
from tests.models.tenants.doubles import Clock, Mailbox
from tests.models.tenants.inviting import codes, invited

Fresh = Callable[[], str]


async def brand_of(env: Env, actor: Actor) -> Brand:
    now = env.now()
    return await Brand.create(id=uuid7(), tenant_id=actor.tenant_id, name=uuid7().hex, created_at=now, updated_at=now)


# -- who may change whom


@pytest.mark.parametrize(("own", "given"), list(product((Role.OWNER, Role.ADMIN), Role)))
async def test_nobody_gives_a_role_above_their_own(
    timed: Env, owner: Actor, new_email: Fresh, own: Role, given: Role
) -> None:
    actor = await make_member(timed, owner.tenant_id, own)
    member = await make_member(timed, owner.tenant_id, Role.VIEWER)
    acts: list[Awaitable[User]] = [
        tenants.invite_member(actor, InviteMember(new_email(), given), timed),
        tenants.change_member(actor, ChangeMember(member.user_id, given), timed),
    ]
    for act in acts:
        if (own, given) == (Role.ADMIN, Role.OWNER):
            assert await codes(act) == [TenantErrorCode.RIGHTS_BEYOND_OWN]
        else:
            assert (await act).role is given


async def test_an_admin_neither_changes_nor_removes_an_owner(
    timed: Env, owner: Actor, mailbox: Mailbox, new_email: Fresh
) -> None:
    await make_member(timed, owner.tenant_id, Role.OWNER)
    admin = await make_member(timed, owner.tenant_id, Role.ADMIN)
    pending, _ = await invited(timed, mailbox, owner, new_email(), Role.OWNER)
    for member_id in (owner.user_id, pending.id):
        for act in (
            tenants.change_member(admin, ChangeMember(member_id, Role.VIEWER), timed),
            tenants.remove_member(admin, member_id, timed),
        ):
            assert await codes(act) == [TenantErrorCode.RIGHTS_BEYOND_OWN]
    for renew in (tenants.resend_invitation, tenants.revoke_invitation):
        assert await codes(renew(admin, pending.id, timed)) == [TenantErrorCode.RIGHTS_BEYOND_OWN]
    await tenants.remove_member(admin, admin.user_id, timed)


async def test_an_admin_limited_to_brands_gives_no_others(timed: Env, owner: Actor, new_email: Fresh) -> None:
    mine, other = await brand_of(timed, owner), await brand_of(timed, owner)
    admin = await make_member(timed, owner.tenant_id, Role.ADMIN, brand_ids=[mine.id])
    unlimited = await make_member(timed, owner.tenant_id, Role.VIEWER)
    everywhere = tenants.invite_member(admin, InviteMember(new_email(), Role.VIEWER), timed)
    assert await codes(everywhere) == [TenantErrorCode.RIGHTS_BEYOND_OWN]
    with pytest.raises(NotFound):
        await tenants.invite_member(admin, InviteMember(new_email(), Role.VIEWER, (mine.id, other.id)), timed)
    member = await tenants.invite_member(admin, InviteMember(new_email(), Role.VIEWER, (mine.id, mine.id)), timed)
    assert member.brand_ids == [mine.id]
    widened = tenants.change_member(admin, ChangeMember(admin.user_id, Role.ADMIN, ()), timed)
    assert await codes(widened) == [TenantErrorCode.RIGHTS_BEYOND_OWN]
    beyond = tenants.change_member(admin, ChangeMember(unlimited.user_id, Role.VIEWER, (mine.id,)), timed)
    assert await codes(beyond) == [TenantErrorCode.RIGHTS_BEYOND_OWN]


async def test_another_companys_brand_is_not_found(timed: Env, owner: Actor, new_email: Fresh) -> None:
    theirs = await brand_of(timed, await make_company(timed))
    for brand_id in (theirs.id, uuid7()):
        with pytest.raises(NotFound):
            await tenants.invite_member(owner, InviteMember(new_email(), Role.VIEWER, (brand_id,)), timed)


async def test_an_owner_is_not_limited_to_brands(timed: Env, owner: Actor) -> None:
    brand = await brand_of(timed, owner)
    member = await make_member(timed, owner.tenant_id, Role.ADMIN, brand_ids=[brand.id])
    limited = tenants.change_member(owner, ChangeMember(member.user_id, Role.OWNER), timed)
    assert await codes(limited) == [TenantErrorCode.OWNER_LIMITED]
    await tenants.change_member(owner, ChangeMember(member.user_id, Role.OWNER, ()), timed)
    changed = await User.get(id=member.user_id)
    assert (changed.role, changed.brand_ids) == (Role.OWNER, [])


async def test_a_removed_member_is_changed_no_more(timed: Env, owner: Actor) -> None:
    member = await make_member(timed, owner.tenant_id, Role.VIEWER)
    await tenants.remove_member(owner, member.user_id, timed)
    for act in (
        tenants.remove_member(owner, member.user_id, timed),
        tenants.change_member(owner, ChangeMember(member.user_id, Role.ADMIN), timed),
    ):
        assert await codes(act) == [TenantErrorCode.MEMBER_REMOVED]


# -- the last owner


async def test_the_last_owner_neither_leaves_nor_is_demoted(
    timed: Env, owner: Actor, mailbox: Mailbox, new_email: Fresh
) -> None:
    await invited(timed, mailbox, owner, new_email(), Role.OWNER)
    for act in (
        tenants.remove_member(owner, owner.user_id, timed),
        tenants.change_member(owner, ChangeMember(owner.user_id, Role.ADMIN), timed),
    ):
        assert await codes(act) == [TenantErrorCode.LAST_OWNER]
    second = await make_member(timed, owner.tenant_id, Role.OWNER)
    await tenants.remove_member(owner, owner.user_id, timed)
    leaving = tenants.remove_member(second, second.user_id, timed)
    assert await codes(leaving) == [TenantErrorCode.LAST_OWNER]


async def _demote(actor: Actor, other: Actor, env: Env) -> User:
    return await tenants.change_member(actor, ChangeMember(other.user_id, Role.VIEWER), env)


async def _remove(actor: Actor, other: Actor, env: Env) -> User:
    return await tenants.remove_member(actor, other.user_id, env)


async def _leave(actor: Actor, _other: Actor, env: Env) -> User:
    return await tenants.remove_member(actor, actor.user_id, env)


@pytest.mark.parametrize("act", [_demote, _remove, _leave])
async def test_of_two_owners_who_act_on_each_other_at_once_one_stays(
    timed: Env, act: Callable[[Actor, Actor, Env], Awaitable[User]]
) -> None:
    for _ in range(5):
        first = await make_company(timed)
        second = await make_member(timed, first.tenant_id, Role.OWNER)
        results = await asyncio.gather(act(first, second, timed), act(second, first, timed), return_exceptions=True)
        [refused] = [result for result in results if isinstance(result, Exception)]
        assert isinstance(refused, Forbidden | Unauthenticated | Rejected), refused
        assert await User.filter(tenant_id=first.tenant_id, role=Role.OWNER, removed_at__isnull=True).count() == 1


# -- losing rights


async def test_a_removed_member_is_signed_out(timed: Env, clock: Clock, owner: Actor) -> None:
    member = await make_member(timed, owner.tenant_id, Role.ADMIN)
    tokens = (await tenants.login(LogIn(member.email, PASSWORD), timed)).tokens
    authenticator = Authenticator()
    await authenticator.authenticate(tokens.access_token, timed)
    await tenants.remove_member(owner, member.user_id, timed)
    assert await codes(tenants.refresh(RefreshTokens(tokens.refresh_token), timed)) == [
        TenantErrorCode.REFRESH_TOKEN_INVALID
    ]
    assert await codes(tenants.login(LogIn(member.email, PASSWORD), timed)) == [TenantErrorCode.INVALID_CREDENTIALS]
    with pytest.raises(Unauthenticated):
        await tenants.invite_member(member, InviteMember("new@acme.com", Role.VIEWER), timed)
    clock.forward(timedelta(seconds=30))
    with pytest.raises(Unauthenticated):
        await authenticator.authenticate(tokens.access_token, timed)


async def test_a_demoted_member_is_signed_out_and_a_promoted_one_is_not(timed: Env, clock: Clock, owner: Actor) -> None:
    member = await make_member(timed, owner.tenant_id, Role.OPERATOR)
    authenticator = Authenticator()
    tokens = (await tenants.login(LogIn(member.email, PASSWORD), timed)).tokens
    await authenticator.authenticate(tokens.access_token, timed)
    await tenants.change_member(owner, ChangeMember(member.user_id, Role.ADMIN), timed)
    clock.forward(timedelta(seconds=30))
    promoted = await authenticator.authenticate(tokens.access_token, timed)
    assert promoted.role is Role.ADMIN
    tokens = await tenants.refresh(RefreshTokens(tokens.refresh_token), timed)
    await tenants.change_member(owner, ChangeMember(member.user_id, Role.LOGISTICS), timed)
    assert await codes(tenants.refresh(RefreshTokens(tokens.refresh_token), timed)) == [
        TenantErrorCode.REFRESH_TOKEN_INVALID
    ]
    with pytest.raises(Forbidden):
        await tenants.remove_member(promoted, owner.user_id, timed)
    clock.forward(timedelta(seconds=30))
    with pytest.raises(Unauthenticated):
        await authenticator.authenticate(tokens.access_token, timed)
    again = await tenants.login(LogIn(member.email, PASSWORD), timed)
    assert (await authenticator.authenticate(again.tokens.access_token, timed)).role is Role.LOGISTICS


async def test_fewer_brands_sign_a_member_out(timed: Env, owner: Actor) -> None:
    first, second = await brand_of(timed, owner), await brand_of(timed, owner)
    member = await make_member(timed, owner.tenant_id, Role.VIEWER)
    for brand_ids, survives in (((first.id, second.id), False), ((first.id,), False), ((), True)):
        tokens = (await tenants.login(LogIn(member.email, PASSWORD), timed)).tokens
        await tenants.change_member(owner, ChangeMember(member.user_id, Role.VIEWER, brand_ids), timed)
        if survives:
            await tenants.refresh(RefreshTokens(tokens.refresh_token), timed)
        else:
            assert await codes(tenants.refresh(RefreshTokens(tokens.refresh_token), timed))


async def test_what_a_removed_member_did_keeps_their_name(timed: Env, owner: Actor) -> None:
    member = await make_member(timed, owner.tenant_id, Role.OPERATOR)
    batch = await make_batch(timed, member)
    rows = InputRows([NewPassport("SN-1", timed.today())])
    await issue(member, IssuePassports(batch.id, rows), timed)
    events = "SELECT * FROM lifecycle_event WHERE batch_id = $1"
    before = await database.fetch(events, batch.id)
    await tenants.remove_member(owner, member.user_id, timed)
    assert await database.fetch(events, batch.id) == before
    shown = await lifecycle.list_events(owner, PageRequest(10), EventFilter(batch_id=batch.id))
    assert [event.actor for event in shown.page.items] == [member.email]


# -- reading


async def test_the_team_from_the_newest_to_the_oldest(
    timed: Env, owner: Actor, mailbox: Mailbox, new_email: Fresh
) -> None:
    members = []
    for role in (Role.ADMIN, Role.VIEWER):
        # Identifiers of one millisecond have no order.
        await asyncio.sleep(0.002)
        members.append(await make_member(timed, owner.tenant_id, role))
    await tenants.remove_member(owner, members[1].user_id, timed)
    pending, _ = await invited(timed, mailbox, owner, new_email())
    first = await tenants.members(owner, PageRequest(3))
    rest = await tenants.members(owner, PageRequest(3, first.cursors[-1]))
    assert [row.id for row in [*first.items, *rest.items]] == [
        pending.id,
        members[1].user_id,
        members[0].user_id,
        owner.user_id,
    ]
    assert (first.has_next, rest.has_next) == (True, False)
    assert await tenants.count_members(owner) == 4
    with pytest.raises(Forbidden):
        await tenants.members(replace(owner, role=Role.LOGISTICS), PageRequest())
