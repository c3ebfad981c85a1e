"""The schema: every context's queries, mutations and node types, put together."""

import asyncio
from typing import Annotated, cast

import strawberry
from strawberry.tools import merge_types

from models.kernel.errors import BadInput
from models.kernel.pages import LARGEST_PAGE
from resolvers import batches, billing, dashboard, lifecycle, passports, tenants
from resolvers.context import Info
from resolvers.extensions import Schema
from resolvers.limits import Limits
from resolvers.relay import ContextSchema, Node, parse_global_id

CONTEXTS: tuple[ContextSchema, ...] = (
    tenants.SCHEMA,
    batches.SCHEMA,
    passports.SCHEMA,
    lifecycle.SCHEMA,
    billing.SCHEMA,
    dashboard.SCHEMA,
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


def build_schema(limits: Limits | None = None) -> Schema:
    """The executable schema, with its limits on."""
    queries = [RelayQuery, *(context.queries for context in CONTEXTS if context.queries)]
    mutations = [context.mutations for context in CONTEXTS if context.mutations]
    subscriptions = [context.subscriptions for context in CONTEXTS if context.subscriptions]
    return Schema(
        query=_merged("Query", queries, "Everything that can be read."),
        mutation=_merged("Mutation", mutations, "Everything that can be changed: object first, then the verb."),
        subscription=_merged("Subscription", subscriptions, "What arrives while you are connected."),
        limits=limits,
    )
