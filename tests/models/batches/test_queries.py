"""Lists of brands, products and batches: order, pages, filters, counts, and who sees what."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import batches
from models.batches import Batch, BatchFilter, BatchStatus, Brand, MarketRegion, Product
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import BadInput
from models.kernel.ids import uuid7
from models.kernel.pages import LARGEST_PAGE, Page, PageRequest, encode_cursor
from models.kernel.permissions import Role
from tests.factories import make_batch, make_company, make_member
from tests.models.batches.strategies import unhurried

ALL = BatchFilter()


async def make_brand(env: Env, actor: Actor) -> Brand:
    now = env.now()
    id = uuid7()
    return await Brand.create(id=id, tenant_id=actor.tenant_id, name=f"Brand {id}", created_at=now, updated_at=now)


async def make_product(env: Env, actor: Actor, brand: Brand) -> Product:
    now = env.now()
    id = uuid7()
    return await Product.create(
        id=id, tenant_id=actor.tenant_id, brand_id=brand.id, model_name=f"Model {id}", created_at=now, updated_at=now
    )


async def make_batch_of(env: Env, actor: Actor, product: Product, **columns: Any) -> Batch:
    number = columns.pop("batch_number", uuid7().hex)
    return await make_batch(
        env, actor, product_id=product.id, brand_id=product.brand_id, batch_number=number, **columns
    )


def ids(rows: Page[Any]) -> list[UUID]:
    return [row.id for row in rows.items]


def only(wanted: list[UUID], seen: list[UUID]) -> list[UUID]:
    """What was seen of the wanted; rows of the same millisecond may come in any order, so added ones may be seen."""
    assert len(set(seen)) == len(seen)
    return [id for id in seen if id in wanted]


def newest_first(*rows: Brand | Product | Batch) -> list[UUID]:
    return sorted((row.id for row in rows), reverse=True)


async def walk(
    read: Callable[[PageRequest], Awaitable[Page[Any]]], first: int, between: Callable[[], Awaitable[object]]
) -> list[UUID]:
    """All ids from the first page to the last, with something happening between the pages."""
    seen: list[UUID] = []
    after = None
    for _ in range(100):
        page = await read(PageRequest(first, after))
        assert page.has_previous == (after is not None)
        seen += ids(page)
        if not page.has_next:
            return seen
        after = page.cursors[-1]
        await between()
    pytest.fail("the pages have no end")


@settings(unhurried, max_examples=15)
@given(existing=st.integers(0, 9), first=st.integers(1, 4), added=st.integers(0, 3))
async def test_pages_stay_right_while_rows_are_added(env: Env, existing: int, first: int, added: int) -> None:
    actor = await make_company(env)
    brand = await make_brand(env, actor)
    product = await make_product(env, actor, brand)

    async def add_batches() -> None:
        for _ in range(added):
            await make_batch_of(env, actor, product)

    there_before = newest_first(*[await make_batch_of(env, actor, product) for _ in range(existing)])
    seen = await walk(lambda page: batches.batches(actor, page, ALL), first, add_batches)
    assert only(there_before, seen) == there_before

    async def of_product(request: PageRequest) -> Page[Batch]:
        return (await batches.batches_by_product(actor, [product.id], request))[product.id]

    now_there = ids(await batches.batches(actor, PageRequest(LARGEST_PAGE), ALL))
    assert only(now_there, await walk(of_product, first, add_batches)) == now_there


@settings(unhurried, max_examples=10)
@given(existing=st.integers(0, 7), first=st.integers(1, 3))
async def test_pages_of_brands_and_products_stay_right(env: Env, existing: int, first: int) -> None:
    actor = await make_company(env)
    brands = [await make_brand(env, actor) for _ in range(existing + 1)]
    products = [await make_product(env, actor, brands[0]) for _ in range(existing)]

    async def of_brand(request: PageRequest) -> Page[Product]:
        return (await batches.products_by_brand(actor, [brands[0].id], request))[brands[0].id]

    async def add_product() -> None:
        await make_product(env, actor, brands[0])

    async def add_brand() -> None:
        await make_brand(env, actor)

    there_before = newest_first(*products)
    seen = await walk(lambda page: batches.products(actor, page), first, add_product)
    assert only(there_before, seen) == there_before
    now_there = ids(await batches.products(actor, PageRequest(LARGEST_PAGE)))
    assert only(now_there, await walk(of_brand, first, add_product)) == now_there
    there_before = newest_first(*brands)
    assert only(there_before, await walk(lambda page: batches.brands(actor, page), first, add_brand)) == there_before


@settings(unhurried, max_examples=10)
@given(sizes=st.lists(st.integers(0, 4), min_size=1, max_size=4), first=st.integers(1, 3))
async def test_each_products_page_is_the_page_it_has_alone(env: Env, sizes: list[int], first: int) -> None:
    actor = await make_company(env)
    brand = await make_brand(env, actor)
    products = [await make_product(env, actor, brand) for _ in sizes]
    for product, size in zip(products, sizes, strict=True):
        for _ in range(size):
            await make_batch_of(env, actor, product)
    request = PageRequest(first)
    pages = await batches.batches_by_product(actor, [product.id for product in products], request)
    counts = await batches.batch_counts(actor, [product.id for product in products])
    for product, size in zip(products, sizes, strict=True):
        alone = await batches.batches(actor, request, BatchFilter(product_id=product.id))
        assert (ids(pages[product.id]), pages[product.id].cursors) == (ids(alone), alone.cursors)
        assert pages[product.id].has_next == alone.has_next == (size > first)
        assert counts.get(product.id, 0) == size


async def test_filters_are_met_together(env: Env) -> None:
    actor = await make_company(env)
    brand = await make_brand(env, actor)
    product = await make_product(env, actor, brand)
    mine = await make_batch_of(
        env, actor, product, batch_name="Q1 100%_A\\B", batch_number="Lot-7", market_region=MarketRegion.EU
    )
    loose = await make_batch(env, actor, batch_name="Q1 100 AB", status=BatchStatus.ARCHIVED)
    request = PageRequest()
    for filter, expected in (
        (ALL, [loose, mine]),
        (BatchFilter(product_id=product.id), [mine]),
        (BatchFilter(brand_id=brand.id), [mine]),
        (BatchFilter(status=BatchStatus.ARCHIVED), [loose]),
        (BatchFilter(market_region=MarketRegion.EU), [mine]),
        (BatchFilter(market_region=MarketRegion.EU, status=BatchStatus.ARCHIVED), []),
        (BatchFilter(search="q1"), [loose, mine]),
        (BatchFilter(search="  "), [loose, mine]),
        (BatchFilter(search="LOT-"), [mine]),
        (BatchFilter(search="0%"), [mine]),
        (BatchFilter(search="%_a"), [mine]),
        (BatchFilter(search="a\\b"), [mine]),
        (BatchFilter(search="_"), [mine]),
        (BatchFilter(search="q1", brand_id=brand.id), [mine]),
        (BatchFilter(product_id=uuid7()), []),
    ):
        assert ids(await batches.batches(actor, request, filter)) == newest_first(*expected), filter
        assert await batches.count_batches(actor, filter) == len(expected)


@pytest.mark.parametrize("search", ["a\0b", "\ud800", "x" * 121])
async def test_a_search_that_no_batch_can_match_is_bad_input(env: Env, search: str) -> None:
    actor = await make_company(env)
    with pytest.raises(BadInput):
        await batches.batches(actor, PageRequest(), BatchFilter(search=search))


async def test_a_cursor_belongs_to_its_list(env: Env) -> None:
    actor = await make_company(env)
    await make_brand(env, actor)
    [cursor] = (await batches.brands(actor, PageRequest())).cursors
    assert ids(await batches.brands(actor, PageRequest(after=cursor))) == []
    for wrong in (cursor, encode_cursor("Batch", "junk"), encode_cursor("Batch", uuid7(), 1), "junk", "", "é"):
        with pytest.raises(BadInput):
            await batches.batches(actor, PageRequest(after=wrong), ALL)
        with pytest.raises(BadInput):
            await batches.batches_by_product(actor, [uuid7()], PageRequest(after=wrong))


async def test_a_limited_member_sees_the_batches_of_their_brands(env: Env) -> None:
    owner = await make_company(env)
    brands = [await make_brand(env, owner) for _ in range(3)]
    products = [await make_product(env, owner, brand) for brand in brands]
    rows = [await make_batch_of(env, owner, product) for product in products]
    loose = await make_batch(env, owner)
    member = await make_member(env, owner.tenant_id, Role.VIEWER, brand_ids=[brands[0].id, brands[2].id])
    request = PageRequest()
    assert ids(await batches.brands(member, request)) == newest_first(brands[0], brands[2])
    assert ids(await batches.products(member, request)) == newest_first(products[0], products[2])
    assert ids(await batches.batches(member, request, ALL)) == newest_first(rows[0], rows[2])
    assert ids(await batches.batches(member, request, BatchFilter(brand_id=brands[1].id))) == []
    assert (await batches.count_brands(member), await batches.count_products(member)) == (2, 2)
    assert await batches.count_batches(member, ALL) == 2
    assert set(await batches.brands_by_id(member, [brand.id for brand in brands])) == {brands[0].id, brands[2].id}
    product_ids = [product.id for product in products]
    assert set(await batches.products_by_id(member, product_ids)) == {products[0].id, products[2].id}
    every_batch = [row.id for row in [*rows, loose]]
    assert set(await batches.batches_by_id(member, every_batch)) == {rows[0].id, rows[2].id}
    pages = await batches.batches_by_product(member, product_ids, request)
    assert [ids(pages[id]) for id in product_ids] == [[rows[0].id], [], [rows[2].id]]
    assert await batches.batch_counts(member, product_ids) == {products[0].id: 1, products[2].id: 1}
    brand_pages = await batches.products_by_brand(member, [brand.id for brand in brands], request)
    assert [ids(brand_pages[brand.id]) for brand in brands] == [[products[0].id], [], [products[2].id]]
    counts = await batches.product_counts(member, [brand.id for brand in brands])
    assert counts == {brands[0].id: 1, brands[2].id: 1}


async def test_another_company_sees_nothing(env: Env) -> None:
    owner, rival = await make_company(env), await make_company(env)
    brand = await make_brand(env, owner)
    product = await make_product(env, owner, brand)
    batch = await make_batch_of(env, owner, product)
    request = PageRequest()
    assert ids(await batches.brands(rival, request)) == []
    assert ids(await batches.products(rival, request)) == []
    assert ids(await batches.batches(rival, request, BatchFilter(product_id=product.id))) == []
    assert await batches.brands_by_id(rival, [brand.id]) == {}
    assert await batches.products_by_id(rival, [product.id]) == {}
    assert await batches.batches_by_id(rival, [batch.id]) == {}
    assert ids((await batches.batches_by_product(rival, [product.id], request))[product.id]) == []
    assert ids((await batches.products_by_brand(rival, [brand.id], request))[brand.id]) == []
    assert (await batches.batch_counts(rival, [product.id]), await batches.product_counts(rival, [brand.id])) == (
        {},
        {},
    )
