"""Throttles that hold across all server processes and survive a restart.

A subject (an address, an account) is kept only as an HMAC under a key that changes daily, so the table can't be
read back into addresses.
"""

import hashlib
import hmac
import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

from models import database
from models.kernel.env import Env
from models.kernel.errors import RateLimited
from models.kernel.text import too_long

# An IPv6 address in full, with the name of an interface (RFC 4007).
_LONGEST_ADDRESS: Final = 64


def caller_address(text: str) -> str:
    """Returns an address in its usual spelling, an IPv4 address written as IPv6 (RFC 4291, section 2.5.5.2) as IPv4.

    Text that is not an address becomes empty.
    """
    return "" if too_long(text, _LONGEST_ADDRESS) else _usual_address(text)


# Whoever calls often calls from few addresses.
@lru_cache(maxsize=4096)
def _usual_address(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def caller(address: str) -> str:
    """Returns what counts as one caller: an IPv4 address, the /64 network of an IPv6 one, "" for other text.

    A single device may take any of the 2^64 addresses of its network (RFC 4862, RFC 8981), so they share one
    allowance.
    """
    usual = caller_address(address)
    return str(IPv6Network((int(IPv6Address(usual)), 64), strict=False)) if ":" in usual else usual


def subject_key(env: Env, purpose: str, subject: str) -> bytes:
    """Returns the HMAC-SHA256 under which today's use by this subject is counted."""
    daily = _daily_key(env.policy.secret_key, env.today())
    return hmac.digest(daily, f"{purpose}\0{subject}".encode(), hashlib.sha256)


@lru_cache(maxsize=4)
def _daily_key(secret_key: str, day: date) -> bytes:
    return hmac.digest(secret_key.encode(), f"throttle {day}".encode(), hashlib.sha256)


async def take(key: bytes, *, amount: int, window: timedelta, now: datetime) -> int:
    """Count `amount` against the key and give the total used in the current window, which starts at first use."""
    used: int = await database.fetch_value(
        """
        INSERT INTO throttle AS t (key, used, expires_at) VALUES ($1, $2, $4::timestamptz + $3::interval)
        ON CONFLICT (key) DO UPDATE SET
            used = CASE WHEN t.expires_at <= $4 THEN excluded.used ELSE t.used + excluded.used END,
            expires_at = CASE WHEN t.expires_at <= $4 THEN excluded.expires_at ELSE t.expires_at END
        RETURNING used
        """,
        key,
        amount,
        window,
        now,
    )
    return used


async def used(key: bytes, *, now: datetime) -> tuple[int, datetime]:
    """Returns how much the key has used in its current window, and when that window ends."""
    row = await database.fetch_one("SELECT used, expires_at FROM throttle WHERE key = $1 AND expires_at > $2", key, now)
    return (row["used"], row["expires_at"]) if row else (0, now)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many times an hour, or in another window, one subject may do something; `refusal` says so."""

    purpose: str
    limit: int
    window: timedelta = timedelta(hours=1)
    refusal: str = "Too many requests."


async def spend(allowance: Allowance, subject: str, env: Env) -> None:
    """Use up one of the subject's allowance; an unknown subject ("") has no limit. Raises `RateLimited`."""
    if not subject:
        return
    now = env.now()
    key = subject_key(env, allowance.purpose, subject)
    if await take(key, amount=1, window=allowance.window, now=now) > allowance.limit:
        _, until = await used(key, now=now)
        raise rate_limited(allowance.refusal, until - now)


def rate_limited(why: str, wait: timedelta) -> RateLimited:
    """Returns the error for whoever has to wait so long."""
    seconds = math.ceil(wait.total_seconds())
    return RateLimited(f"{why} Try again in {seconds} seconds.", retryAfter=seconds)


async def clear(key: bytes) -> None:
    """Forget what the key has used."""
    await database.execute("DELETE FROM throttle WHERE key = $1", key)


async def sweep(now: datetime) -> None:
    """Delete windows that are over."""
    await database.execute("DELETE FROM throttle WHERE expires_at <= $1", now)
