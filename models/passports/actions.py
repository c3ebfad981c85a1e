"""Issuing passports: one use case for a CSV file over HTTP, rows over GraphQL and the command line."""

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from uuid import UUID

from models import batches
from models.database import Connection, unit_of_work
from models.kernel import idempotency
from models.kernel.actor import Actor
from models.kernel.env import Env, Issuance
from models.kernel.ids import ascending_uuid7s, uuid7
from models.kernel.permissions import Permission
from models.passports.locks import try_lock_serials
from models.passports.progress import ProgressReport, reporting
from models.passports.rules import IssueMode, IssueResult, already_issued, first_errors, latest_manufacture_date
from models.passports.serials import MAX_ERRORS_KEPT, Row
from models.passports.sources import RowViolations, SerialSource
from models.passports.tables import PassportStatus

_OPERATION = "passportsIssue"
_SECONDS_TO_NEXT_TRY = 0.05


@dataclass(frozen=True, slots=True)
class IssuePassports:
    """Serials to be issued into a batch, as ACTIVE or, without `activate`, as INACTIVE passports."""

    batch_id: UUID
    source: SerialSource
    mode: IssueMode = IssueMode.ALL_OR_NOTHING
    activate: bool = True
    idempotency_key: str | None = None

    @property
    def status(self) -> PassportStatus:
        """The state that the passports begin in."""
        return PassportStatus.ACTIVE if self.activate else PassportStatus.INACTIVE

    def input_hash(self) -> bytes:
        """What a repeat under the same idempotency key must share."""
        content = [self.batch_id.bytes, self.mode.encode(), self.status.encode(), self.source.digest()]
        return hashlib.sha256(b"\0".join(content)).digest()


class _NothingIssued(Exception):
    """Undoes the transaction and carries the answer out of it."""

    def __init__(self, result: IssueResult) -> None:
        super().__init__("nothing was issued")
        self.result = result


async def authorise_issuing(actor: Actor, batch_id: UUID) -> None:
    """Refuse early, before a large file is received: raises `Forbidden` or `NotFound`."""
    actor.require(Permission.PASSPORT_ISSUE)
    await batches.batch(actor, batch_id)


async def issue(actor: Actor, command: IssuePassports, env: Env) -> IssueResult:
    """Issue a passport for each row, with the quota charge and each one's first event in the same transaction.

    Faulty rows are in the result. With `IssueMode.ALL_OR_NOTHING` one of them keeps all from being issued, with
    `VALID` the good rows are issued. A result that created nothing left nothing behind, not even the idempotency key.
    Raises `Forbidden`, `NotFound`, and `Rejected` for a file that can't be read, an archived batch, too little quota
    or a key that was used for other content.
    """
    actor.require(Permission.PASSPORT_ISSUE)
    guard = await _guard(actor, command)
    async with reporting(actor, command.idempotency_key, command.batch_id, env) as report:
        result = await _issue_in_turn(actor, command, guard, report, env)
        report.ended(result)
        return result


async def _guard(actor: Actor, command: IssuePassports) -> idempotency.Guard:
    guard = idempotency.Guard(actor.tenant_id, _OPERATION, command.idempotency_key, command.input_hash)
    if guard.key is None:
        return guard
    # A large file is read for it: before the transaction, and off the event loop.
    input_hash = await asyncio.to_thread(command.input_hash)
    return replace(guard, content=lambda: input_hash)


async def _issue_in_turn(
    actor: Actor, command: IssuePassports, guard: idempotency.Guard, report: ProgressReport, env: Env
) -> IssueResult:
    # Whoever has to wait for another upload does so outside a transaction, so that neither a company's many uploads nor
    # those of many companies take all of the server's connections.
    while True:
        try:
            async with env.issuing, unit_of_work() as connection:
                if await try_lock_serials(connection, actor.tenant_id):
                    return await idempotency.once(
                        connection,
                        guard,
                        env,
                        partial(_issue, connection, actor, command, report, env),
                        keep=IssueResult.answer,
                        recall=_recall,
                    )
        except _NothingIssued as nothing:
            return nothing.result
        await asyncio.sleep(_SECONDS_TO_NEXT_TRY)


async def _recall(answer: idempotency.Answer) -> IssueResult:
    return IssueResult.of_answer(answer)


async def _issue(
    connection: Connection, actor: Actor, command: IssuePassports, report: ProgressReport, env: Env
) -> IssueResult:
    report.reading(0, 0)
    batch = await batches.lock_for_issuing(connection, actor, command.batch_id)
    rows, wrong = command.source.read(latest_manufacture_date(env.today()))
    staged = await _stage(connection, rows, wrong, report)
    report.writing()
    result = await _decide(connection, actor, command.mode, staged, wrong)
    issuance = Issuance(uuid7(), actor.tenant_id, batch.id, actor, result.created, command.status, env.now())
    await _write(connection, issuance)
    # Last, for the feed of lifecycle events is locked from then on.
    for participant in env.participants.passports_issued:
        await participant(connection, issuance, env)
    return result


async def _stage(
    connection: Connection, chunks: Iterator[list[Row]], wrong: RowViolations, report: ProgressReport
) -> int:
    """Bring the good rows into the temporary table `issued_passport`; gives how many there are."""
    await connection.execute(
        "CREATE TEMPORARY TABLE issued_passport (ordinal bigint NOT NULL, passport_id uuid NOT NULL, "
        "serial_number text NOT NULL, manufacture_date date NOT NULL, line bigint NOT NULL) ON COMMIT DROP"
    )
    staged = 0
    records = _records(chunks)
    while (chunk := await asyncio.to_thread(next, records, None)) is not None:
        await connection.copy_records_to_table("issued_passport", records=chunk)
        staged += len(chunk)
        report.reading(staged, wrong.error_count)
    return staged


def _records(chunks: Iterator[list[Row]]) -> Iterator[list[tuple[object, ...]]]:
    ordinals = count(1)
    for rows in chunks:
        yield [
            (next(ordinals), id, row.serial_number, row.manufacture_date, row.line)
            for id, row in zip(ascending_uuid7s(len(rows)), rows, strict=True)
        ]


async def _decide(
    connection: Connection, actor: Actor, mode: IssueMode, staged: int, wrong: RowViolations
) -> IssueResult:
    """What is to be issued; leaves just that in `issued_passport`. Raises `_NothingIssued`."""
    known = await connection.fetch(
        """
        SELECT line, serial_number, count(*) OVER () AS known
        FROM issued_passport JOIN passport USING (serial_number)
        WHERE passport.tenant_id = $1 ORDER BY line LIMIT $2
        """,
        actor.tenant_id,
        MAX_ERRORS_KEPT,
    )
    duplicates = known[0]["known"] if known else 0
    errors = first_errors(wrong.errors, (already_issued(row["line"], row["serial_number"]) for row in known))
    error_count = wrong.error_count + duplicates
    created = staged - duplicates
    if created == 0 or (error_count and mode is IssueMode.ALL_OR_NOTHING):
        raise _NothingIssued(IssueResult(0, errors, error_count))
    if duplicates:
        await _leave_out_known(connection, actor)
    await connection.execute("CREATE UNIQUE INDEX ON issued_passport (ordinal)")
    return IssueResult(created, errors, error_count)


async def _leave_out_known(connection: Connection, actor: Actor) -> None:
    await connection.execute(
        "DELETE FROM issued_passport USING passport "
        "WHERE passport.tenant_id = $1 AND passport.serial_number = issued_passport.serial_number",
        actor.tenant_id,
    )
    await connection.execute(
        "UPDATE issued_passport SET ordinal = numbered.ordinal "
        "FROM (SELECT passport_id, row_number() OVER (ORDER BY ordinal) AS ordinal FROM issued_passport) numbered "
        "WHERE numbered.passport_id = issued_passport.passport_id"
    )


async def _write(connection: Connection, issuance: Issuance) -> None:
    await connection.execute(
        """
        INSERT INTO passport
            (id, tenant_id, batch_id, serial_number, manufacture_date, status, created_at, updated_at)
        SELECT passport_id, $1, $2, serial_number, manufacture_date, $3, $4, $4 FROM issued_passport ORDER BY ordinal
        """,
        issuance.tenant_id,
        issuance.batch_id,
        issuance.status,
        issuance.issued_at,
    )
    await connection.execute(
        "INSERT INTO issuance (id, tenant_id, batch_id, issued_by, created, issued_at) VALUES ($1, $2, $3, $4, $5, $6)",
        issuance.id,
        issuance.tenant_id,
        issuance.batch_id,
        issuance.actor.user_id,
        issuance.count,
        issuance.issued_at,
    )
    await batches.add_issued(connection, issuance.batch_id, issuance.count)
