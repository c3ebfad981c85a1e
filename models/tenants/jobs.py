"""This context's kinds of job."""

from datetime import timedelta

from models.kernel.jobs import JobKind
from models.tenants.actions.invitations import INVITATION, mail_invitation
from models.tenants.actions.password_reset import PASSWORD_RESET, mail_reset_token
from models.tenants.actions.sessions import sweep

JOBS = (
    JobKind(PASSWORD_RESET, mail_reset_token, concurrency=2),
    JobKind(INVITATION, mail_invitation, concurrency=2),
    JobKind("sweep_sessions", lambda _payload, env: sweep(env.now()), every=timedelta(minutes=10)),
)
