"""uvicorn's websocket protocol with an extension: messages that are sent at once, without a coroutine for each.

Through ASGI every message passes a coroutine of each middleware, which for a thousand small messages takes half as long
as the sending itself. Run uvicorn with ``ws="api.graphql.uvicorn_protocol:WebSocketProtocol"``; with any other server
or protocol everything goes through ASGI's `send`.
"""

from typing import Final, cast

from starlette.types import Scope
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from api.graphql.outlet import SendNow, never

_EXTENSION: Final = "exportready.send_now"


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """Offers the application `send_now`; all else is uvicorn's."""

    async def run_asgi(self) -> None:
        """Run the application on this socket."""
        extensions = cast("dict[str, object]", self.scope["extensions"])
        extensions[_EXTENSION] = {"send_now": self.send_now}
        await super().run_asgi()

    def send_now(self, text: str) -> bool:
        """Send a text message. False, with nothing done, when it has to wait or the socket is closing: use `send`."""
        if not self.writable.is_set() or self.conn.state is not State.OPEN or self.transport.is_closing():
            return False
        message = text.encode()
        if 126 <= len(message) < 65_536 and not self.conn.extensions:
            # Nearly all are this: a frame with a length of two bytes (RFC 6455, section 5.2), made in one step.
            self.transport.write(b"\x81\x7e%b%b" % (len(message).to_bytes(2, "big"), message))
        else:
            self.conn.send_text(message)
            self.transport.write(b"".join(self.conn.data_to_send()))
        return True


def send_now(scope: Scope) -> SendNow:
    """The extension of a socket's scope; one that never sends when the server has none."""
    extension = scope.get("extensions", {}).get(_EXTENSION)
    return cast("SendNow", extension["send_now"]) if extension else never
