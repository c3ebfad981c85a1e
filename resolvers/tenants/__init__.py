"""Companies, their members and how these sign in."""

from resolvers.relay import ContextSchema, NodeType
from resolvers.tenants.mutations import TenantMutation
from resolvers.tenants.queries import TenantQuery, load_tenant_nodes, load_user_nodes

SCHEMA = ContextSchema(
    queries=TenantQuery,
    mutations=TenantMutation,
    nodes=(NodeType("User", load_user_nodes), NodeType("Tenant", load_tenant_nodes)),
)
