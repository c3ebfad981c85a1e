"""The pages behind the links in mails: `/reset-password` and `/accept-invitation`, forms that need no script.

The token stays in the address: the log has paths alone, no cache keeps the page, and no link passes the address on.
Looking at a page changes nothing, so that a mail scanner which follows links uses no token up.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from api.body import limited
from api.pages import TEMPLATES
from api.routes.web import content_security_policy
from models import tenants
from models.kernel.env import Env
from models.kernel.errors import Rejected

# 128 characters of a password, each some bytes long and percent-encoded, and what a browser adds.
_LARGEST_FORM = 16 * 1024


@dataclass(frozen=True, slots=True)
class PasswordPage:
    """A page that takes a password; `act` gets the token, the password and the environment."""

    path: str
    title: str
    explanation: str
    button: str
    done: str
    act: Callable[[str, str, Env], Awaitable[object]]

    async def respond(self, request: Request) -> Response:
        """The form; posted, what became of it: 200, or 422 with what is wrong beside the field."""
        if request.method != "POST":
            return self._form()
        sent = limited(request, _LARGEST_FORM, f"The form may have at most {_LARGEST_FORM:,} bytes.")
        async with sent.form(max_files=0, max_fields=10) as form:
            password = form.get("password")
        token = request.query_params.get("token", "")
        try:
            await self.act(token, password if isinstance(password, str) else "", request.app.state.env)
        except Rejected as rejected:
            return self._form(rejected)
        return _page("password_set.html", 200, title=self.title, done=self.done)

    def _form(self, rejected: Rejected | None = None) -> Response:
        violations = rejected.violations if rejected else ()
        unusable = [violation.message for violation in violations if violation.field == ("token",)]
        return _page(
            "password.html",
            422 if rejected else 200,
            title=self.title,
            explanation=self.explanation,
            button=self.button,
            unusable=" ".join(unusable),
            faults=[violation.message for violation in violations],
        )


def _page(template: str, status: int, **content: object) -> Response:
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": content_security_policy(for_form=True),
        "Referrer-Policy": "no-referrer",
    }
    return HTMLResponse(TEMPLATES.get_template(template).render(content), status, headers)


async def _reset(token: str, password: str, env: Env) -> None:
    await tenants.reset_password(tenants.ResetPassword(token, password), env)


async def _accept(token: str, password: str, env: Env) -> None:
    await tenants.accept_invitation(tenants.AcceptInvitation(token, password), env)


_PAGES = (
    PasswordPage(
        path="/reset-password",
        title="Choose a new password",
        explanation="With it you sign in from now on. Every device that is signed in now is signed out.",
        button="Set the password",
        done="Your new password is set, and all devices were signed out.",
        act=_reset,
    ),
    PasswordPage(
        path="/accept-invitation",
        title="Accept the invitation",
        explanation="Choose the password that you will sign in with.",
        button="Accept",
        done="You are a member now, and sign in with your e-mail address and this password.",
        act=_accept,
    ),
)


routes: list[BaseRoute] = [Route(page.path, page.respond, methods=["GET", "POST"]) for page in _PAGES]
