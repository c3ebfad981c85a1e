"""Razorpay played on this server, for development without keys: its order API, a checkout page, signed webhooks.

The unchanged SDK talks to it through its base URL, so that all of buying can be tried in a browser. Everybody knows its
secrets; it refuses to start in production.
"""

from starlette.routing import BaseRoute, Mount

from api.published import SANDBOX_KEY_ID, SANDBOX_KEY_SECRET, SANDBOX_WEBHOOK_SECRET
from api.sandbox.checkout import checkout_routes
from api.sandbox.orders import order_routes
from api.sandbox.store import Store
from api.sandbox.webhooks import Sender
from api.settings import Settings
from models.billing import RazorpayGateway

PATH = "/sandbox/razorpay"


class SandboxRefused(ValueError):
    """The sandbox was asked for where money is real."""


def gateway(settings: Settings) -> RazorpayGateway:
    """The payment gateway that talks to the sandbox. Raises `SandboxRefused` in production."""
    _refuse_production(settings)
    return RazorpayGateway(SANDBOX_KEY_ID, SANDBOX_KEY_SECRET, (SANDBOX_WEBHOOK_SECRET,), _local_url(settings) + PATH)


def routes(settings: Settings) -> list[BaseRoute]:
    """The sandbox under its path, or nothing when payments are real. Raises `SandboxRefused` in production."""
    return [sandbox(settings)] if settings.pays_at_sandbox else []


def sandbox(settings: Settings) -> Mount:
    """The sandbox itself. Raises `SandboxRefused` in production."""
    _refuse_production(settings)
    store = Store(settings.data_dir / "sandbox.sqlite3")
    sender = Sender(f"{_local_url(settings)}/webhooks/razorpay", SANDBOX_WEBHOOK_SECRET)
    orders = order_routes(store, (SANDBOX_KEY_ID, SANDBOX_KEY_SECRET))
    return Mount(PATH, routes=[*orders, *checkout_routes(store, sender, SANDBOX_KEY_SECRET)])


def _refuse_production(settings: Settings) -> None:
    if settings.is_production:
        raise SandboxRefused("the payment sandbox is for development; production needs Razorpay's keys")


def _local_url(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104  # compared, not bound
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
