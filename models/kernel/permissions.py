"""Who may do what: the one permission table of the product."""

from enum import StrEnum


class Role(StrEnum):
    """A member's role in a company."""

    OWNER = "OWNER"
    ADMIN = "ADMIN"
    OPERATOR = "OPERATOR"
    LOGISTICS = "LOGISTICS"
    VIEWER = "VIEWER"


class Permission(StrEnum):
    """A right that use cases ask for with `Actor.require`."""

    READ = "READ"
    PROFILE_UPDATE = "PROFILE_UPDATE"
    TEAM_READ = "TEAM_READ"
    TEAM_MANAGE = "TEAM_MANAGE"
    CATALOG_MANAGE = "CATALOG_MANAGE"
    BATCH_MANAGE = "BATCH_MANAGE"
    PASSPORT_ISSUE = "PASSPORT_ISSUE"
    PASSPORT_DOWNLOAD = "PASSPORT_DOWNLOAD"
    PASSPORT_TRANSITION = "PASSPORT_TRANSITION"
    BILLING_READ = "BILLING_READ"
    BILLING_BUY = "BILLING_BUY"


_EVERYONE = frozenset({Permission.READ})
_LOGISTICS = _EVERYONE | {Permission.PASSPORT_TRANSITION}
_OPERATOR = _LOGISTICS | {
    Permission.CATALOG_MANAGE,
    Permission.BATCH_MANAGE,
    Permission.PASSPORT_ISSUE,
    Permission.PASSPORT_DOWNLOAD,
    Permission.TEAM_READ,
}
_ADMIN = _OPERATOR | {
    Permission.PROFILE_UPDATE,
    Permission.TEAM_MANAGE,
    Permission.BILLING_READ,
    Permission.BILLING_BUY,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: _ADMIN,
    Role.OPERATOR: _OPERATOR,
    Role.LOGISTICS: _LOGISTICS,
    Role.VIEWER: _EVERYONE,
}
