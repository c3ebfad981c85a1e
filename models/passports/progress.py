"""How far an upload is, for those who watch: found under its Idempotency-Key while it is still going on.

Progress is written beside the issuing transaction, on another connection of the pool, where others can see it before
that transaction has committed. It is news, not truth: failing to tell it never fails the issuing.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

import structlog

from models import database
from models.kernel import idempotency
from models.kernel.actor import Actor, is_within
from models.kernel.env import Env
from models.kernel.errors import BadInput, DomainError, Rejected
from models.kernel.live import States, StateStream
from models.kernel.permissions import Permission
from models.passports.rules import IssueResult
from models.passports.tables import IssuancePhase

PUBLISH_SECONDS: Final = 0.25
# What publishing may take before it is given up: whoever uploads waits for the last one.
_MOST_SECONDS: Final = 2.0
_ENDED: Final = (IssuancePhase.DONE, IssuancePhase.FAILED)
_log = structlog.get_logger(__name__)

# Those limited to other brands see less, so what is watched depends on the brands: company, brands, idempotency key.
_Key: TypeAlias = tuple[UUID, frozenset[UUID], str]


@dataclass(frozen=True, slots=True)
class IssuanceProgress:
    """How far an upload is. `rows_read` counts rows without errors, and is None when this attempt has read nothing."""

    phase: IssuancePhase = IssuancePhase.WAITING
    rows_read: int | None = None
    created: int = 0
    error_count: int = 0
    error_code: str | None = None
    updated_at: datetime | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing follows."""
        return self.phase in _ENDED


_UNKNOWN: Final = IssuanceProgress()


class ProgressReport:
    """What an upload says about itself while it goes on; `newest` is published by `reporting`."""

    def __init__(self, env: Env) -> None:
        self.newest = _UNKNOWN
        self.started_at = env.now()
        self._env = env

    def reading(self, rows_read: int, error_count: int) -> None:
        """The upload has begun, and so many rows were read."""
        if self.newest.phase is IssuancePhase.WAITING:
            self.started_at = self._env.now()
        self.newest = IssuanceProgress(IssuancePhase.READING, rows_read, 0, error_count)

    def writing(self) -> None:
        """All rows were read."""
        self.newest = replace(self.newest, phase=IssuancePhase.WRITING)

    def ended(self, result: IssueResult) -> None:
        """The transaction is over, with this result."""
        phase = IssuancePhase.DONE if result.created else IssuancePhase.FAILED
        code = None if result.created else str(result.errors[0].code)
        self.newest = IssuanceProgress(phase, self.newest.rows_read, result.created, result.error_count, code)

    def failed(self, error: BaseException) -> None:
        """The transaction was undone. An upload that never began leaves what its key stands for as it is."""
        if self.newest.phase is not IssuancePhase.WAITING:
            code = error.code if isinstance(error, DomainError) else DomainError.code
            self.newest = replace(self.newest, phase=IssuancePhase.FAILED, error_code=code)


@asynccontextmanager
async def reporting(actor: Actor, key: str | None, batch_id: UUID, env: Env) -> AsyncIterator[ProgressReport]:
    """Publish what the block reports, some four times a second and once at its end; nothing without a key.

    It surrounds the transaction: the publishing task begun here knows nothing of one that is opened inside.
    """
    report = ProgressReport(env)
    if key is None:
        yield report
        return
    is_over = asyncio.Event()
    publishing = asyncio.create_task(_publish_until(is_over, report, actor.tenant_id, key, batch_id, env))
    try:
        yield report
    except BaseException as error:
        report.failed(error)
        raise
    finally:
        is_over.set()
        await publishing


async def _publish_until(
    is_over: asyncio.Event, report: ProgressReport, tenant_id: UUID, key: str, batch_id: UUID, env: Env
) -> None:
    published = _UNKNOWN
    while report.newest != published or not is_over.is_set():
        if report.newest != published:
            published = report.newest
            await _publish(published, report.started_at, tenant_id, key, batch_id, env)
        with suppress(TimeoutError):
            async with asyncio.timeout(PUBLISH_SECONDS):
                await is_over.wait()


async def _publish(
    progress: IssuanceProgress, started_at: datetime, tenant_id: UUID, key: str, batch_id: UUID, env: Env
) -> None:
    """Of two attempts under one key the later counts, unless one is done: only one of them ever is."""
    try:
        async with asyncio.timeout(_MOST_SECONDS):
            await database.execute(
                """
                INSERT INTO issuance_progress AS known (tenant_id, key, batch_id, phase, rows_read, created,
                    error_count, error_code, started_at, updated_at)
                VALUES ($1, $2, $3, $4, coalesce($5::bigint, 0), $6, $7, $8, $9, $10)
                ON CONFLICT (tenant_id, key) DO UPDATE SET batch_id = excluded.batch_id, phase = excluded.phase,
                    rows_read = coalesce($5::bigint, known.rows_read), created = excluded.created,
                    error_count = excluded.error_count, error_code = excluded.error_code,
                    started_at = excluded.started_at, updated_at = excluded.updated_at
                WHERE known.started_at <= excluded.started_at OR excluded.phase = 'DONE'
                """,
                tenant_id,
                key,
                batch_id,
                progress.phase,
                progress.rows_read,
                progress.created,
                progress.error_count,
                progress.error_code,
                started_at,
                env.now(),
            )
    except Exception as error:  # noqa: BLE001  # whatever it is, the upload must outlive it
        _log.warning("progress_not_published", exc_info=error)


async def _read(keys: Sequence[_Key]) -> Mapping[_Key, IssuanceProgress]:
    rows = await database.fetch(
        """
        SELECT p.tenant_id, p.key, b.brand_id, p.phase, p.rows_read, p.created, p.error_count, p.error_code,
            p.updated_at
        FROM unnest($1::uuid[], $2::text[]) watched (tenant_id, key)
        JOIN issuance_progress p ON p.tenant_id = watched.tenant_id AND p.key = watched.key
        JOIN batch b ON b.id = p.batch_id AND b.tenant_id = p.tenant_id
        """,
        [tenant_id for tenant_id, _, _ in keys],
        [key for _, _, key in keys],
    )
    found = {(row["tenant_id"], row["key"]): (row["brand_id"], _progress(row)) for row in rows}
    progress = {}
    for tenant_id, brand_ids, key in keys:
        brand_id, known = found.get((tenant_id, key), (None, _UNKNOWN))
        progress[tenant_id, brand_ids, key] = known if is_within(brand_ids, brand_id) else _UNKNOWN
    return progress


def _progress(row: database.Record) -> IssuanceProgress:
    counts = row["rows_read"], row["created"], row["error_count"]
    return IssuanceProgress(IssuancePhase(row["phase"]), *counts, row["error_code"], row["updated_at"])


_STATES: Final = States("issuance_progress", _read, is_last=lambda progress: progress.has_ended)


def issuance_progress_stream(actor: Actor, key: str, env: Env) -> StateStream[IssuanceProgress]:
    """Returns how far the upload with this Idempotency-Key is, and then each change until it has ended.

    WAITING when the company has no such upload, or only one into a batch of brands that the actor may not see.
    Raises `Forbidden`, and `BadInput` for what can't be an idempotency key.
    """
    actor.require(Permission.READ)
    try:
        idempotency.check_key(key)
    except Rejected as rejected:
        raise BadInput(rejected.message) from None
    return StateStream(env.live, _STATES, (actor.tenant_id, actor.brand_ids, key))


async def sweep(now: datetime) -> None:
    """Delete the progress of uploads whose idempotency keys are forgotten."""
    await database.execute("DELETE FROM issuance_progress WHERE updated_at <= $1", now - idempotency.LIFETIME)
