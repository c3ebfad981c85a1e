"""No log line, no repr and no error message holds a password or a token."""

import logging
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from models import tenants
from models.kernel.env import Env
from models.kernel.errors import DomainError
from models.kernel.mail import Mail
from models.tenants import Authenticator, LogIn, RefreshTokens, RegisterCompany, RequestPasswordReset, ResetPassword
from tests.models.tenants.doubles import Mailbox, deliver_due

PASSWORD = "the first secret of the owner"
WRONG = "a wrong secret of the owner"
NEW_PASSWORD = "the second secret of the owner"


class BrokenMailer:
    """Fails to send, as a server does that is down."""

    async def send(self, mail: Mail) -> None:
        raise OSError("the server is down")


async def test_secrets_stay_secret(
    timed: Env, new_email: Callable[[], str], mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    for logger in (None, "tortoise"):
        caplog.set_level(logging.DEBUG, logger=logger)
    email, said = new_email(), []
    register, login, wrong = RegisterCompany("Acme", email, PASSWORD), LogIn(email, PASSWORD), LogIn(email, WRONG)
    with capture_logs() as lines:
        await tenants.register(register, timed)
        for refused in (tenants.register(register, timed), tenants.login(wrong, timed)):
            with pytest.raises(DomainError) as error:
                await refused
            said.append(repr(vars(error.value)))
        signed_in = await tenants.login(login, timed)
        refresh = RefreshTokens(signed_in.tokens.refresh_token)
        tokens = await tenants.refresh(refresh, timed)
        for refused_refresh in (refresh, RefreshTokens(tokens.refresh_token)):
            with pytest.raises(DomainError) as error:
                await tenants.refresh(refused_refresh, timed)
            said.append(repr(vars(error.value)))
        with pytest.raises(DomainError) as error:
            await Authenticator().authenticate(tokens.access_token, timed)
        said.append(repr(vars(error.value)))
        await tenants.request_password_reset(RequestPasswordReset(email), timed)
        await deliver_due(BrokenMailer(), timed)
        await tenants.request_password_reset(RequestPasswordReset(email), timed)
        await mailbox.deliver()
        reset = ResetPassword(mailbox.token(), NEW_PASSWORD)
        await tenants.reset_password(reset, timed)
        with pytest.raises(DomainError) as error:
            await tenants.reset_password(reset, timed)
        said.append(repr(vars(error.value)))

    assert [line["event"] for line in lines] == ["refresh_token_reused", "job_failed"]
    assert "user_account" in caplog.text  # statements are logged at this level, and would show their arguments
    secrets = [PASSWORD, WRONG, NEW_PASSWORD, reset.token]
    secrets += [signed_in.tokens.refresh_token, signed_in.tokens.access_token]
    secrets += [tokens.refresh_token, tokens.access_token]
    commands = [register, login, wrong, signed_in, refresh, tokens, reset]
    everything = f"{lines} {caplog.text} {said} {commands}"
    assert [secret for secret in secrets if secret in everything] == []
