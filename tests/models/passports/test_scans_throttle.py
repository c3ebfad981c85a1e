"""Scans are limited per address and minute, over all processes and restarts, and no address is kept."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from itertools import count
from uuid import UUID

import asyncpg
import pytest

from models import database
from models.kernel import throttle
from models.kernel.env import Env
from models.kernel.errors import NotFound, RateLimited
from models.kernel.ids import uuid7
from models.passports.scans import RecordScan, ScanWriter, record_scan
from tests.factories import make_batch, make_company, make_passports

NOON = datetime(2026, 6, 1, 12, 0, 20, tzinfo=UTC)
_numbers = count(1)


def _new_ipv4() -> str:
    """An address that no other test uses."""
    return str(IPv4Address("81.0.0.0") + next(_numbers))


def _new_network() -> IPv6Address:
    """The first address of a /64 that no other test uses."""
    return IPv6Address("2a01::") + (next(_numbers) << 65)


def _limited(env: Env, limit: int, now: datetime = NOON) -> Env:
    return replace(env, policy=replace(env.policy, scan_rate_limit=limit), now=lambda: now)


async def _passport(env: Env) -> UUID:
    actor = await make_company(env)
    [passport] = await make_passports(env, await make_batch(env, actor), 1)
    return passport.id


async def _scan(env: Env, passport_id: UUID, address: str) -> bool:
    """Whether the scan was recorded rather than refused for the address's sake."""
    try:
        await record_scan(RecordScan(passport_id, address, ""), env)
    except RateLimited:
        return False
    return True


async def test_an_address_may_report_so_many_scans_a_minute(env: Env) -> None:
    passport_id, address = await _passport(env), _new_ipv4()
    own = _limited(env, 3)
    assert [await _scan(own, passport_id, address) for _ in range(5)] == [True, True, True, False, False]
    assert await _scan(own, passport_id, _new_ipv4())
    with pytest.raises(RateLimited) as refused:
        await record_scan(RecordScan(passport_id, address, ""), own)
    assert refused.value.extensions == {"retryAfter": 40}
    assert await _scan(_limited(env, 3, NOON + timedelta(seconds=39)), passport_id, address) is False
    assert await _scan(_limited(env, 3, NOON + timedelta(seconds=40)), passport_id, address)


async def test_the_limit_holds_within_a_group(env: Env) -> None:
    passport_id, address = await _passport(env), _new_ipv4()
    own = _limited(env, 3)
    assert await _scan(own, passport_id, address)
    taken = await asyncio.gather(*(_scan(own, passport_id, address) for _ in range(4)))
    assert taken == [True, True, False, False]
    positions = await database.fetch("SELECT position FROM scan WHERE passport_id = $1 ORDER BY 1", passport_id)
    assert [row["position"] for row in positions] == [1, 2, 3]


async def test_the_limit_holds_over_processes_and_restarts(env: Env) -> None:
    passport_id, address = await _passport(env), _new_ipv4()
    async with ScanWriter() as one, ScanWriter() as other:
        processes = [_limited(replace(env, scans=scans), 5) for scans in (one, other)]
        taken = await asyncio.gather(*(_scan(processes[n % 2], passport_id, address) for n in range(8)))
    assert sum(taken) == 5
    async with ScanWriter() as restarted:
        assert not await _scan(_limited(replace(env, scans=restarted), 5), passport_id, address)


async def test_scans_of_unknown_passports_use_up_the_allowance(env: Env) -> None:
    passport_id, address = await _passport(env), _new_ipv4()
    own = _limited(env, 1)
    with pytest.raises(NotFound):
        await _scan(own, uuid7(), address)
    assert not await _scan(own, passport_id, address)


async def test_a_network_of_ipv6_is_one_caller(env: Env) -> None:
    passport_id, network = await _passport(env), _new_network()
    own = _limited(env, 1)
    assert await _scan(own, passport_id, str(network + 1))
    assert not await _scan(own, passport_id, str(network + 2**64 - 1))
    assert await _scan(own, passport_id, str(network + 2**64))


async def test_an_ipv4_address_written_as_ipv6_is_the_same_caller(env: Env) -> None:
    passport_id, address = await _passport(env), _new_ipv4()
    own = _limited(env, 1)
    assert await _scan(own, passport_id, address)
    assert not await _scan(own, passport_id, f"::ffff:{address}")


async def test_windows_that_are_over_are_swept(env: Env) -> None:
    own = _limited(env, 3, datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC))
    assert await _scan(own, await _passport(env), _new_ipv4())
    left = "SELECT count(*) FROM throttle WHERE expires_at < '2002-01-01'"
    await throttle.sweep(datetime(2001, 2, 3, 4, 6, 59, tzinfo=UTC))
    assert await database.fetch_value(left) == 1
    await throttle.sweep(datetime(2001, 2, 3, 4, 7, tzinfo=UTC))
    assert await database.fetch_value(left) == 0


async def test_no_table_holds_an_address(env: Env, database_url: str) -> None:
    addresses = [_new_ipv4(), str(_new_network() + 0xABCDEF)]
    passport_id = await _passport(env)
    for address in addresses:
        await record_scan(RecordScan(passport_id, address, "curl/8"), _limited(env, 3))
    spellings = [text for address in addresses for text in (address, address.encode().hex())]
    spellings += [IPv4Address(addresses[0]).packed.hex(), IPv6Address(addresses[1]).packed.hex()]
    connection = await asyncpg.connect(database_url)
    try:
        tables = await connection.fetch("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        for [table] in tables:
            found = f"SELECT count(*) FROM {table} t WHERE t::text ILIKE ANY($1)"  # noqa: S608  # from the catalogue
            assert await connection.fetchval(found, [f"%{spelling}%" for spelling in spellings]) == 0
    finally:
        await connection.close()
