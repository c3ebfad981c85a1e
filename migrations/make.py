"""Write a migration from the difference between the tables in code and the newest migration:
``python -m migrations.make add_column``."""

import asyncio
import sys
import tempfile
from pathlib import Path

from models import database
from models.embedded import embedded_postgres
from models.migrating import aerich


async def difference(url: str, name: str) -> str | None:
    """The file name of the new migration, or None when the tables are as the migrations leave them."""
    await database.migrate(url)
    async with aerich(url) as command:
        return await command.migrate(name, no_input=True) or None


def main() -> None:
    """Migrate an empty database, compare, and write the difference."""
    if len(sys.argv) != 2 or not sys.argv[1].isidentifier():
        sys.exit("Name the migration: make migration NAME=add_column")
    with tempfile.TemporaryDirectory(prefix="exportready-") as folder:
        Path(folder).chmod(0o755)
        with embedded_postgres(Path(folder)) as url:
            written = asyncio.run(difference(url, sys.argv[1]))
    sys.stdout.write(f"Wrote migrations/models/{written}\n" if written else "The tables have not changed.\n")


if __name__ == "__main__":
    main()
