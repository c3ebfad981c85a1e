"""The hub: nothing lost, nothing twice, in order, whatever the timing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest

from models import database
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import BadInput, NotFound
from models.kernel.feed import Feed, feed_cursor
from models.kernel.ids import ascending_uuid7s, uuid7
from models.kernel.live import MOST_REPLAYED, PAGE, FeedLog, FeedStream, Hub, ResyncRequired, last_position, open_stream
from models.kernel.live import tail as tail_module
from tests.conftest import CountQueries
from tests.factories import make_batch, make_company, make_passports

# No wake-up helps these tests unless they send one.
_NEVER = 3_600.0

LOG = FeedLog(
    Feed.SCAN,
    "SELECT tenant_id AS tenant, position AS feed_position, city FROM scan "
    "WHERE tenant_id = c.tenant AND position > c.position ORDER BY position LIMIT $3",
    lambda row: str(row["city"]),
)


class Company:
    """A company whose scans this test writes; each scan's city is its number."""

    def __init__(self, actor: Actor, passport_id: UUID, batch_id: UUID) -> None:
        self.tenant_id = actor.tenant_id
        self.written = 0
        self._passport_id = passport_id
        self._batch_id = batch_id

    async def write(self, count: int) -> None:
        first, self.written = self.written + 1, self.written + count
        await database.execute(
            """
            INSERT INTO scan (id, tenant_id, position, passport_id, batch_id, city, country, device_type, scanned_at)
            SELECT id, head.tenant, head.base + ordinal, $2, $3, ($4::bigint + ordinal - 1)::text, NULL, 'OTHER', $5
            FROM feed_advance('scan', ARRAY[$1::uuid], ARRAY[$6::bigint]) head,
                unnest($7::uuid[]) WITH ORDINALITY u (id, ordinal)
            """,
            self.tenant_id,
            self._passport_id,
            self._batch_id,
            first,
            datetime.now(UTC),
            count,
            ascending_uuid7s(count),
        )

    def stream(self, hub: Hub, after: int | None = None) -> FeedStream[str]:
        return FeedStream(hub, LOG, self.tenant_id, after, None, lambda city: True)


async def new_company(env: Env) -> Company:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    (passport,) = await make_passports(env, batch, 1)
    return Company(actor, passport.id, batch.id)


@pytest.fixture
async def hub(connected: None) -> AsyncIterator[Hub]:
    async with Hub(poll_seconds=0.01, listens=False) as hub:
        yield hub
        assert hub.followers == 0
        assert hub.incidents == 0


async def read(stream: FeedStream[str], count: int) -> list[int]:
    """The numbers of the next items; their positions are checked on the way."""
    numbers: list[int] = []
    async with aclosing(aiter(stream)) as items:
        async for item in items:
            assert item.position == int(item.row)
            numbers.append(item.position)
            if len(numbers) == count:
                return numbers
    raise AssertionError("a stream has no end")


async def test_replay_then_live(env: Env, hub: Hub) -> None:
    company = await new_company(env)
    await company.write(3)
    reading = asyncio.create_task(read(company.stream(hub, 1), 5))
    await asyncio.sleep(0.02)
    await company.write(2)
    await company.write(2)
    assert await reading == [2, 3, 4, 5, 6]


async def test_from_now_on(env: Env, hub: Hub) -> None:
    company = await new_company(env)
    await company.write(3)
    async with hub.following(LOG, company.tenant_id) as follower:
        await company.write(1)
        assert [item.position for item in await follower.items()] == [4]


async def test_readers_that_come_and_go_while_scans_pour_in(env: Env, hub: Hub) -> None:
    company = await new_company(env)

    async def pour() -> None:
        for count in range(1, 60):
            await company.write(1 + count % 7)

    async def come_and_go(step: int) -> None:
        seen = 0
        while seen < 150:
            found = await read(company.stream(hub, seen), step)
            assert found == list(range(seen + 1, seen + step + 1))
            seen += step

    await asyncio.gather(pour(), *(come_and_go(step) for step in (1, 2, 3, 10, 37)))


async def test_a_long_replay_is_paged(env: Env, hub: Hub, count_queries: CountQueries) -> None:
    company = await new_company(env)
    await company.write(2 * PAGE + 10)
    with count_queries() as queries:
        assert await read(company.stream(hub, 0), 2 * PAGE + 10) == list(range(1, 2 * PAGE + 11))
    assert len([query for query in queries if "unnest($1::uuid[]" in query]) >= 3


async def test_a_follower_that_does_not_read_takes_no_memory_and_loses_nothing(
    env: Env, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "MOST_BUFFERED", 5)
    company = await new_company(env)
    async with hub.following(LOG, company.tenant_id) as slow, hub.following(LOG, company.tenant_id) as fast:
        seen = 0
        for _ in range(10):
            await company.write(3)
            while seen < company.written:
                seen = (await fast.items())[-1].position
        assert len(slow._buffer) <= 5
        positions: list[int] = []
        while len(positions) < 30:
            positions += [item.position for item in await slow.items()]
        assert positions == list(range(1, 31))
        await company.write(1)
        assert [item.position for item in await slow.items()] == [31]


async def test_one_query_reads_for_all_companies_and_followers(env: Env, count_queries: CountQueries) -> None:
    companies = [await new_company(env) for _ in range(3)]
    async with Hub(poll_seconds=_NEVER, listens=False) as hub:
        async with (
            hub.following(LOG, companies[0].tenant_id) as a,
            hub.following(LOG, companies[1].tenant_id) as b,
            hub.following(LOG, companies[2].tenant_id) as c,
            hub.following(LOG, companies[2].tenant_id) as d,
        ):
            for company in companies:
                await company.write(2)
            with count_queries() as queries:
                hub._wake(Feed.SCAN, [companies[0].tenant_id])
                found = await asyncio.gather(a.items(), b.items(), c.items(), d.items())
            assert [len(items) for items in found] == [2, 2, 2, 2]
            assert len(queries) == 1
            hub._wake(Feed.SCAN, [uuid7()])
            hub._wake(Feed.LIFECYCLE, None)
            await asyncio.sleep(0.02)
            assert len(queries) == 1
        assert hub.followers == 0


async def test_notify_wakes_other_processes(env: Env, database_url: str) -> None:
    company = await new_company(env)
    owner = await asyncpg.connect(database_url)

    async def until_listening(count: int) -> None:
        listeners = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        async with asyncio.timeout(5):
            while await owner.fetchval(listeners) != count:  # noqa: ASYNC110  # the database has no event for this
                await asyncio.sleep(0.002)

    # Two hubs are two processes; neither polls.
    async with Hub(poll_seconds=_NEVER) as here, Hub(poll_seconds=_NEVER) as there:
        async with there.following(LOG, company.tenant_id) as follower:
            await until_listening(1)
            await company.write(1)
            for _ in range(50):
                here.announce(Feed.SCAN, [company.tenant_id])
            async with asyncio.timeout(5):
                assert [item.position for item in await follower.items()] == [1]
        await until_listening(0)
    await owner.close()


async def test_a_failing_read_is_repeated(env: Env, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    company = await new_company(env)
    monkeypatch.setattr(tail_module, "_RETRY_SECONDS", 0.01)
    failing = FeedLog(Feed.SCAN, LOG.select, LOG.row)
    failures = iter([asyncpg.InterfaceError("gone"), OSError("gone")])
    real = FeedLog.after

    async def after(self: FeedLog[str], positions: dict[UUID, int], most: int) -> object:
        if error := next(failures, None):
            raise error
        return await real(self, positions, most)

    monkeypatch.setattr(FeedLog, "after", after)
    async with hub.following(failing, company.tenant_id) as follower:
        await company.write(1)
        async with asyncio.timeout(5):
            assert [item.position for item in await follower.items()] == [1]


async def test_cursors_that_can_not_be_followed(env: Env, hub: Hub) -> None:
    company, other = await new_company(env), await new_company(env)
    await company.write(3)
    for cursor in (
        "junk",
        "",
        feed_cursor(Feed.SCAN, other.tenant_id, 1),
        feed_cursor(Feed.SCAN, company.tenant_id, 4),
    ):
        with pytest.raises(BadInput):
            await open_stream(hub, LOG, company.tenant_id, cursor)
    with pytest.raises(NotFound):
        await last_position(Feed.SCAN, uuid7())
    await database.execute(
        "UPDATE feed_head SET last_position = $2 WHERE tenant_id = $1 AND feed = 'scan'",
        other.tenant_id,
        MOST_REPLAYED + 1,
    )
    with pytest.raises(ResyncRequired):
        await open_stream(hub, LOG, other.tenant_id, feed_cursor(Feed.SCAN, other.tenant_id, 0))
    stream = await open_stream(hub, LOG, other.tenant_id, feed_cursor(Feed.SCAN, other.tenant_id, 1))
    assert stream.after == 1


async def test_a_gap_is_counted_as_an_incident(env: Env) -> None:
    company = await new_company(env)
    async with Hub(poll_seconds=0.01, listens=False) as hub, hub.following(LOG, company.tenant_id) as follower:
        await database.execute(
            "UPDATE feed_head SET last_position = 1 WHERE tenant_id = $1 AND feed = 'scan'", company.tenant_id
        )
        company.written = 1
        await company.write(1)
        async with asyncio.timeout(5):
            assert [item.position for item in await follower.items()] == [2]
        assert hub.incidents == 1
