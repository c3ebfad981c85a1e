"""Whoever works in the database as the server does can't forge a history, and what its owner forges is named."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import asyncpg
import orjson
import pytest

from models import database, lifecycle
from models.database import Connection, unit_of_work
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.lifecycle import EventRecord, Fault, LifecycleAction, RecordEvent, TraceabilityEvent, verify
from models.lifecycle.chain import event_hash
from models.lifecycle.signing import public_key_of
from tests.factories import make_batch, make_company
from tests.models.lifecycle.lives import act, issued

SEED: Final = bytes(range(32))
KEY: Final = public_key_of(SEED)


@dataclass(frozen=True, slots=True)
class Target:
    """A passport with the events ISSUE, SHIP and RETURN, another with ISSUE and SHIP, and their owner."""

    owner: Actor
    unit: UUID
    other: UUID
    env: Env

    async def fault(self, unit: UUID | None = None) -> Fault | None:
        """What the audit names. The exported bundle's verifier must name it, too; only what is in order is signed."""
        unit = unit or self.unit
        report = await lifecycle.audit(self.owner, unit, self.env)
        bundle = orjson.loads(orjson.dumps(await lifecycle.bundle(self.owner, unit, self.env)))
        verdict = verify(bundle, KEY)
        assert verdict.first_fault == report.verdict.first_fault
        assert ("signature" in bundle["head"]) == verdict.valid
        return verdict.first_fault.fault if verdict.first_fault else None


@pytest.fixture
async def target(env: Env) -> Target:
    signing = replace(env, policy=replace(env.policy, audit_signing_seed=SEED))
    owner = await make_company(env)
    unit, other = await issued(env, owner, await make_batch(env, owner), 2)
    for passport_id in (unit, other):
        await act(env, owner, passport_id, LifecycleAction.SHIP)
    await act(env, owner, unit, LifecycleAction.RETURN)
    found = Target(owner, unit, other, signing)
    assert (await found.fault(), await found.fault(other)) == (None, None)
    return found


@pytest.fixture
async def owner_of_tables(database_url: str) -> AsyncIterator[Connection]:
    """A connection as the owner, whose changes no trigger sees."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("SET session_replication_role = replica")
        yield connection
    finally:
        await connection.close()


_INSERT: Final = (
    "INSERT INTO lifecycle_event SELECT (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), "
    "'feed_position', 1000000{}))).* FROM lifecycle_event e WHERE passport_id = $1 AND position = 3"
)
_REFUSED: Final = {
    "cut the tail": ["DELETE FROM lifecycle_event WHERE passport_id = $1 AND position = 3"],
    "empty the table": ["TRUNCATE lifecycle_event"],
    "change a row": ["UPDATE lifecycle_event SET action = 'REPAIR' WHERE passport_id = $1 AND position = 2"],
    "change no hashed column": ["UPDATE lifecycle_event SET batch_id = batch_id WHERE passport_id = $1"],
    "recompute the chain": ["UPDATE lifecycle_event SET hash = previous_hash WHERE passport_id = $1 AND position > 1"],
    "put another event in a place": [_INSERT.format("")],
    "leave a place out": [_INSERT.format(", 'position', 5, 'previous_hash', hash")],
    "follow on another event": [_INSERT.format(", 'position', 4")],
    "begin anew": [_INSERT.format(", 'position', 1, 'previous_hash', NULL")],
    "put an event before the first": [_INSERT.format(", 'position', 0")],
    "swap the chains": [
        "UPDATE lifecycle_event SET passport_id = CASE passport_id WHEN $1 THEN $2::uuid ELSE $1 END "
        "WHERE passport_id IN ($1, $2)"
    ],
    "swap the passports": ["UPDATE passport SET id = gen_random_uuid() WHERE id = $1"],
    "move the head back": ["UPDATE chain_head SET position = 2 WHERE subject = $1"],
    "move the head on": ["UPDATE chain_head SET position = position + 1 WHERE subject = $1"],
    "change the head's hash": ["UPDATE chain_head SET hash = '' WHERE subject = $1"],
    "take the head away": ["DELETE FROM chain_head WHERE subject = $1"],
    "take all heads away": ["TRUNCATE chain_head"],
    "make a head": ["INSERT INTO chain_head VALUES (gen_random_uuid(), 1, '')"],
    "swap the heads": [
        "UPDATE chain_head SET subject = CASE subject WHEN $1 THEN $2::uuid ELSE $1 END WHERE subject IN ($1, $2)"
    ],
    "call the function": ["SELECT chain_advance()"],
    "fire the function from a table of one's own": [
        "CREATE TEMPORARY TABLE mine (passport_id uuid, position int, hash bytea, previous_hash bytea)",
        "CREATE TRIGGER mine AFTER INSERT ON mine REFERENCING NEW TABLE AS appended "
        "FOR EACH STATEMENT EXECUTE FUNCTION chain_advance()",
    ],
    "replace the function": [
        "CREATE OR REPLACE FUNCTION chain_advance() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
    ],
    "turn the trigger off": ["ALTER TABLE lifecycle_event DISABLE TRIGGER lifecycle_event_chained"],
    "drop the trigger": ["DROP TRIGGER lifecycle_event_chained ON lifecycle_event"],
    "drop the heads": ["DROP TABLE chain_head"],
}


@pytest.mark.parametrize("forgery", _REFUSED)
async def test_the_servers_role_is_refused(target: Target, forgery: str) -> None:
    assert await database.fetch_value("SELECT current_user") == database.SERVER_ROLE
    *before, refused = _REFUSED[forgery]
    async with unit_of_work() as connection:
        for statement in before:
            await connection.execute(statement)
        with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.IntegrityConstraintViolationError)):
            await connection.execute(refused, *_parameters(refused, target))
    assert (await target.fault(), await target.fault(target.other)) == (None, None)


def _parameters(statement: str, target: Target) -> list[UUID]:
    return [id for name, id in (("$1", target.unit), ("$2", target.other)) if name in statement]


_NAMED: Final = {
    "another status": ("UPDATE passport SET status = 'INSTALLED' WHERE id = $1", Fault.STATUS_MISMATCH),
    "another serial number": ("UPDATE passport SET serial_number = 'FORGED' WHERE id = $1", Fault.PASSPORT_MISMATCH),
    "another date": ("UPDATE passport SET manufacture_date = '2025-01-01' WHERE id = $1", Fault.PASSPORT_MISMATCH),
    "an event that was never hashed": (
        _INSERT.format(", 'position', 4, 'previous_hash', hash, 'status_from', status_to"),
        Fault.CONTENT_CHANGED,
    ),
}


@pytest.mark.parametrize("forgery", _NAMED)
async def test_what_the_servers_role_may_write_is_named_when_it_is_forged(target: Target, forgery: str) -> None:
    statement, fault = _NAMED[forgery]
    await database.execute(statement, target.unit)
    assert await target.fault() is fault
    assert await target.fault(target.other) is None


async def test_several_events_of_one_chain_in_one_statement_are_refused(target: Target) -> None:
    """They would have to be taken in their order, which a set has not."""
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="does not follow on its chain's head"):
        async with unit_of_work() as connection:
            await connection.execute(
                """
                INSERT INTO lifecycle_event SELECT (jsonb_populate_record(e, jsonb_build_object(
                    'id', gen_random_uuid(), 'feed_position', 1000000 + n, 'position', 3 + n, 'previous_hash', e.hash
                ))).* FROM lifecycle_event e, generate_series(1, 2) n WHERE passport_id = $1 AND position = 3
                """,
                target.unit,
            )
    assert await target.fault() is None


Forging = Callable[[Connection, Target], Awaitable[object]]


async def events_of(connection: Connection, passport_id: UUID) -> list[EventRecord]:
    rows = await connection.fetch("SELECT * FROM lifecycle_event WHERE passport_id = $1 ORDER BY position", passport_id)
    return [EventRecord.of(row) for row in rows]


async def write_anew(connection: Connection, *chains: list[EventRecord]) -> None:
    """Put chains in the place of their events, chained anew as a forger who knows the algorithm would."""
    for chain in chains:
        await connection.execute("DELETE FROM lifecycle_event WHERE id = ANY($1)", [event.id for event in chain])
    for chain in chains:
        previous: bytes | None = None
        for position, event in enumerate(chain, start=1):
            changed = event._replace(position=position, previous_hash=previous)
            changed = changed._replace(hash=event_hash(changed.hashed()))
            previous = changed.hash
            values = {**changed._asdict(), "metadata": orjson.dumps(changed.metadata).decode()}
            await connection.copy_records_to_table(
                "lifecycle_event", records=[tuple(values.values())], columns=list(values)
            )


async def cut_the_tail(connection: Connection, target: Target) -> None:
    await connection.execute("DELETE FROM lifecycle_event WHERE passport_id = $1 AND position = 3", target.unit)
    await connection.execute("UPDATE passport SET status = 'SHIPPED' WHERE id = $1", target.unit)


async def cut_all_of_it(connection: Connection, target: Target) -> None:
    await connection.execute("DELETE FROM lifecycle_event WHERE passport_id = $1", target.unit)


async def change_a_row(connection: Connection, target: Target) -> None:
    await connection.execute(
        "UPDATE lifecycle_event SET actor_role = 'VIEWER' WHERE passport_id = $1 AND position = 2", target.unit
    )


async def recompute_chain_and_status(connection: Connection, target: Target) -> None:
    issue, ship, back = await events_of(connection, target.unit)
    forged = back._replace(action="INSTALL", status_to=lifecycle.TRANSITIONS[LifecycleAction.INSTALL].to)
    await write_anew(connection, [issue, ship, forged])
    await connection.execute("UPDATE passport SET status = 'INSTALLED' WHERE id = $1", target.unit)


async def swap_the_chains(connection: Connection, target: Target) -> None:
    """With all that the passports' rows say, so that each chain fits its passport."""
    ours, others = await events_of(connection, target.unit), await events_of(connection, target.other)
    await write_anew(
        connection,
        [event._replace(passport_id=target.unit) for event in others],
        [event._replace(passport_id=target.other) for event in ours],
    )
    both = await connection.fetch(
        "SELECT serial_number, status FROM passport WHERE id IN ($1, $2) ORDER BY id", target.unit, target.other
    )
    change = "UPDATE passport SET serial_number = $2, status = $3 WHERE id = $1"
    await connection.execute(change, target.unit, "set aside", "ACTIVE")
    await connection.execute(change, target.other, *both[0])
    await connection.execute(change, target.unit, *both[1])


def on_the_head(statement: str) -> Forging:
    async def forge(connection: Connection, target: Target) -> None:
        assert await connection.execute(statement, target.unit) != "UPDATE 0"

    return forge


_BY_THE_OWNER: Final[dict[str, tuple[Forging, Fault]]] = {
    "cut the tail": (cut_the_tail, Fault.EVENT_MISSING),
    "cut all of it": (cut_all_of_it, Fault.EVENT_MISSING),
    "change a row": (change_a_row, Fault.CONTENT_CHANGED),
    "recompute chain and status": (recompute_chain_and_status, Fault.HEAD_MISMATCH),
    "swap the chains": (swap_the_chains, Fault.EVENT_MISSING),
    "move the head back": (
        on_the_head(
            "UPDATE chain_head h SET position = e.position, hash = e.hash FROM lifecycle_event e "
            "WHERE h.subject = $1 AND e.passport_id = $1 AND e.position = 2"
        ),
        Fault.HEAD_MISMATCH,
    ),
    "move the head on": (
        on_the_head("UPDATE chain_head SET position = position + 1 WHERE subject = $1"),
        Fault.EVENT_MISSING,
    ),
    "change the head's hash": (
        on_the_head("UPDATE chain_head SET hash = sha256(hash) WHERE subject = $1"),
        Fault.HEAD_MISMATCH,
    ),
    "take the head away": (on_the_head("DELETE FROM chain_head WHERE subject = $1"), Fault.HEAD_MISMATCH),
}


@pytest.mark.parametrize("forgery", _BY_THE_OWNER)
async def test_what_the_owner_of_the_database_forges_beside_the_head_is_named(
    target: Target, owner_of_tables: Connection, forgery: str
) -> None:
    forge, fault = _BY_THE_OWNER[forgery]
    await forge(owner_of_tables, target)
    assert await target.fault() is fault
    assert (await target.fault(target.other) is None) == (forgery != "swap the chains")


async def test_a_cut_chain_goes_on_behind_the_hole(target: Target, owner_of_tables: Connection) -> None:
    await cut_the_tail(owner_of_tables, target)
    await lifecycle.record_event(target.owner, RecordEvent(target.unit, TraceabilityEvent.QC_PASSED), target.env)
    assert [event.position for event in await events_of(owner_of_tables, target.unit)] == [1, 2, 4]
    report = await lifecycle.audit(target.owner, target.unit, target.env)
    assert report.verdict.first_fault is not None
    assert (report.verdict.first_fault.position, report.verdict.first_fault.fault) == (3, Fault.EVENT_MISSING)


async def test_the_head_moves_with_each_event_and_with_nothing_else(target: Target) -> None:
    async def head() -> tuple[int, bytes]:
        row = await database.fetch_one("SELECT position, hash FROM chain_head WHERE subject = $1", target.unit)
        assert row is not None
        return row["position"], row["hash"]

    before = await head()
    assert before[0] == 3
    with pytest.raises(_Undone):
        await _append_and_undo(target.unit)
    assert await head() == before
    event = await lifecycle.record_event(
        target.owner, RecordEvent(target.unit, TraceabilityEvent.QC_PASSED), target.env
    )
    assert await head() == (4, event.hash)
    await database.execute("UPDATE passport SET updated_at = now() WHERE id = $1", target.unit)
    assert await head() == (4, event.hash)


class _Undone(Exception):
    pass


async def _append_and_undo(passport_id: UUID) -> None:
    async with unit_of_work() as connection:
        await connection.execute(_INSERT.format(", 'position', 4, 'previous_hash', hash"), passport_id)
        assert await connection.fetchval("SELECT position FROM chain_head WHERE subject = $1", passport_id) == 4
        raise _Undone
