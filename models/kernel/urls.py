"""The one rule for web addresses that are kept and published."""

from typing import Final

from pydantic import HttpUrl, TypeAdapter, ValidationError

_HTTP_URL: Final[TypeAdapter[HttpUrl]] = TypeAdapter(HttpUrl)


def http_url(text: str) -> HttpUrl | None:
    """Returns an absolute http or https address in the normal form of the WHATWG URL standard; None for other text."""
    try:
        return _HTTP_URL.validate_python(text)
    except ValidationError:
        return None


def has_credentials(url: HttpUrl) -> bool:
    """Returns whether the address holds a user or a password, which can't be published."""
    return bool(url.username or url.password)
