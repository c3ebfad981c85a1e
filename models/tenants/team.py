"""Who may change whom in a company's team. Pure decisions.

Nobody gives, changes or takes away rights beyond their own, and a company always has an owner.
"""

from collections.abc import Collection, Iterator
from enum import StrEnum
from uuid import UUID

from models.kernel.actor import Actor
from models.kernel.errors import Violation
from models.kernel.permissions import Role
from models.tenants.errors import TenantErrorCode
from models.tenants.tables import User

# From the highest to the lowest: each role includes those after it.
_RANKS = list(Role)


class MemberStatus(StrEnum):
    """Where a member stands."""

    INVITED = "INVITED"
    ACTIVE = "ACTIVE"
    REMOVED = "REMOVED"


def status_of(member: User) -> MemberStatus:
    """Where the member stands."""
    if member.removed_at is not None:
        return MemberStatus.REMOVED
    return MemberStatus.INVITED if member.password_hash is None else MemberStatus.ACTIVE


def includes(role: Role, brand_ids: Collection[UUID], other: Role, other_brand_ids: Collection[UUID]) -> bool:
    """Returns whether a role in these brands has every right of the other role in the others; no brands means all."""
    in_brands = not brand_ids or (bool(other_brand_ids) and set(other_brand_ids) <= set(brand_ids))
    return _RANKS.index(role) <= _RANKS.index(other) and in_brands


def grant_violations(actor: Actor, role: Role, brand_ids: Collection[UUID]) -> Iterator[Violation]:
    """Why the actor can't give a member this role in these brands; whether they see the brands is another question."""
    if not includes(actor.role, (), role, ()):
        yield Violation(
            TenantErrorCode.RIGHTS_BEYOND_OWN,
            f"Your role is {actor.role}, and nobody can give a role above their own.",
            ("role",),
            role,
        )
    if role is Role.OWNER and brand_ids:
        yield Violation(
            TenantErrorCode.OWNER_LIMITED,
            "An owner can't be limited to brands: leave brandIds empty, or give another role.",
            ("brand_ids",),
        )
    if actor.brand_ids and not brand_ids:
        yield Violation(
            TenantErrorCode.RIGHTS_BEYOND_OWN,
            "You are limited to brands yourself, so name those of your brands that the member may use.",
            ("brand_ids",),
        )


def reach_violations(actor: Actor, member: User) -> Iterator[Violation]:
    """Why the actor can't change this member at all."""
    if status_of(member) is MemberStatus.REMOVED:
        yield Violation(
            TenantErrorCode.MEMBER_REMOVED, "This member was removed before. Invite the address again.", ("id",)
        )
    if not includes(actor.role, actor.brand_ids, member.role, member.brand_ids):
        yield Violation(
            TenantErrorCode.RIGHTS_BEYOND_OWN,
            "This member has a role above yours or brands that you have not, so somebody else must change that.",
            ("id",),
        )


def last_owner_violations(member: User, other_owners: int) -> Iterator[Violation]:
    """Why this member must stay an owner; `other_owners` counts active ones."""
    if member.role is Role.OWNER and status_of(member) is MemberStatus.ACTIVE and not other_owners:
        yield Violation(
            TenantErrorCode.LAST_OWNER,
            "This is the company's last owner: make somebody else an owner first.",
            ("id",),
        )
