"""Reading brands, products and batches over GraphQL."""

from typing import Any
from uuid import UUID

import pytest

from models.batches import Batch, Brand, Product
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.ids import ascending_uuid7s, uuid7
from models.kernel.permissions import Role
from resolvers.relay import global_id
from tests.conftest import CountQueries
from tests.factories import make_batch, make_company, make_member
from tests.resolvers.client import Client

PAGE = "nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"


async def make_brands(env: Env, actor: Actor, count: int) -> list[Brand]:
    now = env.now()
    return [
        await Brand.create(id=id, tenant_id=actor.tenant_id, name=f"Brand {id}", created_at=now, updated_at=now)
        for id in ascending_uuid7s(count)
    ]


async def make_products(env: Env, actor: Actor, brand: Brand, count: int) -> list[Product]:
    now = env.now()
    return [
        await Product.create(
            id=id,
            tenant_id=actor.tenant_id,
            brand_id=brand.id,
            model_name=f"Model {id}",
            created_at=now,
            updated_at=now,
        )
        for id in ascending_uuid7s(count)
    ]


async def make_batches(env: Env, actor: Actor, product: Product, count: int) -> list[Batch]:
    return [
        await make_batch(
            env, actor, id=id, product_id=product.id, brand_id=product.brand_id, batch_number=f"N-{number}"
        )
        for number, id in enumerate(ascending_uuid7s(count))
    ]


async def make_catalogue(env: Env, actor: Actor, brands: int, products: int, batches: int) -> None:
    """Brands with so many products each, which have so many batches each."""
    for brand in await make_brands(env, actor, brands):
        for product in await make_products(env, actor, brand, products):
            await make_batches(env, actor, product, batches)


def ids(type_name: str, *keys: UUID) -> list[dict[str, str]]:
    return [{"id": global_id(type_name, key)} for key in keys]


@pytest.mark.parametrize("field", ["brands", "products", "batches"])
async def test_lists_are_paged_newest_first(env: Env, field: str) -> None:
    actor = await make_company(env)
    [brand] = await make_brands(env, actor, 1)
    [product] = await make_products(env, actor, brand, 1)
    rows: dict[str, list[Any]] = {
        "brands": [brand, *await make_brands(env, actor, 2)],
        "products": [product, *await make_products(env, actor, brand, 2)],
        "batches": await make_batches(env, actor, product, 3),
    }
    newest_first = sorted((row.id for row in rows[field]), reverse=True)
    expected = ids({"brands": "Brand", "products": "Product", "batches": "Batch"}[field], *newest_first)
    document = f"query ($after: String) {{ page: {field}(first: 2, after: $after) {{ totalCount {PAGE} }} }}"
    one = (await Client(env, actor).run(document))["page"]
    two = (await Client(env, actor).run(document, after=one["pageInfo"]["endCursor"]))["page"]
    assert [one["nodes"], two["nodes"]] == [expected[:2], expected[2:]]
    assert [[edge["node"] for edge in page["edges"]] for page in (one, two)] == [expected[:2], expected[2:]]
    assert one["totalCount"] == two["totalCount"] == 3
    assert one["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": one["edges"][0]["cursor"],
        "endCursor": one["edges"][1]["cursor"],
    }
    assert (two["pageInfo"]["hasNextPage"], two["pageInfo"]["hasPreviousPage"]) == (False, True)


LISTS = [
    "brands(first: {first}) {{ nodes {{ id }} }}",
    "products(first: {first}) {{ nodes {{ id }} }}",
    "batches(first: {first}) {{ nodes {{ id }} }}",
    "brands(first: 1) {{ nodes {{ products(first: {first}) {{ nodes {{ id }} }} }} }}",
    "products(first: 1) {{ nodes {{ batches(first: {first}) {{ nodes {{ id }} }} }} }}",
]


@pytest.mark.parametrize("list_field", LISTS)
@pytest.mark.parametrize("first", [0, -1, 101, 2**31 - 1])
async def test_a_page_has_1_to_100_items(env: Env, list_field: str, first: int) -> None:
    actor = await make_company(env)
    await make_catalogue(env, actor, 1, 1, 1)
    refused = await Client(env, actor).error(f"{{ {list_field.format(first=first)} }}")
    assert refused["code"] in {"BAD_USER_INPUT", "COST_EXCEEDED"}
    assert first > 100_000 or refused["code"] == "BAD_USER_INPUT"
    for allowed in (1, 100):
        assert await Client(env, actor).run(f"{{ {list_field.format(first=allowed)} }}")


@pytest.mark.parametrize("list_field", LISTS)
async def test_a_cursor_of_another_list_is_refused(env: Env, list_field: str) -> None:
    actor = await make_company(env)
    await make_catalogue(env, actor, 1, 1, 1)
    for cursor in ("junk", "", "c2NhbnwxMjM"):
        document = list_field.format(first=1).replace("first: 1", f'first: 1, after: "{cursor}"')
        assert (await Client(env, actor).error(f"{{ {document} }}"))["code"] == "BAD_USER_INPUT"


async def test_batches_are_filtered(env: Env) -> None:
    actor = await make_company(env)
    brands = await make_brands(env, actor, 2)
    [product] = await make_products(env, actor, brands[0], 1)
    [of_product] = await make_batches(env, actor, product, 1)
    loose = await make_batch(env, actor, batch_name="100% Offcut", market_region="US", status="ARCHIVED")
    document = "query ($filter: BatchFilter) { batches(filter: $filter) { totalCount nodes { id } } }"
    for filter, rows in (
        ({"productId": global_id("Product", product.id)}, [of_product]),
        ({"brandId": global_id("Brand", brands[0].id)}, [of_product]),
        ({"brandId": global_id("Brand", brands[1].id)}, []),
        ({"status": "ARCHIVED"}, [loose]),
        ({"marketRegion": "US", "status": "ACTIVE"}, []),
        ({"search": "0% oFF"}, [loose]),
        ({"search": "n-0", "status": None, "brandId": None}, [of_product]),
    ):
        page = (await Client(env, actor).run(document, filter=filter))["batches"]
        assert page == {"totalCount": len(rows), "nodes": ids("Batch", *(row.id for row in rows))}
    for wrong in ({"search": "a\0b"}, {"brandId": global_id("Product", product.id)}, {"productId": str(product.id)}):
        assert (await Client(env, actor).error(document, filter=wrong))["code"] == "BAD_USER_INPUT"


async def test_products_are_filtered_by_brand(env: Env) -> None:
    actor = await make_company(env)
    one, other = await make_brands(env, actor, 2)
    [product] = await make_products(env, actor, one, 1)
    document = "query ($filter: ProductFilter) { products(filter: $filter) { totalCount nodes { id } } }"
    for filter, rows in ((one, [product]), (other, []), (None, [product])):
        brand_id = global_id("Brand", filter.id) if filter else None
        page = (await Client(env, actor).run(document, filter={"brandId": brand_id}))["products"]
        assert page == {"totalCount": len(rows), "nodes": ids("Product", *(row.id for row in rows))}


@pytest.mark.parametrize(
    "document",
    [
        "brands(first: {first}) {{ nodes {{ name }} }}",
        "products(first: {first}) {{ nodes {{ modelName brand {{ name }} }} }}",
        "batches(first: {first}) {{ nodes {{ batchName brand {{ name }} product {{ modelName brand {{ name }} }} }} }}",
        "batches(first: {first}) {{ totalCount edges {{ node {{ product {{ brandId brand {{ id }} }} }} }} }}",
        "brands(first: {first}) {{ nodes {{ products(first: 2) {{ totalCount nodes {{ id }} }} }} }}",
        "products(first: {first}) {{ nodes {{ batches(first: 2) {{ totalCount nodes {{ product {{ id }} }} }} }} }}",
        "brands(first: {first}) {{ nodes {{ products(first: 3) {{ nodes {{ batches(first: 3) {{ totalCount "
        "nodes {{ brand {{ id }} }} }} }} }} }} }}",
    ],
)
async def test_no_query_per_row(env: Env, count_queries: CountQueries, document: str) -> None:
    actor = await make_company(env)
    await make_catalogue(env, actor, 5, 3, 3)

    async def queries(first: int) -> list[str]:
        with count_queries() as run:
            await Client(env, actor).run(f"{{ {document.format(first=first)} }}")
        return run

    few, many = await queries(1), await queries(50)
    assert len(few) == len(many) <= 8
    assert sorted(map(first_word, few)) == sorted(map(first_word, many))


def first_word(statement: str) -> str:
    return statement.split()[0]


async def test_a_page_of_batches_with_product_and_brand_is_three_queries(env: Env, count_queries: CountQueries) -> None:
    actor = await make_company(env)
    await make_catalogue(env, actor, 3, 2, 2)
    with count_queries() as queries:
        await Client(env, actor).run("{ batches(first: 50) { nodes { brand { name } product { brand { name } } } } }")
    assert len(queries) == 3
    with count_queries() as queries:
        await Client(env, actor).run("{ batches(first: 50) { totalCount nodes { specs { chemistry } } } }")
    assert len(queries) == 2


async def test_nested_pages_are_those_of_each_parent(env: Env) -> None:
    actor = await make_company(env)
    [brand] = await make_brands(env, actor, 1)
    one, other = await make_products(env, actor, brand, 2)
    first, second, third = await make_batches(env, actor, one, 3)
    [only] = await make_batches(env, actor, other, 1)
    page = "batches(first: 2) { totalCount nodes { id } pageInfo { hasNextPage } }"
    answer = await Client(env, actor).run(f"{{ products {{ nodes {{ {page} }} }} }}")
    assert [product["batches"] for product in answer["products"]["nodes"]] == [
        {"totalCount": 1, "nodes": ids("Batch", only.id), "pageInfo": {"hasNextPage": False}},
        {"totalCount": 3, "nodes": ids("Batch", third.id, second.id), "pageInfo": {"hasNextPage": True}},
    ]
    aliased = await Client(env, actor).run(
        "query ($id: ID!) { product(id: $id) { a: batches(first: 1) { nodes { id } } b: batches { nodes { id } } } }",
        id=global_id("Product", one.id),
    )
    assert aliased["product"]["a"]["nodes"] == ids("Batch", third.id)
    assert aliased["product"]["b"]["nodes"] == ids("Batch", third.id, second.id, first.id)


async def test_objects_are_found_by_their_ids_and_as_nodes(env: Env) -> None:
    actor, rival = await make_company(env), await make_company(env)
    [brand] = await make_brands(env, actor, 1)
    [product] = await make_products(env, actor, brand, 1)
    [batch] = await make_batches(env, actor, product, 1)
    brand_id, product_id, batch_id = (
        global_id("Brand", brand.id),
        global_id("Product", product.id),
        global_id("Batch", batch.id),
    )
    document = """query ($brand: ID!, $product: ID!, $batch: ID!, $uuid: ID!, $all: [ID!]!) {
        brand(id: $brand) { id name createdAt updatedAt } product(id: $product) { id brandId }
        batch(id: $batch) { id } sameBatch: batch(id: $uuid) { uuid }
        node(id: $batch) { __typename id } nodes(ids: $all) { __typename id } }"""
    variables = {
        "brand": brand_id,
        "product": product_id,
        "batch": batch_id,
        "uuid": str(batch.id),
        "all": [product_id, brand_id, batch_id],
    }
    found = await Client(env, actor).run(document, **variables)
    assert (found["brand"]["id"], found["brand"]["name"]) == (brand_id, brand.name)
    assert found["product"] == {"id": product_id, "brandId": brand_id}
    assert (found["batch"], found["sameBatch"]) == ({"id": batch_id}, {"uuid": str(batch.id)})
    assert found["node"] == {"__typename": "Batch", "id": batch_id}
    assert [node["__typename"] for node in found["nodes"]] == ["Product", "Brand", "Batch"]
    hidden = await Client(env, rival).run(document, **variables)
    unknown = {name: global_id(name.title(), uuid7()) for name in ("brand", "product", "batch")}
    assert hidden == await Client(env, rival).run(document, **unknown, uuid=str(uuid7()), all=list(unknown.values()))
    assert hidden == dict.fromkeys(("brand", "product", "batch", "sameBatch", "node")) | {"nodes": [None] * 3}


@pytest.mark.parametrize("field", ["brand", "product", "batch"])
async def test_ids_of_other_types_are_refused(env: Env, field: str) -> None:
    client = Client(env, await make_company(env))
    for id in ("junk", "", global_id("Tenant", uuid7()), *([str(uuid7())] if field != "batch" else [])):
        document = f"query ($id: ID!) {{ {field}(id: $id) {{ id }} }}"
        assert (await client.error(document, id=id))["code"] == "BAD_USER_INPUT"


async def test_another_companys_lists_are_empty(env: Env) -> None:
    actor, rival = await make_company(env), await make_company(env)
    [brand] = await make_brands(env, actor, 1)
    [product] = await make_products(env, actor, brand, 1)
    await make_batches(env, actor, product, 1)
    document = """query ($brand: ID!, $product: ID!) {
        brands { totalCount nodes { id } } products { totalCount nodes { id } } batches { totalCount nodes { id } }
        ofBrand: products(filter: {brandId: $brand}) { totalCount nodes { id } }
        ofProduct: batches(filter: {productId: $product}) { totalCount nodes { id } }
        alsoOfBrand: batches(filter: {brandId: $brand}) { totalCount nodes { id } } }"""
    variables = {"brand": global_id("Brand", brand.id), "product": global_id("Product", product.id)}
    mine = await Client(env, actor).run(document, **variables)
    theirs = await Client(env, rival).run(document, **variables)
    assert [page["totalCount"] for page in mine.values()] == [1] * 6
    assert list(theirs.values()) == [{"totalCount": 0, "nodes": []}] * 6


@pytest.mark.parametrize("role", Role)
async def test_every_role_reads_within_its_brands(env: Env, role: Role) -> None:
    owner = await make_company(env)
    mine, other = await make_brands(env, owner, 2)
    for brand in (mine, other):
        [product] = await make_products(env, owner, brand, 1)
        await make_batches(env, owner, product, 1)
    await make_batch(env, owner)
    document = """{ brands { totalCount nodes { id products { totalCount } } } products { totalCount }
        batches { totalCount nodes { brand { id } } } }"""
    seen = await Client(env, await make_member(env, owner.tenant_id, role)).run(document)
    assert [seen[field]["totalCount"] for field in ("brands", "products", "batches")] == [2, 2, 3]
    limited = await make_member(env, owner.tenant_id, role, brand_ids=[mine.id])
    assert await Client(env, limited).run(document) == {
        "brands": {"totalCount": 1, "nodes": [{"id": global_id("Brand", mine.id), "products": {"totalCount": 1}}]},
        "products": {"totalCount": 1},
        "batches": {"totalCount": 1, "nodes": [{"brand": {"id": global_id("Brand", mine.id)}}]},
    }


@pytest.mark.parametrize("field", ["brands { totalCount }", "products { totalCount }", "batches { totalCount }"])
async def test_nobody_reads_without_signing_in(env: Env, field: str) -> None:
    assert (await Client(env).error(f"{{ {field} }}"))["code"] == "UNAUTHENTICATED"
