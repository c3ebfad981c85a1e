"""What the tests of issuing share: files, commands, and what is in the database afterwards."""

import io
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from models import database, passports
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.passports import CsvFile, IssuePassports, IssueResult

HEADER = "serial_number,manufacture_date"


def csv_of(serials: Sequence[str], day: str = "2026-01-15") -> bytes:
    """A CSV file with these serials, all made on one day."""
    return "\n".join([HEADER, *(f"{serial},{day}" for serial in serials), ""]).encode()


async def issue_csv(env: Env, actor: Actor, batch_id: UUID, content: bytes, **options: Any) -> IssueResult:
    """Issue from the file's content."""
    return await passports.issue(actor, IssuePassports(batch_id, CsvFile(io.BytesIO(content)), **options), env)


async def state_of(actor: Actor) -> dict[str, int]:
    """All that issuing writes for a company, counted: nothing half done shows here."""
    row = await database.fetch_one(
        """
        SELECT
            (SELECT count(*) FROM passport WHERE tenant_id = $1) AS passports,
            (SELECT count(*) FROM lifecycle_event WHERE tenant_id = $1) AS events,
            (SELECT last_position FROM feed_head WHERE tenant_id = $1 AND feed = 'lifecycle') AS feed,
            (SELECT count(*) FROM issuance WHERE tenant_id = $1) AS issuances,
            (SELECT coalesce(sum(total_passports), 0) FROM batch WHERE tenant_id = $1) AS counted,
            (SELECT used FROM quota_account WHERE tenant_id = $1) AS used,
            (SELECT count(*) FROM quota_entry WHERE tenant_id = $1 AND kind = 'ISSUE') AS charges,
            (SELECT count(*) FROM idempotency_key WHERE tenant_id = $1) AS keys
        """,
        actor.tenant_id,
    )
    assert row is not None
    return dict(row)


NOTHING = dict.fromkeys(("passports", "events", "feed", "issuances", "counted", "used", "charges", "keys"), 0)


def all_of(count: int, *, issuances: int = 1, keys: int = 0) -> dict[str, int]:
    """What `state_of` gives after `count` passports were issued in that many uploads."""
    counts = dict.fromkeys(("passports", "events", "feed", "counted", "used"), count)
    return {**counts, "issuances": issuances, "charges": issuances, "keys": keys}
