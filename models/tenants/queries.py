"""Reads: one's own company and its members, nobody else's."""

from collections.abc import Sequence
from uuid import UUID

from models.kernel.actor import Actor
from models.kernel.errors import NotFound
from models.kernel.permissions import Permission
from models.tenants.tables import Tenant, User


async def current_user(actor: Actor) -> User:
    """The actor's own account."""
    return await User.get(tenant_id=actor.tenant_id, id=actor.user_id)


async def users(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, User]:
    """Those of these members that the actor may see: themselves and, with TEAM_READ, others of their company.

    Invited and removed members are among them.
    """
    visible = ids if actor.may(Permission.TEAM_READ) else [actor.user_id] if actor.user_id in ids else []
    return {user.id: user for user in await User.filter(tenant_id=actor.tenant_id, id__in=visible)}


async def tenants(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Tenant]:
    """Those of these companies that the actor may see: their own."""
    if actor.tenant_id not in ids:
        return {}
    return {actor.tenant_id: await Tenant.get(id=actor.tenant_id)}


async def actor_by_email(email: str) -> Actor:
    """A member acting from the command line of the server itself, where having access stands for signing in.

    Raises `NotFound` unless the address is an active member's.
    """
    user = await User.get_or_none(email=email.strip().lower(), removed_at=None, password_hash__isnull=False)
    if user is None:
        raise NotFound(f"There is no active member with the address {email}.")
    return Actor(user.tenant_id, user.id, user.id, user.email, user.role, frozenset(user.brand_ids))
