"""Changing and removing members."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from models.database import Connection, unit_of_work
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import NotFound, Rejected, Unauthenticated
from models.kernel.permissions import Permission, Role
from models.tenants import team
from models.tenants.tables import User
from models.tenants.visible import visible_users


@dataclass(frozen=True, slots=True)
class ChangeMember:
    """The role that a member is to have, and the brands: none of them means all, None leaves them as they are."""

    member_id: UUID
    role: Role
    brand_ids: tuple[UUID, ...] | None = None


async def lock_team(connection: Connection, actor: Actor) -> Actor:
    """Serialise changes to a company's team. Returns the actor with the rights that they have by now.

    An owner who is being demoted while they demote another thus comes too late. Raises `Forbidden`, or
    `Unauthenticated` for somebody who was removed meanwhile.
    """
    await connection.execute("SELECT FROM tenant WHERE id = $1 FOR NO KEY UPDATE", actor.tenant_id)
    found = await visible_users(actor).get_or_none(
        id=actor.user_id, removed_at__isnull=True, password_hash__isnull=False
    )
    if found is None:
        raise Unauthenticated("You are no longer a member of this company.")
    current = replace(actor, role=found.role, brand_ids=frozenset(found.brand_ids))
    current.require(Permission.TEAM_MANAGE)
    return current


async def lock_member(actor: Actor, member_id: UUID) -> User:
    """Returns a member of the actor's company, who stays as they are until the transaction ends. Raises `NotFound`."""
    member = await visible_users(actor).select_for_update(no_key=True).get_or_none(id=member_id)
    if member is None:
        raise NotFound("There is no such member.")
    return member


async def require_brands(actor: Actor, brand_ids: Collection[UUID], env: Env) -> list[UUID]:
    """Returns the brands, each once. Raises `NotFound` for one that the actor can't see."""
    for check in env.participants.member_limited:
        await check(actor, brand_ids)
    return list(dict.fromkeys(brand_ids))


async def change_member(actor: Actor, command: ChangeMember, env: Env) -> User:
    """Give a member another role or other brands. Raises `NotFound` and rejections.

    Whoever loses rights by that is signed out everywhere: their refresh tokens are refused at once, their access
    tokens within half a minute.
    """
    actor.require(Permission.TEAM_MANAGE)
    async with unit_of_work() as connection:
        actor = await lock_team(connection, actor)
        member = await lock_member(actor, command.member_id)
        brand_ids = member.brand_ids
        if command.brand_ids is not None:
            brand_ids = await require_brands(actor, command.brand_ids, env)
        violations = [*team.reach_violations(actor, member), *team.grant_violations(actor, command.role, brand_ids)]
        if command.role is not Role.OWNER:
            violations += team.last_owner_violations(member, await _other_owners(member))
        if violations:
            raise Rejected(violations)
        if not team.includes(command.role, brand_ids, member.role, member.brand_ids):
            await _end_sessions(connection, member, env)
        member.update_from_dict({"role": command.role, "brand_ids": brand_ids})
        await member.save(update_fields=["role", "brand_ids"])
    return member


async def remove_member(actor: Actor, member_id: UUID, env: Env) -> User:
    """Remove a member, who may be the actor, or somebody invited. Ends their sessions. Raises `NotFound`, rejections.

    The row stays, so that what they did keeps its name; their address is free from now on.
    """
    actor.require(Permission.TEAM_MANAGE)
    async with unit_of_work() as connection:
        actor = await lock_team(connection, actor)
        member = await lock_member(actor, member_id)
        violations = [
            *team.reach_violations(actor, member),
            *team.last_owner_violations(member, await _other_owners(member)),
        ]
        if violations:
            raise Rejected(violations)
        await mark_removed(connection, member, env)
    return member


async def mark_removed(connection: Connection, member: User, env: Env) -> None:
    """Remove the member in the open transaction: no session, no invitation and no way back in is left."""
    await _end_sessions(connection, member, env)
    await connection.execute("DELETE FROM invitation WHERE user_id = $1", member.id)
    member.update_from_dict({"removed_at": env.now()})
    await member.save(update_fields=["removed_at"])


async def _end_sessions(connection: Connection, member: User, env: Env) -> None:
    await connection.execute(
        "UPDATE session SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL", member.id, env.now()
    )


async def _other_owners(member: User) -> int:
    """Returns how many active owners the company has besides this member."""
    owners = User.filter(tenant_id=member.tenant_id, role=Role.OWNER, removed_at__isnull=True)
    return await owners.filter(password_hash__isnull=False).exclude(id=member.id).count()
