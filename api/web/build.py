"""Builds the pages with Vite when their sources changed: ``python -m api.web.build``.

Exit status: 0 = the pages are there, 3 = they can't be built on this machine; one line on stderr says
what is missing, and the API runs without them.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from api.web import DIST
from api.web.node import NodeError, find_node, install_packages, one_at_a_time, read_stamp
from api.web.precompress import precompress

ROOT = Path(__file__).parent
STAMP = DIST / ".sources"
UNAVAILABLE = 3

_NOT_SOURCES = {"node_modules", "dist", "__pycache__"}


def build() -> bool:
    """Builds the pages unless they are up to date; tells whether it had to. NodeError says why it can't."""
    with one_at_a_time(ROOT):
        digest = _digest()
        if read_stamp(STAMP) == digest:
            return False
        node = find_node()
        install_packages(node, ROOT)
        node.run_npm("run", "build", folder=ROOT)
        precompress(DIST / "assets")
        STAMP.write_text(digest)
        return True


def main() -> int:
    """Builds and reports in one line; the exit status as above."""
    try:
        built = build()
    except NodeError as error:
        sys.stderr.write(f"The pages (explorer) were not built: {error}. The API runs without them.\n")
        return UNAVAILABLE
    sys.stdout.write("The pages were built.\n" if built else "The pages are up to date.\n")
    return 0


def _digest() -> str:
    """Changes when any source, setting or locked version does."""
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(ROOT)} {content}\n".encode())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in _NOT_SOURCES]
        yield from (Path(folder, name) for name in files)


if __name__ == "__main__":
    sys.exit(main())
