"""What is out of reach of whoever gets hold of the server's connection, however they go about it."""

from collections.abc import AsyncIterator
from contextlib import suppress

import asyncpg
import pytest

from models import database
from models.kernel.env import Env
from models.logins import UnfitLogin, allow_login, as_login, require_fit_login
from tests.factories import make_company

LOGIN = "exportready_login"

# Ways to be somebody else; those that the database lets pass must lead nowhere.
DISGUISES = [
    "RESET ROLE",
    "SET ROLE NONE",
    "SET ROLE postgres",
    "SET LOCAL ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "SET SESSION AUTHORIZATION DEFAULT",
    "RESET SESSION AUTHORIZATION",
    "RESET ALL",
    "DISCARD ALL",
]
HARM = [
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "SET session_replication_role = replica",
    "ALTER TABLE lifecycle_event DISABLE TRIGGER ALL",
    "ALTER TABLE lifecycle_event OWNER TO exportready_login",
    "ALTER FUNCTION refuse_change() RENAME TO allow_change",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "ALTER ROLE exportready_login SUPERUSER",
    "ALTER ROLE exportready_server SUPERUSER",
    "ALTER ROLE postgres PASSWORD 'x'",
    "ALTER SYSTEM SET fsync = off",
    "ALTER DATABASE exportready OWNER TO exportready_login",
    "DROP TRIGGER lifecycle_event_append_only ON lifecycle_event",
    "DROP TABLE quota_entry CASCADE",
    "DROP SCHEMA public CASCADE",
    "DROP OWNED BY postgres",
    "REASSIGN OWNED BY postgres TO exportready_login",
    "TRUNCATE lifecycle_event CASCADE",
    "UPDATE lifecycle_event SET actor = 'x'",
    "DELETE FROM quota_entry",
    "GRANT postgres TO exportready_login",
    "GRANT pg_read_server_files TO exportready_server",
    "GRANT pg_monitor TO exportready_login",
    "CREATE TABLE public.mine (a int)",
    "CREATE ROLE mine SUPERUSER",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "COPY (SELECT 1) TO '/tmp/exportready-written'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
]
# No privilege, and what the trigger of histories raises.
REFUSALS = {"42501", "P0001"}


@pytest.fixture
async def attacker(login_url: str, env: Env) -> AsyncIterator[asyncpg.Connection]:
    """A connection as the server's, on a database with something to lose."""
    await make_company(env, quota=1)
    options = database._connection_options(database.tortoise_config(login_url, role=database.SERVER_ROLE))
    connection = await asyncpg.connect(**options)
    yield connection
    await connection.close()


@pytest.mark.parametrize("disguise", DISGUISES)
async def test_no_disguise_makes_the_server_an_owner(disguise: str, attacker: asyncpg.Connection) -> None:
    with suppress(asyncpg.InsufficientPrivilegeError):
        await attacker.execute(disguise)
    reached = {statement: await _sqlstate(attacker, statement) for statement in HARM}
    assert {statement: state for statement, state in reached.items() if state not in REFUSALS} == {}


async def _sqlstate(connection: asyncpg.Connection, statement: str) -> str:
    """What the database says to a statement; empty when it does it."""
    try:
        await connection.execute(statement)
    except asyncpg.PostgresError as error:
        return str(error.sqlstate)
    return ""


async def test_the_login_by_itself_reads_nothing(attacker: asyncpg.Connection) -> None:
    await attacker.execute("SET ROLE NONE")
    assert await attacker.fetchval("SELECT current_user") == LOGIN
    for statement in ("SELECT * FROM tenant", "SELECT * FROM aerich", "DELETE FROM throttle"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await attacker.execute(statement)


async def test_the_owner_and_whoever_can_become_one_are_not_fit_to_serve(server_url: str, login_url: str) -> None:
    await require_fit_login(login_url)
    with pytest.raises(UnfitLogin, match=r"as postgres, who has SUPER.*SERVER_DATABASE_URL"):
        await require_fit_login(server_url)
    owner = await asyncpg.connect(server_url)
    try:
        for harm, fault in (
            ("GRANT pg_write_all_data TO unfit_login", "can become pg_write_all_data"),
            ("ALTER ROLE unfit_login CREATEROLE", "has CREATEROLE"),
            ("ALTER ROLE unfit_login BYPASSRLS", "has BYPASSRLS"),
            ("CREATE SCHEMA mine AUTHORIZATION unfit_login", "owns tables, a schema"),
        ):
            unfit = as_login(server_url, "unfit_login")
            await allow_login(server_url, unfit)
            await owner.execute(harm)
            with pytest.raises(UnfitLogin, match=fault):
                await require_fit_login(unfit)
            with pytest.raises(UnfitLogin, match=fault):
                await allow_login(server_url, unfit)
            await owner.execute("DROP OWNED BY unfit_login CASCADE; DROP ROLE unfit_login")
    finally:
        await owner.close()


async def test_the_owner_is_never_made_the_servers_login(server_url: str, database_url: str) -> None:
    with pytest.raises(UnfitLogin, match="who owns the tables"):
        await allow_login(database_url, server_url)


async def test_a_login_is_made_once_and_its_password_changed(database_url: str) -> None:
    owner = await asyncpg.connect(database_url)
    stored = "SELECT rolpassword FROM pg_authid WHERE rolname = 'Quoted \"login\"'"
    first, second = (as_login(database_url, 'Quoted "login"') for _ in range(2))
    try:
        kept = []
        for password in ("one", "one", "two'"):
            url = first.replace("@", f":{password}@", 1) if password != "two'" else second.replace("@", ":two%27@", 1)
            await allow_login(database_url, url)
            kept.append(await owner.fetchval(stored))
        assert len(set(kept)) == 3
        assert all(text.startswith("SCRAM-SHA-256$4096:") for text in kept)
        with pytest.raises(UnfitLogin, match="printable ASCII"):
            await allow_login(database_url, first.replace("@", ":p%C3%A4ss@", 1))
    finally:
        await owner.execute('DROP OWNED BY "Quoted ""login"""; DROP ROLE "Quoted ""login"""')
        await owner.close()
