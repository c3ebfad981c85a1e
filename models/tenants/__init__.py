"""Companies, their members and how these sign in: the context's public face."""

from typing import Final

from models.kernel.context import DomainContext
from models.tenants.actions.company import RegisterCompany, Registered, register, update_profile
from models.tenants.actions.invitations import (
    AcceptedInvitation,
    AcceptInvitation,
    InviteMember,
    accept_invitation,
    invite_member,
    resend_invitation,
    revoke_invitation,
)
from models.tenants.actions.password_reset import (
    RequestPasswordReset,
    ResetPassword,
    request_password_reset,
    reset_password,
)
from models.tenants.actions.sessions import LogIn, RefreshTokens, SignedIn, Tokens, login, logout, refresh, sweep
from models.tenants.actions.team import ChangeMember, change_member, remove_member
from models.tenants.errors import TenantErrorCode
from models.tenants.jobs import JOBS
from models.tenants.queries import actor_by_email, count_members, current_user, members, tenants, users
from models.tenants.rules import ProfilePatch
from models.tenants.tables import Tenant, User
from models.tenants.team import MemberStatus, status_of
from models.tenants.tokens import Authentication, Authenticator

CONTEXT: Final = DomainContext(error_codes=(TenantErrorCode,), jobs=JOBS)

__all__ = [
    "CONTEXT",
    "AcceptInvitation",
    "AcceptedInvitation",
    "Authentication",
    "Authenticator",
    "ChangeMember",
    "InviteMember",
    "LogIn",
    "MemberStatus",
    "ProfilePatch",
    "RefreshTokens",
    "RegisterCompany",
    "Registered",
    "RequestPasswordReset",
    "ResetPassword",
    "SignedIn",
    "Tenant",
    "TenantErrorCode",
    "Tokens",
    "User",
    "accept_invitation",
    "actor_by_email",
    "change_member",
    "count_members",
    "current_user",
    "invite_member",
    "login",
    "logout",
    "members",
    "refresh",
    "register",
    "remove_member",
    "request_password_reset",
    "resend_invitation",
    "reset_password",
    "revoke_invitation",
    "status_of",
    "sweep",
    "tenants",
    "update_profile",
    "users",
]
