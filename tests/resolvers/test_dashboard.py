"""The dashboard over GraphQL."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from models.kernel.env import Env
from models.kernel.ids import ascending_uuid7s, uuid7
from models.kernel.permissions import Role
from models.passports.tables import IssuanceRecord
from tests.conftest import CountQueries
from tests.factories import make_batch, make_branded_batch, make_company, make_member
from tests.resolvers.client import Client

_WEDNESDAY = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)

FIGURES = """
  totalPassports totalBatches quotaUsed quotaLimit quotaBalance passportsThisWeek pendingExportBatches
  carbonCompliancePct
"""
DASHBOARD = f"{{ dashboard {{ {FIGURES} }} }}"
RECENT = "query ($first: Int! = 5) { dashboard { recentBatches(first: $first) { uuid totalPassports } } }"


async def _recent(client: Client, **variables: Any) -> list[str]:
    batches = (await client.run(RECENT, **variables))["dashboard"]["recentBatches"]
    return [batch["uuid"] for batch in batches]


async def test_the_figures(env: Env) -> None:
    owner = await make_company(env, quota=20)
    declared = {"carbon_footprint_kg_per_kwh": Decimal(61), "carbon_footprint_url": "https://acme.example/footprint"}
    batch = await make_batch(env, owner, total_passports=30, downloaded_passports=30, **declared)
    await make_batch(env, owner, total_passports=10)
    await IssuanceRecord.create(
        id=uuid7(),
        tenant_id=owner.tenant_id,
        batch_id=batch.id,
        issued_by=owner.user_id,
        created=30,
        issued_at=_WEDNESDAY,
    )
    on_wednesday = replace(env, now=lambda: _WEDNESDAY)
    assert await Client(on_wednesday, owner).run(DASHBOARD) == {
        "dashboard": {
            "totalPassports": 40,
            "totalBatches": 2,
            "quotaUsed": 0,
            "quotaLimit": 120,
            "quotaBalance": 120,
            "passportsThisWeek": 30,
            "pendingExportBatches": 1,
            "carbonCompliancePct": 75.0,
        }
    }


async def test_a_new_company_has_no_compliance_to_speak_of(env: Env) -> None:
    found = (await Client(env, await make_company(env)).run(DASHBOARD))["dashboard"]
    assert found["carbonCompliancePct"] is None
    assert (found["totalPassports"], found["totalBatches"], found["passportsThisWeek"]) == (0, 0, 0)


async def test_recent_batches_are_the_newest(env: Env) -> None:
    owner = await make_company(env)
    added = [str((await make_batch(env, owner, id=id)).id) for id in ascending_uuid7s(7)]
    client = Client(env, owner)
    assert await _recent(client) == added[:1:-1]
    assert await _recent(client, first=2) == added[:4:-1]
    assert await _recent(client, first=100) == added[::-1]
    for first in (0, 101):
        assert (await client.error(RECENT, first=first))["code"] == "BAD_USER_INPUT"


async def test_all_of_it_is_two_queries(env: Env, count_queries: CountQueries) -> None:
    owner = await make_company(env)
    for _ in range(3):
        await make_batch(env, owner)
    client = Client(env, owner)
    with count_queries() as queries:
        await client.run(DASHBOARD)
    assert len(queries) == 1
    with count_queries() as queries:
        await client.run(f"{{ dashboard {{ {FIGURES} recentBatches {{ batchName status createdAt }} }} }}")
    assert len(queries) == 2


async def test_another_companys_batches_are_not_there(env: Env) -> None:
    await make_batch(env, await make_company(env), total_passports=9)
    client = Client(env, await make_company(env))
    assert (await client.run(DASHBOARD))["dashboard"]["totalPassports"] == 0
    assert await _recent(client) == []


async def test_a_member_limited_to_brands_sees_those_alone(env: Env) -> None:
    owner = await make_company(env, quota=20)
    mine, _ = [await make_branded_batch(env, owner, name, total_passports=4) for name in ("Volt", "Amp")]
    assert mine.brand_id is not None
    client = Client(env, await make_member(env, owner.tenant_id, Role.OPERATOR, brand_ids=[mine.brand_id]))
    found = (await client.run(DASHBOARD))["dashboard"]
    assert (found["totalBatches"], found["totalPassports"], found["quotaLimit"]) == (1, 4, 120)
    assert await _recent(client) == [str(mine.id)]


@pytest.mark.parametrize("role", Role)
async def test_every_role_may_see_it(env: Env, role: Role) -> None:
    assert await Client(env, await make_company(env, role=role)).run(DASHBOARD)


async def test_nobody_else_may(env: Env) -> None:
    assert (await Client(env).error(DASHBOARD))["code"] == "UNAUTHENTICATED"
