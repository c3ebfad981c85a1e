"""Changing brands, products and batches over GraphQL."""

from typing import Any

import pytest

from models.batches import Batch, Brand, Product
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.ids import uuid7
from models.kernel.permissions import Role
from resolvers.relay import global_id, key_of
from tests.factories import make_batch, make_company, make_member
from tests.resolvers.client import Client

ERRORS = "userErrors { code message field value }"
BRAND_CREATE = (
    f"mutation ($input: BrandCreateInput!) {{ brandCreate(input: $input) {{ brand {{ id name }} {ERRORS} }} }}"
)
BRAND_UPDATE = (
    f"mutation ($input: BrandUpdateInput!) {{ brandUpdate(input: $input) {{ brand {{ id name }} {ERRORS} }} }}"
)
PRODUCT_CREATE = f"""mutation ($input: ProductCreateInput!) {{
    productCreate(input: $input) {{ product {{ id modelName brand {{ id }} }} {ERRORS} }} }}"""
PRODUCT_UPDATE = f"""mutation ($input: ProductUpdateInput!) {{
    productUpdate(input: $input) {{ product {{ id modelName }} {ERRORS} }} }}"""
BATCH = """batch {
    id uuid batchName batchNumber productId product { modelName } brandId brand { name } modelName status marketRegion
    productionDate quantity facilityRef
    specs { chemistry nominalVoltageV ratedCapacityAh manufacturer weightKg countryOfOrigin }
    attributes pliCompliant domesticValueAdd cellSource carbonFootprintKgPerKwh carbonFootprintUrl
    totalPassports createdAt updatedAt version }"""
BATCH_CREATE = f"mutation ($input: BatchCreateInput!) {{ batchCreate(input: $input) {{ {BATCH} {ERRORS} }} }}"
BATCH_UPDATE = f"mutation ($input: BatchUpdateInput!) {{ batchUpdate(input: $input) {{ {BATCH} {ERRORS} }} }}"

FULL = {
    "batchName": "Q1-2026-Production",
    "batchNumber": "BATCH-2026-001",
    "marketRegion": "INDIA",
    "productionDate": "2026-01-15",
    "quantity": 500,
    "facilityRef": "FAC-EU-01",
    "specs": {
        "chemistry": "Li-ion NMC",
        "nominalVoltageV": 48,
        "ratedCapacityAh": 100.125,
        "manufacturer": "Acme Batteries",
        "weightKg": 45.1,
        "countryOfOrigin": "IN",
    },
    "attributes": {"line": "B", "cells": [16, 2.5, True, None]},
    "pliCompliant": True,
    "domesticValueAdd": 65.5,
    "cellSource": "DOMESTIC",
    "carbonFootprintKgPerKwh": 61.25,
    "carbonFootprintUrl": "https://example.com/pcf.pdf",
}


async def make_product(client: Client, brand: str = "Acme", model: str = "PowerCell") -> tuple[str, str]:
    """The ids of a new brand and a product of it."""
    brand_id = (await client.run(BRAND_CREATE, input={"name": brand}))["brandCreate"]["brand"]["id"]
    new = {"brandId": brand_id, "modelName": model}
    return brand_id, (await client.run(PRODUCT_CREATE, input=new))["productCreate"]["product"]["id"]


async def create(client: Client, **fields: Any) -> Any:
    input = {"batchName": "Q1", "marketRegion": "EU", **fields}
    return (await client.run(BATCH_CREATE, input=input))["batchCreate"]


async def update(client: Client, id: str, version: int, **fields: Any) -> Any:
    input = {"id": id, "expectedVersion": version, **fields}
    return (await client.run(BATCH_UPDATE, input=input))["batchUpdate"]


async def test_a_batch_is_made_with_everything(env: Env) -> None:
    client = Client(env, await make_company(env))
    brand_id, product_id = await make_product(client)
    payload = await create(client, **FULL, productId=product_id, brandId=brand_id)
    assert payload["userErrors"] == []
    batch = payload["batch"]
    assert {name: batch[name] for name in FULL} == FULL
    assert (batch["productId"], batch["brandId"]) == (product_id, brand_id)
    assert (batch["product"], batch["brand"]) == ({"modelName": "PowerCell"}, {"name": "Acme"})
    assert (batch["modelName"], batch["status"], batch["totalPassports"], batch["version"]) == (
        "PowerCell",
        "ACTIVE",
        0,
        1,
    )
    assert batch["id"] == global_id("Batch", batch["uuid"])


async def test_a_batch_is_made_with_name_and_market_alone(env: Env) -> None:
    client = Client(env, await make_company(env))
    for absent in ({}, dict.fromkeys(FULL.keys() - {"batchName", "marketRegion"})):
        batch = (await create(client, **absent))["batch"]
        given = {"batchName": "Q1", "marketRegion": "EU", "attributes": {}, "status": "ACTIVE"}
        unset = FULL.keys() - given.keys() - {"specs"} | {"product", "productId", "brand", "brandId", "modelName"}
        assert {name: batch[name] for name in given} == given
        assert {name: batch[name] for name in unset} == dict.fromkeys(unset)
        assert set(batch["specs"].values()) == {None}


async def test_absent_and_null_differ_in_a_patch(env: Env) -> None:
    client = Client(env, await make_company(env))
    batch = (await create(client, **FULL))["batch"]
    patched = (await update(client, batch["uuid"], 1, quantity=600, facilityRef=None, specs={"weightKg": None}))[
        "batch"
    ]
    assert patched == {
        **batch,
        "quantity": 600,
        "facilityRef": None,
        "specs": {**batch["specs"], "weightKg": None},
        "version": 2,
        "updatedAt": patched["updatedAt"],
    }
    assert patched["updatedAt"] > batch["updatedAt"]
    emptied = (await update(client, batch["id"], 2, specs=None, attributes={"line": "C"}, status="ARCHIVED"))["batch"]
    assert (emptied["attributes"], emptied["status"], emptied["version"]) == ({"line": "C"}, "ARCHIVED", 3)
    assert set(emptied["specs"].values()) == {None}


async def test_a_patch_without_effect_changes_nothing(env: Env) -> None:
    client = Client(env, await make_company(env))
    batch = (await create(client, **FULL))["batch"]
    assert await update(client, batch["id"], 1) == {"batch": batch, "userErrors": []}
    assert await update(client, batch["id"], 1, **FULL) == {"batch": batch, "userErrors": []}


async def test_refusals_name_every_field_at_fault(env: Env) -> None:
    client = Client(env, await make_company(env))
    wrong = {"specs": {"weightKg": 0, "nominalVoltageV": 3.70001}, "domesticValueAdd": 100.5, "attributes": []}
    batch = (await create(client))["batch"]
    for payload in (await create(client, **wrong), await update(client, batch["id"], 1, **wrong)):
        assert payload["batch"] is None
        assert [(error["code"], error["field"], error["value"]) for error in payload["userErrors"]] == [
            ("ATTRIBUTES_INVALID", ["attributes"], "[]"),
            ("NUMBER_OUT_OF_RANGE", ["domesticValueAdd"], "100.5"),
            ("NUMBER_TOO_PRECISE", ["specs", "nominalVoltageV"], "3.70001"),
            ("NUMBER_OUT_OF_RANGE", ["specs", "weightKg"], "0.0"),
        ]
    cleared = await update(client, batch["id"], 1, batchName=None, marketRegion=None, status=None)
    assert [(error["code"], error["field"]) for error in cleared["userErrors"]] == [
        ("VALUE_REQUIRED", ["batchName"]),
        ("VALUE_REQUIRED", ["marketRegion"]),
        ("VALUE_REQUIRED", ["status"]),
    ]


async def test_a_stale_version_is_told_the_current_one(env: Env) -> None:
    client = Client(env, await make_company(env))
    batch = (await create(client))["batch"]
    await update(client, batch["id"], 1, quantity=1)
    stale = await update(client, batch["id"], 1, quantity=2)
    [error] = stale["userErrors"]
    assert stale["batch"] is None
    assert (error["code"], error["field"], error["value"]) == ("VERSION_CONFLICT", ["expectedVersion"], "2")


async def test_product_number_and_brand_belong_together(env: Env) -> None:
    client = Client(env, await make_company(env))
    brand_id, product_id = await make_product(client)
    other_brand, _ = await make_product(client, "Bolt")
    taken = {"productId": product_id, "batchNumber": "B-1"}
    batch = (await create(client, **taken, brandId=brand_id))["batch"]
    loose = (await create(client))["batch"]
    for payload, code, field in (
        (await create(client, **taken), "BATCH_NUMBER_TAKEN", "batchNumber"),
        (await update(client, loose["id"], 1, **taken), "BATCH_NUMBER_TAKEN", "batchNumber"),
        (await create(client, productId=product_id), "BATCH_NUMBER_REQUIRED", "batchNumber"),
        (await update(client, batch["id"], 1, batchNumber=" "), "BATCH_NUMBER_REQUIRED", "batchNumber"),
        (await create(client, productId=product_id, batchNumber="2", brandId=other_brand), "BRAND_MISMATCH", "brandId"),
        (await create(client, brandId=brand_id), "BRAND_MISMATCH", "brandId"),
        (await update(client, batch["id"], 1, quantity=2, brandId=other_brand), "BRAND_MISMATCH", "brandId"),
    ):
        assert payload["batch"] is None
        assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [(code, [field])]
    freed = (await update(client, batch["id"], 1, productId=None, batchNumber=None))["batch"]
    assert [freed[name] for name in ("product", "brand", "modelName", "batchNumber")] == [None] * 4


async def test_brands_and_products_are_made_and_renamed(env: Env) -> None:
    client = Client(env, await make_company(env))
    brand_id, product_id = await make_product(client)
    renamed = await client.run(BRAND_UPDATE, input={"id": brand_id, "name": "Bolt"})
    assert renamed["brandUpdate"] == {"brand": {"id": brand_id, "name": "Bolt"}, "userErrors": []}
    renamed = await client.run(PRODUCT_UPDATE, input={"id": product_id, "modelName": "Mega"})
    assert renamed["productUpdate"] == {"product": {"id": product_id, "modelName": "Mega"}, "userErrors": []}
    await client.run(BRAND_CREATE, input={"name": "Acme"})
    for document, input, field, code in (
        (BRAND_CREATE, {"name": "Bolt"}, "brandCreate", "BRAND_NAME_TAKEN"),
        (BRAND_UPDATE, {"id": brand_id, "name": "Acme"}, "brandUpdate", "BRAND_NAME_TAKEN"),
        (PRODUCT_CREATE, {"brandId": brand_id, "modelName": "Mega"}, "productCreate", "MODEL_NAME_TAKEN"),
        (PRODUCT_UPDATE, {"id": product_id, "modelName": ""}, "productUpdate", "VALUE_REQUIRED"),
    ):
        payload = (await client.run(document, input=input))[field]
        assert [error["code"] for error in payload["userErrors"]] == [code]


def attempts(brand_id: str, product_id: str, batch_id: str, own_batch: str) -> list[tuple[str, dict[str, Any]]]:
    """Every mutation, naming these objects wherever it can name one."""
    batch = {"batchName": "Q1", "marketRegion": "EU", "batchNumber": "9", "productId": product_id}
    return [
        (BRAND_UPDATE, {"id": brand_id, "name": "Mine"}),
        (PRODUCT_CREATE, {"brandId": brand_id, "modelName": "Mine"}),
        (PRODUCT_UPDATE, {"id": product_id, "modelName": "Mine"}),
        (BATCH_CREATE, batch),
        (BATCH_UPDATE, {"id": batch_id, "expectedVersion": 1, "batchName": "Mine"}),
        (BATCH_UPDATE, {"id": own_batch, "expectedVersion": 1, "productId": product_id, "batchNumber": "9"}),
    ]


async def rows_of(actor: Actor) -> list[Any]:
    """Everything that the company has in this context."""
    return [await table.filter(tenant_id=actor.tenant_id).order_by("id").values() for table in (Brand, Product, Batch)]


async def test_another_companys_objects_are_answered_like_unknown_ids(env: Env) -> None:
    owner, rival = await make_company(env), await make_company(env)
    client = Client(env, owner)
    brand_id, product_id = await make_product(client)
    batch_id = (await create(client, productId=product_id, batchNumber="1"))["batch"]["id"]
    own_batch = global_id("Batch", (await make_batch(env, rival)).id)
    foreign = attempts(brand_id, product_id, batch_id, own_batch)
    unknown = attempts(
        global_id("Brand", uuid7()), global_id("Product", uuid7()), global_id("Batch", uuid7()), own_batch
    )
    before = await rows_of(owner), await rows_of(rival)
    for (document, input), (_, unknown_input) in zip(foreign, unknown, strict=True):
        answer = await Client(env, rival).error(document, input=input)
        assert answer == await Client(env, rival).error(document, input=unknown_input)
        assert answer["code"] == "NOT_FOUND"
    mismatch = await create(Client(env, rival), brandId=brand_id)
    assert [error["code"] for error in mismatch["userErrors"]] == ["BRAND_MISMATCH"]
    assert (await rows_of(owner), await rows_of(rival)) == before


@pytest.mark.parametrize("role", [Role.VIEWER, Role.LOGISTICS])
async def test_roles_that_manage_nothing_change_nothing(env: Env, role: Role) -> None:
    owner = await make_company(env)
    brand_id, product_id = await make_product(Client(env, owner))
    batch_id = (await create(Client(env, owner), productId=product_id, batchNumber="1"))["batch"]["id"]
    member = Client(env, await make_member(env, owner.tenant_id, role))
    before = await rows_of(owner)
    for document, input in [
        (BRAND_CREATE, {"name": "Mine"}),
        *attempts(brand_id, product_id, batch_id, batch_id),
    ]:
        assert (await member.error(document, input=input))["code"] == "FORBIDDEN"
        assert (await Client(env).error(document, input=input))["code"] == "UNAUTHENTICATED"
    assert await rows_of(owner) == before


async def test_a_member_limited_to_brands_changes_only_theirs(env: Env) -> None:
    owner = await make_company(env)
    brand_id, product_id = await make_product(Client(env, owner))
    _, other_product = await make_product(Client(env, owner), "Bolt")
    limit = [key_of(brand_id, "Brand")]
    member = Client(env, await make_member(env, owner.tenant_id, Role.OPERATOR, brand_ids=limit))
    batch = (await create(member, productId=product_id, batchNumber="1"))["batch"]
    assert (await update(member, batch["id"], 1, quantity=3))["batch"]["quantity"] == 3
    assert (await member.error(BRAND_CREATE, input={"name": "Third"}))["code"] == "FORBIDDEN"
    moved = {"id": batch["id"], "expectedVersion": 2, "productId": other_product}
    assert (await member.error(BATCH_UPDATE, input=moved))["code"] == "NOT_FOUND"
    for payload in (await create(member), await update(member, batch["id"], 2, productId=None)):
        assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [
            ("PRODUCT_REQUIRED", ["productId"])
        ]


@pytest.mark.parametrize(
    "input",
    [
        {"id": "junk", "expectedVersion": 1},
        {"id": global_id("Brand", uuid7()), "expectedVersion": 1},
        {"id": str(uuid7()), "expectedVersion": 1, "productId": str(uuid7())},
        {"id": str(uuid7()), "expectedVersion": 1, "brandId": global_id("Product", uuid7())},
        {"id": str(uuid7())},
        {"id": str(uuid7()), "expectedVersion": 1, "domesticValueAdd": "65"},
        {"id": str(uuid7()), "expectedVersion": 1, "quantity": 2**31},
        {"id": str(uuid7()), "expectedVersion": 1, "productionDate": "15.1.2026"},
        {"id": str(uuid7()), "expectedVersion": 1, "cellSource": "MOON"},
    ],
)
async def test_malformed_input_is_told_apart_from_rules(env: Env, input: dict[str, Any]) -> None:
    client = Client(env, await make_company(env))
    assert (await client.error(BATCH_UPDATE, input=input))["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("name", ["productId", "brandId"])
async def test_an_empty_id_is_no_id(env: Env, name: str) -> None:
    client = Client(env, await make_company(env))
    given = {**FULL, name: ""}
    assert (await client.error(BATCH_CREATE, input=given))["code"] == "BAD_USER_INPUT"
    batch = (await create(client, **FULL))["batch"]
    changed = {"id": batch["id"], "expectedVersion": 1, name: ""}
    assert (await client.error(BATCH_UPDATE, input=changed))["code"] == "BAD_USER_INPUT"
