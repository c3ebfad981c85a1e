"""What the domain needs from outside, as explicit arguments: built once by the edge, frozen, faked in tests."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from models.database import Connection
from models.kernel.actor import Actor
from models.kernel.live import Hub
from models.kernel.mail import Mailer, MailOff
from models.kernel.payments import PaymentGateway, PaymentsOff
from models.kernel.together import ReadsTogether


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings that rules depend on. Durations and counts are in the unit that the name or type gives."""

    secret_key: str
    public_base_url: str
    free_quota: int = 100
    scan_rate_limit: int = 60
    access_token_lifetime: timedelta = timedelta(minutes=15)
    refresh_token_lifetime: timedelta = timedelta(days=30)
    password_reset_lifetime: timedelta = timedelta(minutes=30)
    invitation_lifetime: timedelta = timedelta(days=7)
    # Ed25519 seed that signs the heads of audit bundles.
    audit_signing_seed: bytes | None = None
    # The public keys that signed them before, and until when.
    audit_retired_keys: tuple[tuple[bytes, datetime], ...] = ()
    quota_packages: Path | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address is, as far as the GeoIP file tells: English city name and English country name."""

    city: str | None = None
    country: str | None = None


class PlaceFinder(Protocol):
    """Looks an IP address up; an unknown address is a `Place` with nothing in it."""

    def find(self, address: str) -> Place: ...


@dataclass(frozen=True, slots=True)
class ArrivedScan:
    """A scan on its way into its company's feed. `scanned_at` is when it arrived.

    `subject` is the throttle's key for whoever reported it in that minute, `limit` how many scans it may then report.
    """

    id: UUID
    passport_id: UUID
    city: str | None
    country: str | None
    device_type: str
    scanned_at: datetime
    subject: bytes
    limit: int


class ScanRecorder(Protocol):
    """Writes scans to the database; scans that arrive together may share a statement."""

    async def write(self, scan: ArrivedScan) -> None:
        """Returns once the scan is committed. Raises `NotFound` for an unknown passport, or `RateLimited`."""
        ...


class PasswordHasher(Protocol):
    """argon2id in a bounded thread pool, never on the event loop."""

    async def hash(self, password: str) -> str: ...

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """True when they match. With no hash it takes the same time and is False."""
        ...


@dataclass(frozen=True, slots=True)
class Issuance:
    """Passports being issued in the open transaction: their rows are already in the `passport` table.

    The temporary table `issued_passport (ordinal, passport_id, serial_number, manufacture_date)` holds just these,
    numbered from 1 in the order they came in. `status` and `issued_at` are the same for all of them. `action` is how
    they come to be: ISSUE, or what gave the unit of the passport `predecessor_id` its second life.
    """

    id: UUID
    tenant_id: UUID
    batch_id: UUID
    actor: Actor
    count: int
    status: str
    issued_at: datetime
    action: str = "ISSUE"
    predecessor_id: UUID | None = None


class OnTenantRegistered(Protocol):
    """A context's part in registering a company, in the same transaction."""

    async def __call__(self, connection: Connection, tenant_id: UUID, env: "Env") -> None: ...


class OnMemberLimited(Protocol):
    """A context's say when a member is to be limited to brands. Raises `NotFound` for one that the actor can't see."""

    async def __call__(self, actor: Actor, brand_ids: Collection[UUID]) -> None: ...


class OnPassportsIssued(Protocol):
    """A context's part in issuing passports, in the same transaction. Raising undoes all of it."""

    async def __call__(self, connection: Connection, issuance: Issuance, env: "Env") -> None: ...


@dataclass(frozen=True, slots=True)
class Participants:
    """What contexts above `tenants` and `passports` add to their use cases, in order; see `models.registry`."""

    tenant_registered: tuple[OnTenantRegistered, ...] = ()
    member_limited: tuple[OnMemberLimited, ...] = ()
    passports_issued: tuple[OnPassportsIssued, ...] = ()


def utc_now() -> datetime:
    """The current time, with its zone."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Env:
    """Everything a use case may reach besides its arguments and the database.

    `issuing` bounds how many uploads are issued at a time: each keeps a database connection for as long as its file
    takes, and everybody else needs some, too. `jobs_due` wakes the process's worker; see `models.kernel.jobs`.
    """

    policy: Policy
    passwords: PasswordHasher
    places: PlaceFinder
    scans: ScanRecorder
    participants: Participants = field(default_factory=Participants)
    live: Hub = field(default_factory=Hub)
    together: ReadsTogether = field(default_factory=ReadsTogether)
    payments: PaymentGateway = field(default_factory=PaymentsOff)
    mailer: Mailer = field(default_factory=MailOff)
    issuing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(5))
    jobs_due: asyncio.Event = field(default_factory=asyncio.Event)
    now: Callable[[], datetime] = utc_now

    def today(self) -> date:
        """The current date in UTC."""
        return self.now().date()
