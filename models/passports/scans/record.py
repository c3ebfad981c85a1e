"""Reporting a scan: the one use case that anyone may call."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models.kernel.env import ArrivedScan, Env
from models.kernel.ids import uuid7
from models.kernel.throttle import caller, caller_address, subject_key
from models.passports.devices import device_type


@dataclass(frozen=True, slots=True)
class RecordScan:
    """A scan of a passport's code, reported from an address by a program; neither is kept."""

    passport_id: UUID
    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class RecordedScan:
    """What whoever scanned learns: the scan's id and when it arrived."""

    id: UUID
    scanned_at: datetime


async def record_scan(command: RecordScan, env: Env) -> RecordedScan:
    """Record a scan; every report counts. Returns after the commit.

    Raises `NotFound` for an unknown passport and `RateLimited`, with `retryAfter` in seconds, when the address has
    reported `policy.scan_rate_limit` scans in this minute of the clock, those of unknown passports included.
    """
    now = env.now()
    address = caller_address(command.address)
    place = env.places.find(address)
    scan = ArrivedScan(
        id=uuid7(),
        passport_id=command.passport_id,
        city=place.city,
        country=place.country,
        device_type=device_type(command.user_agent),
        scanned_at=now,
        subject=subject_key(env, f"scan {now.isoformat(timespec='minutes')}", caller(address)),
        limit=env.policy.scan_rate_limit,
    )
    await env.scans.write(scan)
    return RecordedScan(scan.id, scan.scanned_at)
