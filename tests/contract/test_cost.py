"""No operation loads more than it costs: the real schema over a real database, with a company of some size in it.

What is counted is what PostgreSQL sends to the process while an operation runs. A row of several columns is an object;
there may not be more of them than the operation costs, without any allowance. A row of one column is a key that the
next statement reads objects by, or a number such as a count; of those there may not be more than the cost, either.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import asyncpg
import pytest
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_interface_type,
    is_leaf_type,
    is_object_type,
    is_required_argument,
)
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from models import lifecycle
from models.batches.tables import Brand, Product
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.ids import uuid7
from models.kernel.permissions import Role
from models.lifecycle import LONGEST_TIMELINE, LifecycleAction, RecordEvent, TraceabilityEvent
from models.passports import RecordScan, record_scan
from resolvers.context import Context
from resolvers.engine import Answer, Limits
from resolvers.engine.errors import COST_EXCEEDED
from resolvers.relay import global_id
from resolvers.schema import build_engine
from tests.factories import make_batch, make_company, make_member
from tests.models.billing.conftest import Shop
from tests.models.billing.provider import Provider
from tests.models.lifecycle.lives import act, issued

# The shape of a document is not what is tried here; only its cost keeps it from running.
ENGINE = build_engine(Limits(depth=1_000, tokens=10**6, characters=10**7, aliases=10**6, root_fields=10**6))
CORE = ENGINE.schema._schema
assert CORE.query_type is not None

# Statements of the live feeds and of the driver, which may run at any time and are nobody's operation.
_BACKGROUND = ("typeinfo_tree", "pg_notify(", "set_config(", "current_setting(")


@dataclass
class Loaded:
    """Rows that came from the database."""

    objects: int = 0
    keys: int = 0


@contextmanager
def counting_rows() -> Iterator[Loaded]:
    """Count what the database sends inside the block."""
    loaded = Loaded()
    real = asyncpg.Connection._execute

    async def execute(self: Any, query: str, *arguments: Any, **options: Any) -> Any:
        result = await real(self, query, *arguments, **options)
        rows = result[0] if options.get("return_status") else result
        if not any(word in query for word in _BACKGROUND):
            loaded.objects += sum(len(row) > 1 for row in rows)
            loaded.keys += sum(len(row) == 1 for row in rows)
        return result

    asyncpg.Connection._execute = execute
    try:
        yield loaded
    finally:
        asyncpg.Connection._execute = real


@dataclass(frozen=True)
class Populated:
    """A company with more of everything than the pages that are asked for hold, and ids by type."""

    env: Env
    owner: Actor
    ids: dict[str, list[str]]


@pytest.fixture(scope="module")
async def company(env: Env) -> Populated:
    """The company, which no test here changes."""
    shop_env = replace(env, payments=Provider())
    owner = await make_company(shop_env, quota=500)
    shop = Shop(owner, shop_env.payments, shop_env)  # type: ignore[arg-type]  # it is a Provider
    ids: dict[str, list[Any]] = {"Tenant": [owner.tenant_id], "User": [owner.user_id], "TeamMember": []}
    stamps: dict[str, Any] = {"tenant_id": owner.tenant_id, "created_at": env.now(), "updated_at": env.now()}
    brands = [await Brand.create(id=uuid7(), name=f"Brand {number}", **stamps) for number in range(8)]
    products = [
        await Product.create(id=uuid7(), brand_id=brands[number // 8].id, model_name=f"Model {number}", **stamps)
        for number in range(16)
    ]
    batches = [
        await make_batch(
            env,
            owner,
            brand_id=products[number // 8].brand_id,
            product_id=products[number // 8].id,
            batch_number=f"{number}",
        )
        for number in range(24)
    ]
    units = [unit for batch in batches[:4] for unit in await issued(env, owner, batch, 12)]
    for unit in units[:8]:
        for action in (LifecycleAction.SHIP, LifecycleAction.INSTALL, LifecycleAction.RETURN):
            await act(env, owner, unit, action)
    for unit in units[:4]:
        successor = (await act(env, owner, unit, LifecycleAction.REPURPOSE)).successor_id
        units.append(successor)  # type: ignore[arg-type]  # REPURPOSE gives one
    # One unit has more of a history than its public timeline shows.
    for _ in range(LONGEST_TIMELINE + 10):
        await lifecycle.record_event(owner, RecordEvent(units[10], TraceabilityEvent.QC_PASSED, place="Pune"), env)
    scans = [await record_scan(RecordScan(unit, "192.0.2.1", "test"), env) for unit in units[:16]]
    members = [await make_member(env, owner.tenant_id, Role.VIEWER) for _ in range(14)]
    orders = [await shop.order() for _ in range(14)]
    for order in orders[:10]:
        assert order.razorpay_order_id is not None
        await shop.deliver(*shop.provider.pay(order.razorpay_order_id))
    ids |= {
        "Brand": [brand.id for brand in brands],
        "Product": [product.id for product in products],
        "Batch": [batch.id for batch in batches[:6]],
        "Passport": [*units[:2], units[10], units[-1]],
        "Scan": [scan.id for scan in scans],
        "TeamMember": [member.user_id for member in members],
        "QuotaOrder": [order.id for order in orders],
    }
    return Populated(shop_env, owner, {name: [str(global_id(name, key)) for key in keys] for name, keys in ids.items()})


async def _load(company: Populated, query: str) -> tuple[Answer, Loaded]:
    with counting_rows() as loaded:
        result = await ENGINE.execute(query, context=Context(company.env, company.owner))
    return result, loaded


def _cost(result: Answer) -> int:
    cost: int = result.extensions["cost"]["requested"]
    return cost


# Each field alone

# What fields that take an object are asked for, by the type of the object; others with an `id` take that of any node.
TAKES = {
    "Query.brand": "Brand",
    "Query.product": "Product",
    "Query.batch": "Batch",
    "Query.passport": "Passport",
    "Query.publicPassport": "Passport",
    "Query.passportAudit": "Passport",
    "Query.quotaOrder": "QuotaOrder",
}


def _fields(type_: Any) -> dict[str, GraphQLField]:
    return type_.fields if is_object_type(type_) or is_interface_type(type_) else {}


def _arguments(path: str, field: GraphQLField, company: Populated, first: int, nth: int) -> str:
    given = []
    if "first" in field.args:
        given.append(f"first: {first}")
    for name, argument in field.args.items():
        if is_required_argument(argument):
            kind = TAKES.get(path, list(company.ids)[nth % len(company.ids)])
            ids = [f'"{id}"' for id in company.ids[kind]]
            given.append(f"{name}: {ids[nth % len(ids)]}" if name == "id" else f"{name}: [{', '.join(ids[:first])}]")
    return f"({', '.join(given)})" if given else ""


def _each_field(company: Populated, first: int) -> Iterator[tuple[str, str]]:
    """Every field that can be reached, with an operation that asks for just that, by a shortest way to its type."""
    ahead: list[tuple[Any, str, str]] = [(CORE.query_type, "{ ", " }")]
    reached = {"Query"}
    while ahead:
        type_, before, after = ahead.pop(0)
        for name, field in _fields(type_).items():
            path, inner = f"{type_.name}.{name}", get_named_type(field.type)
            asked = before + name + _arguments(path, field, company, first, len(reached))
            if is_leaf_type(inner):
                yield path, asked + after
                continue
            yield path, f"{asked} {{ __typename }}{after}"
            if inner.name not in reached:
                reached.add(inner.name)
                ahead.append((inner, f"{asked} {{ ", f" }}{after}"))


@pytest.mark.parametrize("first", [1, 3, 12])
async def test_each_field_alone_costs_what_it_loads(company: Populated, first: int) -> None:
    tried = {}
    for path, query in _each_field(company, first):
        result, loaded = await _load(company, query)
        assert not result.errors, (query, result.errors)
        tried[path] = (loaded.objects, loaded.keys, _cost(result), query)
    too_cheap = {path: found for path, found in tried.items() if max(found[:2]) > found[2]}
    assert too_cheap == {}
    types = {path.partition(".")[0] for path in tried}
    assert {"Query", "Batch", "PublicPassport", "LifecycleEvent", "QuotaOrder", "Scan", "AuditReport"} <= types
    # The count counts: pages of that size were loaded.
    assert tried["Query.batches"][0] == first + 1


# Any operation


@st.composite
def selections(draw: st.DrawFn, company: Populated, type_: Any, depth: int, counter: Iterator[int]) -> str:
    """Some of the type's fields, also several times, with pages of some size, down to a depth."""
    selected = ["__typename"]
    fields = [
        (name, field) for name, field in _fields(type_).items() if depth or is_leaf_type(get_named_type(field.type))
    ]
    for name, field in draw(st.lists(st.sampled_from(fields), min_size=1, max_size=3)) if fields else ():
        first, nth = draw(st.integers(1, 12)), draw(st.integers(0, 30))
        asked = f"f{next(counter)}: {name}{_arguments(f'{type_.name}.{name}', field, company, first, nth)}"
        inner = get_named_type(field.type)
        selected.append(
            asked if is_leaf_type(inner) else f"{asked} {draw(selections(company, inner, depth - 1, counter))}"
        )
    if depth and isinstance(type_, GraphQLInterfaceType):
        object_type = draw(
            st.sampled_from([name for name in company.ids if isinstance(CORE.type_map[name], GraphQLObjectType)])
        )
        selected.append(f"... on {object_type} {draw(selections(company, CORE.type_map[object_type], depth, counter))}")
    return "{ " + " ".join(selected) + " }"


@settings(
    deadline=None,
    max_examples=300,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
async def test_no_operation_loads_more_than_it_costs(company: Populated, data: st.DataObject) -> None:
    query = data.draw(selections(company, CORE.query_type, data.draw(st.integers(1, 6)), iter(range(10**6))))
    result, loaded = await _load(company, query)
    refused = [error for error in result.errors if (error.extensions or {}).get("code") == COST_EXCEEDED]
    assume(not refused)
    assert not result.errors, result.errors
    assert loaded.objects <= _cost(result)
    assert loaded.keys <= _cost(result)


async def test_an_operation_that_is_refused_loads_nothing(company: Populated) -> None:
    query = "{ batches(first: 100) { nodes { passports(first: 100) { nodes { id } } } } }"
    result, loaded = await _load(company, query)
    assert result.data is None
    assert (loaded.objects, loaded.keys) == (0, 0)


async def test_the_timeline_costs_as_many_events_as_it_shows(company: Populated) -> None:
    unit = company.ids["Passport"][2]
    result, loaded = await _load(company, f'{{ publicPassport(id: "{unit}") {{ timeline {{ at }} }} }}')
    assert result.data is not None
    assert len(result.data["publicPassport"]["timeline"]) == LONGEST_TIMELINE
    assert loaded.objects == LONGEST_TIMELINE + 1 == _cost(result)


async def test_an_audit_costs_as_many_events_as_it_reads_at_most(company: Populated) -> None:
    unit = company.ids["Passport"][2]
    result, loaded = await _load(company, f'{{ passportAudit(id: "{unit}") {{ valid eventCount }} }}')
    assert result.data is not None
    assert result.data["passportAudit"] == {"valid": True, "eventCount": loaded.objects}
    assert loaded.objects <= lifecycle.LONGEST_AUDIT == _cost(result)
