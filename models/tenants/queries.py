"""Reads of companies and their members."""

from collections.abc import Sequence
from uuid import UUID

from models.kernel.actor import Actor
from models.kernel.errors import BadInput, NotFound
from models.kernel.pages import Page, PageRequest, decode_cursor, encode_cursor, page_of
from models.kernel.permissions import Permission
from models.tenants.tables import Tenant, User
from models.tenants.visible import visible_tenants, visible_users

_TEAM = "team"


async def current_user(actor: Actor) -> User:
    """Returns the actor's own account."""
    return await visible_users(actor).get(id=actor.user_id)


async def users(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, User]:
    """Returns those of these members that the actor may see: themselves and, with TEAM_READ, others of their company.

    Invited and removed members are among them.
    """
    return {user.id: user for user in await visible_users(actor).filter(id__in=ids)}


async def members(actor: Actor, request: PageRequest) -> Page[User]:
    """Returns a page of the company's members, invited and removed ones among them, from the newest to the oldest."""
    actor.require(Permission.TEAM_READ)
    rows = visible_users(actor)
    if request.after is not None:
        rows = rows.filter(id__lt=_last_seen(request.after))
    found = await rows.order_by("-id").limit(request.first + 1)
    return page_of(found, request, lambda row: encode_cursor(_TEAM, row.id.hex))


async def count_members(actor: Actor) -> int:
    """Returns how many members the company has, invited and removed ones among them."""
    actor.require(Permission.TEAM_READ)
    return await visible_users(actor).count()


def _last_seen(cursor: str) -> UUID:
    [last_seen] = decode_cursor(_TEAM, cursor, 1)
    try:
        return UUID(hex=last_seen)
    except ValueError:
        raise BadInput(f"The cursor {cursor[:80]!r} is not one that this list gave.") from None


async def tenants(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Tenant]:
    """Returns those of these companies that the actor may see: their own."""
    return {tenant.id: tenant for tenant in await visible_tenants(actor).filter(id__in=ids)}


async def actor_by_email(email: str) -> Actor:
    """Returns a member acting from the command line of the server itself, where having access stands for signing in.

    Raises `NotFound` unless the address is an active member's.
    """
    user = await User.get_or_none(email=email.strip().lower(), removed_at=None, password_hash__isnull=False)
    if user is None:
        raise NotFound(f"There is no active member with the address {email}.")
    return Actor(user.tenant_id, user.id, user.id, user.email, user.role, frozenset(user.brand_ids))
