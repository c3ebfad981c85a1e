"""Stand-ins for the outside world: a clock that tests turn, and a mailbox."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from models.kernel.env import Env
from models.kernel.mail import Mail, Mailer
from models.registry import JOBS
from tests.jobs import run_due


class Clock:
    """Stands still at a morning, until it is turned forward."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, by: timedelta) -> None:
        self.time += by


async def deliver_due(mailer: Mailer, env: Env) -> int:
    """Send the mail that is due; gives how many jobs were tried."""
    return await run_due((kind for kind in JOBS if not kind.every), replace(env, mailer=mailer))


@dataclass
class Mailbox:
    """Takes all mail, and has what is due sent when asked to."""

    env: Env
    mails: list[Mail]

    async def send(self, mail: Mail) -> None:
        self.mails.append(mail)

    async def deliver(self) -> None:
        """Send the mail that is due."""
        await deliver_due(self, self.env)

    def token(self) -> str:
        """The token in the newest mail."""
        found = re.search(r"token=([\w-]{43})\n", self.mails[-1].text)
        assert found
        return found[1]
