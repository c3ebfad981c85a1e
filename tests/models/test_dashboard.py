"""The dashboard's figures: what each of them counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import billing
from models.batches import Batch, BatchStatus
from models.billing import Quota
from models.dashboard import Figures, figures, week_start
from models.database import unit_of_work
from models.kernel.actor import Actor
from models.kernel.env import Env, Issuance
from models.kernel.ids import uuid7
from models.kernel.permissions import Role
from models.passports.tables import IssuanceRecord
from tests.conftest import CountQueries
from tests.factories import make_batch, make_branded_batch, make_company, make_member

_WEDNESDAY = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
_MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
_DECLARED = {"carbon_footprint_kg_per_kwh": Decimal(61), "carbon_footprint_url": "https://acme.example/footprint"}


def _on_wednesday(env: Env) -> Env:
    return replace(env, now=lambda: _WEDNESDAY)


async def _issued(actor: Actor, batch: Batch, created: int, issued_at: datetime) -> None:
    await IssuanceRecord.create(
        id=uuid7(),
        tenant_id=actor.tenant_id,
        batch_id=batch.id,
        issued_by=actor.user_id,
        created=created,
        issued_at=issued_at,
    )


async def test_a_new_company(env: Env) -> None:
    actor = await make_company(env)
    assert await figures(actor, env) == Figures(
        quota=Quota(limit=env.policy.free_quota, used=0, balance=env.policy.free_quota),
        total_passports=0,
        total_batches=0,
        passports_this_week=0,
        pending_export_batches=0,
        carbon_compliance_pct=None,
    )


async def test_batches_and_passports_are_counted(env: Env) -> None:
    actor = await make_company(env)
    await make_batch(env, actor)
    await make_batch(env, actor, total_passports=30, downloaded_passports=30)
    await make_batch(env, actor, total_passports=12, status=BatchStatus.ARCHIVED)
    found = await figures(actor, env)
    assert (found.total_batches, found.total_passports) == (3, 42)


async def test_batches_wait_for_export_until_all_their_passports_were_downloaded(env: Env) -> None:
    actor = await make_company(env)
    for total, downloaded in ((0, 0), (5, 0), (5, 4), (5, 5)):
        await make_batch(env, actor, total_passports=total, downloaded_passports=downloaded)
    await make_batch(env, actor, total_passports=1, status=BatchStatus.ARCHIVED)
    assert (await figures(actor, env)).pending_export_batches == 3


async def test_carbon_compliance_weighs_batches_by_their_passports(env: Env) -> None:
    actor = await make_company(env)
    await make_batch(env, actor, total_passports=30, **{**_DECLARED, "carbon_footprint_url": None})
    assert (await figures(actor, env)).carbon_compliance_pct == 0
    await make_batch(env, actor, total_passports=10, **{**_DECLARED, "carbon_footprint_kg_per_kwh": None})
    await make_batch(env, actor, total_passports=120, **_DECLARED)
    await make_batch(env, actor, **_DECLARED)
    assert (await figures(actor, env)).carbon_compliance_pct == 75


async def test_carbon_compliance_is_null_without_passports(env: Env) -> None:
    actor = await make_company(env)
    await make_batch(env, actor, **_DECLARED)
    assert (await figures(actor, env)).carbon_compliance_pct is None


async def test_the_week_begins_on_monday_at_midnight_utc(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    await _issued(actor, batch, 1000, _MONDAY - timedelta(microseconds=1))
    await _issued(actor, batch, 7, _MONDAY)
    await _issued(actor, batch, 5, _WEDNESDAY)
    assert (await figures(actor, _on_wednesday(env))).passports_this_week == 12


async def test_quota_is_the_accounts(env: Env) -> None:
    actor = await make_company(env, quota=50)
    batch = await make_batch(env, actor)
    issuance = Issuance(uuid7(), actor.tenant_id, batch.id, actor, 120, "ACTIVE", env.now())
    async with unit_of_work() as connection:
        await billing.charge_issuance(connection, issuance, env)
    found = (await figures(actor, env)).quota
    assert found == Quota(limit=150, used=120, balance=30) == await billing.quota(actor)


async def test_another_companys_rows_count_for_nothing(env: Env) -> None:
    actor, other = await make_company(env), await make_company(env, quota=900)
    batch = await make_batch(env, other, total_passports=10, **_DECLARED)
    await _issued(other, batch, 10, _WEDNESDAY)
    assert await figures(actor, _on_wednesday(env)) == await figures(await make_company(env), _on_wednesday(env))


async def test_a_member_limited_to_brands_gets_the_figures_of_their_batches(env: Env) -> None:
    owner = await make_company(env)
    mine = await make_branded_batch(env, owner, "Volt", total_passports=4, **_DECLARED)
    others = await make_branded_batch(env, owner, "Amp", total_passports=50)
    await make_batch(env, owner, total_passports=600)
    await _issued(owner, mine, 4, _WEDNESDAY)
    await _issued(owner, others, 50, _WEDNESDAY)
    assert mine.brand_id is not None
    member = await make_member(env, owner.tenant_id, Role.VIEWER, brand_ids=[mine.brand_id])
    assert await figures(member, _on_wednesday(env)) == Figures(
        quota=await billing.quota(owner),
        total_passports=4,
        total_batches=1,
        passports_this_week=4,
        pending_export_batches=1,
        carbon_compliance_pct=100,
    )


async def test_all_figures_are_one_statement(env: Env, count_queries: CountQueries) -> None:
    actor = await make_company(env)
    with count_queries() as queries:
        await figures(actor, env)
    assert len(queries) == 1


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 10), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001  # Hypothesis takes bounds without a zone
def test_week_start_is_the_last_monday(now: datetime) -> None:
    monday = week_start(now)
    assert (monday.isoweekday(), monday.time()) == (1, datetime.min.time())
    assert timedelta(0) <= now - monday < timedelta(days=7)


@pytest.mark.parametrize("role", Role)
async def test_every_role_may_read_the_figures(env: Env, role: Role) -> None:
    actor = await make_company(env, role=role)
    assert (await figures(actor, env)).total_batches == 0
