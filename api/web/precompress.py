"""Compresses the built assets once, as small as it goes: ``python -m api.web.precompress``, after Vite has run.

Beside each asset that gets smaller lies then ``name.zst`` and ``name.gz``, which the server sends as they are.
"""

import sys
from collections.abc import Iterator
from mimetypes import guess_type
from pathlib import Path
from typing import Final

from api.compression import SMALLEST, is_compressible, smallest
from api.web import DIST

FILE_ENDINGS: Final = {"zstd": ".zst", "gzip": ".gz"}


def precompress(folder: Path) -> None:
    """Write the compressed files beside those of the folder, in place of those that are there."""
    for path in sorted(_worth_it(folder)):
        content = path.read_bytes()
        for coding, ending in FILE_ENDINGS.items():
            path.with_name(path.name + ending).write_bytes(smallest(content, coding))


def _worth_it(folder: Path) -> Iterator[Path]:
    for path in folder.glob("*"):
        content_type = guess_type(path.name)
        if (
            path.is_file()
            and content_type[1] is None
            and is_compressible(content_type[0] or "")
            and path.stat().st_size >= SMALLEST
        ):
            yield path


if __name__ == "__main__":
    precompress(DIST / "assets")
    sys.stdout.write("The assets were compressed.\n")
