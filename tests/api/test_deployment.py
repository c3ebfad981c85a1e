"""The deployment: every setting reaches the server, who logs in to the database as nobody who could own it."""

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from api.settings import Settings
from models.database import tortoise_config
from models.logins import as_login, require_fit_login
from tests.api.test_settings import PRODUCTION
from tests.server import command, environment, passable_folder

ROOT: Final = Path(__file__).parents[2]
COMPOSE: Final = (ROOT / "compose.yaml").read_text()
DOCKERFILE: Final = (ROOT / "Dockerfile").read_text()
# Set by the image; nothing in it is kept in a folder.
OF_THE_IMAGE: Final = {"ENVIRONMENT", "HOST", "PORT", "DATA_DIR"}
# The API must not even know the owner's password.
OF_MIGRATE_ALONE: Final = {"SERVER_DATABASE_URL"}


def _block(opening: str, indent: int) -> str:
    """The lines below one that ends a block's opening, as far as they are indented."""
    lines = re.split(rf"^{re.escape(opening)}$", COMPOSE, maxsplit=1, flags=re.MULTILINE)[1].splitlines()[1:]
    end = next((at for at, line in enumerate(lines) if line and not line.startswith(" " * indent)), len(lines))
    return "\n".join(lines[:end])


def _names(block: str) -> set[str]:
    return set(re.findall(r"^ +([A-Z_]+): ", block, re.MULTILINE))


SHARED: Final = _block("x-settings: &settings", 2)
MIGRATE: Final = _block("  migrate:", 4)
API: Final = _block("  api:", 4)


def test_every_setting_reaches_the_server() -> None:
    settings = {name.upper() for name in Settings.model_fields}
    assert "<<: *settings" in API
    assert "<<: *settings" in MIGRATE
    assert _names(SHARED) | _names(API) == settings - OF_THE_IMAGE - OF_MIGRATE_ALONE
    assert _names(SHARED) | _names(MIGRATE) == settings - OF_THE_IMAGE
    assert all(f"{name}=" in DOCKERFILE for name in OF_THE_IMAGE - {"DATA_DIR"})


def test_what_is_given_is_passed_on_under_its_own_name() -> None:
    for name, value in re.findall(r"^ +([A-Z_]+): (.+)$", SHARED, re.MULTILINE):
        assert f"${{{name}:" in value or (name, value) == ("QUOTA_PACKAGES", "/etc/exportready/packages.toml")
    files = set(re.findall(r"/etc/exportready/[a-z.]+", SHARED))
    assert files == set(re.findall(r"(/etc/exportready/[a-z.]+):ro", API))


def test_the_server_logs_in_as_somebody_else_than_the_owner() -> None:
    def user(block: str, name: str) -> str:
        [url] = re.findall(rf"^ +{name}: (.+)$", block, re.MULTILINE)
        plain = re.sub(r"\$\{[^}]+\}", "secret", url)
        return str(tortoise_config(plain)["connections"]["default"]["credentials"]["user"])

    owner, server = user(MIGRATE, "DATABASE_URL"), user(API, "DATABASE_URL")
    assert (owner, server) == ("postgres", "exportready_login")
    assert user(MIGRATE, "SERVER_DATABASE_URL") == server
    assert "POSTGRES_PASSWORD" not in SHARED + API


@pytest.mark.parametrize("image", re.findall(r"^(?:FROM| +image:) +(\S+)", COMPOSE + "\n" + DOCKERFILE, re.MULTILINE))
def test_images_have_a_version_to_the_last_number(image: str) -> None:
    name, _, tag = image.partition(":")
    numbers = {"postgres": 2, "python": 3, "node": 3}[name]
    assert re.fullmatch(rf"\d+(\.\d+){{{numbers - 1}}}(-slim)?", tag)


def _ran(*arguments: str, **settings: str) -> tuple[int, str]:
    """How a command ended in production, and what it said."""
    packages = ROOT / "models/billing/packages.toml"
    with passable_folder() as folder:
        own = folder / "packages.toml"
        own.write_text(re.sub("^gstin.*$", "", packages.read_text(), flags=re.MULTILINE))
        given = environment(folder, **{**PRODUCTION, "PORT": "0", "QUOTA_PACKAGES": str(own), **settings})
        done = subprocess.run(
            command(*arguments), cwd=ROOT, env=given, capture_output=True, text=True, check=False, timeout=60
        )
    return done.returncode, done.stdout + done.stderr


async def test_migrating_makes_the_servers_login_and_serving_takes_no_other(empty_database_url: str) -> None:
    server = as_login(empty_database_url, "deployed_login")
    code, said = _ran("migrate", DATABASE_URL=empty_database_url, SERVER_DATABASE_URL=server)
    assert (code, "The server logs in as deployed_login." in said) == (0, True), said
    await require_fit_login(server)
    code, said = _ran("serve", DATABASE_URL=empty_database_url)
    assert (code, len(said.strip().splitlines())) == (2, 1), said
    assert "logs in to the database as postgres" in said
    code, said = _ran("migrate", DATABASE_URL=empty_database_url, SERVER_DATABASE_URL=empty_database_url)
    assert (code, "who owns the tables" in said) == (2, True), said
