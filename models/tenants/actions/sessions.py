"""Signing in, staying signed in and signing out."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog

from models import database
from models.database import Connection, Record, unit_of_work
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import Rejected, reject
from models.kernel.ids import uuid7
from models.kernel.permissions import Role
from models.kernel.throttle import caller, spend
from models.tenants import rules
from models.tenants.errors import TenantErrorCode
from models.tenants.tables import Tenant, User
from models.tenants.throttles import SIGN_INS_PER_ADDRESS, SignInThrottle, forgive
from models.tenants.tokens import access_token, digest, new_secret

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LogIn:
    """How a member says who they are."""

    email: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RefreshTokens:
    """A refresh token to be exchanged; it is good for one use."""

    refresh_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """An access token, good for `expires_in` seconds, and the refresh token that gets the next pair."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session's first tokens, and whose they are."""

    tokens: Tokens
    user: User
    tenant: Tenant


async def login(command: LogIn, env: Env, *, address: str = "") -> SignedIn:
    """Start a session. `address` is the caller's, "" when unknown.

    Raises a rejection, the same and after the same work whether the account is unknown or the password wrong, or
    `RateLimited` after many of them, and after many sign-ins of any kind at once from one address.
    """
    email = rules.checked_email(command.email)
    throttle = SignInThrottle(email, address, env)
    await throttle.admit()
    await spend(SIGN_INS_PER_ADDRESS, caller(address), env)
    user = await User.get_or_none(email=email, removed_at__isnull=True)
    password_hash = user.password_hash if user else None
    # What is too long to be a password is compared as an empty one, which nobody has: it costs what a wrong one does.
    password = rules.normal_password(command.password) or ""
    if not await env.passwords.verify(password_hash, password) or user is None:
        await throttle.count_failure()
        raise _wrong_credentials()
    # Guesses that were sent at once have all been admitted; by now some may have used up what was free.
    await throttle.admit()
    async with unit_of_work() as connection:
        tokens = await _start_session(connection, user, env)
        tenant = await Tenant.get(id=user.tenant_id)
    await forgive(email, env)
    return SignedIn(tokens, user, tenant)


def _wrong_credentials() -> Rejected:
    return reject(TenantErrorCode.INVALID_CREDENTIALS, "E-mail or password is wrong.")


async def _start_session(connection: Connection, user: User, env: Env) -> Tokens:
    # Locked, so that a password reset or a removal at this moment either comes first or ends this session too.
    unchanged = await connection.fetchval(
        "SELECT true FROM user_account WHERE id = $1 AND password_hash = $2 AND removed_at IS NULL FOR SHARE",
        user.id,
        user.password_hash,
    )
    if not unchanged:
        raise _wrong_credentials()
    session_id, now = uuid7(), env.now()
    await connection.execute(
        "INSERT INTO session (id, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        session_id,
        user.id,
        now,
        now + env.policy.refresh_token_lifetime,
    )
    refresh_token = await _add_refresh_token(connection, session_id, now)
    return _tokens(user.tenant_id, user.id, session_id, user.role, refresh_token, env)


async def refresh(command: RefreshTokens, env: Env) -> Tokens:
    """Exchange a refresh token for a new pair. Raises a rejection.

    A token that comes a second time was copied, and there is no telling whether the thief or the owner came first, so
    the session ends at once (RFC 9700, section 4.14.2). A client whose answer got lost has to sign in again: a grace
    period for it would be the thief's as well.
    """
    async with unit_of_work() as connection:
        tokens = await _rotate(connection, digest(command.refresh_token), env)
    # Only now: an error inside would undo that the session was ended.
    if tokens is None:
        raise reject(
            TenantErrorCode.REFRESH_TOKEN_INVALID,
            "The refresh token is unknown or was used before, or its session has ended. Sign in again.",
            "refresh_token",
        )
    return tokens


async def _rotate(connection: Connection, token_hash: bytes, env: Env) -> Tokens | None:
    now = env.now()
    session = await _lock_session(connection, token_hash, now)
    if session is None:
        return None
    first_use = await connection.fetchval(
        "UPDATE refresh_token SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL RETURNING true",
        token_hash,
        now,
    )
    if not first_use:
        await connection.execute("UPDATE session SET ended_at = $2 WHERE id = $1", session["id"], now)
        _log.warning("refresh_token_reused", session_id=str(session["id"]), user_id=str(session["user_id"]))
        return None
    # Each token is good for as long as the newest was when it was made, so older ones need not be kept to be refused.
    await connection.execute(
        "DELETE FROM refresh_token WHERE session_id = $1 AND created_at <= $2",
        session["id"],
        now - env.policy.refresh_token_lifetime,
    )
    await connection.execute(
        "UPDATE session SET expires_at = $2 WHERE id = $1", session["id"], now + env.policy.refresh_token_lifetime
    )
    refresh_token = await _add_refresh_token(connection, session["id"], now)
    return _tokens(session["tenant_id"], session["user_id"], session["id"], Role(session["role"]), refresh_token, env)


async def _lock_session(connection: Connection, token_hash: bytes, now: datetime) -> Record | None:
    """Returns the session that a refresh token belongs to, so that its tokens are exchanged one after the other."""
    return await connection.fetchrow(
        """
        SELECT s.id, s.user_id, u.tenant_id, u.role
        FROM session s JOIN user_account u ON u.id = s.user_id
        WHERE s.id = (SELECT session_id FROM refresh_token WHERE token_hash = $1)
            AND s.ended_at IS NULL AND s.expires_at > $2 AND u.removed_at IS NULL AND u.password_hash IS NOT NULL
        FOR UPDATE OF s
        """,
        token_hash,
        now,
    )


async def _add_refresh_token(connection: Connection, session_id: UUID, now: datetime) -> str:
    token = new_secret()
    await connection.execute(
        "INSERT INTO refresh_token (token_hash, session_id, created_at) VALUES ($1, $2, $3)",
        digest(token),
        session_id,
        now,
    )
    return token


def _tokens(tenant_id: UUID, user_id: UUID, session_id: UUID, role: Role, refresh_token: str, env: Env) -> Tokens:
    return Tokens(
        access_token=access_token(tenant_id, user_id, session_id, role, env),
        refresh_token=refresh_token,
        expires_in=int(env.policy.access_token_lifetime.total_seconds()),
    )


async def logout(actor: Actor, env: Env) -> None:
    """End the actor's session; other devices stay signed in. Ending it again does nothing."""
    await database.execute(
        "UPDATE session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL", actor.session_id, env.now()
    )


async def sweep(now: datetime) -> None:
    """Delete sessions, password resets and invitations that are over."""
    await database.execute("DELETE FROM session WHERE expires_at <= $1", now)
    await database.execute("DELETE FROM password_reset WHERE expires_at <= $1", now)
    await database.execute("DELETE FROM invitation WHERE expires_at <= $1", now)
