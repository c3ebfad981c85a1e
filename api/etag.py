"""Entity tags: by which a client asks only for what it does not have already (RFC 9110, sections 8.8.3 and 13.1.2)."""

import hashlib
import re

from api.compression import is_compressible

_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def etag(body: bytes, content_type: str) -> str:
    """The tag of an answer's content.

    It is weak where the same content may leave compressed or not, which a strong tag would have to tell apart.
    """
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return f"W/{tag}" if is_compressible(content_type) else tag


def is_known(tag: str, if_none_match: str) -> bool:
    """Whether the client has what the tag stands for: the header lists it, weak or not, or is ``*``.

    Never so for an answer without a tag, which is an empty one here.
    """
    if not tag or not if_none_match:
        return False
    return if_none_match.strip() == "*" or tag.removeprefix("W/") in _TAG.findall(if_none_match)
