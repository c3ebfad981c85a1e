"""Parameters of plain HTTP routes, from text to what they mean. Whatever can't be is a `BadInput`."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar
from uuid import UUID

from starlette.requests import Request

from models.kernel.errors import BadInput
from resolvers.relay import key_or_uuid

Choice = TypeVar("Choice", bound=Enum)

_FLAGS = {"true": True, "1": True, "false": False, "0": False}


def path_key(request: Request, type_name: str) -> UUID:
    """The key in the path's `id`, which is a uuid or a Relay id."""
    return key_or_uuid(request.path_params["id"], type_name)


def flag(parameters: Mapping[str, str], name: str, *, default: bool) -> bool:
    """A parameter that is `true` or `false`."""
    text = parameters.get(name)
    if text is None:
        return default
    if text.lower() not in _FLAGS:
        raise BadInput(f"{name} must be true or false, not {text[:80]!r}.")
    return _FLAGS[text.lower()]


def choice(parameters: Mapping[str, str], name: str, choices: type[Choice], default: Choice) -> Choice:
    """A parameter that is the value of an enum's member, in upper or lower case."""
    text = parameters.get(name)
    if text is None:
        return default
    known = {str(member.value).lower(): member for member in choices}
    if text.lower() not in known:
        raise BadInput(f"{name} must be one of {', '.join(known)}, not {text[:80]!r}.")
    return known[text.lower()]


def integer(parameters: Mapping[str, str], name: str, *, default: int) -> int:
    """A parameter that is a whole number of at most nine digits."""
    text = parameters.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise BadInput(f"{name} must be a whole number, not {text[:80]!r}.")
    return int(text)
