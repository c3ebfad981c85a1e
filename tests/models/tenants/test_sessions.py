"""Signing in, refreshing, signing out."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from models import tenants
from models.kernel.env import Env, PasswordHasher
from models.kernel.errors import RateLimited, Rejected, Unauthenticated
from models.kernel.ids import uuid7
from models.kernel.permissions import Role
from models.tenants import Authenticator, LogIn, RefreshTokens, Registered, SignedIn, TenantErrorCode, Tokens, User
from models.tenants.tables import RefreshToken, Session
from tests.conftest import CountQueries
from tests.factories import PASSWORD, make_company, make_member
from tests.models.tenants.doubles import Clock

Fresh = Callable[[], str]


@dataclass
class CountedPasswords:
    """Counts what it is asked to verify."""

    passwords: PasswordHasher
    verified: int = 0

    async def hash(self, password: str) -> str:
        return await self.passwords.hash(password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        self.verified += 1
        return await self.passwords.verify(password_hash, password)


async def refused_login(env: Env, email: str, password: str) -> Rejected:
    """Why a sign-in is refused."""
    with pytest.raises(Rejected) as rejected:
        await tenants.login(LogIn(email, password), env)
    return rejected.value


async def refused_refresh(env: Env, refresh_token: str) -> None:
    """Asserts that the token is refused."""
    with pytest.raises(Rejected) as rejected:
        await tenants.refresh(RefreshTokens(refresh_token), env)
    assert rejected.value.code == TenantErrorCode.REFRESH_TOKEN_INVALID


async def test_a_member_signs_in_with_address_and_password(timed: Env, registered: Registered) -> None:
    signed_in = await tenants.login(LogIn(registered.user.email.upper(), PASSWORD), timed)
    assert signed_in.user.id == registered.user.id
    assert signed_in.tenant.id == registered.tenant.id
    assert signed_in.tokens.expires_in == 900
    actor = await Authenticator().authenticate(signed_in.tokens.access_token, timed)
    assert (actor.user_id, actor.tenant_id, actor.role) == (registered.user.id, registered.tenant.id, Role.OWNER)


async def test_a_composed_password_is_taken_from_a_keyboard_that_decomposes(timed: Env, new_email: Fresh) -> None:
    email = new_email()
    await tenants.register(tenants.RegisterCompany("Acme", email, "d\u00e9j\u00e0 vu d\u00e9j\u00e0"), timed)
    await tenants.login(LogIn(email, "de\u0301ja\u0300 vu de\u0301ja\u0300"), timed)


async def test_an_unknown_address_is_answered_like_a_wrong_password(
    timed: Env, registered: Registered, new_email: Fresh, count_queries: CountQueries
) -> None:
    answers: list[tuple[Any, int, list[str]]] = []
    for email in (registered.user.email, new_email()):
        passwords = CountedPasswords(timed.passwords)
        with count_queries() as queries:
            refused = await refused_login(replace(timed, passwords=passwords), email, "wrong wrong wrong")
        answers.append((refused.violations, passwords.verified, queries))
    assert answers[0] == answers[1]
    violations, verified, _ = answers[0]
    assert violations[0].code == TenantErrorCode.INVALID_CREDENTIALS
    assert violations[0].message == "E-mail or password is wrong."
    assert verified == 1


@pytest.mark.parametrize("password", ["", "wrong wrong wrong", "x" * 100_000, "\ud800" * 12, PASSWORD + " ", "\0"])
async def test_any_other_password_is_wrong(timed: Env, registered: Registered, password: str) -> None:
    assert (await refused_login(timed, registered.user.email, password)).code == TenantErrorCode.INVALID_CREDENTIALS


async def test_what_is_no_address_is_told(timed: Env) -> None:
    assert (await refused_login(timed, "acme", PASSWORD)).code == TenantErrorCode.EMAIL_INVALID


@pytest.mark.parametrize("columns", [{"password_hash": None}, {"removed_at": "now"}])
async def test_invited_and_removed_members_neither_sign_in_nor_go_on(
    timed: Env, signed_in: SignedIn, columns: dict[str, Any]
) -> None:
    changes = {column: value and timed.now() for column, value in columns.items()}
    await User.filter(id=signed_in.user.id).update(**changes)
    for _ in range(5):
        refused = await refused_login(timed, signed_in.user.email, PASSWORD)
        assert refused.code == TenantErrorCode.INVALID_CREDENTIALS
    with pytest.raises(RateLimited):
        await tenants.login(LogIn(signed_in.user.email, PASSWORD), timed)
    await refused_refresh(timed, signed_in.tokens.refresh_token)
    with pytest.raises(Unauthenticated):
        await Authenticator().authenticate(signed_in.tokens.access_token, timed)


async def test_a_sign_in_that_a_password_change_overtakes_starts_no_session(timed: Env, registered: Registered) -> None:
    class Overtaken(CountedPasswords):
        async def verify(self, password_hash: str | None, password: str) -> bool:
            right = await super().verify(password_hash, password)
            await User.filter(id=registered.user.id).update(password_hash=await self.hash("another password"))
            return right

    env = replace(timed, passwords=Overtaken(timed.passwords))
    assert (await refused_login(env, registered.user.email, PASSWORD)).code == TenantErrorCode.INVALID_CREDENTIALS
    assert not await Session.exists(user_id=registered.user.id)


async def test_each_refresh_gives_a_new_pair(timed: Env, clock: Clock, signed_in: SignedIn) -> None:
    tokens = signed_in.tokens
    seen = {tokens.refresh_token}
    for _ in range(5):
        clock.forward(timedelta(minutes=20))
        tokens = await tenants.refresh(RefreshTokens(tokens.refresh_token), timed)
        seen.add(tokens.refresh_token)
        actor = await Authenticator().authenticate(tokens.access_token, timed)
        assert actor.user_id == signed_in.user.id
    assert len(seen) == 6


async def test_only_hashes_of_refresh_tokens_are_kept(timed: Env, signed_in: SignedIn) -> None:
    row = await RefreshToken.get(session__user_id=signed_in.user.id)
    assert len(row.token_hash) == 32
    assert signed_in.tokens.refresh_token.encode() not in row.token_hash


async def test_a_reused_refresh_token_ends_its_session_and_no_other(timed: Env, signed_in: SignedIn) -> None:
    elsewhere = await tenants.login(LogIn(signed_in.user.email, PASSWORD), timed)
    newer = await tenants.refresh(RefreshTokens(signed_in.tokens.refresh_token), timed)
    with capture_logs() as lines:
        await refused_refresh(timed, signed_in.tokens.refresh_token)
    assert [line["event"] for line in lines] == ["refresh_token_reused"]
    await refused_refresh(timed, newer.refresh_token)
    for access_token in (newer.access_token, signed_in.tokens.access_token):
        with pytest.raises(Unauthenticated):
            await Authenticator().authenticate(access_token, timed)
    await tenants.refresh(RefreshTokens(elsewhere.tokens.refresh_token), timed)


async def test_of_50_uses_of_one_refresh_token_at_once_one_succeeds_and_the_session_ends(
    timed: Env, signed_in: SignedIn
) -> None:
    results = await asyncio.gather(
        *(tenants.refresh(RefreshTokens(signed_in.tokens.refresh_token), timed) for _ in range(50)),
        return_exceptions=True,
    )
    pairs = [result for result in results if isinstance(result, Tokens)]
    refused = [result for result in results if isinstance(result, Rejected)]
    assert (len(pairs), len(refused)) == (1, 49)
    await refused_refresh(timed, pairs[0].refresh_token)
    with pytest.raises(Unauthenticated):
        await Authenticator().authenticate(pairs[0].access_token, timed)


async def test_a_refresh_that_a_sign_out_overtakes_is_refused(
    timed: Env, signed_in: SignedIn, database_url: str
) -> None:
    blocked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()"
    elsewhere = await asyncpg.connect(database_url)
    try:
        async with elsewhere.transaction():
            await elsewhere.execute(
                "UPDATE session SET ended_at = $2 WHERE user_id = $1", signed_in.user.id, timed.now()
            )
            refresh = asyncio.create_task(refused_refresh(timed, signed_in.tokens.refresh_token))
            while not await elsewhere.fetchval(blocked):
                pass
        await refresh
    finally:
        await elsewhere.close()
    assert await RefreshToken.filter(session__user_id=signed_in.user.id).count() == 1


@pytest.mark.parametrize("token", ["", "junk", "\ud800", "x" * 10_000])
async def test_unknown_refresh_tokens_are_refused(timed: Env, token: str) -> None:
    await refused_refresh(timed, token)


async def test_a_session_ends_30_days_after_its_last_refresh(timed: Env, clock: Clock, signed_in: SignedIn) -> None:
    clock.forward(timedelta(days=29))
    tokens = await tenants.refresh(RefreshTokens(signed_in.tokens.refresh_token), timed)
    clock.forward(timedelta(days=29))
    tokens = await tenants.refresh(RefreshTokens(tokens.refresh_token), timed)
    assert await RefreshToken.filter(session__user_id=signed_in.user.id).count() == 2  # the first is past its 30 days
    clock.forward(timedelta(days=30))
    await refused_refresh(timed, tokens.refresh_token)


async def test_signing_out_ends_one_session_however_often(timed: Env, signed_in: SignedIn) -> None:
    elsewhere = await tenants.login(LogIn(signed_in.user.email, PASSWORD), timed)
    actor = await Authenticator().authenticate(signed_in.tokens.access_token, timed)
    await tenants.logout(actor, timed)
    await tenants.logout(actor, timed)
    await refused_refresh(timed, signed_in.tokens.refresh_token)
    with pytest.raises(Unauthenticated):
        await Authenticator().authenticate(signed_in.tokens.access_token, timed)
    await Authenticator().authenticate(elsewhere.tokens.access_token, timed)


async def test_sweeping_deletes_what_is_over_and_nothing_else(timed: Env, clock: Clock, signed_in: SignedIn) -> None:
    clock.forward(timedelta(days=1))
    elsewhere = await tenants.login(LogIn(signed_in.user.email, PASSWORD), timed)
    for days, left in ((0, 2), (29, 1)):
        clock.forward(timedelta(days=days))
        await tenants.sweep(timed.now())
        assert await Session.filter(user_id=signed_in.user.id).count() == left
        assert await RefreshToken.filter(session__user_id=signed_in.user.id).count() == left
    await tenants.refresh(RefreshTokens(elsewhere.tokens.refresh_token), timed)


async def test_members_see_their_company_and_nobody_else(env: Env) -> None:
    owner = await make_company(env)
    viewer = await make_member(env, owner.tenant_id, Role.VIEWER)
    stranger = await make_company(env)
    everybody = [owner.user_id, viewer.user_id, stranger.user_id, uuid7()]
    assert set(await tenants.users(owner, everybody)) == {owner.user_id, viewer.user_id}
    assert set(await tenants.users(viewer, everybody)) == {viewer.user_id}
    assert await tenants.users(viewer, [owner.user_id]) == {}
    assert set(await tenants.tenants(viewer, [stranger.tenant_id, owner.tenant_id])) == {owner.tenant_id}
    assert await tenants.tenants(viewer, [stranger.tenant_id]) == {}
    assert (await tenants.current_user(viewer)).id == viewer.user_id
