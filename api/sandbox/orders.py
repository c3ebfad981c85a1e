"""As much of Razorpay's API as the gateway uses: orders, their payments, the payments' refunds."""

import binascii
import hmac
from base64 import b64decode
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from api.sandbox.store import Entity, ReceiptTaken, Store

Endpoint = Callable[[Request], Awaitable[JSONResponse]]


class _NewOrder(BaseModel):
    amount: int = Field(strict=True, ge=100)
    currency: str = Field(pattern="^[A-Z]{3}$")
    receipt: str = Field(max_length=40)


def order_routes(store: Store, key: tuple[str, str]) -> list[BaseRoute]:
    """The API, for whoever has the key."""

    async def create_order(request: Request) -> JSONResponse:
        try:
            new = _NewOrder.model_validate_json(await request.body())
            return JSONResponse(store.add_order(new.amount, new.currency, new.receipt))
        except ValidationError as error:
            return _refusal(str(error.errors()[0]["msg"]))
        except ReceiptTaken:
            return _refusal("Receipt should be unique")

    async def list_orders(request: Request) -> JSONResponse:
        return _collection(store.belonging_to(request.query_params.get("receipt", "")))

    async def list_belonging(request: Request) -> JSONResponse:
        id = request.path_params["id"]
        if store.find(id) is None:
            return _refusal("The id provided does not exist")
        return _collection(store.belonging_to(id))

    def guarded(endpoint: Endpoint) -> Endpoint:
        async def guard(request: Request) -> JSONResponse:
            if not _has_key(request, key):
                return _refusal("Authentication failed", 401)
            return await endpoint(request)

        return guard

    return [
        Route("/v1/orders", guarded(create_order), methods=["POST"]),
        Route("/v1/orders", guarded(list_orders)),
        Route("/v1/orders/{id}/payments", guarded(list_belonging)),
        Route("/v1/payments/{id}/refunds", guarded(list_belonging)),
    ]


def _has_key(request: Request, key: tuple[str, str]) -> bool:
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    try:
        given = b64decode(credentials, validate=True)
    except binascii.Error:
        return False
    return scheme.lower() == "basic" and hmac.compare_digest(given, ":".join(key).encode())


def _collection(items: list[Entity]) -> JSONResponse:
    return JSONResponse({"entity": "collection", "count": len(items), "items": items})


def _refusal(description: str, status: int = 400) -> JSONResponse:
    error: dict[str, Any] = {"code": "BAD_REQUEST_ERROR", "description": description}
    return JSONResponse({"error": error}, status)
