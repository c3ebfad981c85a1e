"""A unit's second life: one new passport that follows on another."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from models import batches
from models.database import Connection
from models.kernel.actor import Actor
from models.kernel.env import Env, Issuance
from models.kernel.errors import reject
from models.kernel.ids import uuid7
from models.passports.locks import lock_serials
from models.passports.serials import SerialErrorCode
from models.passports.serials.rows import normalise_serial, serial_violation
from models.passports.tables import PassportStatus


@dataclass(frozen=True, slots=True)
class Successor:
    """The passport of a second life. `action` is what gave it: REPURPOSE or REMANUFACTURE."""

    id: UUID
    predecessor_id: UUID
    batch_id: UUID
    serial_number: str
    manufacture_date: date
    action: str


async def issue_successor(connection: Connection, actor: Actor, successor: Successor, env: Env) -> None:
    """Issue an ACTIVE passport into its predecessor's batch, with its quota charge and first event.

    The predecessor is locked by the caller's transaction; nothing but its own event may follow. Raises a rejection,
    with the path ``serialNumber``, for a serial number that is not usable or taken, BATCH_ARCHIVED and QUOTA_EXCEEDED.
    """
    serial_number = normalise_serial(successor.serial_number)
    if violation := serial_violation(serial_number):
        raise reject(violation.code, violation.message, "serialNumber", value=serial_number)
    await lock_serials(connection, actor.tenant_id)
    batch = await batches.lock_for_issuing(connection, actor, successor.batch_id)
    if await connection.fetchval(
        "SELECT true FROM passport WHERE tenant_id = $1 AND serial_number = $2", actor.tenant_id, serial_number
    ):
        message = "Your company already has a passport with this serial number."
        raise reject(SerialErrorCode.SERIAL_ALREADY_ISSUED, message, "serialNumber", value=serial_number)
    issuance = Issuance(
        id=uuid7(),
        tenant_id=actor.tenant_id,
        batch_id=batch.id,
        actor=actor,
        count=1,
        status=PassportStatus.ACTIVE,
        issued_at=env.now(),
        action=successor.action,
        predecessor_id=successor.predecessor_id,
    )
    await _write(connection, issuance, successor, serial_number)
    for participant in env.participants.passports_issued:
        await participant(connection, issuance, env)


async def _write(connection: Connection, issuance: Issuance, successor: Successor, serial_number: str) -> None:
    await connection.execute(
        """
        INSERT INTO passport (id, tenant_id, batch_id, serial_number, manufacture_date, status, predecessor_id,
            created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
        """,
        successor.id,
        issuance.tenant_id,
        issuance.batch_id,
        serial_number,
        successor.manufacture_date,
        issuance.status,
        successor.predecessor_id,
        issuance.issued_at,
    )
    await connection.execute(
        "INSERT INTO issuance (id, tenant_id, batch_id, issued_by, created, issued_at) VALUES ($1, $2, $3, $4, 1, $5)",
        issuance.id,
        issuance.tenant_id,
        issuance.batch_id,
        issuance.actor.user_id,
        issuance.issued_at,
    )
    await batches.add_issued(connection, issuance.batch_id, 1)
    # What the participants read of the passports issued.
    await connection.execute(
        "CREATE TEMPORARY TABLE issued_passport (ordinal bigint NOT NULL, passport_id uuid NOT NULL, "
        "serial_number text NOT NULL, manufacture_date date NOT NULL) ON COMMIT DROP"
    )
    await connection.execute(
        "INSERT INTO issued_passport VALUES (1, $1, $2, $3)",
        successor.id,
        serial_number,
        successor.manufacture_date,
    )
