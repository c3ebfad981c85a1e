"""Companies never meet: for every root field, another company can neither see nor change an object.

A field that takes an object is asked twice, for another company's object and for one that does not exist: the two
answers must be the same. A field that takes none must show nothing of the other company. Afterwards not a byte of the
other company's rows has changed. A new root field without an entry here fails the test.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest

from models import database
from models.batches.tables import Brand, Product
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.ids import uuid7
from models.passports.scans import RecordScan, record_scan
from resolvers.context import Context
from resolvers.relay import global_id
from resolvers.schema import build_engine
from tests.factories import make_batch, make_company, make_order, make_passports
from tests.models.billing.provider import Provider
from tests.models.lifecycle.lives import issued

ENGINE = build_engine()
SCHEMA = ENGINE.schema

# Anyone may use these, on purpose: they show or record what is public, or come before a company is known.
PUBLIC = {
    "register",
    "login",
    "tokenRefresh",
    "logout",
    "passwordResetRequest",
    "passwordReset",
    "invitationAccept",
    "publicPassport",
    "quotaPackages",
    "scanRecord",
    "lifecycleActions",
}

# Fields that take no object. The selection is as deep as the objects that could leak.
LISTS = {
    "me": "me { id email tenant { id companyName } }",
    "team": "team(first: 100) { totalCount nodes { id email brandIds } }",
    "brands": "brands(first: 100) { totalCount nodes { id name products { nodes { id } } } }",
    "products": "products(first: 100) { totalCount nodes { id modelName } }",
    "batches": "batches(first: 50) { totalCount nodes { id batchName passports(first: 50) { nodes { id } } } }",
    "scans": "scans(first: 100) { totalCount nodes { id serialNumber } }",
    "lifecycleEvents": "lifecycleEvents(first: 100) { totalCount nodes { id actor passport { id serialNumber } } }",
    "quota": "quota { balance used limit }",
    "quotaLedger": "quotaLedger(first: 100) { totalCount nodes { id cause } }",
    "quotaOrders": "quotaOrders(first: 100) { totalCount nodes { id receipt razorpayOrderId invoiceUrl } }",
    "dashboard": "dashboard { totalPassports totalBatches quotaUsed recentBatches { id } }",
}

# Fields that take an object; {id} stands for it. Several lines for a field try it through each input that names one.
OBJECTS = {
    "node": [
        ("Brand", 'node(id: "{id}") {{ id }}'),
        ("TeamMember", 'node(id: "{id}") {{ id }}'),
        ("Passport", 'node(id: "{id}") {{ id }}'),
        ("Scan", 'node(id: "{id}") {{ id }}'),
        ("LifecycleEvent", 'node(id: "{id}") {{ id }}'),
        ("QuotaOrder", 'node(id: "{id}") {{ id }}'),
        ("QuotaEntry", 'node(id: "{id}") {{ id }}'),
    ],
    "quotaOrder": [("QuotaOrder", 'quotaOrder(id: "{id}") {{ id receipt invoiceUrl }}')],
    "quotaPaymentVerify": [
        (
            "RzpOrder",
            'quotaPaymentVerify(input: {{ razorpayOrderId: "{id}", razorpayPaymentId: "p", razorpaySignature: "s" }}) '
            "{{ order {{ id }} userErrors {{ code }} }}",
        )
    ],
    "nodes": [("Batch", 'nodes(ids: ["{id}"]) {{ id }}'), ("Tenant", 'nodes(ids: ["{id}"]) {{ id }}')],
    "brand": [("Brand", 'brand(id: "{id}") {{ id name }}')],
    "product": [("Product", 'product(id: "{id}") {{ id modelName }}')],
    "batch": [("Batch", 'batch(id: "{id}") {{ id batchName }}')],
    "passport": [("Passport", 'passport(id: "{id}") {{ id serialNumber }}')],
    "products.filter": [("Brand", 'products(filter: {{ brandId: "{id}" }}) {{ totalCount nodes {{ id }} }}')],
    "batches.filter": [("Product", 'batches(filter: {{ productId: "{id}" }}) {{ totalCount nodes {{ id }} }}')],
    "scans.filter": [("Batch", 'scans(filter: {{ batchId: "{id}" }}) {{ totalCount nodes {{ id }} }}')],
    "lifecycleEvents.filter": [
        ("Batch", 'lifecycleEvents(filter: {{ batchId: "{id}" }}) {{ totalCount nodes {{ id }} }}'),
        ("Passport", 'lifecycleEvents(filter: {{ passportId: "{id}" }}) {{ totalCount nodes {{ id }} }}'),
    ],
    "teamMemberInvite": [
        (
            "Brand",
            'teamMemberInvite(input: {{ email: "guest@example.com", role: VIEWER, brandIds: ["{id}"] }}) '
            "{{ teamMember {{ id }} userErrors {{ code }} }}",
        )
    ],
    "teamInvitationResend": [
        ("TeamMember", 'teamInvitationResend(input: {{ id: "{id}" }}) {{ teamMember {{ id }} userErrors {{ code }} }}')
    ],
    "teamInvitationRevoke": [
        ("TeamMember", 'teamInvitationRevoke(input: {{ id: "{id}" }}) {{ teamMember {{ id }} userErrors {{ code }} }}')
    ],
    "teamMemberRoleUpdate": [
        (
            "TeamMember",
            'teamMemberRoleUpdate(input: {{ id: "{id}", role: VIEWER }}) '
            "{{ teamMember {{ id }} userErrors {{ code }} }}",
        )
    ],
    "teamMemberRemove": [
        ("TeamMember", 'teamMemberRemove(input: {{ id: "{id}" }}) {{ teamMember {{ id }} userErrors {{ code }} }}')
    ],
    "brandUpdate": [
        ("Brand", 'brandUpdate(input: {{ id: "{id}", name: "Mine" }}) {{ brand {{ id }} userErrors {{ code }} }}')
    ],
    "productCreate": [
        (
            "Brand",
            'productCreate(input: {{ brandId: "{id}", modelName: "M" }}) {{ product {{ id }} userErrors {{ code }} }}',
        )
    ],
    "productUpdate": [
        (
            "Product",
            'productUpdate(input: {{ id: "{id}", modelName: "M" }}) {{ product {{ id }} userErrors {{ code }} }}',
        )
    ],
    "batchCreate": [
        (
            "Product",
            'batchCreate(input: {{ batchName: "B", marketRegion: EU, productId: "{id}", batchNumber: "1" }}) '
            "{{ batch {{ id }} userErrors {{ code }} }}",
        )
    ],
    "batchUpdate": [
        (
            "Batch",
            'batchUpdate(input: {{ id: "{id}", expectedVersion: 1, batchName: "Mine" }}) '
            "{{ batch {{ id }} userErrors {{ code }} }}",
        )
    ],
    "passportAudit": [("Passport", 'passportAudit(id: "{id}") {{ valid eventCount }}')],
    "passportTransition": [
        (
            "Passport",
            'passportTransition(input: {{ id: "{id}", action: SUSPEND, evidence: {{ reason: "Mine" }} }}) '
            "{{ passport {{ id }} userErrors {{ code }} }}",
        )
    ],
    "passportsTransition": [
        (
            "Passport",
            'passportsTransition(input: {{ ids: ["{id}"], action: SUSPEND, evidence: {{ reason: "Mine" }} }}) '
            "{{ succeeded errors {{ code }} userErrors {{ code }} }}",
        ),
        (
            "Batch",
            'passportsTransition(input: {{ filter: {{ batchId: "{id}" }}, action: SUSPEND, '
            'evidence: {{ reason: "Mine" }} }}) {{ succeeded errors {{ code }} userErrors {{ code }} }}',
        ),
    ],
    "passportEventRecord": [
        (
            "Passport",
            'passportEventRecord(input: {{ id: "{id}", action: QC_PASSED, place: "Here" }}) '
            "{{ event {{ id }} userErrors {{ code }} }}",
        )
    ],
    "passportsIssue": [
        (
            "Batch",
            'passportsIssue(input: {{ batchId: "{id}", '
            'rows: [{{ serialNumber: "S", manufactureDate: "2026-01-01" }}] }}) '
            "{{ created userErrors {{ code }} }}",
        )
    ],
}

# Mutations that change the actor's own company or account and take no other object.
OWN = {
    "profileUpdate": 'profileUpdate(input: { companyName: "Renamed" }) { tenant { id } userErrors { code } }',
    "brandCreate": 'brandCreate(input: { name: "Voltara" }) { brand { id } userErrors { code } }',
    "quotaOrderCreate": 'quotaOrderCreate(input: { packageId: "starter" }) { order { id } userErrors { code } }',
}

MUTATIONS = set(SCHEMA._schema.mutation_type.fields) if SCHEMA._schema.mutation_type else set()
QUERIES = set(SCHEMA._schema.query_type.fields) if SCHEMA._schema.query_type else set()


@dataclass(frozen=True, slots=True)
class Populated:
    """A company with one object of every type: its global ids by type, and words that must not show elsewhere."""

    actor: Actor
    ids: Mapping[str, str]
    words: frozenset[str]


@pytest.fixture
async def theirs(env: Env) -> Populated:
    """The company that must stay unseen."""
    actor = await make_company(env, company_name="Verborgen GmbH", quota=10)
    stamps: dict[str, Any] = {"created_at": env.now(), "updated_at": env.now()}
    brand = await Brand.create(id=uuid7(), tenant_id=actor.tenant_id, name="Voltara", **stamps)
    product = await Product.create(
        id=uuid7(), tenant_id=actor.tenant_id, brand_id=brand.id, model_name="Geheim-48", **stamps
    )
    batch = await make_batch(
        env, actor, batch_name="Nobody sees this", product_id=product.id, brand_id=brand.id, batch_number="1"
    )
    (passport,) = await make_passports(env, batch, 1, prefix="GEHEIM")
    await issued(env, actor, batch)
    event_id = await database.fetch_value("SELECT id FROM lifecycle_event WHERE tenant_id = $1", actor.tenant_id)
    scan = await record_scan(RecordScan(passport.id, "192.0.2.1", "test"), env)
    razorpay_order_id = uuid7()
    order = await make_order(env, actor, razorpay_order_id=global_id("RzpOrder", razorpay_order_id))
    entry_id = await database.fetch_value("SELECT id FROM quota_entry WHERE tenant_id = $1 LIMIT 1", actor.tenant_id)
    keys: dict[str, UUID] = {
        "Tenant": actor.tenant_id,
        "User": actor.user_id,
        "TeamMember": actor.user_id,
        "Brand": brand.id,
        "Product": product.id,
        "Batch": batch.id,
        "Passport": passport.id,
        "Scan": scan.id,
        "LifecycleEvent": event_id,
        "QuotaOrder": order.id,
        "QuotaEntry": entry_id,
        "RzpOrder": razorpay_order_id,
    }
    words = {"Verborgen GmbH", "Geheim-48", "Nobody sees this", passport.serial_number, actor.email}
    ids = {name: str(global_id(name, key)) for name, key in keys.items()}
    return Populated(actor, ids, frozenset(words) | set(ids.values()) | {str(key) for key in keys.values()})


async def _ask(env: Env, actor: Actor, field: str, selection: str) -> dict[str, Any]:
    keyword = "mutation" if field in MUTATIONS else "query"
    result = await ENGINE.execute(f"{keyword} {{ {selection} }}", context=Context(env=env, viewer=actor))
    errors = [{"message": error.message, **(error.extensions or {})} for error in result.errors or []]
    assert not any(error["code"].startswith("GRAPHQL") for error in errors), errors
    return {"data": result.data, "errors": errors}


async def _rows_of(tenant_id: UUID) -> str:
    """A digest of everything that belongs to a company."""
    tables = await database.fetch(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'tenant_id' "
        "ORDER BY 1"
    )
    digests = [
        await database.fetch_value(
            f"SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {row[0]} t WHERE tenant_id = $1",  # noqa: S608
            tenant_id,
        )
        for row in tables
    ]
    own = await database.fetch_value("SELECT md5(t::text) FROM tenant t WHERE id = $1", tenant_id)
    return " ".join([*digests, own])


def test_every_root_field_has_an_entry() -> None:
    assert {*PUBLIC, *LISTS, *OWN, *(name.partition(".")[0] for name in OBJECTS)} == QUERIES | MUTATIONS


@pytest.mark.parametrize("field", sorted(LISTS))
async def test_lists_show_nothing_of_another_company(env: Env, theirs: Populated, field: str) -> None:
    visible = json.dumps(await _ask(env, theirs.actor, field, LISTS[field]), default=str)
    assert field in ("quota", "dashboard") or any(word in visible for word in theirs.words), "the field shows nothing"
    answer = await _ask(env, await make_company(env), field, LISTS[field])
    assert answer["errors"] == []
    shown = json.dumps(answer, default=str)
    assert [word for word in theirs.words if word in shown] == []


@pytest.mark.parametrize("field", sorted(OBJECTS))
async def test_another_companys_object_is_like_one_that_does_not_exist(env: Env, theirs: Populated, field: str) -> None:
    stranger = await make_company(env)
    before = await _rows_of(theirs.actor.tenant_id)
    for type_name, selection in OBJECTS[field]:
        root = field.partition(".")[0]
        unknown = str(global_id(type_name, uuid7()))
        foreign = await _ask(env, stranger, root, selection.format(id=theirs.ids[type_name]))
        assert foreign == await _ask(env, stranger, root, selection.format(id=unknown))
        shown = json.dumps(foreign, default=str)
        assert [word for word in theirs.words if word in shown] == []
    assert await _rows_of(theirs.actor.tenant_id) == before


@pytest.mark.parametrize("field", sorted(OWN))
async def test_own_changes_leave_another_company_alone(env: Env, theirs: Populated, field: str) -> None:
    before = await _rows_of(theirs.actor.tenant_id)
    answer = await _ask(replace(env, payments=Provider()), await make_company(env), field, OWN[field])
    assert answer["errors"] == []
    assert answer["data"][field]["userErrors"] == []
    assert await _rows_of(theirs.actor.tenant_id) == before
