"""Stand-ins for the outside world: a clock that tests turn, and a mailbox."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from models import tenants
from models.kernel.env import Env
from models.kernel.mail import Mail, mail_handler
from models.kernel.outbox import deliver_due


class Clock:
    """Stands still at a morning, until it is turned forward."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, by: timedelta) -> None:
        self.time += by


@dataclass
class Mailbox:
    """Takes all mail, and sends what the outbox holds when asked to."""

    env: Env
    mails: list[Mail]

    async def send(self, mail: Mail) -> None:
        self.mails.append(mail)

    async def deliver(self) -> None:
        """Carry out what is due in the outbox."""
        handlers = {"mail": mail_handler(self), **tenants.outbox_handlers(self, self.env)}
        while await deliver_due(handlers, self.env):
            pass

    def token(self) -> str:
        """The token in the newest mail."""
        found = re.search(r"token=([\w-]{43})\n", self.mails[-1].text)
        assert found
        return found[1]
