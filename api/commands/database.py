"""`exportready migrate`."""

from api.commands.at_hand import CONSOLE, bring_up_to_date, database_at_hand, read_settings


def migrate() -> None:
    """Bring the database up to date."""
    with database_at_hand(read_settings()) as url:
        bring_up_to_date(url)
        CONSOLE.print("The database is up to date.")
