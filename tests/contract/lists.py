"""Every list of the schema in a document, and a company that has rows for all of them."""

from typing import Any

from models import billing
from models.batches.tables import Brand, Product
from models.database import unit_of_work
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.ids import uuid7
from models.kernel.permissions import Role
from models.passports.scans import RecordScan, record_scan
from resolvers.relay import global_id
from resolvers.schema import build_engine
from tests.factories import make_batch, make_company, make_member, make_order, make_passports

ENGINE = build_engine()

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
