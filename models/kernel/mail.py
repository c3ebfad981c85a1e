"""Mail, and what carries it out of the process; when it is sent stands in `models.kernel.mailing`."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid, parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

from models.kernel.ids import uuid7

_TIMEOUT_SECONDS = 20.0
_LINK = re.compile(r"https?://\S+")


class UnfitAddress(ValueError):
    """The address is read as another one in a mail's header."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A plain text mail to one address."""

    to: str
    subject: str
    text: str

    def message(self, sender: str) -> EmailMessage:
        """The mail in the form of RFC 5322. RFC 3834's header keeps automatic replies from coming back.

        Raises `UnfitAddress`.
        """
        message = EmailMessage(policy=SMTP)
        message["From"] = sender
        message["To"] = self.to
        # A header is read again where it goes out, and some text then names another mailbox.
        if [address.addr_spec for address in message["To"].addresses] != [self.to]:
            raise UnfitAddress(f"a mail to {self.to!r} would go to somebody else")
        message["Subject"] = self.subject
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=_domain(sender))
        message["Auto-Submitted"] = "auto-generated"
        # Left to itself, a long link would make the body quoted-printable, which breaks the link over lines.
        message.set_content(self.text, cte="7bit" if self.text.isascii() else "quoted-printable")
        return message


class Mailer(Protocol):
    """Carries mail out of the process."""

    async def send(self, mail: Mail) -> None:
        """Returns once the mail was taken over. Whatever it raises means that it was not."""
        ...


class MailOff:
    """An environment without a way to send mail."""

    async def send(self, mail: Mail) -> None:
        raise OSError("mail is off")


class SmtpMailer:
    """Hands mail to an SMTP server, in a connection of its own for each."""

    def __init__(self, url: str, sender: str) -> None:
        """`url` is ``smtp://user:password@host:port`` (STARTTLS when the server offers it) or ``smtps://…`` (TLS)."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("SMTP_URL must read smtp://user:password@host:port or smtps://user:password@host:port")
        self._sender = sender
        self._host = parts.hostname
        self._port = parts.port
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._tls = parts.scheme == "smtps"

    async def send(self, mail: Mail) -> None:
        """Raises `aiosmtplib.SMTPException` or `OSError` when the server does not take the mail."""
        await aiosmtplib.send(
            mail.message(self._sender),
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            use_tls=self._tls,
            timeout=_TIMEOUT_SECONDS,
            local_hostname=_domain(self._sender),
        )


class FolderMailer:
    """Writes mail to a folder, one ``.eml`` file each in the order they came, for development.

    `announce` gets a line with the file and the first link. It is for the developer's eyes, not for a log: the link
    may hold a token.
    """

    def __init__(self, folder: Path, sender: str, announce: Callable[[str], None] = print) -> None:
        self._folder = folder
        self._sender = sender
        self._announce = announce

    async def send(self, mail: Mail) -> None:
        """Raises `OSError` when the file cannot be written."""
        path = await asyncio.to_thread(self._write, mail)
        link = _LINK.search(mail.text)
        self._announce(f"Mail to {mail.to}: {path}" + (f"\n  {link[0]}" if link else ""))

    def _write(self, mail: Mail) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{uuid7()}.eml"
        path.write_bytes(mail.message(self._sender).as_bytes())
        return path


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2]
