"""Use cases of brands, products and batches against the database: patches, races, tenancy, brand limits."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import batches
from models.batches import (
    Batch,
    BatchErrorCode,
    BatchPatch,
    BatchStatus,
    Brand,
    CreateBatch,
    CreateBrand,
    CreateProduct,
    MarketRegion,
    Product,
    UpdateBatch,
    UpdateBrand,
    UpdateProduct,
    values,
)
from models.database import unit_of_work
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import Forbidden, NotFound, Rejected, Violation
from models.kernel.ids import uuid7
from models.kernel.permissions import Role
from tests.factories import make_batch, make_company, make_member
from tests.models.batches import model
from tests.models.batches.strategies import patches, unhurried

BARE = BatchPatch(batch_name="Q1", market_region=MarketRegion.INDIA)


async def make_product(env: Env, actor: Actor, brand: Brand | None = None, model_name: str = "PowerCell") -> Product:
    brand = brand or await batches.create_brand(actor, CreateBrand(f"Brand {uuid7()}"), env)
    return await batches.create_product(actor, CreateProduct(brand.id, model_name), env)


async def make_numbered(env: Env, actor: Actor, product: Product, number: str) -> Batch:
    patch = BatchPatch(**BARE, product_id=product.id, batch_number=number)
    return await batches.create_batch(actor, CreateBatch(patch), env)


def violation(rejected: pytest.ExceptionInfo[Rejected]) -> Violation:
    [found] = rejected.value.violations
    return found


def later(env: Env, minutes: int) -> Env:
    """The same environment on a clock that is fixed some minutes after the start of 2026-11-20."""
    moment = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(minutes=minutes)
    return replace(env, now=lambda: moment)


@settings(unhurried, max_examples=25)
@given(st.lists(patches, min_size=1, max_size=5))
async def test_the_database_keeps_what_patches_say(env: Env, patches: list[BatchPatch]) -> None:
    actor = await make_company(env)
    batch = await batches.create_batch(actor, CreateBatch(BARE), later(env, 0))
    expected = {**model.EMPTY, **BARE}
    version, updated_at = 1, batch.updated_at
    for minutes, patch in enumerate(patches, start=1):
        wanted = model.patched(expected, patch)
        command = UpdateBatch(batch.id, version, patch)
        if model.missing(wanted):
            with pytest.raises(Rejected):
                await batches.update_batch(actor, command, later(env, minutes))
        else:
            await batches.update_batch(actor, command, later(env, minutes))
            if not values.is_same(wanted, expected):
                version, updated_at = version + 1, later(env, minutes).now()
            expected = wanted
        row = await Batch.get(id=batch.id)
        assert model.fields_of(row) == expected
        assert (row.version, row.updated_at, row.created_at) == (version, updated_at, batch.created_at)


@settings(unhurried, max_examples=25)
@given(patches)
async def test_a_new_batch_is_a_patch_of_an_empty_one(env: Env, patch: BatchPatch) -> None:
    actor = await make_company(env)
    fields: BatchPatch = {**BARE, **patch}
    expected = model.patched(model.EMPTY, fields)
    if model.missing(expected):
        with pytest.raises(Rejected):
            await batches.create_batch(actor, CreateBatch(fields), env)
        assert await Batch.filter(tenant_id=actor.tenant_id).count() == 0
    else:
        created = await batches.create_batch(actor, CreateBatch(fields), env)
        assert model.fields_of(created) == expected
        assert model.fields_of(await Batch.get(id=created.id)) == expected
        assert (created.version, created.total_passports) == (1, 0)


async def test_a_batch_takes_brand_and_model_from_its_product(env: Env) -> None:
    actor = await make_company(env)
    product = await make_product(env, actor)
    batch = await make_numbered(env, actor, product, "1")
    assert (batch.product_id, batch.brand_id, batch.model_name) == (product.id, product.brand_id, "PowerCell")
    await batches.update_product(actor, UpdateProduct(product.id, "PowerCell S"), env)
    assert (await Batch.get(id=batch.id)).model_name == "PowerCell"
    renamed = await batches.update_batch(actor, UpdateBatch(batch.id, 1, BatchPatch(product_id=product.id)), env)
    assert (renamed.model_name, renamed.version) == ("PowerCell S", 2)


async def test_a_stale_change_is_refused_and_told_the_version(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    await batches.update_batch(actor, UpdateBatch(batch.id, 1, BatchPatch(quantity=5)), env)
    for stale in (BatchPatch(quantity=6), BatchPatch(quantity=5)):
        with pytest.raises(Rejected) as rejected:
            await batches.update_batch(actor, UpdateBatch(batch.id, 1, stale), env)
        refused = violation(rejected)
        assert (refused.code, refused.field, refused.value) == (
            BatchErrorCode.VERSION_CONFLICT,
            ("expected_version",),
            "2",
        )
    assert (await Batch.get(id=batch.id)).quantity == 5


async def test_of_two_changes_from_one_version_exactly_one_wins(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    quantities = range(1, 9)
    outcomes = await asyncio.gather(
        *(
            batches.update_batch(actor, UpdateBatch(batch.id, 1, BatchPatch(quantity=quantity)), env)
            for quantity in quantities
        ),
        return_exceptions=True,
    )
    winners = [outcome for outcome in outcomes if isinstance(outcome, Batch)]
    losers = [outcome for outcome in outcomes if isinstance(outcome, Rejected)]
    assert (len(winners), len(losers)) == (1, 7)
    assert {(loser.violations[0].code, loser.violations[0].value) for loser in losers} == {
        (BatchErrorCode.VERSION_CONFLICT, "2")
    }
    row = await Batch.get(id=batch.id)
    assert (row.version, row.quantity) == (2, winners[0].quantity)


async def somebody_waits_for_a_lock(database_url: str, statement: str) -> None:
    """Return once a session waits for a lock in a statement that begins like this; fail when none ever does."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND starts_with(query, $1)"
    # A connection of its own: inside a transaction this view stays as it was first seen.
    observer = await asyncpg.connect(database_url)
    try:
        async with asyncio.timeout(30):
            while await observer.fetchval(waiting, statement) is None:
                await observer.execute("SELECT pg_sleep(0.005)")
    finally:
        await observer.close()


async def test_a_change_that_read_before_another_committed_still_loses(env: Env, database_url: str) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    other = await asyncpg.connect(database_url)
    try:
        async with other.transaction():
            await other.execute("UPDATE batch SET version = version + 1 WHERE id = $1", batch.id)
            command = UpdateBatch(batch.id, 1, BatchPatch(quantity=5))
            change = asyncio.create_task(batches.update_batch(actor, command, env))
            await somebody_waits_for_a_lock(database_url, 'UPDATE "batch"')
        with pytest.raises(Rejected) as rejected:
            await change
    finally:
        await other.close()
    assert (violation(rejected).code, violation(rejected).value) == (BatchErrorCode.VERSION_CONFLICT, "2")
    assert (await Batch.get(id=batch.id)).quantity is None


async def test_of_ten_batches_with_one_number_one_is_made(env: Env) -> None:
    actor = await make_company(env)
    product = await make_product(env, actor)
    outcomes = await asyncio.gather(
        *(make_numbered(env, actor, product, "B-1") for _ in range(10)), return_exceptions=True
    )
    refused = [outcome.violations[0] for outcome in outcomes if isinstance(outcome, Rejected)]
    assert [outcome.batch_number for outcome in outcomes if isinstance(outcome, Batch)] == ["B-1"]
    assert {(each.code, each.field, each.value) for each in refused} == {
        (BatchErrorCode.BATCH_NUMBER_TAKEN, ("batch_number",), "B-1")
    }
    assert len(refused) == 9
    assert await Batch.filter(product_id=product.id).count() == 1


async def test_a_number_is_unique_within_its_product_only(env: Env) -> None:
    actor = await make_company(env)
    one, other = await make_product(env, actor), await make_product(env, actor)
    await make_numbered(env, actor, one, "B-1")
    moved = await make_numbered(env, actor, other, "B-1")
    loose = [await batches.create_batch(actor, CreateBatch({**BARE, "batch_number": "B-1"}), env) for _ in range(2)]
    assert [batch.batch_number for batch in loose] == ["B-1", "B-1"]
    with pytest.raises(Rejected) as rejected:
        await batches.update_batch(actor, UpdateBatch(moved.id, 1, BatchPatch(product_id=one.id)), env)
    assert violation(rejected).code is BatchErrorCode.BATCH_NUMBER_TAKEN
    renumbered = BatchPatch(product_id=one.id, batch_number="B-2")
    assert (await batches.update_batch(actor, UpdateBatch(moved.id, 1, renumbered), env)).brand_id == one.brand_id


async def test_names_are_unique_where_they_belong(env: Env) -> None:
    actor, rival = await make_company(env), await make_company(env)
    brand = await batches.create_brand(actor, CreateBrand(" Acme "), env)
    assert brand.name == "Acme"
    await batches.create_brand(rival, CreateBrand("Acme"), env)
    second = await batches.create_brand(actor, CreateBrand("Bolt"), env)
    for same_name in (
        batches.create_brand(actor, CreateBrand("Acme"), env),
        batches.update_brand(actor, UpdateBrand(second.id, "Acme"), env),
    ):
        with pytest.raises(Rejected) as rejected:
            await same_name
        assert (violation(rejected).code, violation(rejected).field) == (BatchErrorCode.BRAND_NAME_TAKEN, ("name",))
    one, other = await make_product(env, actor, brand, "One"), await make_product(env, actor, brand, "Other")
    await make_product(env, actor, second, "One")
    for same_model_name in (
        make_product(env, actor, brand, "One"),
        batches.update_product(actor, UpdateProduct(other.id, " One"), env),
    ):
        with pytest.raises(Rejected) as rejected:
            await same_model_name
        refused = violation(rejected)
        assert (refused.code, refused.field) == (BatchErrorCode.MODEL_NAME_TAKEN, ("model_name",))
    assert (await Product.get(id=one.id)).model_name == "One"


async def test_brands_and_products_are_renamed(env: Env) -> None:
    actor = await make_company(env)
    product = await make_product(env, actor)
    moment = later(env, 1)
    brand = await batches.update_brand(actor, UpdateBrand(product.brand_id, "Bolt"), moment)
    assert (brand.name, brand.updated_at) == ("Bolt", moment.now())
    renamed = await batches.update_product(actor, UpdateProduct(product.id, "Mega"), moment)
    assert (renamed.model_name, renamed.updated_at) == ("Mega", moment.now())
    await batches.update_brand(actor, UpdateBrand(brand.id, " Bolt "), later(env, 2))
    await batches.update_product(actor, UpdateProduct(product.id, "Mega "), later(env, 2))
    assert (await Brand.get(id=brand.id)).updated_at == moment.now()
    stored = await Product.get(id=product.id)
    assert (stored.model_name, stored.updated_at) == ("Mega", moment.now())


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("  ", BatchErrorCode.VALUE_REQUIRED),
        ("x" * 121, BatchErrorCode.TEXT_TOO_LONG),
        ("a\0b", BatchErrorCode.TEXT_INVALID),
    ],
)
async def test_names_are_lines_of_text(env: Env, name: str, code: BatchErrorCode) -> None:
    actor = await make_company(env)
    product = await make_product(env, actor)
    for attempt, field in (
        (batches.create_brand(actor, CreateBrand(name), env), "name"),
        (batches.update_brand(actor, UpdateBrand(product.brand_id, name), env), "name"),
        (batches.create_product(actor, CreateProduct(product.brand_id, name), env), "model_name"),
        (batches.update_product(actor, UpdateProduct(product.id, name), env), "model_name"),
    ):
        with pytest.raises(Rejected) as rejected:
            await attempt
        assert (violation(rejected).code, violation(rejected).field) == (code, (field,))


@pytest.mark.parametrize("role", [Role.LOGISTICS, Role.VIEWER])
async def test_only_those_who_manage_batches_change_them(env: Env, role: Role) -> None:
    owner = await make_company(env)
    product = await make_product(env, owner)
    batch = await make_numbered(env, owner, product, "1")
    member = await make_member(env, owner.tenant_id, role)
    assert (await batches.batch(member, batch.id)).id == batch.id
    for attempt in (
        batches.create_brand(member, CreateBrand("Bolt"), env),
        batches.update_brand(member, UpdateBrand(product.brand_id, "Bolt"), env),
        batches.create_product(member, CreateProduct(product.brand_id, "Mega"), env),
        batches.update_product(member, UpdateProduct(product.id, "Mega"), env),
        batches.create_batch(member, CreateBatch(BARE), env),
        batches.update_batch(member, UpdateBatch(batch.id, 1, BatchPatch(quantity=5)), env),
    ):
        with pytest.raises(Forbidden):
            await attempt


async def test_a_limited_member_works_within_their_brands(env: Env) -> None:
    owner = await make_company(env)
    mine, other = await make_product(env, owner), await make_product(env, owner)
    limited = await make_member(env, owner.tenant_id, Role.OPERATOR, brand_ids=[mine.brand_id])
    batch = await make_numbered(env, limited, mine, "1")
    assert (await batches.update_batch(limited, UpdateBatch(batch.id, 1, BatchPatch(quantity=5)), env)).quantity == 5
    foreign = await make_numbered(env, owner, other, "1")
    loose = await make_batch(env, owner)
    with pytest.raises(Forbidden):
        await batches.create_brand(limited, CreateBrand("Bolt"), env)
    for attempt in (
        batches.update_brand(limited, UpdateBrand(other.brand_id, "Bolt"), env),
        batches.create_product(limited, CreateProduct(other.brand_id, "Mega"), env),
        batches.update_product(limited, UpdateProduct(other.id, "Mega"), env),
        make_numbered(env, limited, other, "2"),
        batches.update_batch(limited, UpdateBatch(batch.id, 2, BatchPatch(product_id=other.id)), env),
        batches.update_batch(limited, UpdateBatch(foreign.id, 1, BatchPatch(quantity=5)), env),
        batches.update_batch(limited, UpdateBatch(loose.id, 1, BatchPatch(quantity=5)), env),
        batches.batch(limited, loose.id),
    ):
        with pytest.raises(NotFound):
            await attempt
    for attempt in (
        batches.create_batch(limited, CreateBatch(BARE), env),
        batches.update_batch(limited, UpdateBatch(batch.id, 2, BatchPatch(product_id=None)), env),
    ):
        with pytest.raises(Rejected) as rejected:
            await attempt
        assert violation(rejected).code is BatchErrorCode.PRODUCT_REQUIRED


async def test_uploads_into_one_batch_come_one_after_the_other(env: Env, database_url: str) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    first_is_in, first_may_go = asyncio.Event(), asyncio.Event()

    async def issue_first() -> None:
        async with unit_of_work() as connection:
            await batches.lock_for_issuing(connection, actor, batch.id)
            await batches.add_issued(connection, batch.id, 2)
            first_is_in.set()
            await first_may_go.wait()

    async def issue_second() -> int:
        async with unit_of_work() as connection:
            locked = await batches.lock_for_issuing(connection, actor, batch.id)
            await batches.add_issued(connection, batch.id, 3)
            return locked.total_passports

    first = asyncio.create_task(issue_first())
    await first_is_in.wait()
    second = asyncio.create_task(issue_second())
    await somebody_waits_for_a_lock(database_url, 'SELECT "')
    first_may_go.set()
    await first
    assert await second == 2
    row = await Batch.get(id=batch.id)
    assert (row.total_passports, row.version, row.updated_at) == (5, 1, batch.updated_at)


async def test_an_archived_batch_takes_no_serials(env: Env) -> None:
    actor, rival = await make_company(env), await make_company(env)
    batch = await make_batch(env, actor)
    archived = BatchPatch(status=BatchStatus.ARCHIVED)
    await batches.update_batch(actor, UpdateBatch(batch.id, 1, archived), env)
    with pytest.raises(Rejected) as rejected:
        async with unit_of_work() as connection:
            await batches.lock_for_issuing(connection, actor, batch.id)
    assert (violation(rejected).code, rejected.value.http_status) == (BatchErrorCode.BATCH_ARCHIVED, 409)
    for stranger, id in ((rival, batch.id), (actor, uuid7())):
        with pytest.raises(NotFound):
            async with unit_of_work() as connection:
                await batches.lock_for_issuing(connection, stranger, id)
    await batches.update_batch(actor, UpdateBatch(batch.id, 2, BatchPatch(status=BatchStatus.ACTIVE)), env)
    async with unit_of_work() as connection:
        assert (await batches.lock_for_issuing(connection, actor, batch.id)).version == 3


async def test_downloads_only_ever_count_up(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor, total_passports=9)
    for held, noted in ((4, 4), (9, 9), (4, 9)):
        await batches.record_download(batch.id, held)
        row = await Batch.get(id=batch.id)
        assert (row.downloaded_passports, row.version) == (noted, 1)
