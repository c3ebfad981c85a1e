"""Inviting members by mail, and accepting.

Inviting writes the member, who has no password yet, and a job. The job then makes the token and mails it,
so that the token is nowhere kept but in the mail.
"""

from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from models import database
from models.database import Connection, Record, unit_of_work
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import NotFound, Rejected, Violation, reject
from models.kernel.ids import uuid7
from models.kernel.jobs import Payload, enqueue
from models.kernel.mail import Mail
from models.kernel.permissions import Permission, Role
from models.kernel.throttle import spend
from models.tenants import rules, team
from models.tenants.accounts import add_account
from models.tenants.actions.team import lock_member, lock_team, mark_removed, require_brands
from models.tenants.errors import TenantErrorCode
from models.tenants.tables import Tenant, User
from models.tenants.throttles import INVITATIONS_PER_ACCOUNT, INVITATIONS_PER_COMPANY, forgive
from models.tenants.tokens import digest, new_secret
from models.tenants.visible import visible_users

INVITATION = "invitation"


@dataclass(frozen=True, slots=True)
class InviteMember:
    """Who is to be invited, as what, and limited to which brands; none means all."""

    email: str
    role: Role
    brand_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class AcceptInvitation:
    """A token from the mail, and the password that the new member will sign in with."""

    token: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AcceptedInvitation:
    """A new member, who is not signed in yet, and their company."""

    tenant: Tenant
    user: User


async def invite_member(actor: Actor, command: InviteMember, env: Env) -> User:
    """Invite somebody by mail. Raises `NotFound` for a brand, a rejection or `RateLimited`."""
    actor.require(Permission.TEAM_MANAGE)
    email = _checked(actor, command)
    await _spend(actor, email, env)
    now = env.now()
    async with unit_of_work() as connection:
        actor = await lock_team(connection, actor)
        _checked(actor, command)
        member = User(
            id=uuid7(),
            tenant_id=actor.tenant_id,
            email=email,
            role=command.role,
            brand_ids=await require_brands(actor, command.brand_ids, env),
            invited_at=now,
            created_at=now,
        )
        await add_account(connection, member, env)
        await _enqueue(connection, actor, member, env)
    return member


def _checked(actor: Actor, command: InviteMember) -> str:
    """The address as it is kept. Raises a rejection with all that is wrong."""
    violations: list[Violation] = []
    email = ""
    try:
        email = rules.checked_email(command.email)
    except Rejected as rejected:
        violations += rejected.violations
    violations += team.grant_violations(actor, command.role, command.brand_ids)
    if violations:
        raise Rejected(violations)
    return email


async def resend_invitation(actor: Actor, member_id: UUID, env: Env) -> User:
    """Mail a new token to somebody invited; the one before is no longer good. Raises as `invite_member` does."""
    actor.require(Permission.TEAM_MANAGE)
    invited = await visible_users(actor).get_or_none(id=member_id)
    if invited is None:
        raise NotFound("There is no such member.")
    await _spend(actor, invited.email, env)
    async with unit_of_work() as connection:
        actor = await lock_team(connection, actor)
        member = await _lock_invited(actor, member_id)
        await connection.execute("DELETE FROM invitation WHERE user_id = $1", member.id)
        member.update_from_dict({"invited_at": env.now()})
        await member.save(update_fields=["invited_at"])
        await _enqueue(connection, actor, member, env)
    return member


async def revoke_invitation(actor: Actor, member_id: UUID, env: Env) -> User:
    """Take an invitation back: the token is no longer good, the address free. Raises `NotFound` and rejections."""
    actor.require(Permission.TEAM_MANAGE)
    async with unit_of_work() as connection:
        actor = await lock_team(connection, actor)
        member = await _lock_invited(actor, member_id)
        await mark_removed(connection, member, env)
    return member


async def _lock_invited(actor: Actor, member_id: UUID) -> User:
    member = await lock_member(actor, member_id)
    if team.status_of(member) is not team.MemberStatus.INVITED:
        raise reject(
            TenantErrorCode.NOT_INVITED, "Only somebody who is invited and has yet to accept has an invitation.", "id"
        )
    if violations := list(team.reach_violations(actor, member)):
        raise Rejected(violations)
    return member


async def _spend(actor: Actor, email: str, env: Env) -> None:
    await spend(INVITATIONS_PER_COMPANY, str(actor.tenant_id), env)
    await spend(INVITATIONS_PER_ACCOUNT, email, env)


async def _enqueue(connection: Connection, actor: Actor, member: User, env: Env) -> None:
    await enqueue(connection, INVITATION, {"user_id": str(member.id), "invited_by": actor.email}, env)


async def mail_invitation(payload: Payload, env: Env) -> None:
    """The handler of `INVITATION`."""
    token = new_secret()
    invited = await _keep_token(UUID(payload["user_id"]), token, env)
    if invited is not None:
        await env.mailer.send(_mail(invited, payload["invited_by"], token, env))


async def _keep_token(user_id: UUID, token: str, env: Env) -> Record | None:
    """Make this the one token of an invited member; gives what the mail says, None for somebody else."""
    now = env.now()
    async with unit_of_work() as connection:
        # Locked, so that two mails at the same time do not leave two tokens.
        invited = await connection.fetchrow(
            "SELECT u.email, u.role, t.company_name FROM user_account u JOIN tenant t ON t.id = u.tenant_id "
            "WHERE u.id = $1 AND u.password_hash IS NULL AND u.removed_at IS NULL FOR NO KEY UPDATE OF u",
            user_id,
        )
        if invited is None:
            return None
        await connection.execute("DELETE FROM invitation WHERE user_id = $1", user_id)
        await connection.execute(
            "INSERT INTO invitation (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
            digest(token),
            user_id,
            now,
            now + env.policy.invitation_lifetime,
        )
    return invited


async def accept_invitation(command: AcceptInvitation, env: Env) -> AcceptedInvitation:
    """Set the password of somebody invited, who is then a member and signs in. Raises a rejection.

    A password that is refused leaves the token as it was.
    """
    password = rules.checked_password(command.password)
    token_hash = digest(command.token)
    # Looked up before the costly hash, so that made-up tokens cannot keep the threads that sign-ins need busy.
    user_id = await database.fetch_value(
        "SELECT user_id FROM invitation WHERE token_hash = $1 AND expires_at > $2", token_hash, env.now()
    )
    if user_id is None:
        raise _unusable_token()
    password_hash = await env.passwords.hash(password)
    async with unit_of_work() as connection:
        await _join(connection, user_id, token_hash, password_hash, env)
        user = await User.get(id=user_id)
        tenant = await Tenant.get(id=user.tenant_id)
    await forgive(user.email, env)
    return AcceptedInvitation(tenant, user)


async def _join(connection: Connection, user_id: UUID, token_hash: bytes, password_hash: str, env: Env) -> None:
    """Set the password and use the token up; of several at the same time, all but one wait here and are rejected."""
    accepted = await connection.fetchval(
        "UPDATE user_account SET password_hash = $2 WHERE id = $1 AND password_hash IS NULL AND removed_at IS NULL "
        "RETURNING true",
        user_id,
        password_hash,
    )
    used = await connection.fetchval(
        "DELETE FROM invitation WHERE token_hash = $1 AND expires_at > $2 RETURNING true", token_hash, env.now()
    )
    if not accepted or not used:
        raise _unusable_token()


def _unusable_token() -> Rejected:
    return reject(
        TenantErrorCode.INVITATION_TOKEN_INVALID,
        "The invitation is unknown, was used before, renewed or revoked, or has expired. Ask whoever invited you for a "
        "new one.",
        "token",
    )


def _mail(invited: Record, invited_by: str, token: str, env: Env) -> Mail:
    policy = env.policy
    return Mail(
        to=invited["email"],
        subject=f"You are invited to {invited['company_name']} on ExportReady",
        text=f"""\
{invited_by} invites {invited["email"]} to ExportReady, the battery passport platform,
as {invited["role"]} of {invited["company_name"]}.

Choose a password within {policy.invitation_lifetime.days} days here:

{policy.public_base_url}/accept-invitation?{urlencode({"token": token})}

Or give this token to the mutation invitationAccept(input: {{token, password}}) at {policy.public_base_url}/graphql:

{token}

It works once, and only the newest one does. If you do not know the company, there is nothing to do.
""",
    )
