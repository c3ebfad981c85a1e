"""Running GraphQL operations on the schema without a transport."""

from functools import cache
from typing import Any

from models.kernel.actor import Actor
from models.kernel.env import Env
from resolvers.context import Context
from resolvers.engine import Answer, Engine
from resolvers.schema import build_engine


@cache
def _engine() -> Engine:
    return build_engine()


class Client:
    """Runs operations as a member, or as anybody when there is no viewer."""

    def __init__(
        self, env: Env, viewer: Actor | None = None, *, address: str = "81.2.69.142", user_agent: str = ""
    ) -> None:
        self._env = env
        self._viewer = viewer
        self._address = address
        self._user_agent = user_agent

    async def run(self, document: str, **variables: Any) -> dict[str, Any]:
        """The answer's `data`; there are no errors."""
        result = await self._execute(document, variables)
        assert not result.errors
        assert result.data is not None
        return result.data

    async def error(self, document: str, **variables: Any) -> dict[str, Any]:
        """The `extensions` of the answer's only error."""
        [error] = (await self._execute(document, variables)).errors or []
        return dict(error.extensions or {})

    async def error_paths(self, document: str, **variables: Any) -> list[Any]:
        """Where the answer's errors are."""
        return [error.path for error in (await self._execute(document, variables)).errors]

    async def _execute(self, document: str, variables: dict[str, Any]) -> Answer:
        context = Context(self._env, self._viewer, address=self._address, user_agent=self._user_agent)
        return await _engine().execute(document, variables, context)
