"""Tokens: signed access tokens that carry who is asking, and random ones of which only the hash is kept."""

import hashlib
import hmac
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt

from models import database
from models.kernel.actor import Actor
from models.kernel.env import Env, Policy
from models.kernel.errors import Unauthenticated
from models.kernel.permissions import Role

_ALGORITHM = "HS256"
_ISSUER = "exportready"
_AUDIENCE = "exportready-api"
_ANSWERS_HOLD = timedelta(seconds=30)
_MOST_KNOWN = 10_000


def new_secret() -> str:
    """Returns a token of 32 random bytes, in letters that need no escaping in a link."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """Returns the SHA-256 that a random token is kept as; with 256 random bits it needs no salt or stretching."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()


def access_token(tenant_id: UUID, user_id: UUID, session_id: UUID, role: Role, env: Env) -> str:
    """Returns a session's JSON Web Token (RFC 7519). `role` only informs the client: the server never trusts it."""
    now = env.now()
    claims = {
        "iss": _ISSUER,
        "aud": _AUDIENCE,
        "sub": str(user_id),
        "tid": str(tenant_id),
        "sid": str(session_id),
        "role": role.value,
        "iat": now,
        "exp": now + env.policy.access_token_lifetime,
    }
    return jwt.encode(claims, _key(env.policy), algorithm=_ALGORITHM)


def _key(policy: Policy) -> bytes:
    return hmac.digest(policy.secret_key.encode(), b"access tokens", hashlib.sha256)


def _verified(token: str, policy: Policy) -> tuple[UUID, datetime]:
    """Returns the token's session and when the token expires. Raises `Unauthenticated` for a token that is not ours."""
    try:
        claims = jwt.decode(
            token,
            _key(policy),
            algorithms=[_ALGORITHM],
            issuer=_ISSUER,
            audience=_AUDIENCE,
            # The library only knows the system's clock; the caller compares the time with its own.
            options={"require": ["sid", "exp"], "verify_exp": False, "verify_iat": False},
        )
        return UUID(claims["sid"]), datetime.fromtimestamp(claims["exp"], UTC)
    except (jwt.InvalidTokenError, ValueError):
        raise Unauthenticated("The access token is not valid: send the one that login or tokenRefresh gave.") from None


def _refuse_expired(expires_at: datetime, now: datetime) -> None:
    if expires_at <= now:
        raise Unauthenticated("The access token has expired: get a new one with tokenRefresh.")


@dataclass(frozen=True, slots=True)
class Authentication:
    """Who an access token stands for, and until when."""

    actor: Actor
    expires_at: datetime


@dataclass(slots=True)
class _KnownToken:
    """A token that was verified: for good, its signature; and as of `asked_at`, who it stands for."""

    session_id: UUID
    expires_at: datetime
    asked_at: datetime
    authentication: Authentication


class Authenticator:
    """Finds the actor behind an access token, as the database has them.

    A token's signature is verified once. Who it stands for is asked again after half a minute, so that a busy client
    costs no query, and a member who was removed or given another role, or whose session was ended, loses their rights
    within that time in every process. The tokens used last are kept, and only those that were ours and still hold.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[str, _KnownToken] = OrderedDict()

    async def authenticate(self, token: str, env: Env) -> Actor:
        """Returns the actor. Raises `Unauthenticated` for an invalid or expired token, or whose session has ended."""
        return (await self.authentication(token, env)).actor

    async def authentication(self, token: str, env: Env) -> Authentication:
        """Returns the actor and when the token expires, for connections that outlive it. Raises like `authenticate`."""
        now = env.now()
        known = self._known.get(token)
        if known is not None and now < known.expires_at and timedelta() <= now - known.asked_at < _ANSWERS_HOLD:
            self._known.move_to_end(token)
            return known.authentication
        try:
            return await self._ask(token, known, env, now)
        except Unauthenticated:
            self._known.pop(token, None)
            raise

    async def _ask(self, token: str, known: _KnownToken | None, env: Env, now: datetime) -> Authentication:
        session_id, expires_at = (known.session_id, known.expires_at) if known else _verified(token, env.policy)
        _refuse_expired(expires_at, now)
        found = Authentication(await _actor(session_id, now), expires_at)
        self._known[token] = _KnownToken(session_id, expires_at, now, found)
        self._known.move_to_end(token)
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return found


async def _actor(session_id: UUID, now: datetime) -> Actor:
    member = await database.fetch_one(
        """
        SELECT u.tenant_id, u.id, u.email, u.role, u.brand_ids
        FROM session s JOIN user_account u ON u.id = s.user_id
        WHERE s.id = $1 AND s.ended_at IS NULL AND s.expires_at > $2
            AND u.removed_at IS NULL AND u.password_hash IS NOT NULL
        """,
        session_id,
        now,
    )
    if member is None:
        raise Unauthenticated("The session has ended: sign in again.")
    return Actor(
        tenant_id=member["tenant_id"],
        user_id=member["id"],
        session_id=session_id,
        email=member["email"],
        role=Role(member["role"]),
        brand_ids=frozenset(member["brand_ids"]),
    )
