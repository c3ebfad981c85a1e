"""The bearer token of an `Authorization` header or of a socket's first message (RFC 6750, section 2.1)."""

from models.kernel.errors import Unauthenticated


def bearer_token(authorization: object) -> str | None:
    """The token, None where there is no header. Raises `Unauthenticated` for anything but ``Bearer <token>``."""
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(" ") if isinstance(authorization, str) else ("", "", "")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or " " in token:
        raise Unauthenticated("Authorization must read 'Bearer <accessToken>'.")
    return token
