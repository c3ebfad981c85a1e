"""Invitations, from the mail to signing in, and what makes them useless."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest

from models import database, tenants
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import NotFound, RateLimited, Rejected
from models.kernel.ids import uuid7
from models.kernel.permissions import Role
from models.tenants import (
    AcceptInvitation,
    Authenticator,
    InviteMember,
    LogIn,
    MemberStatus,
    RegisterCompany,
    TenantErrorCode,
    User,
    status_of,
)
from models.tenants.tables import Invitation
from tests.conftest import CountQueries
from tests.factories import PASSWORD, make_company, make_member
from tests.models.tenants.doubles import Clock, Mailbox
from tests.models.tenants.inviting import codes, invited

Fresh = Callable[[], str]
WEEK = timedelta(days=7)


async def test_from_the_mail_to_signing_in(timed: Env, owner: Actor, mailbox: Mailbox, new_email: Fresh) -> None:
    email = new_email()
    member, token = await invited(timed, mailbox, owner, email)
    assert (status_of(member), member.invited_at) == (MemberStatus.INVITED, timed.now())
    with pytest.raises(Rejected):
        await tenants.login(LogIn(email, PASSWORD), timed)
    accepted = await tenants.accept_invitation(AcceptInvitation(token, PASSWORD), timed)
    assert (accepted.user.id, accepted.tenant.id) == (member.id, owner.tenant_id)
    assert status_of(accepted.user) is MemberStatus.ACTIVE
    signed_in = await tenants.login(LogIn(email, PASSWORD), timed)
    actor = await Authenticator().authenticate(signed_in.tokens.access_token, timed)
    assert (actor.tenant_id, actor.role) == (owner.tenant_id, Role.OPERATOR)


async def test_the_mail_says_who_invites_and_how_to_accept(
    timed: Env, owner: Actor, mailbox: Mailbox, new_email: Fresh
) -> None:
    _, token = await invited(timed, mailbox, owner, new_email())
    mail = mailbox.mails[-1]
    assert mail.subject == "You are invited to Acme Batteries on ExportReady"
    for part in (
        owner.email,
        "as OPERATOR of Acme Batteries",
        "within 7 days",
        f"http://passports.test/accept-invitation?token={token}\n",
        f"\n{token}\n",
    ):
        assert part in mail.text


async def test_the_token_is_nowhere_kept(timed: Env, owner: Actor, mailbox: Mailbox, new_email: Fresh) -> None:
    member = await tenants.invite_member(owner, InviteMember(new_email(), Role.VIEWER), timed)
    waiting = await database.fetch("SELECT kind, payload FROM job")
    assert [row["kind"] for row in waiting] == ["invitation"]
    await mailbox.deliver()
    (row,) = await database.fetch("SELECT * FROM invitation WHERE user_id = $1", member.id)
    assert len(row["token_hash"]) == 32
    assert mailbox.token() not in f"{waiting} {row}"


async def test_of_20_acceptances_at_once_exactly_one_succeeds(
    timed: Env, owner: Actor, mailbox: Mailbox, new_email: Fresh
) -> None:
    email = new_email()
    _, token = await invited(timed, mailbox, owner, email)
    passwords = [f"password number {number:02}" for number in range(20)]
    results = await asyncio.gather(
        *(tenants.accept_invitation(AcceptInvitation(token, password), timed) for password in passwords),
        return_exceptions=True,
    )
    refusals = [result.code for result in results if isinstance(result, Rejected)]
    assert refusals == [TenantErrorCode.INVITATION_TOKEN_INVALID] * 19
    [winner] = [password for password, result in zip(passwords, results, strict=True) if type(result) is not Rejected]
    await tenants.login(LogIn(email, winner), timed)


async def test_an_invitation_expires_after_a_week_and_is_swept(
    timed: Env, clock: Clock, owner: Actor, mailbox: Mailbox, new_email: Fresh
) -> None:
    member, token = await invited(timed, mailbox, owner, new_email())
    clock.forward(WEEK - timedelta(microseconds=1))
    await tenants.sweep(clock())
    assert await Invitation.exists(user_id=member.id)
    clock.forward(timedelta(microseconds=1))
    expired = tenants.accept_invitation(AcceptInvitation(token, PASSWORD), timed)
    assert await codes(expired) == [TenantErrorCode.INVITATION_TOKEN_INVALID]
    await tenants.sweep(clock())
    assert not await Invitation.exists(user_id=member.id)


async def test_a_refused_password_leaves_the_token_good(
    timed: Env, owner: Actor, mailbox: Mailbox, new_email: Fresh
) -> None:
    _, token = await invited(timed, mailbox, owner, new_email())
    with pytest.raises(Rejected) as rejected:
        await tenants.accept_invitation(AcceptInvitation(token, "short"), timed)
    [violation] = rejected.value.violations
    assert (violation.code, violation.field) == (TenantErrorCode.PASSWORD_INVALID, ("password",))
    await tenants.accept_invitation(AcceptInvitation(token, PASSWORD), timed)


async def test_made_up_tokens_cost_no_hash(timed: Env, count_queries: CountQueries) -> None:
    for token in ("", "junk", "\ud800"):
        with count_queries() as queries:
            made_up = tenants.accept_invitation(AcceptInvitation(token, PASSWORD), timed)
            assert await codes(made_up) == [TenantErrorCode.INVITATION_TOKEN_INVALID]
        assert len(queries) == 1


async def test_resending_makes_a_new_token_and_the_old_one_useless_at_once(
    timed: Env, clock: Clock, owner: Actor, mailbox: Mailbox, new_email: Fresh
) -> None:
    member, older = await invited(timed, mailbox, owner, new_email())
    clock.forward(2 * WEEK)
    again = await tenants.resend_invitation(owner, member.id, timed)
    assert again.invited_at == clock()
    refused = tenants.accept_invitation(AcceptInvitation(older, PASSWORD), timed)
    assert await codes(refused) == [TenantErrorCode.INVITATION_TOKEN_INVALID]
    await mailbox.deliver()
    assert mailbox.token() != older
    await tenants.accept_invitation(AcceptInvitation(mailbox.token(), PASSWORD), timed)


async def test_a_revoked_invitation_is_useless_and_never_mailed(
    timed: Env, owner: Actor, mailbox: Mailbox, new_email: Fresh
) -> None:
    member, token = await invited(timed, mailbox, owner, new_email())
    await tenants.resend_invitation(owner, member.id, timed)
    revoked = await tenants.revoke_invitation(owner, member.id, timed)
    assert status_of(revoked) is MemberStatus.REMOVED
    await mailbox.deliver()
    assert len(mailbox.mails) == 1
    accepted = tenants.accept_invitation(AcceptInvitation(token, PASSWORD), timed)
    assert await codes(accepted) == [TenantErrorCode.INVITATION_TOKEN_INVALID]


async def test_only_who_is_invited_has_an_invitation(timed: Env, owner: Actor) -> None:
    active = await make_member(timed, owner.tenant_id, Role.VIEWER)
    for act in (tenants.resend_invitation, tenants.revoke_invitation):
        assert await codes(act(owner, active.user_id, timed)) == [TenantErrorCode.NOT_INVITED]
        with pytest.raises(NotFound):
            await act(owner, uuid7(), timed)


async def accepted_beside(other: Coroutine[Any, Any, object], token: str, env: Env) -> list[object]:
    """What comes of accepting and of the other, at the same moment."""
    accepting = tenants.accept_invitation(AcceptInvitation(token, PASSWORD), env)
    return [*await asyncio.gather(accepting, other, return_exceptions=True)]


async def test_an_invitation_is_either_accepted_or_revoked(
    timed: Env, owner: Actor, mailbox: Mailbox, new_email: Fresh
) -> None:
    for _ in range(5):
        member, token = await invited(timed, mailbox, owner, new_email())
        results = await accepted_beside(tenants.revoke_invitation(owner, member.id, timed), token, timed)
        [refused] = [result for result in results if isinstance(result, Rejected)]
        expected = MemberStatus.ACTIVE if refused is results[1] else MemberStatus.REMOVED
        assert status_of(await User.get(id=member.id)) is expected


async def test_an_address_belongs_to_one_member_of_one_company(
    timed: Env, owner: Actor, mailbox: Mailbox, new_email: Fresh
) -> None:
    elsewhere = await make_company(timed)
    pending, _ = await invited(timed, mailbox, elsewhere, new_email())
    for email in (owner.email.upper(), elsewhere.email, pending.email):
        taken = tenants.invite_member(owner, InviteMember(email, Role.VIEWER), timed)
        assert await codes(taken) == [TenantErrorCode.EMAIL_TAKEN]
    registering = tenants.register(RegisterCompany("Acme", owner.email, PASSWORD), timed)
    assert await codes(registering) == [TenantErrorCode.EMAIL_TAKEN]


@pytest.mark.parametrize("waited", [timedelta(), 2 * WEEK])
async def test_an_invitation_keeps_nobody_from_registering(
    waited: timedelta, timed: Env, clock: Clock, owner: Actor, mailbox: Mailbox, new_email: Fresh
) -> None:
    member, token = await invited(timed, mailbox, owner, new_email())
    clock.forward(waited)
    registered = await tenants.register(RegisterCompany("Their own", member.email, PASSWORD), timed)
    assert (await tenants.login(LogIn(member.email, PASSWORD), timed)).tenant.id == registered.tenant.id
    assert status_of(await User.get(id=member.id)) is MemberStatus.REMOVED
    assert not await Invitation.exists(user_id=member.id)
    accepting = tenants.accept_invitation(AcceptInvitation(token, PASSWORD), timed)
    assert await codes(accepting) == [TenantErrorCode.INVITATION_TOKEN_INVALID]


async def test_only_an_expired_invitation_makes_way_for_another(
    timed: Env, clock: Clock, owner: Actor, mailbox: Mailbox, new_email: Fresh
) -> None:
    elsewhere = await make_company(timed)
    first, _ = await invited(timed, mailbox, elsewhere, new_email())
    clock.forward(WEEK - timedelta(microseconds=1))
    early = tenants.invite_member(owner, InviteMember(first.email, Role.VIEWER), timed)
    assert await codes(early) == [TenantErrorCode.EMAIL_TAKEN]
    clock.forward(timedelta(microseconds=1))
    second, token = await invited(timed, mailbox, owner, first.email)
    assert status_of(await User.get(id=first.id)) is MemberStatus.REMOVED
    accepted = await tenants.accept_invitation(AcceptInvitation(token, PASSWORD), timed)
    assert (accepted.user.id, accepted.tenant.id) == (second.id, owner.tenant_id)


async def test_a_token_that_was_mailed_late_holds_its_address_as_long_as_it_is_good(
    timed: Env, clock: Clock, owner: Actor, mailbox: Mailbox, new_email: Fresh
) -> None:
    member = await tenants.invite_member(owner, InviteMember(new_email(), Role.VIEWER), timed)
    clock.forward(timedelta(days=1))
    await mailbox.deliver()
    clock.forward(WEEK - timedelta(hours=1))
    elsewhere = await make_company(timed)
    early = tenants.invite_member(elsewhere, InviteMember(member.email, Role.VIEWER), timed)
    assert await codes(early) == [TenantErrorCode.EMAIL_TAKEN]


async def test_whoever_accepts_and_registers_at_once_has_one_account(
    timed: Env, owner: Actor, mailbox: Mailbox, new_email: Fresh
) -> None:
    for _ in range(5):
        member, token = await invited(timed, mailbox, owner, new_email())
        registering = tenants.register(RegisterCompany("Their own", member.email, PASSWORD), timed)
        results = await accepted_beside(registering, token, timed)
        assert [type(result) for result in results].count(Rejected) == 1
        assert await User.filter(email=member.email, removed_at=None, password_hash__isnull=False).count() == 1


async def test_of_two_companies_that_invite_an_address_at_once_one_does(
    timed: Env, owner: Actor, new_email: Fresh
) -> None:
    command = InviteMember(new_email(), Role.VIEWER)
    elsewhere = await make_company(timed)
    results = await asyncio.gather(
        *(tenants.invite_member(actor, command, timed) for actor in (owner, elsewhere)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["Rejected", "User"]


async def test_a_removed_members_address_is_free_and_their_row_stays(
    timed: Env, owner: Actor, mailbox: Mailbox
) -> None:
    removed = await make_member(timed, owner.tenant_id, Role.VIEWER)
    await tenants.remove_member(owner, removed.user_id, timed)
    again, token = await invited(timed, mailbox, owner, removed.email)
    assert again.id != removed.user_id
    await tenants.accept_invitation(AcceptInvitation(token, PASSWORD), timed)
    await tenants.remove_member(owner, again.id, timed)
    registered = await tenants.register(RegisterCompany("Their own", removed.email, PASSWORD), timed)
    assert (await tenants.login(LogIn(removed.email, PASSWORD), timed)).tenant.id == registered.tenant.id
    rows = await User.filter(email=removed.email, tenant_id=owner.tenant_id)
    assert {status_of(row) for row in rows} == {MemberStatus.REMOVED}
    assert len(rows) == 2


async def test_all_that_is_wrong_is_told(timed: Env, owner: Actor) -> None:
    admin = await make_member(timed, owner.tenant_id, Role.ADMIN)
    both = tenants.invite_member(admin, InviteMember("acme", Role.OWNER), timed)
    assert await codes(both) == [TenantErrorCode.EMAIL_INVALID, TenantErrorCode.RIGHTS_BEYOND_OWN]


async def test_5_invitations_an_hour_to_one_address_and_100_of_one_company(
    timed: Env, clock: Clock, owner: Actor, new_email: Fresh
) -> None:
    member = await tenants.invite_member(owner, InviteMember(new_email(), Role.VIEWER), timed)
    for _ in range(4):
        await tenants.resend_invitation(owner, member.id, timed)
    with pytest.raises(RateLimited):
        await tenants.resend_invitation(owner, member.id, timed)
    for _ in range(94):
        await tenants.invite_member(owner, InviteMember(new_email(), Role.VIEWER), timed)
    with pytest.raises(RateLimited):
        await tenants.invite_member(owner, InviteMember(new_email(), Role.VIEWER), timed)
    clock.forward(timedelta(hours=1))
    await tenants.resend_invitation(owner, member.id, timed)
