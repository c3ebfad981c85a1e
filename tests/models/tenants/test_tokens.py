"""Access tokens: who they stand for, for how long, and what of that is asked again."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest

from models import tenants
from models.kernel.env import Env, Policy
from models.kernel.errors import Unauthenticated
from models.kernel.ids import uuid7
from models.kernel.permissions import Role
from models.tenants import Authenticator, SignedIn, User, tokens
from tests.conftest import CountQueries
from tests.models.tenants.doubles import Clock


async def why_refused(token: str, env: Env, authenticator: Authenticator | None = None) -> str:
    """The message with which a token is refused."""
    with pytest.raises(Unauthenticated) as unauthenticated:
        await (authenticator or Authenticator()).authenticate(token, env)
    return unauthenticated.value.message


def test_the_claims_say_whose_token_it_is(timed: Env) -> None:
    tenant_id, user_id, session_id = uuid7(), uuid7(), uuid7()
    token = tokens.access_token(tenant_id, user_id, session_id, Role.ADMIN, timed)
    issued_at = int(timed.now().timestamp())
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}
    assert jwt.decode(token, options={"verify_signature": False}) == {
        "iss": "exportready",
        "aud": "exportready-api",
        "sub": str(user_id),
        "tid": str(tenant_id),
        "sid": str(session_id),
        "role": "ADMIN",
        "iat": issued_at,
        "exp": issued_at + 900,
    }


async def test_a_token_is_good_for_15_minutes_and_says_so(timed: Env, clock: Clock, signed_in: SignedIn) -> None:
    authenticator = Authenticator()
    authentication = await authenticator.authentication(signed_in.tokens.access_token, timed)
    assert authentication.expires_at == timed.now() + timedelta(minutes=15)
    clock.forward(timedelta(minutes=14, seconds=45))
    await authenticator.authenticate(signed_in.tokens.access_token, timed)
    clock.forward(timedelta(seconds=15))
    for asked in (authenticator, Authenticator()):
        assert "expired" in await why_refused(signed_in.tokens.access_token, timed, asked)


async def test_anything_else_is_not_valid(timed: Env, signed_in: SignedIn) -> None:
    token = signed_in.tokens.access_token
    header, payload, signature = token.split(".")
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    key = tokens._key(timed.policy)
    other_secret = replace(timed, policy=replace(timed.policy, secret_key="another secret of the same length"))
    forgeries = [
        "",
        "junk",
        "\ud800",
        "é.é.é",
        f"{header}.{payload}.",
        f"{header}.{payload}.{signature[::-1]}",
        jwt.encode(claims, "", algorithm="none"),
        jwt.encode(claims, timed.policy.secret_key.encode(), algorithm="HS256"),
        jwt.encode(claims, key * 2, algorithm="HS512"),
        jwt.encode({**claims, "iss": "another"}, key, algorithm="HS256"),
        jwt.encode({**claims, "aud": "another"}, key, algorithm="HS256"),
        jwt.encode({**claims, "sid": "not an id"}, key, algorithm="HS256"),
        jwt.encode({name: value for name, value in claims.items() if name != "exp"}, key, algorithm="HS256"),
        signed_in.tokens.refresh_token,
    ]
    for forgery in forgeries:
        assert "not valid" in await why_refused(forgery, timed)
    assert "not valid" in await why_refused(token, other_secret)
    await Authenticator().authenticate(token, timed)


async def test_a_busy_client_costs_one_query_in_half_a_minute(
    timed: Env, clock: Clock, signed_in: SignedIn, count_queries: CountQueries
) -> None:
    authenticator = Authenticator()
    with count_queries() as queries:
        for _ in range(100):
            await authenticator.authenticate(signed_in.tokens.access_token, timed)
        assert len(queries) == 1
        clock.forward(timedelta(seconds=30))
        await authenticator.authenticate(signed_in.tokens.access_token, timed)
        assert len(queries) == 2
        clock.forward(timedelta(seconds=-1))
        await authenticator.authenticate(signed_in.tokens.access_token, timed)
        assert len(queries) == 3


async def test_role_and_brands_are_those_of_now_not_of_the_token(timed: Env, clock: Clock, signed_in: SignedIn) -> None:
    authenticator, brand_id = Authenticator(), uuid7()
    assert (await authenticator.authenticate(signed_in.tokens.access_token, timed)).role is Role.OWNER
    await User.filter(id=signed_in.user.id).update(role=Role.VIEWER, brand_ids=[brand_id])
    clock.forward(timedelta(seconds=30))
    actor = await authenticator.authenticate(signed_in.tokens.access_token, timed)
    assert (actor.role, actor.brand_ids) == (Role.VIEWER, frozenset({brand_id}))


@pytest.mark.parametrize("ending", ["logout", "removal"])
async def test_who_lost_the_right_is_out_within_half_a_minute(
    timed: Env, clock: Clock, signed_in: SignedIn, ending: str
) -> None:
    authenticator = Authenticator()
    actor = await authenticator.authenticate(signed_in.tokens.access_token, timed)
    if ending == "logout":
        await tenants.logout(actor, timed)
    else:
        await User.filter(id=actor.user_id).update(removed_at=timed.now())
    clock.forward(timedelta(seconds=30))
    assert "has ended" in await why_refused(signed_in.tokens.access_token, timed, authenticator)


async def test_a_signature_is_verified_once_and_only_for_this_very_token(
    timed: Env, clock: Clock, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []

    def counting(token: str, policy: Policy) -> tuple[UUID, datetime]:
        verified.append(token)
        return verify(token, policy)

    verify = tokens._verified
    monkeypatch.setattr(tokens, "_verified", counting)
    authenticator, token = Authenticator(), signed_in.tokens.access_token
    for _ in range(4):
        await authenticator.authenticate(token, timed)
        clock.forward(timedelta(minutes=1))
    assert verified == [token]
    header, payload, signature = token.split(".")
    other = "A" if signature[0] != "A" else "B"
    longer = jwt.encode({**jwt.decode(token, options={"verify_signature": False}), "exp": 2**40}, "x" * 32).split(".")[
        1
    ]
    for forged in (
        f"{header}.{payload}.{other}{signature[1:]}",
        f"{header}.{payload}.",
        f"{header}.{longer}.{signature}",
    ):
        assert "not valid" in await why_refused(forged, timed, authenticator)
    assert set(authenticator._known) == {token}


@pytest.mark.parametrize("ending", ["expiry", "logout"])
async def test_what_is_refused_is_not_kept(timed: Env, clock: Clock, signed_in: SignedIn, ending: str) -> None:
    authenticator, token = Authenticator(), signed_in.tokens.access_token
    actor = await authenticator.authenticate(token, timed)
    if ending == "logout":
        await tenants.logout(actor, timed)
    clock.forward(timedelta(minutes=15) if ending == "expiry" else timedelta(seconds=30))
    await why_refused(token, timed, authenticator)
    await why_refused("junk", timed, authenticator)
    assert not authenticator._known


async def test_a_clock_that_is_set_back_keeps_no_answer_too_long(timed: Env, clock: Clock, signed_in: SignedIn) -> None:
    authenticator, token = Authenticator(), signed_in.tokens.access_token
    actor = await authenticator.authenticate(token, timed)
    await tenants.logout(actor, timed)
    clock.forward(timedelta(seconds=-1))
    assert "has ended" in await why_refused(token, timed, authenticator)


async def test_tokens_that_come_together_are_no_reason_to_keep_more(
    timed: Env, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "_MOST_KNOWN", 3)
    authenticator = Authenticator()
    actor = await authenticator.authenticate(signed_in.tokens.access_token, timed)
    many = [tokens.access_token(actor.tenant_id, actor.user_id, actor.session_id, role, timed) for role in Role] * 5
    await asyncio.gather(*(authenticator.authenticate(token, timed) for token in many))
    assert len(authenticator._known) <= 3


async def test_the_least_recently_used_answer_makes_room(
    timed: Env, signed_in: SignedIn, count_queries: CountQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "_MOST_KNOWN", 2)
    authenticator = Authenticator()
    actor = await authenticator.authenticate(signed_in.tokens.access_token, timed)
    first, second, third = (
        tokens.access_token(actor.tenant_id, actor.user_id, actor.session_id, role, timed)
        for role in (Role.OWNER, Role.ADMIN, Role.VIEWER)
    )
    with count_queries() as queries:
        for token in (first, second, first, third, first):
            await authenticator.authenticate(token, timed)
        assert len(queries) == 2  # `first` was known already
        await authenticator.authenticate(second, timed)
        assert len(queries) == 3
