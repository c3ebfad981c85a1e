"""Asking for a new password, the mail, and setting it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from models import database, tenants
from models.kernel.env import Env
from models.kernel.errors import RateLimited, Rejected, Unauthenticated
from models.tenants import (
    Authenticator,
    LogIn,
    RefreshTokens,
    Registered,
    RequestPasswordReset,
    ResetPassword,
    SignedIn,
    TenantErrorCode,
    User,
)
from models.tenants.tables import PasswordReset
from tests.conftest import CountQueries
from tests.factories import PASSWORD
from tests.models.tenants.doubles import Clock, Mailbox

Fresh = Callable[[], str]
NEW_PASSWORD = "a new battery staple"


async def asked_for(env: Env, mailbox: Mailbox, email: str) -> str:
    """The token that arrives when a reset is asked for."""
    await tenants.request_password_reset(RequestPasswordReset(email), env)
    await mailbox.deliver()
    assert mailbox.mails[-1].to == email
    return mailbox.token()


async def refused(env: Env, token: str, password: str = NEW_PASSWORD) -> Rejected:
    """Why a reset is refused."""
    with pytest.raises(Rejected) as rejected:
        await tenants.reset_password(ResetPassword(token, password), env)
    return rejected.value


async def test_a_reset_sets_the_password_and_ends_all_sessions(
    timed: Env, signed_in: SignedIn, mailbox: Mailbox
) -> None:
    email = signed_in.user.email
    await tenants.reset_password(
        ResetPassword(await asked_for(timed, mailbox, email.upper().lower()), NEW_PASSWORD), timed
    )
    with pytest.raises(Rejected):
        await tenants.login(LogIn(email, PASSWORD), timed)
    with pytest.raises(Rejected):
        await tenants.refresh(RefreshTokens(signed_in.tokens.refresh_token), timed)
    with pytest.raises(Unauthenticated):
        await Authenticator().authenticate(signed_in.tokens.access_token, timed)
    await tenants.login(LogIn(email, NEW_PASSWORD), timed)
    await mailbox.deliver()
    assert [mail.subject for mail in mailbox.mails] == [
        "Reset your ExportReady password",
        "Your ExportReady password was changed",
    ]
    assert NEW_PASSWORD not in mailbox.mails[-1].text


async def test_the_mail_says_how_to_use_the_token(timed: Env, registered: Registered, mailbox: Mailbox) -> None:
    token = await asked_for(timed, mailbox, registered.user.email)
    text = mailbox.mails[-1].text
    assert f"http://passports.test/reset-password?token={token}\n" in text
    assert "passwordReset(input: {token, newPassword})" in text
    assert f"\n{token}\n" in text
    assert "30 minutes" in text


async def test_the_token_is_nowhere_kept(timed: Env, registered: Registered, mailbox: Mailbox) -> None:
    await tenants.request_password_reset(RequestPasswordReset(registered.user.email), timed)
    waiting = await database.fetch("SELECT kind, payload FROM job")
    assert [row["kind"] for row in waiting] == ["password_reset"]
    await mailbox.deliver()
    (row,) = await database.fetch("SELECT * FROM password_reset WHERE user_id = $1", registered.user.id)
    assert len(row["token_hash"]) == 32
    assert mailbox.token() not in f"{waiting} {row}"


async def test_nothing_tells_whether_an_address_is_known(
    timed: Env, registered: Registered, new_email: Fresh, mailbox: Mailbox, count_queries: CountQueries
) -> None:
    statements = []
    for email in (registered.user.email, new_email()):
        with count_queries() as queries:
            await tenants.request_password_reset(RequestPasswordReset(email), timed)
        statements.append(queries)
    assert statements[0] == statements[1]
    await mailbox.deliver()
    assert [mail.to for mail in mailbox.mails] == [registered.user.email]


@pytest.mark.parametrize("column", ["password_hash", "removed_at"])
async def test_invited_and_removed_members_get_no_token_and_can_use_none(
    timed: Env, registered: Registered, mailbox: Mailbox, column: str
) -> None:
    token = await asked_for(timed, mailbox, registered.user.email)
    await User.filter(id=registered.user.id).update(**{column: timed.now() if column == "removed_at" else None})
    assert (await refused(timed, token)).code == TenantErrorCode.RESET_TOKEN_INVALID
    await tenants.request_password_reset(RequestPasswordReset(registered.user.email), timed)
    await mailbox.deliver()
    assert len(mailbox.mails) == 1


async def test_of_20_uses_of_one_token_at_once_exactly_one_succeeds(
    timed: Env, registered: Registered, mailbox: Mailbox
) -> None:
    token = await asked_for(timed, mailbox, registered.user.email)
    passwords = [f"password number {number:02}" for number in range(20)]
    results = await asyncio.gather(
        *(tenants.reset_password(ResetPassword(token, password), timed) for password in passwords),
        return_exceptions=True,
    )
    (winner,) = [password for password, result in zip(passwords, results, strict=True) if result is None]
    codes = {result.code for result in results if isinstance(result, Rejected)}
    assert codes == {TenantErrorCode.RESET_TOKEN_INVALID}
    await tenants.login(LogIn(registered.user.email, winner), timed)
    assert (await refused(timed, token)).code == TenantErrorCode.RESET_TOKEN_INVALID


async def test_a_token_expires_after_30_minutes_and_is_swept(
    timed: Env, clock: Clock, registered: Registered, mailbox: Mailbox
) -> None:
    token = await asked_for(timed, mailbox, registered.user.email)
    clock.forward(timedelta(minutes=30) - timedelta(microseconds=1))
    await tenants.sweep(clock())
    assert await PasswordReset.exists(user_id=registered.user.id)
    clock.forward(timedelta(microseconds=1))
    assert (await refused(timed, token)).code == TenantErrorCode.RESET_TOKEN_INVALID
    await tenants.sweep(clock())
    assert not await PasswordReset.exists(user_id=registered.user.id)


async def test_only_the_newest_token_is_good(timed: Env, registered: Registered, mailbox: Mailbox) -> None:
    older = await asked_for(timed, mailbox, registered.user.email)
    newer = await asked_for(timed, mailbox, registered.user.email)
    assert (await refused(timed, older)).code == TenantErrorCode.RESET_TOKEN_INVALID
    await tenants.reset_password(ResetPassword(newer, NEW_PASSWORD), timed)


async def test_a_refused_password_leaves_the_token_good(timed: Env, registered: Registered, mailbox: Mailbox) -> None:
    token = await asked_for(timed, mailbox, registered.user.email)
    (violation,) = (await refused(timed, token, "short")).violations
    assert (violation.code, violation.field) == (TenantErrorCode.PASSWORD_INVALID, ("new_password",))
    await tenants.reset_password(ResetPassword(token, NEW_PASSWORD), timed)


async def test_made_up_tokens_cost_no_hash(timed: Env, count_queries: CountQueries) -> None:
    for token in ("", "junk", "\ud800"):
        with count_queries() as queries:
            assert (await refused(timed, token)).code == TenantErrorCode.RESET_TOKEN_INVALID
        assert len(queries) == 1


async def test_a_reset_lets_an_account_in_that_had_to_wait(
    timed: Env, registered: Registered, mailbox: Mailbox
) -> None:
    for _ in range(5):
        with pytest.raises(Rejected):
            await tenants.login(LogIn(registered.user.email, "wrong wrong wrong"), timed)
    token = await asked_for(timed, mailbox, registered.user.email)
    await tenants.reset_password(ResetPassword(token, NEW_PASSWORD), timed)
    await tenants.login(LogIn(registered.user.email, NEW_PASSWORD), timed)


async def test_5_requests_an_hour_for_one_account(timed: Env, clock: Clock, new_email: Fresh, mailbox: Mailbox) -> None:
    command = RequestPasswordReset(new_email())
    for _ in range(5):
        await tenants.request_password_reset(command, timed)
    clock.forward(timedelta(minutes=59))
    with pytest.raises(RateLimited) as limited:
        await tenants.request_password_reset(command, timed)
    assert limited.value.extensions == {"retryAfter": 60}
    clock.forward(timedelta(minutes=1))
    await tenants.request_password_reset(command, timed)


async def test_20_requests_an_hour_from_one_address(
    timed: Env, new_email: Fresh, new_address: Fresh, mailbox: Mailbox
) -> None:
    address = new_address()
    for _ in range(20):
        await tenants.request_password_reset(RequestPasswordReset(new_email()), timed, address=address)
    with pytest.raises(RateLimited):
        await tenants.request_password_reset(RequestPasswordReset(new_email()), timed, address=address)


async def test_what_is_no_address_is_told(timed: Env) -> None:
    with pytest.raises(Rejected) as rejected:
        await tenants.request_password_reset(RequestPasswordReset("acme"), timed)
    assert rejected.value.code == TenantErrorCode.EMAIL_INVALID
