"""Sessions of clients that stay connected: who they are, how many there are, and when they end."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, Protocol

import structlog
from starlette.requests import HTTPConnection

from api.bearer import bearer_token
from models.kernel.env import Env
from models.kernel.errors import Unauthenticated
from models.tenants import Authentication, Authenticator
from resolvers.context import Context

# How long the connection of a member who was removed may stay open.
_CHECK_EVERY: Final = timedelta(seconds=30)

_log = structlog.get_logger(__name__)


class Session(Protocol):
    """One connection's session."""

    @property
    def context(self) -> Context:
        """The context of all its operations."""
        ...

    @property
    def holder(self) -> str:
        """Who is counted for the number of connections."""
        ...

    async def wait_for_end(self) -> str:
        """Returns when the session must end, with the reason; never for one without a token."""
        ...


class Sessions(Protocol):
    """Begins sessions."""

    async def begin(self, connection: HTTPConnection, payload: Mapping[str, Any]) -> Session:
        """Returns the session of a connection; `payload` may hold `Authorization`. Raises `Unauthenticated`."""
        ...


class TooManySessions(Exception):
    """The holder has as many connections open as they may."""


class OpenSessions:
    """Counts the connections of each holder in this process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: dict[str, int] = {}

    def __len__(self) -> int:
        return sum(self._open.values())

    def enter(self, holder: str) -> None:
        """Count one more. Raises `TooManySessions`."""
        count = self._open.get(holder, 0)
        if count >= self._most:
            raise TooManySessions
        self._open[holder] = count + 1

    def leave(self, holder: str) -> None:
        """Count one less."""
        self._open[holder] -= 1
        if not self._open[holder]:
            del self._open[holder]


class TokenSessions:
    """Sessions by access token, given as ``{"Authorization": "Bearer …"}``; without one they are anonymous."""

    async def begin(self, connection: HTTPConnection, payload: Mapping[str, Any]) -> "TokenSession":
        """Returns the session. Raises `Unauthenticated` for a token that is not accepted."""
        state = connection.app.state
        token = bearer_token(next((text for name, text in payload.items() if name.lower() == "authorization"), None))
        authentication = await state.authenticator.authentication(token, state.env) if token else None
        context = Context(
            env=state.env,
            viewer=authentication.actor if authentication else None,
            address=connection.client.host if connection.client else "",
            user_agent=connection.headers.get("user-agent", ""),
            # The connection lives long: what was loaded once must not be shown for ever.
            cache_loads=False,
        )
        return TokenSession(context, token, authentication, state.authenticator)


class TokenSession:
    """A session that lasts as long as its access token, and as its member stays who they were."""

    def __init__(
        self, context: Context, token: str | None, authentication: Authentication | None, authenticator: Authenticator
    ) -> None:
        self.context = context
        self._token = token
        self._authentication = authentication
        self._authenticator = authenticator

    @property
    def holder(self) -> str:
        """The company, or the address of somebody anonymous."""
        viewer = self.context.viewer
        return str(viewer.tenant_id) if viewer else f"address {self.context.address}"

    async def wait_for_end(self) -> str:
        """Returns when the token ends, or soon after the member was removed or given other rights."""
        if self._token is None or self._authentication is None:
            return await asyncio.Future()
        while True:
            await asyncio.sleep(self._until_next_check(self._authentication, self.context.env).total_seconds())
            try:
                found = await self._authenticator.authentication(self._token, self.context.env)
            except Unauthenticated as ended:
                return ended.message
            except Exception as error:  # noqa: BLE001  # the database may be away; nobody is signed out for that
                _log.warning("session_not_checked", exc_info=error)
                continue
            if found.actor != self._authentication.actor:
                return "Your role or brands have changed: connect again."

    @staticmethod
    def _until_next_check(authentication: Authentication, env: Env) -> timedelta:
        return max(min(authentication.expires_at - env.now(), _CHECK_EVERY), timedelta(milliseconds=10))
