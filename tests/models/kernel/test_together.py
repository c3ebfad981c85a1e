"""Reads shared by those who ask at the same moment: each gets its own row, and nobody another's trouble."""

import asyncio
import traceback
from uuid import UUID, uuid4

import pytest

from models.kernel import together
from models.kernel.together import ReadsTogether


class Table:
    """Rows by id, read slowly enough for others to ask meanwhile; it remembers what it was asked."""

    def __init__(self, *known: UUID) -> None:
        self.known = set(known)
        self.statements: list[list[UUID]] = []
        self.is_away = False

    async def read(self, ids: list[UUID]) -> dict[UUID, str]:
        self.statements.append(ids)
        await asyncio.sleep(0.01)
        if self.is_away:
            raise ConnectionError("the database is away")
        return {id: str(id) for id in ids if id in self.known}


async def test_a_single_reader_waits_for_nobody() -> None:
    table, reads = Table(id := uuid4()), ReadsTogether()

    assert await reads.one(table.read, id) == str(id)
    assert await reads.one(table.read, uuid4()) is None
    assert [len(ids) for ids in table.statements] == [1, 1]


async def test_those_who_ask_meanwhile_share_the_next_statement_and_each_gets_its_row() -> None:
    ids = [uuid4() for _ in range(50)]
    table, reads = Table(*ids), ReadsTogether()
    first = asyncio.create_task(reads.one(table.read, ids[0]))
    await asyncio.sleep(0.005)

    rows = await asyncio.gather(*(reads.one(table.read, id) for id in ids + ids))

    assert await first == str(ids[0])
    assert rows == [str(id) for id in ids + ids]
    assert [len(statement) for statement in table.statements] == [1, 50]


async def test_one_who_leaves_takes_nobody_along() -> None:
    table, reads = Table(id := uuid4()), ReadsTogether()
    leaves, stays = (asyncio.create_task(reads.one(table.read, id)) for _ in range(2))
    await asyncio.sleep(0.005)

    leaves.cancel()

    assert await stays == str(id)
    assert leaves.cancelled()


async def test_a_failure_is_told_to_all_who_wait_and_forgotten() -> None:
    ids = [uuid4() for _ in range(3)]
    table, reads = Table(*ids), ReadsTogether()
    table.is_away = True
    answers = await asyncio.gather(*(reads.one(table.read, id) for id in ids), return_exceptions=True)
    assert [type(answer) for answer in answers] == [ConnectionError] * 3

    table.is_away = False
    assert await reads.one(table.read, ids[0]) == str(ids[0])


async def test_each_who_waits_gets_an_error_of_their_own() -> None:
    ids = [uuid4() for _ in range(3)]
    table, reads = Table(*ids), ReadsTogether()
    table.is_away = True
    # Some wait for the same row, some for another of the same statement.
    errors = await asyncio.gather(*(reads.one(table.read, id) for id in ids + ids), return_exceptions=True)

    assert [str(error) for error in errors] == ["the database is away"] * 6
    assert len({id(error) for error in errors}) == 6
    depths = {len(traceback.extract_tb(error.__traceback__)) for error in errors if isinstance(error, Exception)}
    assert len(depths) == 1, "an error that is raised again and again has a traceback that grows"
    # What was raised first is told once to each, with where it was raised.
    causes = {error.__cause__ for error in errors if isinstance(error, Exception)}
    (cause,) = causes
    assert traceback.extract_tb(cause.__traceback__ if cause else None)[-1].name == "read"


class Peculiar(Exception):
    """An error that is not made of its `args`."""

    def __init__(self, *, code: int) -> None:
        super().__init__(f"code {code}")
        self.code = code


async def test_any_error_is_told_as_it_is() -> None:
    async def fail(ids: list[UUID]) -> dict[UUID, str]:
        await asyncio.sleep(0)
        raise Peculiar(code=7)

    reads, id = ReadsTogether(), uuid4()
    errors = await asyncio.gather(*(reads.one(fail, id) for _ in range(2)), return_exceptions=True)
    assert [(type(error), str(error), getattr(error, "code", 0)) for error in errors] == [(Peculiar, "code 7", 7)] * 2


async def test_only_so_many_share_a_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "MOST_TOGETHER", 7)
    ids = [uuid4() for _ in range(20)]
    table, reads = Table(*ids), ReadsTogether()

    assert await asyncio.gather(*(reads.one(table.read, id) for id in ids)) == [str(id) for id in ids]
    assert [len(statement) for statement in table.statements] == [7, 7, 6]


async def test_a_statement_that_hangs_keeps_nobody_for_ever() -> None:
    hung = asyncio.Event()

    async def hang(ids: list[UUID]) -> dict[UUID, str]:
        await hung.wait()
        return {}

    reads = ReadsTogether(seconds=0.02)
    async with asyncio.timeout(5):
        answers = await asyncio.gather(*(reads.one(hang, uuid4()) for _ in range(4)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [TimeoutError] * 4
