"""Companies, their members and how these sign in."""

from strawberry.tools import merge_types

from resolvers.relay import ContextSchema, NodeType
from resolvers.tenants.mutations import TenantMutation
from resolvers.tenants.queries import TenantQuery, load_tenant_nodes, load_user_nodes
from resolvers.tenants.team import TeamMutation, TeamQuery, load_team_nodes

SCHEMA = ContextSchema(
    queries=merge_types("TenantAndTeamQuery", (TenantQuery, TeamQuery)),
    mutations=merge_types("TenantAndTeamMutation", (TenantMutation, TeamMutation)),
    nodes=(
        NodeType("User", load_user_nodes),
        NodeType("Tenant", load_tenant_nodes),
        NodeType("TeamMember", load_team_nodes),
    ),
)
