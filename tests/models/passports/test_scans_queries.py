"""Reading scans: newest first, filtered, by what the actor may see, right while scans pour in."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.kernel.actor import Actor
from models.kernel.env import Env, Place
from models.kernel.errors import BadInput
from models.kernel.feed import Feed, feed_cursor, feed_position
from models.kernel.ids import uuid7
from models.kernel.pages import PageRequest
from models.kernel.permissions import Role
from models.passports.queries import passports_by_id
from models.passports.scans import RecordScan, ScanFilter, count_scans, list_scans, record_scan, scans_by_id
from models.passports.tables import DeviceType
from tests.conftest import CountQueries
from tests.factories import make_batch, make_branded_batch, make_company, make_member, make_passports

_AGENTS = {DeviceType.MOBILE: "iPhone", DeviceType.DESKTOP: "Windows NT", DeviceType.OTHER: ""}
_START = datetime(2026, 3, 1, tzinfo=UTC)


class _Country:
    """Finds every address in one country."""

    def __init__(self, country: str) -> None:
        self._country = country

    def find(self, address: str) -> Place:
        return Place("Capital", self._country)


async def _scan(
    env: Env, passport_id: UUID, *, country: str = "India", device: DeviceType = DeviceType.OTHER, day: int = 0
) -> UUID:
    own = replace(env, places=_Country(country), now=lambda: _START + timedelta(days=day))
    return (await record_scan(RecordScan(passport_id, "81.2.69.142", _AGENTS[device]), own)).id


async def _ids(actor: Actor, filter: ScanFilter, request: PageRequest | None = None) -> list[UUID]:
    found = await list_scans(actor, request or PageRequest(100), filter)
    return [scan.id for scan in found.page.items]


async def test_scans_are_listed_newest_first_with_what_is_known_of_them(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    passport, other = await make_passports(env, batch, 2)
    older = await _scan(env, other.id, country="Nepal", device=DeviceType.DESKTOP, day=2)
    newer = await _scan(env, passport.id, device=DeviceType.MOBILE, day=1)
    found = await list_scans(actor, PageRequest(), ScanFilter())
    assert [scan.id for scan in found.page.items] == [newer, older]
    scan = found.page.items[0]
    assert (scan.position, scan.city, scan.country) == (2, "Capital", "India")
    assert (scan.device_type, scan.scanned_at) == (DeviceType.MOBILE, _START + timedelta(days=1))
    assert scan.passport == (await passports_by_id(actor, [passport.id]))[passport.id]
    assert found.page.cursors == [feed_cursor(Feed.SCAN, actor.tenant_id, position) for position in (2, 1)]
    assert found.feed_cursor == found.page.cursors[0]


async def test_filters(env: Env) -> None:
    actor = await make_company(env)
    batches = [await make_batch(env, actor) for _ in range(2)]
    [first], [second] = [await make_passports(env, batch, 1) for batch in batches]
    ids = [
        await _scan(env, first.id, country="India", device=DeviceType.MOBILE, day=0),
        await _scan(env, first.id, country="Nepal", device=DeviceType.DESKTOP, day=1),
        await _scan(env, second.id, country="India", device=DeviceType.DESKTOP, day=2),
        await _scan(env, second.id, country="Nepal", device=DeviceType.MOBILE, day=3),
    ]
    day = timedelta(days=1)
    for filter, expected in (
        (ScanFilter(), [3, 2, 1, 0]),
        (ScanFilter(batch_id=batches[0].id), [1, 0]),
        (ScanFilter(passport_id=second.id), [3, 2]),
        (ScanFilter(country="India"), [2, 0]),
        (ScanFilter(country="Indi"), []),
        (ScanFilter(device_type=DeviceType.MOBILE), [3, 0]),
        (ScanFilter(since=_START + day), [3, 2, 1]),
        (ScanFilter(until=_START + day), [0]),
        (ScanFilter(since=_START + day, until=_START + 3 * day), [2, 1]),
        (ScanFilter(batch_id=batches[1].id, country="India", device_type=DeviceType.DESKTOP), [2]),
        (ScanFilter(batch_id=batches[0].id, passport_id=second.id), []),
        (ScanFilter(batch_id=uuid7()), []),
    ):
        assert await _ids(actor, filter) == [ids[number] for number in expected]
        assert await count_scans(actor, filter) == len(expected)


async def test_a_page_is_one_statement_and_so_is_the_count(env: Env, count_queries: CountQueries) -> None:
    actor = await make_company(env)
    [passport] = await make_passports(env, await make_batch(env, actor), 1)
    for _ in range(3):
        await _scan(env, passport.id)
    with count_queries() as queries:
        await list_scans(actor, PageRequest(), ScanFilter(country="India", batch_id=passport.batch_id))
        await count_scans(actor, ScanFilter())
        await scans_by_id(actor, [uuid7()])
    assert len(queries) == 3


async def test_another_companys_scans_are_not_there(env: Env) -> None:
    actor, stranger = await make_company(env), await make_company(env)
    batch = await make_batch(env, actor)
    [passport] = await make_passports(env, batch, 1)
    scan_id = await _scan(env, passport.id)
    assert list(await scans_by_id(actor, [scan_id, uuid7()])) == [scan_id]
    assert await scans_by_id(stranger, [scan_id]) == {}
    for filter in (ScanFilter(), ScanFilter(batch_id=batch.id), ScanFilter(passport_id=passport.id)):
        assert await _ids(stranger, filter) == []
        assert await count_scans(stranger, filter) == 0
    with pytest.raises(BadInput):
        await _ids(stranger, ScanFilter(), PageRequest(after=feed_cursor(Feed.SCAN, actor.tenant_id, 1)))


async def test_a_member_limited_to_brands_sees_scans_of_their_batches_alone(env: Env) -> None:
    owner = await make_company(env)
    batches = [await make_branded_batch(env, owner, name) for name in ("Volt", "Amp")]
    batches.append(await make_batch(env, owner))
    passports = [(await make_passports(env, batch, 1))[0] for batch in batches]
    ids = [await _scan(env, passport.id) for passport in passports]
    assert batches[0].brand_id is not None
    member = await make_member(env, owner.tenant_id, Role.VIEWER, brand_ids=[batches[0].brand_id])
    assert await _ids(member, ScanFilter()) == [ids[0]]
    assert await _ids(member, ScanFilter(batch_id=batches[1].id)) == []
    assert await count_scans(member, ScanFilter()) == 1
    assert list(await scans_by_id(member, ids)) == [ids[0]]
    # The feed is the company's: its cursor stands behind scans that this member does not see.
    found = await list_scans(member, PageRequest(), ScanFilter())
    assert feed_position(Feed.SCAN, owner.tenant_id, found.feed_cursor) == 3


async def test_a_company_without_scans_has_a_cursor_to_start_from(env: Env) -> None:
    actor = await make_company(env)
    found = await list_scans(actor, PageRequest(), ScanFilter())
    assert found.page.items == []
    assert not found.page.has_next
    assert feed_position(Feed.SCAN, actor.tenant_id, found.feed_cursor) == 0


async def test_the_feeds_cursor_fits_the_page_while_scans_pour_in(env: Env) -> None:
    actor = await make_company(env)
    [passport] = await make_passports(env, await make_batch(env, actor), 1)
    await _scan(env, passport.id)

    async def keep_scanning() -> None:
        for _ in range(25):
            await _scan(env, passport.id)

    async with asyncio.TaskGroup() as group:
        scanning = [group.create_task(keep_scanning()) for _ in range(4)]
        while not all(task.done() for task in scanning):
            found = await list_scans(actor, PageRequest(1), ScanFilter())
            assert found.feed_cursor == found.page.cursors[0]
    assert await count_scans(actor, ScanFilter()) == 101


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 25), st.lists(st.integers(0, 5), max_size=10), st.integers(1, 6))
async def test_pages_stay_right_while_scans_pour_in(env: Env, count: int, arrivals: list[int], first: int) -> None:
    """Page by page everything that was there at the start comes once, in order, and nothing that came later."""
    actor = await make_company(env)
    passports = await make_passports(env, await make_batch(env, actor), 2)
    before = [await _scan(env, passports[number % 2].id) for number in range(count)]
    seen: list[UUID] = []
    after: str | None = None
    arriving = iter(arrivals)
    while True:
        found = await list_scans(actor, PageRequest(first, after), ScanFilter())
        seen += [scan.id for scan in found.page.items]
        assert found.page.has_previous is (after is not None)
        if not found.page.has_next:
            break
        after = found.page.cursors[-1]
        for _ in range(next(arriving, 0)):
            await _scan(env, passports[0].id)
    assert seen == before[::-1]
