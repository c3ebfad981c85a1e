"""Mail on its way out: through a real SMTP server, or into a folder."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import aiosmtplib
import pytest

from models import database, tenants
from models.database import unit_of_work
from models.kernel.env import Env
from models.kernel.mail import FolderMailer, Mail, SmtpMailer
from models.kernel.mailing import enqueue_mail
from models.tenants import LogIn, Registered, RequestPasswordReset, ResetPassword
from tests.factories import PASSWORD
from tests.models.tenants.doubles import Clock, Mailbox, deliver_due
from tests.models.tenants.smtp_server import Inbox, certificate, smtp_server

SENDER = "ExportReady <no-reply@exportready.example>"
MAIL = Mail("owner@acme.com", "Welcome", "See https://acme.com/" + "long" * 40 + " now.\nGrüße\n")


async def test_a_mail_arrives_as_it_was_written() -> None:
    inbox = Inbox()
    async with smtp_server(inbox):
        await SmtpMailer(f"smtp://localhost:{inbox.port}", SENDER).send(MAIL)
    (mail,) = inbox.mails
    assert (mail["From"], mail["To"], mail["Subject"]) == (SENDER, MAIL.to, MAIL.subject)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@exportready.example>")
    assert mail["Date"].datetime is not None
    assert mail.get_content().replace("\r\n", "\n") == MAIL.text
    assert (inbox.encrypted, inbox.logins) == ([False], [])


async def test_user_and_password_are_taken_from_the_url() -> None:
    inbox = Inbox()
    async with smtp_server(inbox):
        await SmtpMailer(f"smtp://mail%40acme.com:p%2Fw@localhost:{inbox.port}", SENDER).send(MAIL)
    assert [(login.login, login.password) for login in inbox.logins] == [(b"mail@acme.com", b"p/w")]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_mail_goes_over_tls_where_the_server_offers_it(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, context = certificate(tmp_path)
    inbox = Inbox()
    server = smtp_server(inbox, starttls=context) if scheme == "smtp" else smtp_server(inbox, tls=context)
    async with server:
        mailer = SmtpMailer(f"{scheme}://localhost:{inbox.port}", SENDER)
        with pytest.raises((aiosmtplib.SMTPException, OSError), match="CERTIFICATE_VERIFY_FAILED"):
            await mailer.send(MAIL)
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        await mailer.send(MAIL)
    assert inbox.encrypted == [True]


@pytest.mark.parametrize("url", ["", "localhost:25", "http://localhost", "smtp://", "smtps:///x"])
def test_an_url_that_is_none_is_refused_with_what_is_right(url: str) -> None:
    with pytest.raises(ValueError, match="smtp://user:password@host:port"):
        SmtpMailer(url, SENDER)


def test_a_recipient_cannot_smuggle_in_headers() -> None:
    with pytest.raises(ValueError, match="linefeed"):
        Mail("a@acme.com\r\nBcc: b@acme.com", "Welcome", "").message(SENDER)


async def test_a_folder_takes_mail_and_shows_the_first_link(tmp_path: Path) -> None:
    said: list[str] = []
    mailer = FolderMailer(tmp_path / "mail" / "box", SENDER, said.append)
    await mailer.send(MAIL)
    await mailer.send(Mail("owner@acme.com", "Nothing to click", "Bye.\n"))
    files = sorted((tmp_path / "mail" / "box").glob("*.eml"))
    contents = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    assert [content["Subject"] for content in contents] == ["Welcome", "Nothing to click"]
    assert said == [
        f"Mail to owner@acme.com: {files[0]}\n  https://acme.com/{'long' * 40}",
        f"Mail to owner@acme.com: {files[1]}",
    ]


async def test_a_mail_is_sent_only_when_its_transaction_commits(timed: Env, mailbox: Mailbox) -> None:
    async def change_nothing() -> None:
        async with unit_of_work() as connection:
            await enqueue_mail(connection, MAIL, timed)
            raise OSError("undone")

    with pytest.raises(OSError, match="undone"):
        await change_nothing()
    await mailbox.deliver()
    assert mailbox.mails == []
    async with unit_of_work() as connection:
        await enqueue_mail(connection, MAIL, timed)
    await mailbox.deliver()
    assert mailbox.mails == [MAIL]


async def test_a_reset_mail_arrives_although_the_server_was_down(
    timed: Env, clock: Clock, registered: Registered, mailbox: Mailbox
) -> None:
    inbox = Inbox()
    async with smtp_server(inbox):
        pass  # only to find a free port
    mailer = SmtpMailer(f"smtp://localhost:{inbox.port}", SENDER)
    await tenants.request_password_reset(RequestPasswordReset(registered.user.email), timed)

    assert await deliver_due(mailer, timed) == 1
    waiting = await database.fetch_one("SELECT attempts, last_error, payload FROM job")
    assert waiting is not None
    assert waiting["attempts"] == 1
    assert waiting["last_error"].startswith("SMTPConnectError")
    assert await deliver_due(mailer, timed) == 0

    clock.forward(timedelta(seconds=2))
    async with smtp_server(inbox):
        assert await deliver_due(mailer, timed) == 1
        (mail,) = inbox.mails
        assert mail["To"] == registered.user.email
        token = re.search(r"reset-password\?token=([\w-]{43})\s", mail.get_content())
        assert token is not None
        await tenants.reset_password(ResetPassword(token[1], "a new battery staple"), timed)
        assert await deliver_due(mailer, timed) == 1
    assert inbox.mails[1]["Subject"] == "Your ExportReady password was changed"
    assert await database.fetch_value("SELECT count(*) FROM job") == 0
    await tenants.login(LogIn(registered.user.email, "a new battery staple"), timed)
    assert PASSWORD not in mail.get_content()
