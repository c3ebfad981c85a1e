"""Whether the process lives (`/healthz`) and whether it can serve (`/readyz`: database and migrations)."""

import asyncio

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from models.database import pending_migrations

_log = structlog.get_logger(__name__)
_SECONDS_FOR_THE_DATABASE = 2


async def healthz(_request: Request) -> JSONResponse:
    """200 as long as the process answers at all."""
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


async def readyz(_request: Request) -> JSONResponse:
    """200 when the database answers and has every migration; else 503 saying which of the two is missing."""
    checks = {"database": "ok", "migrations": "ok"}
    try:
        async with asyncio.timeout(_SECONDS_FOR_THE_DATABASE):
            pending = await pending_migrations()
        if pending:
            checks["migrations"] = f"{len(pending)} pending, first {pending[0]}"
    except Exception as error:  # noqa: BLE001  # whatever the driver raises, the answer is "not ready"
        _log.warning("not_ready", exc_info=error)
        checks = {"database": "unreachable", "migrations": "unknown"}
    ready = set(checks.values()) == {"ok"}
    return JSONResponse(
        {"status": "ok" if ready else "unavailable", "checks": checks},
        status_code=200 if ready else 503,
        headers={"Cache-Control": "no-store"},
    )


routes: list[BaseRoute] = [Route("/healthz", healthz), Route("/readyz", readyz)]
