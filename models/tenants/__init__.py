"""Companies, their members and how these sign in: the context's public face."""

from models.tenants.actions.company import Register, Registered, register, update_profile
from models.tenants.actions.password_reset import (
    RequestPasswordReset,
    ResetPassword,
    outbox_handlers,
    request_password_reset,
    reset_password,
)
from models.tenants.actions.sessions import Login, Refresh, SignedIn, Tokens, login, logout, refresh, sweep
from models.tenants.errors import TenantErrorCode
from models.tenants.queries import actor_by_email, current_user, tenants, users
from models.tenants.rules import ProfilePatch
from models.tenants.tables import Tenant, User
from models.tenants.tokens import Authentication, Authenticator

__all__ = [
    "Authentication",
    "Authenticator",
    "Login",
    "ProfilePatch",
    "Refresh",
    "Register",
    "Registered",
    "RequestPasswordReset",
    "ResetPassword",
    "SignedIn",
    "Tenant",
    "TenantErrorCode",
    "Tokens",
    "User",
    "actor_by_email",
    "current_user",
    "login",
    "logout",
    "outbox_handlers",
    "refresh",
    "register",
    "request_password_reset",
    "reset_password",
    "sweep",
    "tenants",
    "update_profile",
    "users",
]
