"""Mail goes out as a job of its own, asked for in the transaction that causes it."""

from dataclasses import asdict
from typing import Final

from models.database import Connection
from models.kernel.env import Env
from models.kernel.jobs import Payload, enqueue
from models.kernel.mail import Mail

MAIL: Final = "mail"


async def enqueue_mail(connection: Connection, mail: Mail, env: Env) -> None:
    """Send a mail once the open transaction is committed. No secret belongs in it: until then it waits in the clear."""
    await enqueue(connection, MAIL, asdict(mail), env)


async def send_mail(payload: Payload, env: Env) -> None:
    """The handler of `MAIL`."""
    await env.mailer.send(Mail(**payload))
