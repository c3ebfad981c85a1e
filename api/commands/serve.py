"""`exportready serve`: the database at hand, the demo company in development, and uvicorn."""

import asyncio
import gc
import os
import signal
import socket
from types import FrameType

import uvicorn

from api.commands.at_hand import CONSOLE, UsageError, bring_up_to_date, database_at_hand, read_settings
from api.commands.demo import seed_if_empty
from api.commands.signing_key import development_key
from api.demo import EMAIL, PASSWORD
from api.graphql.uvicorn_protocol import WebSocketProtocol
from api.graphql.websocket import SocketLimits
from api.logging import configure_logging
from api.sandbox import PATH as SANDBOX
from api.settings import Settings
from models.logins import allow_login, as_login, require_fit_login

_EMBEDDED_LOGIN = "exportready_login"


def serve(workers: int) -> None:
    """Serve until told to stop."""
    chosen = read_settings()
    configure_logging(json=chosen.is_production)
    # uvicorn ends gracefully and then raises the signal again, which left to itself would end this process before it
    # has stopped the embedded database.
    signal.signal(signal.SIGTERM, _stop)
    _require_free_port(chosen)
    _require_price_list(chosen)
    _require_trusted_documents(chosen)
    with database_at_hand(chosen) as url:
        if chosen.is_public:
            # Likewise found out before server processes start, each of which asks again.
            asyncio.run(require_fit_login(url))
        if not chosen.is_production:
            bring_up_to_date(url)
            seed_if_empty(url, chosen)
            CONSOLE.print(_welcome(chosen))
        os.environ["DATABASE_URL"] = url if chosen.database_url else asyncio.run(_embedded_login(url))
        if chosen.audit_signing_key is None:
            os.environ["AUDIT_SIGNING_KEY"] = development_key(chosen.data_dir)
        uvicorn.run(
            "api.app:serve",
            factory=True,
            host=chosen.host,
            port=chosen.port,
            workers=workers,
            loop="uvloop",
            http="httptools",
            ws=WebSocketProtocol,
            # Compressing doubles what a message costs.
            ws_per_message_deflate=False,
            ws_max_size=SocketLimits().frame_characters,
            proxy_headers=False,
            server_header=False,
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=10,
        )


def _stop(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _require_free_port(chosen: Settings) -> None:
    """Found out before a database is started for nothing."""
    try:
        socket.create_server((chosen.host, chosen.port), reuse_port=False).close()
    except OSError as error:
        where = f"{chosen.host}:{chosen.port}"
        # Python adds the address to the reason, which is said already.
        reason = (error.strerror or str(error)).partition(" (while ")[0]
        raise UsageError(f"Can't listen on {where}: {reason}. Set PORT or HOST to another.") from None


def _require_price_list(chosen: Settings) -> None:
    """Likewise found out before server processes start."""
    if chosen.quota_packages is None:
        return
    from api.environment import require_price_list

    try:
        require_price_list(chosen)
    except (OSError, ValueError) as error:
        raise UsageError(f"QUOTA_PACKAGES: {error}") from None


async def _embedded_login(url: str) -> str:
    """The embedded database's URL for the server, which is nobody more there than in production."""
    login = as_login(url, _EMBEDDED_LOGIN)
    await allow_login(url, login)
    return login


def _require_trusted_documents(chosen: Settings) -> None:
    """Found out once, before server processes start that would each fail on them."""
    if chosen.trusted_documents is None:
        return
    from api.app import graphql_engine
    from resolvers.engine import TrustedDocumentsError

    try:
        graphql_engine(chosen)
    except TrustedDocumentsError as error:
        raise UsageError(f"TRUSTED_DOCUMENTS: {error}") from None
    # A single server process is this one, which would keep for good what was made for the check.
    gc.collect()


def _welcome(chosen: Settings) -> str:
    base = chosen.base_url
    return (
        f"\n  ExportReady on {base}\n\n"
        f"  Explorer   {base}/graphql\n"
        f"  Dashboard  {base}/dashboard\n"
        f"  Sign in    {EMAIL}  {PASSWORD}   (the demo company)\n"
        f"  Mailbox    {chosen.data_dir / 'mailbox'}\n"
        + (f"  Payments   {base}{SANDBOX}/checkout/{{razorpayOrderId}}\n" if chosen.pays_at_sandbox else "")
    )
