"""The product's own resolvers answer a plan as they answer graphql-core's executor: generated queries."""

import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random, SystemRandom
from typing import Any

import orjson
import pytest
from graphql import OperationType, print_ast

from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.permissions import Role
from models.passports.scans import RecordScan, record_scan
from resolvers.context import Context
from resolvers.relay import global_id
from resolvers.schema import build_schema
from tests.factories import make_branded_batch, make_company, make_member, make_order, make_passports
from tests.resolvers.engine.operations import Maker, Scalars, Size
from tests.resolvers.engine.oracle import Request, compare
from tests.resolvers.engine.running import run_plan

SEED = int(os.environ.get("ORACLE_SEED", "0")) or SystemRandom().randrange(10**9)
EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES", "150"))
SCHEMA = build_schema()._schema


@dataclass
class Company:
    """A company that doesn't change; whatever is asked of it is asked with a context of its own."""

    env: Env
    viewer: Actor | None
    calls: list[tuple[str, str]] = field(default_factory=list)

    def again(self) -> "Company":
        """The same company."""
        return replace(self, calls=[])

    def context(self) -> Context:
        """What a request by the viewer gets."""
        return Context(self.env, self.viewer, address="81.2.69.142")

    def root(self, _: OperationType) -> Any:
        """Nothing."""


@pytest.fixture
async def company(env: Env) -> tuple[list[Company], dict[str, Scalars]]:
    """A small company, as its owner, a viewer and a stranger see it, and the ids in it."""
    # What is told of the time, or signed until some time, is the same in both answers.
    still = replace(env, now=lambda: datetime(2026, 6, 1, tzinfo=UTC))
    owner = await make_company(env, quota=10)
    viewer = await make_member(env, owner.tenant_id, Role.VIEWER)
    ids: list[str] = [global_id("Tenant", owner.tenant_id)]
    for name in ("One", "Two"):
        batch = await make_branded_batch(env, owner, name)
        passports = await make_passports(env, batch, 3)
        for passport in passports[:2]:
            await record_scan(RecordScan(passport_id=passport.id, address="81.2.69.142", user_agent=""), env)
        ids += [global_id("Batch", batch.id), str(batch.id)]
        ids += [global_id("Brand", str(batch.brand_id)), global_id("Product", str(batch.product_id))]
        ids += [each for passport in passports for each in (global_id("Passport", passport.id), str(passport.id))]
    order = await make_order(env, owner)
    ids += [global_id("QuotaOrder", order.id), "nobody's"]
    given: Scalars = tuple((orjson.dumps(each).decode(), each) for each in ids)
    numbers: Scalars = (("1", 1), ("2", 2), ("20", 20), ("0", 0), ("-1", -1))
    strings: Scalars = (*given, ('"One"', "One"), ('""', ""))
    worlds = [Company(still, each) for each in (owner, viewer, None)]
    return worlds, {"ID": given, "UUID": given, "Int": numbers, "String": strings}


async def test_a_plan_answers_as_the_oracle(company: tuple[list[Company], dict[str, Scalars]]) -> None:
    worlds, scalars = company
    for example in range(SEED, SEED + EXAMPLES):
        random = Random(example)
        maker = Maker(SCHEMA, random, Size(fields=20), scalars)
        operation = maker.operation(OperationType.QUERY)
        if not operation.is_valid(SCHEMA):
            continue
        assert operation.document
        variables = maker.variables(operation)
        request = Request(SCHEMA, operation.document, operation.operation_name, variables)
        wrong = await compare(request, random.choice([worlds[0], *worlds]), run_plan)
        text = print_ast(operation.document)
        assert wrong is None, f"ORACLE_SEED={example}\n{wrong}\n{text}\nvariables: {variables}"
