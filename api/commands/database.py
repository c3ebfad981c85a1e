"""`exportready migrate`."""

import asyncio

from api.commands.at_hand import CONSOLE, bring_up_to_date, database_at_hand, read_settings
from models.logins import allow_login


def migrate() -> None:
    """Bring the database up to date, and let the server log in when SERVER_DATABASE_URL says as whom."""
    chosen = read_settings()
    with database_at_hand(chosen) as url:
        bring_up_to_date(url)
        CONSOLE.print("The database is up to date.")
        if chosen.server_database_url:
            name = asyncio.run(allow_login(url, chosen.server_database_url))
            CONSOLE.print(f"The server logs in as {name}.")
