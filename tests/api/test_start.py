"""What a start loads: `--help` next to nothing, and the server nothing that only some requests need."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

_NOT_FOR_HELP = {"asyncio", "asyncpg", "graphql", "models", "pydantic", "resolvers", "starlette", "tortoise", "uvicorn"}
# Migrating, drawing invoices and labels, talking to Razorpay: each is loaded by the first who does it.
_NOT_FOR_A_SERVER = {"aerich", "PIL", "razorpay", "reportlab", "requests"}

_HELP = """
import json, sys
from api.cli import main
sys.argv[1:] = ARGUMENTS
try:
    main()
except SystemExit as ending:
    assert ending.code == 0, ending.code
print(json.dumps(sorted(sys.modules)))
"""

_SERVER = """
import asyncio, json, os, sys
from api.commands.at_hand import bring_up_to_date, read_settings
bring_up_to_date(os.environ["DATABASE_URL"])
from api.app import serve

async def started():
    app = serve()
    async with app.router.lifespan_context(app):
        pass

asyncio.run(started())
import api.commands.serve
print(json.dumps(sorted(sys.modules)))
"""


def _loaded(program: str, folder: Path, **settings: str) -> set[str]:
    """The packages that a program has loaded by its end."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


@pytest.mark.parametrize(
    ("arguments", "besides"),
    # typer checks the values of options with pydantic, where it is there.
    [(["--help"], set()), (["issue", "--help"], {"pydantic"}), (["orders", "events", "--help"], {"pydantic"})],
)
def test_help_loads_the_command_line_alone(arguments: list[str], besides: set[str], tmp_path: Path) -> None:
    loaded = _loaded(_HELP.replace("ARGUMENTS", repr(arguments)), tmp_path)
    assert {"api", "typer"} <= loaded
    assert loaded & _NOT_FOR_HELP == besides


def test_a_server_on_a_migrated_database_loads_what_requests_need_in_common(database_url: str, tmp_path: Path) -> None:
    loaded = _loaded(_SERVER, tmp_path, DATABASE_URL=database_url)
    assert {"starlette", "strawberry", "tortoise"} <= loaded
    assert loaded & _NOT_FOR_A_SERVER == set()
