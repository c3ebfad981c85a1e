"""What an actor may see of companies and members: every read for a member starts here."""

from tortoise.queryset import QuerySet

from models.kernel.actor import Actor
from models.kernel.permissions import Permission
from models.tenants.tables import Tenant, User


def visible_tenants(actor: Actor) -> QuerySet[Tenant]:
    """Returns the actor's own company."""
    return Tenant.filter(id=actor.tenant_id)


def visible_users(actor: Actor) -> QuerySet[User]:
    """With TEAM_READ all members of the company, invited and removed ones among them; without it only the actor."""
    users = User.filter(tenant_id=actor.tenant_id)
    return users if actor.may(Permission.TEAM_READ) else users.filter(id=actor.user_id)
