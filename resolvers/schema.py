"""The schema: every context's queries, mutations and node types, put together."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, cast
from uuid import UUID

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.types.base_scalars import UUIDDefinition
from strawberry.tools import merge_types

from models.kernel.errors import BadInput
from models.kernel.pages import LARGEST_PAGE
from resolvers import batches, billing, dashboard, lifecycle, passports, tenants
from resolvers.context import Context, Info
from resolvers.engine import Engine, Limits
from resolvers.errors import explain
from resolvers.relay import ContextSchema, Node, parse_global_id

CONTEXTS: tuple[ContextSchema, ...] = (
    tenants.SCHEMA,
    batches.SCHEMA,
    passports.SCHEMA,
    lifecycle.SCHEMA,
    billing.SCHEMA,
    dashboard.SCHEMA,
)

_DESCRIBED_UUID = replace(
    UUIDDefinition, description="A UUID (RFC 9562) in its canonical text form, 36 characters in lower case."
)

_NODE_TYPES = {node.name: node for context in CONTEXTS for node in context.nodes}


async def _load_node(info: Info, id: str) -> Node | None:
    type_name, key = parse_global_id(id)
    node_type = _NODE_TYPES.get(type_name)
    if node_type is None:
        raise BadInput(f"{id[:80]!r} is not an id that this API gave.")
    return cast("Node | None", await info.context.loader(node_type.load).load(key))


@strawberry.type
class RelayQuery:
    @strawberry.field(description="The object with this global id; null when there is none that you may see.")
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="A global id.")]
    ) -> Node | None:
        return await _load_node(info, id)

    @strawberry.field(description="The objects with these global ids, in their order; null for each that is not found.")
    async def nodes(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description=f"Global ids, at most {LARGEST_PAGE}.")],
    ) -> list[Node | None]:
        if len(ids) > LARGEST_PAGE:
            raise BadInput(f"ids takes at most {LARGEST_PAGE} ids, not {len(ids)}.")
        return list(await asyncio.gather(*(_load_node(info, id) for id in ids)))


def _merged(name: str, types: list[type], description: str) -> type:
    merged = merge_types(name, tuple(types))
    merged.__strawberry_definition__.description = description  # type: ignore[attr-defined]
    return merged


def build_schema() -> strawberry.Schema:
    """Returns the schema, without suggestions of names in its errors."""
    queries = [RelayQuery, *(context.queries for context in CONTEXTS if context.queries)]
    mutations = [context.mutations for context in CONTEXTS if context.mutations]
    subscriptions = [context.subscriptions for context in CONTEXTS if context.subscriptions]
    return strawberry.Schema(
        query=_merged("Query", queries, "Everything that can be read."),
        mutation=_merged("Mutation", mutations, "Everything that can be changed: object first, then the verb."),
        subscription=_merged("Subscription", subscriptions, "What arrives while you are connected."),
        config=StrawberryConfig(disable_field_suggestions=True, scalar_map={UUID: _DESCRIBED_UUID}),
    )


def build_engine(
    limits: Limits | None = None, *, compiles: bool = True, trusted: Mapping[str, str] | None = None
) -> Engine:
    """Returns what runs the schema's operations, within the limits and with the domain's errors told as they are."""
    return Engine(
        build_schema(),
        limits,
        explain=explain,
        scope_of=lambda context: context.scope,
        common_of=Context.without_person,
        payer_of=_company,
        compiles=compiles,
        trusted=trusted,
    )


def _company(context: Context) -> UUID | None:
    return context.viewer.tenant_id if context.viewer else None
