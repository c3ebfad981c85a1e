"""Migrations: from empty, by steps, back again, twice at once; and what stands in the catalogue afterwards."""

import asyncio

import asyncpg
import pytest

from api.cli import main
from migrations.make import difference
from models import database
from models.migrating import aerich
from tests.migrations.catalogue import catalogue, expected_catalogue


async def _step(url: str, command_name: str, **arguments: object) -> list[str]:
    async with aerich(url) as command:
        done: list[str] = await getattr(command, command_name)(**arguments)
        return done


async def test_from_empty_the_catalogue_is_as_written_down(empty_database_url: str) -> None:
    assert await database.migrate(empty_database_url) == database.migration_names()
    assert await catalogue(empty_database_url) == expected_catalogue()


async def test_migrating_twice_changes_nothing(empty_database_url: str) -> None:
    await database.migrate(empty_database_url)
    before = await catalogue(empty_database_url)
    assert await database.migrate(empty_database_url) == []
    assert await catalogue(empty_database_url) == before


async def test_processes_that_start_together_migrate_once(empty_database_url: str) -> None:
    applied = await asyncio.gather(*(database.migrate(empty_database_url) for _ in range(4)))
    assert sorted(map(len, applied)) == [0, 0, 0, len(database.migration_names())]
    assert await catalogue(empty_database_url) == expected_catalogue()


@pytest.mark.parametrize(("version_num", "named"), [(150013, "PostgreSQL 15;"), (90624, "PostgreSQL 9;")])
def test_a_server_older_than_what_is_served_is_named(version_num: int, named: str) -> None:
    with pytest.raises(database.UnservedServerError, match=f"{named} ExportReady needs PostgreSQL 16 or newer"):
        database.require_served_version(version_num)


@pytest.mark.parametrize("version_num", [160000, 180001])
def test_the_oldest_version_served_and_newer_ones_are_taken(version_num: int) -> None:
    database.require_served_version(version_num)


async def test_nothing_is_migrated_on_a_server_that_is_too_old(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    untouched = await catalogue(empty_database_url)
    # No older server is at hand, so the one that is has to be too old.
    monkeypatch.setattr(database, "OLDEST_POSTGRESQL", 1_000)
    with pytest.raises(database.UnservedServerError, match=r"PostgreSQL \d\d; ExportReady needs PostgreSQL 1000"):
        await database.migrate(empty_database_url)
    assert await catalogue(empty_database_url) == untouched


def test_the_command_says_in_one_line_that_the_server_is_too_old(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(database, "OLDEST_POSTGRESQL", 1_000)
    monkeypatch.setenv("DATABASE_URL", empty_database_url)
    monkeypatch.setattr("sys.argv", ["exportready", "migrate"])
    with pytest.raises(SystemExit) as ending:
        main()
    [line] = capsys.readouterr().err.splitlines()
    assert (ending.value.code, "needs PostgreSQL 1000 or newer" in line) == (2, True)


async def test_by_steps_and_back(empty_database_url: str) -> None:
    await database.migrate(empty_database_url)
    for name in reversed(database.migration_names()[1:]):
        assert await _step(empty_database_url, "downgrade", version=-1, delete=False) == [name]
    assert await database.migrate(empty_database_url) == database.migration_names()[1:]
    assert await catalogue(empty_database_url) == expected_catalogue()


async def test_what_waits_in_the_old_queues_moves_into_the_one_and_back(empty_database_url: str) -> None:
    await database.migrate(empty_database_url)
    jobs = "6_20261121000600_jobs.py"
    while (await _step(empty_database_url, "downgrade", version=-1, delete=False)) != [jobs]:
        pass
    owner = await asyncpg.connect(empty_database_url)
    try:
        await owner.execute(
            """
            INSERT INTO outbox (kind, payload, attempts, due_at, parked_at, last_error, created_at) VALUES
                ('mail', '{"to": "a@b.example"}', 0, '2026-01-01Z', NULL, NULL, '2026-01-01Z'),
                ('invitation', '{"user_id": "1"}', 3, '2026-01-02Z', NULL, 'OSError: no', '2026-01-01Z'),
                ('mail', '{"to": "c@d.example"}', 10, '2026-01-03Z', '2026-01-03Z', 'OSError: no', '2026-01-01Z');
            INSERT INTO razorpay_event (id, body, state, attempts, last_error, due_at, received_at) VALUES
                ('evt_waits', 'a', 'RECEIVED', 2, 'OSError: no', '2026-01-04Z', '2026-01-01Z'),
                ('evt_parked', 'b', 'PARKED', 10, NULL, '2026-01-05Z', '2026-01-02Z'),
                ('evt_done', 'c', 'PROCESSED', 0, NULL, '2026-01-01Z', '2026-01-01Z'),
                ('evt_strange', 'd', 'WRONG_AMOUNT', 0, NULL, '2026-01-01Z', '2026-01-01Z');
            """
        )
        queues = [await owner.fetch(f"SELECT * FROM {table} ORDER BY id") for table in ("outbox", "razorpay_event")]  # noqa: S608
        await database.migrate(empty_database_url)
        rows = await owner.fetch(
            "SELECT kind, payload, attempts, due_at::date::text, parked_at::date::text, last_error, key FROM job "
            "ORDER BY id"
        )
        assert [tuple(row) for row in rows] == [
            ("mail", '{"to": "a@b.example"}', 0, "2026-01-01", None, None, None),
            ("invitation", '{"user_id": "1"}', 3, "2026-01-02", None, "OSError: no", None),
            ("mail", '{"to": "c@d.example"}', 10, "2026-01-03", "2026-01-03", "OSError: no", None),
            ("razorpay_event", '{"event_id": "evt_waits"}', 2, "2026-01-04", None, "OSError: no", None),
            ("razorpay_event", '{"event_id": "evt_parked"}', 10, "2026-01-05", "2026-01-05", "not known", None),
        ]
        states = await owner.fetch("SELECT id, body, state FROM razorpay_event ORDER BY id")
        assert [tuple(row) for row in states] == [
            ("evt_done", b"c", "PROCESSED"),
            ("evt_parked", b"b", "RECEIVED"),
            ("evt_strange", b"d", "WRONG_AMOUNT"),
            ("evt_waits", b"a", "RECEIVED"),
        ]
        while (await _step(empty_database_url, "downgrade", version=-1, delete=False)) != [jobs]:
            pass
        outbox = await owner.fetch("SELECT * FROM outbox ORDER BY id")
        assert [tuple(row) for row in outbox] == [tuple(row) for row in queues[0]]
        back = await owner.fetch("SELECT id, state, attempts FROM razorpay_event ORDER BY id")
        assert [tuple(row) for row in back] == [(row["id"], row["state"], row["attempts"]) for row in queues[1]]
    finally:
        await owner.close()


async def test_heads_are_made_of_the_chains_that_are_there(empty_database_url: str) -> None:
    await database.migrate(empty_database_url)
    heads = "8_20261121000800_chain_head.py"
    while (await _step(empty_database_url, "downgrade", version=-1, delete=False)) != [heads]:
        pass
    owner = await asyncpg.connect(empty_database_url)
    try:
        # The passports that these events belong to are not needed.
        await owner.execute("SET session_replication_role = replica")
        await owner.execute(
            """
            INSERT INTO lifecycle_event (id, tenant_id, feed_position, passport_id, batch_id, position, event_type,
                action, actor, actor_role, metadata, created_at, previous_hash, hash)
            SELECT gen_random_uuid(), uuid_nil, 10 * unit + n, ('00000000-0000-0000-0000-00000000000' || unit)::uuid,
                uuid_nil, n, 'RECORDED', 'X', 'a@b.example', 'OWNER', '{}', now(),
                CASE WHEN n > 1 THEN sha256('') END, sha256(format('%s %s', unit, n)::bytea)
            FROM (VALUES ('00000000-0000-0000-0000-000000000000'::uuid)) v (uuid_nil),
                generate_series(1, 3) unit, generate_series(1, unit) n
            """
        )
        await database.migrate(empty_database_url)
        rows = await owner.fetch(
            "SELECT right(subject::text, 1)::int AS unit, position, hash = sha256(format('%s %s', position, position)"
            "::bytea) AS is_last FROM chain_head ORDER BY subject"
        )
        assert [tuple(row) for row in rows] == [(1, 1, True), (2, 2, True), (3, 3, True)]
    finally:
        await owner.close()


async def test_the_tables_in_code_are_those_of_the_migrations(empty_database_url: str) -> None:
    assert await difference(empty_database_url, "never_written") is None


@pytest.mark.parametrize("table", ["lifecycle_event", "quota_entry"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
async def test_append_only_tables_refuse_changes_even_to_their_owner(
    database_url: str, table: str, change: str
) -> None:
    owner = await asyncpg.connect(database_url)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await owner.execute(change.format(table))
    finally:
        await owner.close()


@pytest.mark.parametrize("change", ["DELETE FROM chain_head", "TRUNCATE chain_head"])
async def test_heads_stay_even_for_their_owner(database_url: str, change: str) -> None:
    owner = await asyncpg.connect(database_url)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await owner.execute(change)
    finally:
        await owner.close()


async def test_the_server_owns_nothing_and_may_not_change_history(connected: None) -> None:
    assert await database.fetch_value("SELECT current_user") == database.SERVER_ROLE
    owned = await database.fetch_value(
        "SELECT count(*) FROM pg_class WHERE relowner = $1::regrole", database.SERVER_ROLE
    )
    assert owned == 0
    for statement in (
        "UPDATE lifecycle_event SET action = 'X'",
        "DELETE FROM scan",
        "DELETE FROM quota_entry",
        "DELETE FROM passport",
        "ALTER TABLE lifecycle_event DISABLE TRIGGER ALL",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.unit_of_work() as connection:
                await connection.execute(statement)
