"""A small schema with one of each kind of field that limits, costs, masking and the HTTP view have to do with."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import strawberry
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig

from models.kernel.errors import Forbidden, RateLimited
from resolvers.engine import Cost, Engine, Limits, ListSize
from resolvers.errors import explain

SECRET = "postgresql://owner:hunter2@db"


@strawberry.interface
class Node:
    id: strawberry.ID


@strawberry.type
class Specs:
    chemistry: str


@strawberry.type
class Passport(Node):
    serial: str

    @strawberry.field
    def batch(self) -> "Batch":
        return Batch(id=strawberry.ID("batch"), name="A")


@strawberry.type
class PageInfo:
    has_next_page: bool


@strawberry.type
class PassportEdge:
    cursor: str
    node: Passport


@strawberry.type
class PassportConnection:
    edges: list[PassportEdge]
    nodes: list[Passport]
    page_info: PageInfo
    total_count: int = strawberry.field(directives=[Cost(weight=5)])


def page_of_passports(first: int) -> PassportConnection:
    passports = [Passport(id=strawberry.ID(str(number)), serial=f"S{number}") for number in range(min(first, 5))]
    return PassportConnection(
        edges=[PassportEdge(cursor=passport.id, node=passport) for passport in passports],
        nodes=passports,
        page_info=PageInfo(has_next_page=True),
        total_count=3,
    )


@strawberry.type
class Batch(Node):
    name: str

    @strawberry.field
    def specs(self) -> Specs:
        return Specs(chemistry="LFP")

    @strawberry.field
    def passports(self, first: int = 20) -> PassportConnection:
        return page_of_passports(first)

    @strawberry.field
    def tags(self) -> list[str]:
        return ["new"]


def a_batch() -> Batch:
    return Batch(id=strawberry.ID("batch"), name="A")


class NotADate:
    def __str__(self) -> str:
        return SECRET


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"Hello, {name}!"

    @strawberry.field
    def day(self, day: date) -> date:
        return day

    @strawberry.field
    def uuid(self) -> JSON:
        return JSON({"id": UUID(int=1)})

    @strawberry.field
    def unencodable(self) -> JSON:
        return JSON({"path": Path()})

    @strawberry.field
    def echo(self, value: JSON) -> JSON:
        return value

    @strawberry.field
    def double(self, number: int = 1) -> int:
        return 2 * number

    @strawberry.field
    def batch(self) -> Batch:
        return a_batch()

    @strawberry.field
    def passports(self, first: int = 20) -> PassportConnection:
        return page_of_passports(first)

    @strawberry.field
    def recent(self, first: int = 5) -> list[Passport]:
        return page_of_passports(first).nodes

    @strawberry.field
    def node(self, id: strawberry.ID) -> Node | None:
        return Batch(id=id, name="A")

    @strawberry.field
    def nodes(self, ids: list[strawberry.ID]) -> list[Node | None]:
        return [Batch(id=id, name="A") for id in ids]

    @strawberry.field
    def team(self) -> list[Specs]:
        return []

    packages: list[Specs] = strawberry.field(
        resolver=lambda: [Specs(chemistry="LFP")], directives=[ListSize(assumed_size=3)]
    )

    @strawberry.field
    def forbidden(self) -> str | None:
        raise Forbidden("Only an owner may do this.")

    @strawberry.field
    def throttled(self) -> str | None:
        raise RateLimited("Too many attempts.", retryAfter=30)

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError(f"could not connect to {SECRET}")

    @strawberry.field
    def broken_and_required(self) -> str:
        raise KeyError(SECRET)

    @strawberry.field
    def mistyped(self) -> date | None:
        value: Any = NotADate()
        return value  # type: ignore[no-any-return]

    @strawberry.field
    def not_an_int(self) -> int | None:
        value: Any = SECRET
        return value  # type: ignore[no-any-return]


@strawberry.type
class Mutation:
    @strawberry.mutation
    def batch_create(self, name: str) -> Batch:
        return Batch(id=strawberry.ID("batch"), name=name)

    login: Batch = strawberry.mutation(resolver=a_batch, directives=[Cost(weight=500)])


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def passport_added(self) -> AsyncIterator[Passport]:
        yield Passport(id=strawberry.ID("1"), serial="S1")
        raise RuntimeError(SECRET)


def toy_engine(limits: Limits | None = None) -> Engine:
    """The engine of the schema, with documents and costs kept for nobody else."""
    schema = strawberry.Schema(
        Query,
        Mutation,
        Subscription,
        types=[Batch, Passport],
        config=StrawberryConfig(disable_field_suggestions=True),
    )
    return Engine(schema, limits, explain=explain)
