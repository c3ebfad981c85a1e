"""Nothing is loaded per row: every list of the schema takes as many SQL statements for ten rows as for two."""

from typing import Any

import pytest
from graphql import GraphQLList, GraphQLObjectType, get_named_type, get_nullable_type

from models import billing
from models.batches.tables import Brand, Product
from models.database import unit_of_work
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.ids import uuid7
from models.kernel.permissions import Role
from models.passports.scans import RecordScan, record_scan
from resolvers.context import Context
from resolvers.relay import global_id
from resolvers.schema import build_engine
from tests.conftest import CountQueries
from tests.factories import make_batch, make_company, make_member, make_order, make_passports

ENGINE = build_engine()
SCHEMA = ENGINE.schema

# A document for each list, with everything selected on its items that loads something.
DOCUMENTS = {
    "Query.team": "{ team { totalCount nodes { email role status brandIds } } }",
    "Query.brands": "{ brands { totalCount nodes { name products { totalCount nodes { modelName } } } } }",
    "Query.products": "{ products { totalCount nodes { brand { name } batches { totalCount nodes { batchName } } } } }",
    "Query.batches": """{ batches { totalCount nodes {
        brand { name } product { modelName brand { name } } qrArchiveUrl exportUrl
        passports { totalCount nodes { serialNumber batch { batchName product { modelName } } } }
    } } }""",
    "Query.scans": """{ scans { totalCount feedCursor nodes {
        serialNumber passport { serialNumber batch { batchName } } batch { batchName }
    } } }""",
    "Query.lifecycleEvents": """{ lifecycleEvents { totalCount feedCursor nodes {
        action hash passport { serialNumber euStatus batch { batchName } }
    } } }""",
    "Query.nodes": "{ nodes(ids: IDS) { id ... on Batch { product { modelName } } ... on Passport { batch { id } } } }",
    "Query.quotaOrders": "{ quotaOrders { totalCount nodes { receipt invoiceNumber invoiceUrl } } }",
    "Query.quotaLedger": "{ quotaLedger { totalCount nodes { cause } } }",
    "Brand.products": "{ brands { nodes { products { nodes { brand { name } } } } } }",
    "Product.batches": "{ products { nodes { batches { nodes { product { modelName } } } } } }",
    "Batch.passports": "{ batches { nodes { passports { nodes { batch { batchName } } } } } }",
    "Dashboard.recentBatches": "{ dashboard { recentBatches(first: 20) { product { modelName } brand { name } } } }",
    "Passport.allowedActions": """{ batches { nodes { passports { nodes {
        allowedActions { action evidence { name } }
    } } } } }""",
    "Passport.events": """{ batches(first: 10) { nodes { passports(first: 5) { nodes {
        events(first: 10) { totalCount nodes { action hash } }
    } } } } }""",
}

# Lists that are part of their object or of the settings: no further statement can be needed for them.
INLINE = {
    "AllowedAction.evidence",
    "LifecycleRule.evidence",
    "PublicPassport.timeline",
    "Query.lifecycleActions",
    "Query.quotaPackages",
    "UserError.field",
}


async def populate(env: Env, size: int) -> tuple[Actor, list[str]]:
    """A company with `size` members more and `size` brands, each with a product, a batch, a passport and a scan."""
    actor = await make_company(env, quota=size)
    stamps: dict[str, Any] = {"tenant_id": actor.tenant_id, "created_at": env.now(), "updated_at": env.now()}
    ids: list[str] = []
    for number in range(size):
        await make_member(env, actor.tenant_id, Role.VIEWER)
        brand = await Brand.create(id=uuid7(), name=f"Brand {number}", **stamps)
        product = await Product.create(id=uuid7(), brand_id=brand.id, model_name=f"Model {number}", **stamps)
        batch = await make_batch(env, actor, product_id=product.id, brand_id=brand.id, batch_number=str(number))
        (passport,) = await make_passports(env, batch, 1)
        await record_scan(RecordScan(passport.id, "192.0.2.1", "test"), env)
        await make_order(env, actor)
        async with unit_of_work() as connection:
            await billing.grant(connection, actor.tenant_id, 1, f"gift {number}", env)
        ids += [global_id("Batch", batch.id), global_id("Passport", passport.id)]
    return actor, ids


def _lists() -> set[str]:
    """Every field of the schema that gives a connection or a list of objects, but for the insides of connections."""
    found = set()
    for type_ in SCHEMA._schema.type_map.values():
        if not isinstance(type_, GraphQLObjectType) or type_.name.startswith("__"):
            continue
        if type_.name.endswith(("Connection", "Payload")):
            continue
        for name, field in type_.fields.items():
            of_objects = isinstance(get_nullable_type(field.type), GraphQLList) and hasattr(
                get_named_type(field.type), "fields"
            )
            if of_objects or get_named_type(field.type).name.endswith("Connection"):
                found.add(f"{type_.name}.{name}")
    return found


def test_every_list_has_a_document() -> None:
    assert set(DOCUMENTS) | INLINE >= _lists()


@pytest.mark.parametrize("field", sorted(DOCUMENTS))
async def test_statements_do_not_grow_with_rows(env: Env, count_queries: CountQueries, field: str) -> None:
    counts = []
    for size in (2, 10):
        actor, ids = await populate(env, size)
        document = DOCUMENTS[field].replace("IDS", "[" + ",".join(f'"{id}"' for id in ids) + "]")
        with count_queries() as queries:
            result = await ENGINE.execute(document, context=Context(env=env, viewer=actor))
        assert result.errors == []
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
    assert counts[0] >= 1
