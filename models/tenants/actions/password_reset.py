"""Getting back in without the password.

Asking only writes a job, known address or not: the answer and the time it takes are the same. The job then
looks the account up, makes the token and mails it, so that the token is nowhere kept but in the mail.
"""

from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from models import database
from models.database import Connection, unit_of_work
from models.kernel.env import Env, Policy
from models.kernel.errors import Rejected, reject
from models.kernel.jobs import Payload, enqueue
from models.kernel.mail import Mail
from models.kernel.mailing import enqueue_mail
from models.kernel.throttle import caller, spend
from models.tenants import rules
from models.tenants.errors import TenantErrorCode
from models.tenants.throttles import RESETS_PER_ACCOUNT, RESETS_PER_ADDRESS, forgive
from models.tenants.tokens import digest, new_secret

PASSWORD_RESET = "password_reset"  # noqa: S105  # a kind of job


@dataclass(frozen=True, slots=True)
class RequestPasswordReset:
    """The address of the account whose password is forgotten."""

    email: str


@dataclass(frozen=True, slots=True)
class ResetPassword:
    """A token from the mail, and the password to be."""

    token: str = field(repr=False)
    new_password: str = field(repr=False)


async def request_password_reset(command: RequestPasswordReset, env: Env, *, address: str = "") -> None:
    """Have a reset token mailed to the address if it belongs to an account; nothing tells whether it does.

    `address` is the caller's, "" when unknown. Raises a rejection when `email` is no address, or `RateLimited`.
    """
    email = rules.checked_email(command.email)
    await spend(RESETS_PER_ADDRESS, caller(address), env)
    await spend(RESETS_PER_ACCOUNT, email, env)
    async with unit_of_work() as connection:
        await enqueue(connection, PASSWORD_RESET, {"email": email}, env)


async def mail_reset_token(payload: Payload, env: Env) -> None:
    """The handler of `PASSWORD_RESET`."""
    token = await _new_token(payload["email"], env)
    if token is not None:
        await env.mailer.send(_token_mail(payload["email"], token, env.policy))


async def _new_token(email: str, env: Env) -> str | None:
    """A new reset token for the account, None when there is none. Those mailed before are no longer good."""
    token, now = new_secret(), env.now()
    async with unit_of_work() as connection:
        # Locked, so that two requests at the same time do not leave two tokens.
        user_id = await connection.fetchval(
            "SELECT id FROM user_account WHERE email = $1 AND password_hash IS NOT NULL AND removed_at IS NULL "
            "FOR NO KEY UPDATE",
            email,
        )
        if user_id is None:
            return None
        await connection.execute("DELETE FROM password_reset WHERE user_id = $1", user_id)
        await connection.execute(
            "INSERT INTO password_reset (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
            digest(token),
            user_id,
            now,
            now + env.policy.password_reset_lifetime,
        )
    return token


async def reset_password(command: ResetPassword, env: Env) -> None:
    """Set a new password with a token from the mail and end all sessions of the account. Raises a rejection.

    A password that is refused leaves the token as it was.
    """
    password = rules.checked_new_password(command.new_password)
    token_hash = digest(command.token)
    # Looked up before the costly hash, so that made-up tokens cannot keep the threads that sign-ins need busy.
    user_id = await database.fetch_value(
        "SELECT user_id FROM password_reset WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2",
        token_hash,
        env.now(),
    )
    if user_id is None:
        raise _unusable_token()
    password_hash = await env.passwords.hash(password)
    async with unit_of_work() as connection:
        email = await _set_password(connection, user_id, token_hash, password_hash, env)
        await enqueue_mail(connection, _changed_mail(email), env)
    await forgive(email, env)


async def _set_password(connection: Connection, user_id: UUID, token_hash: bytes, password_hash: str, env: Env) -> str:
    """Use the token up, set the password and end the sessions; gives the account's address."""
    now = env.now()
    email: str | None = await connection.fetchval(
        "UPDATE user_account SET password_hash = $2 WHERE id = $1 AND password_hash IS NOT NULL AND removed_at IS NULL "
        "RETURNING email",
        user_id,
        password_hash,
    )
    used = await connection.fetchval(
        "UPDATE password_reset SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2 "
        "RETURNING true",
        token_hash,
        now,
    )
    if email is None or not used:
        raise _unusable_token()
    await connection.execute("UPDATE session SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL", user_id, now)
    return email


def _unusable_token() -> Rejected:
    return reject(
        TenantErrorCode.RESET_TOKEN_INVALID,
        "The reset token is unknown, was used before or has expired. Ask for a new one.",
        "token",
    )


def _token_mail(email: str, token: str, policy: Policy) -> Mail:
    minutes = int(policy.password_reset_lifetime.total_seconds() // 60)
    return Mail(
        to=email,
        subject="Reset your ExportReady password",
        text=f"""\
Somebody, hopefully you, asked for a new password for {email}.

Choose it within {minutes} minutes here:

{policy.public_base_url}/reset-password?{urlencode({"token": token})}

Or give this token to the mutation passwordReset(input: {{token, newPassword}}) at {policy.public_base_url}/graphql:

{token}

It works once, and only the newest one does. If you did not ask for it, there is nothing to do: your password is
unchanged.
""",
    )


def _changed_mail(email: str) -> Mail:
    return Mail(
        to=email,
        subject="Your ExportReady password was changed",
        text=f"""\
The password of {email} was just changed with a reset token, and all sessions were ended.

If that was not you, somebody reads your mail: secure your mailbox, then ask for another reset.
""",
    )
