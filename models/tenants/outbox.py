"""What the worker does for this context."""

from collections.abc import Mapping

from models.kernel.env import Env
from models.kernel.mail import Mailer
from models.kernel.outbox import Handler
from models.tenants.actions.invitations import INVITATION, invitation_handler
from models.tenants.actions.password_reset import PASSWORD_RESET, password_reset_handler


def outbox_handlers(mailer: Mailer, env: Env) -> Mapping[str, Handler]:
    """The handlers of this context's kinds of side effects."""
    return {
        PASSWORD_RESET: password_reset_handler(mailer, env),
        INVITATION: invitation_handler(mailer, env),
    }
