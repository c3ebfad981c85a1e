"""Who the server logs in to the database as: a role that can take the server's role, and become nobody else.

The server works as `SERVER_ROLE`, but whoever gets hold of its connection can say SET ROLE: what the database then
still refuses rests on the login alone.
"""

import hashlib
import hmac
import secrets
from base64 import b64encode
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from models.database import SERVER_ROLE, Connection, one_connection, tortoise_config

# RFC 7677, and PostgreSQL's own default.
_ITERATIONS: Final = 4096
_RIGHTS: Final = ("rolsuper", "rolcreaterole", "rolcreatedb", "rolreplication", "rolbypassrls")


class UnfitLogin(ValueError):
    """The login could do what the database must refuse the server; the message says what and how to mend it."""


async def allow_login(owner_url: str, server_url: str) -> str:
    """Make the role that `server_url` logs in as, or set its password anew; gives its name.

    The database must be migrated. Raises `UnfitLogin` when the role is there and can do more than serving needs.
    """
    owner, server = _credentials(owner_url), _credentials(server_url)
    name, password = server["user"], server["password"]
    if name == owner["user"]:
        raise UnfitLogin(f"the server's login can't be {name}, who owns the tables: choose another name for it")
    async with one_connection(owner_url) as connection:
        role = await connection.fetchval("SELECT quote_ident($1)", name)
        if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", name):
            await connection.execute(f"CREATE ROLE {role} LOGIN NOINHERIT")
        if password:
            await connection.execute(f"ALTER ROLE {role} PASSWORD '{_verifier(password)}'")
        await connection.execute(f"GRANT {SERVER_ROLE} TO {role} WITH INHERIT FALSE, SET TRUE")
        await _require_fit(connection, str(name))
    return str(name)


def as_login(url: str, name: str) -> str:
    """Returns the URL with another user, who needs no password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{quote(name)}@{parts.netloc.rpartition('@')[2]}"))


async def require_fit_login(url: str) -> None:
    """Raises `UnfitLogin` when whom the URL logs in as has rights of their own or can take another's."""
    async with one_connection(url) as connection:
        await _require_fit(connection, await connection.fetchval("SELECT session_user::text"))


async def _require_fit(connection: Connection, name: str) -> None:
    rights = await connection.fetchrow(f"SELECT {', '.join(_RIGHTS)} FROM pg_roles WHERE rolname = $1", name)  # noqa: S608  # of constants
    roles = await connection.fetch(
        "SELECT rolname FROM pg_roles WHERE pg_has_role($1, oid, 'MEMBER') AND rolname NOT IN ($1, $2) "
        "ORDER BY oid DESC LIMIT 3",
        name,
        SERVER_ROLE,
    )
    owned = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM pg_class WHERE relowner = r.oid) OR EXISTS "
        "(SELECT FROM pg_database WHERE datdba = r.oid) OR EXISTS (SELECT FROM pg_namespace WHERE nspowner = r.oid) "
        "FROM pg_roles r WHERE rolname = $1",
        name,
    )
    faults = [f"has {right.removeprefix('rol').upper()}" for right in _RIGHTS if rights and rights[right]]
    faults += [f"can become {role['rolname']}" for role in roles]
    faults += ["owns tables, a schema or the database"] if owned else []
    if faults:
        raise UnfitLogin(
            f"the server logs in to the database as {name}, who {', '.join(faults)}, so that nothing is out of reach "
            "of whoever gets hold of its connection. Give `exportready migrate` a SERVER_DATABASE_URL with another "
            "user, whom it then makes, and give `exportready serve` that URL as DATABASE_URL"
        )


def _credentials(url: str) -> dict[str, str | None]:
    credentials: dict[str, str | None] = tortoise_config(url)["connections"]["default"]["credentials"]
    return credentials


def _verifier(password: str) -> str:
    """Returns what PostgreSQL keeps of a password (RFC 5803), so that the password itself is in no statement or log."""
    if not password.isascii() or not password.isprintable():
        raise UnfitLogin("the password in SERVER_DATABASE_URL takes printable ASCII characters, percent-encoded")
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    shown = [b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${_ITERATIONS}:{shown[0]}${shown[1]}:{shown[2]}"
