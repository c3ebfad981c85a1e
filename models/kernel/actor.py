"""The actor: who is asking, on behalf of which company, and what they may do."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from models.kernel.errors import Forbidden
from models.kernel.permissions import PERMISSIONS, Permission, Role

_NOBODY: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in member. `brand_ids` limits them to those brands; empty means all."""

    tenant_id: UUID
    user_id: UUID
    session_id: UUID
    email: str
    role: Role
    brand_ids: frozenset[UUID] = frozenset()

    def may(self, permission: Permission) -> bool:
        """Whether the role grants this permission."""
        return permission in PERMISSIONS[self.role]

    def without_person(self) -> "Actor":
        """Anybody with this company, role and brands: who may do and see the same, and is nobody in particular."""
        return replace(self, user_id=_NOBODY, session_id=_NOBODY, email="")

    def require(self, permission: Permission) -> None:
        """Raise `Forbidden`, naming the permission and who has it, unless the role grants it."""
        if not self.may(permission):
            allowed = ", ".join(role for role in Role if permission in PERMISSIONS[role])
            raise Forbidden(
                f"Your role {self.role} lacks the permission {permission}; it needs one of: {allowed}.",
                permission=str(permission),
            )

    def may_use_brand(self, brand_id: UUID | None) -> bool:
        """Whether the member's brand limit allows this brand."""
        return is_within(self.brand_ids, brand_id)


def is_within(brand_ids: Collection[UUID], brand_id: UUID | None) -> bool:
    """Whether a limit to these brands allows the brand; no brands means no limit, no brand is outside any limit."""
    return not brand_ids or brand_id in brand_ids
