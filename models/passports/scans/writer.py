"""Group commit: scans that arrive while one statement runs are written together by the next."""

import asyncio
from collections.abc import Sequence
from contextvars import copy_context
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

import structlog

from models import database
from models.database import Record
from models.kernel.env import ArrivedScan
from models.kernel.errors import NotFound, RateLimited
from models.kernel.feed import Feed
from models.kernel.live import Hub

LARGEST_GROUP: Final = 500
MOST_WAITING: Final = 10_000
_SECONDS_FOR_A_GROUP: Final = 10.0

_log = structlog.get_logger(__name__)

# One statement outside any transaction commits by itself: the throttles' rows and the companies' locks are held for no
# round trip, and a server process that stops or dies holds none. Throttles are locked in the order of their keys and
# before the companies, those in the order of `feed_advance`, so that two processes never wait for each other. A row is
# kept a minute longer than it counts, so that sweeping never meets a group.
_WRITE_GROUP: Final = """
WITH arrived AS MATERIALIZED (
    SELECT *
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::bytea[], $8::int[])
        WITH ORDINALITY a (id, passport_id, city, country, device_type, scanned_at, subject, allowance, ordinal)
), counted AS (
    INSERT INTO throttle AS t (key, used, expires_at)
    SELECT subject, count(*), date_trunc('minute', max(scanned_at)) + interval '2 minutes'
    FROM arrived GROUP BY subject ORDER BY subject
    ON CONFLICT (key) DO UPDATE SET used = t.used + excluded.used
    RETURNING key, used
), judged AS MATERIALIZED (
    SELECT a.*, p.tenant_id, p.batch_id,
        c.used - count(*) OVER (PARTITION BY a.subject)
            + row_number() OVER (PARTITION BY a.subject ORDER BY a.ordinal) <= a.allowance AS is_allowed
    FROM arrived a JOIN counted c ON c.key = a.subject LEFT JOIN passport p ON p.id = a.passport_id
), accepted AS MATERIALIZED (
    SELECT * FROM judged WHERE is_allowed AND tenant_id IS NOT NULL
), head AS MATERIALIZED (
    SELECT h.tenant, h.base
    FROM (SELECT array_agg(tenant_id) AS tenants, array_agg(scans) AS scans
          FROM (SELECT tenant_id, count(*) AS scans FROM accepted GROUP BY tenant_id) company) company,
        feed_advance('scan', company.tenants, company.scans) h
), inserted AS (
    INSERT INTO scan (id, tenant_id, position, passport_id, batch_id, city, country, device_type, scanned_at)
    SELECT id, tenant_id, head.base + row_number() OVER (PARTITION BY tenant_id ORDER BY ordinal),
        passport_id, batch_id, city, country, device_type, scanned_at
    FROM accepted JOIN head ON head.tenant = tenant_id
)
SELECT is_allowed, tenant_id FROM judged ORDER BY ordinal
"""


class ScanWriteFailed(Exception):
    """The statement that was to write the scan failed; whether it was committed is not known."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    scan: ArrivedScan
    written: asyncio.Future[None]

    def answer(self, error: Exception | None) -> None:
        """Tell the caller, unless they left."""
        if self.written.done():
            return
        if error is None:
            self.written.set_result(None)
        else:
            self.written.set_exception(error)


class ScanWriter:
    """The `ScanRecorder` of a process; needs the database for as long as it lives. Followers of `live` are woken.

    At the end of ``async with ScanWriter() as scans:`` everything that waits is written. `group_timeout` is in
    seconds: after it the callers of a group that the database does not answer get `ScanWriteFailed`.
    """

    def __init__(self, live: Hub | None = None, *, group_timeout: float = _SECONDS_FOR_A_GROUP) -> None:
        self._live = live
        self._group_timeout = group_timeout
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None
        self._closed = False
        # Groups run in the context of the process: a caller's open transaction or request id is not theirs.
        self._context = copy_context()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closed = True
        if self._writing is not None:
            await self._writing

    async def write(self, scan: ArrivedScan) -> None:
        """Returns once the scan is committed. A caller that is cancelled before its group's turn writes nothing.

        Raises `NotFound` for an unknown passport, `RateLimited` when the caller's allowance is used up or too many
        scans wait, and `ScanWriteFailed`.
        """
        if self._closed:
            raise ScanWriteFailed("The writer of scans is closed.")
        if len(self._waiting) >= MOST_WAITING:
            raise RateLimited("Too many scans wait to be recorded; try again in a second.", retryAfter=1)
        waiting = _Waiting(scan, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_waiting(), context=self._context)
        await waiting.written

    async def _write_waiting(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:LARGEST_GROUP], self._waiting[LARGEST_GROUP:]
                await self._write_group([waiting for waiting in group if not waiting.written.cancelled()])
        finally:
            self._writing = None

    async def _write_group(self, group: Sequence[_Waiting]) -> None:
        if not group:
            return
        try:
            async with asyncio.timeout(self._group_timeout):
                judgements = await _write([waiting.scan for waiting in group])
        except Exception as error:  # noqa: BLE001  # every caller must learn of a failure, of any kind
            _log.error("scans_not_written", scans=len(group), exc_info=error)
            for waiting in group:
                failed = ScanWriteFailed("The database did not record the scan; report it again.")
                failed.__cause__ = error
                waiting.answer(failed)
            return
        for waiting, judgement in zip(group, judgements, strict=True):
            waiting.answer(_error_of(waiting.scan, judgement))
        if self._live is not None:
            accepted = (judgement for judgement in judgements if judgement["is_allowed"])
            self._live.announce(Feed.SCAN, {judgement["tenant_id"] for judgement in accepted} - {None})


async def _write(scans: Sequence[ArrivedScan]) -> list[Record]:
    return await database.fetch(
        _WRITE_GROUP,
        [scan.id for scan in scans],
        [scan.passport_id for scan in scans],
        [scan.city for scan in scans],
        [scan.country for scan in scans],
        [scan.device_type for scan in scans],
        [scan.scanned_at for scan in scans],
        [scan.subject for scan in scans],
        [scan.limit for scan in scans],
    )


def _error_of(scan: ArrivedScan, judgement: Record) -> Exception | None:
    """Returns why the scan was not recorded; None when it was."""
    if not judgement["is_allowed"]:
        return RateLimited(
            f"At most {scan.limit} scans a minute are taken from one address.", retryAfter=60 - scan.scanned_at.second
        )
    return None if judgement["tenant_id"] is not None else NotFound("There is no passport with this id.")
