"""What is to happen after a commit happens then, once, and never for what was undone."""

import asyncpg
import pytest

from models.database import after_commit, unit_of_work


async def test_calls_are_made_in_order_after_the_commit(connected: None) -> None:
    called: list[str] = []
    async with unit_of_work():
        after_commit(lambda: called.append("first"))
        after_commit(lambda: called.append("second"))
        assert called == []
    assert called == ["first", "second"]
    async with unit_of_work():
        pass
    assert called == ["first", "second"]


async def test_nothing_is_called_for_what_was_undone(connected: None) -> None:
    called: list[str] = []

    async def give_up() -> None:
        async with unit_of_work():
            after_commit(lambda: called.append("undone"))
            raise ZeroDivisionError

    async def commit_what_is_refused() -> None:
        async with unit_of_work() as connection:
            await connection.execute("CREATE TEMPORARY TABLE parent (id int PRIMARY KEY) ON COMMIT DROP")
            await connection.execute(
                "CREATE TEMPORARY TABLE child (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP"
            )
            await connection.execute("INSERT INTO child VALUES (1)")
            after_commit(lambda: called.append("refused"))

    with pytest.raises(ZeroDivisionError):
        await give_up()
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await commit_what_is_refused()
    assert called == []


async def test_there_is_no_commit_to_wait_for_outside_a_unit_of_work(connected: None) -> None:
    with pytest.raises(LookupError):
        after_commit(lambda: None)
