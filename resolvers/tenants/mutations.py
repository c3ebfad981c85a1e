"""Registering, signing in and out, passwords, the company's profile."""

from typing import Annotated, cast

import strawberry
from strawberry import UNSET

from models import tenants
from resolvers.context import Info
from resolvers.errors import RejectionsInPayload, UserError, user_errors_field
from resolvers.tenants.inputs import (
    LoginInput,
    PasswordResetInput,
    PasswordResetRequestInput,
    ProfileUpdateInput,
    RegisterInput,
    TokenRefreshInput,
)
from resolvers.tenants.types import Tenant, User

_WHEN_NULL = "Null when `userErrors` says why."
_ACCESS = f"Access token: send it as 'Authorization: Bearer <accessToken>'. {_WHEN_NULL}"
_REFRESH = f"Refresh token: exchange it with `tokenRefresh`, once; a second use ends the session. {_WHEN_NULL}"
_EXPIRES_IN = f"For how many seconds the access token is good. {_WHEN_NULL}"


@strawberry.type(description="The answer to `register`.")
class RegisterPayload:
    tenant: Tenant | None = strawberry.field(default=None, description="The new company; null if none was registered.")
    user: User | None = strawberry.field(
        default=None, description="Its owner, who now signs in with `login`; null if no company was registered."
    )
    user_errors: list[UserError] = user_errors_field()


@strawberry.type(description="The answer to `login`.")
class LoginPayload:
    access_token: str | None = strawberry.field(default=None, description=_ACCESS)
    refresh_token: str | None = strawberry.field(default=None, description=_REFRESH)
    expires_in: int | None = strawberry.field(default=None, description=_EXPIRES_IN)
    user: User | None = strawberry.field(default=None, description="Who signed in; null when nobody did.")
    tenant: Tenant | None = strawberry.field(default=None, description="Their company; null when nobody signed in.")
    user_errors: list[UserError] = user_errors_field()


@strawberry.type(description="The answer to `tokenRefresh`.")
class TokenRefreshPayload:
    access_token: str | None = strawberry.field(default=None, description=_ACCESS)
    refresh_token: str | None = strawberry.field(default=None, description=_REFRESH)
    expires_in: int | None = strawberry.field(default=None, description=_EXPIRES_IN)
    user_errors: list[UserError] = user_errors_field()


@strawberry.type(description="The answer to `logout`.")
class LogoutPayload:
    user_errors: list[UserError] = user_errors_field()


@strawberry.type(description="The answer to `passwordResetRequest`, the same whether the address is known or not.")
class PasswordResetRequestPayload:
    user_errors: list[UserError] = user_errors_field()


@strawberry.type(description="The answer to `passwordReset`.")
class PasswordResetPayload:
    user_errors: list[UserError] = user_errors_field()


@strawberry.type(description="The answer to `profileUpdate`.")
class ProfileUpdatePayload:
    tenant: Tenant | None = strawberry.field(
        default=None, description="The company as it is now; null when nothing was changed."
    )
    user_errors: list[UserError] = user_errors_field()


@strawberry.type
class TenantMutation:
    @strawberry.mutation(
        description="Register a company and its owner, who then signs in with `login`. No sign-in is needed. An "
        "address that somebody signs in with already is EMAIL_TAKEN. After 20 registrations an hour from one network "
        "address: RATE_LIMITED.",
        extensions=[RejectionsInPayload()],
    )
    async def register(
        self, info: Info, input: Annotated[RegisterInput, strawberry.argument(description="The company and its owner.")]
    ) -> RegisterPayload:
        command = tenants.RegisterCompany(input.company_name, input.email, input.password)
        registered = await tenants.register(command, info.context.env, address=info.context.address)
        tenant = Tenant.of(registered.tenant)
        return RegisterPayload(tenant=tenant, user=User.of(registered.user, tenant))

    @strawberry.mutation(
        description="Sign in: starts a session on this device. An unknown address and a wrong password are both "
        "INVALID_CREDENTIALS. After 5 failures of one account or 20 from one network address within a quarter of "
        "an hour, every further sign-in, with the right password too, is RATE_LIMITED; `extensions.retryAfter` "
        "says for how many seconds, and waits grow with each failure after that.",
        extensions=[RejectionsInPayload()],
    )
    async def login(
        self, info: Info, input: Annotated[LoginInput, strawberry.argument(description="Who signs in.")]
    ) -> LoginPayload:
        command = tenants.LogIn(input.email, input.password)
        signed_in = await tenants.login(command, info.context.env, address=info.context.address)
        tenant = Tenant.of(signed_in.tenant)
        return LoginPayload(
            access_token=signed_in.tokens.access_token,
            refresh_token=signed_in.tokens.refresh_token,
            expires_in=signed_in.tokens.expires_in,
            user=User.of(signed_in.user, tenant),
            tenant=tenant,
        )

    @strawberry.mutation(
        description="Exchange a refresh token for a new access token and a new refresh token. No access token is "
        "needed. A refresh token is good for one use: a second is taken for theft and ends the session. So store the "
        "new one first, and when an answer got lost, sign in again instead of repeating the request. A session ends "
        "when it is not refreshed for 30 days.",
        extensions=[RejectionsInPayload()],
    )
    async def token_refresh(
        self, info: Info, input: Annotated[TokenRefreshInput, strawberry.argument(description="The refresh token.")]
    ) -> TokenRefreshPayload:
        tokens = await tenants.refresh(tenants.RefreshTokens(input.refresh_token), info.context.env)
        return TokenRefreshPayload(
            access_token=tokens.access_token, refresh_token=tokens.refresh_token, expires_in=tokens.expires_in
        )

    @strawberry.mutation(
        description="End the session of the access token: its refresh token is refused from now on, its access token "
        "within half a minute. Sessions on other devices go on.",
        extensions=[RejectionsInPayload()],
    )
    async def logout(self, info: Info) -> LogoutPayload:
        await tenants.logout(info.context.actor, info.context.env)
        return LogoutPayload()

    @strawberry.mutation(
        description="Have a token for a new password mailed to a member. The answer is the same whether the address is "
        "known or not. A new request makes older tokens useless. 5 requests an hour for one address and 20 from one "
        "network address, then RATE_LIMITED.",
        extensions=[RejectionsInPayload()],
    )
    async def password_reset_request(
        self,
        info: Info,
        input: Annotated[PasswordResetRequestInput, strawberry.argument(description="Whose password is forgotten.")],
    ) -> PasswordResetRequestPayload:
        command = tenants.RequestPasswordReset(input.email)
        await tenants.request_password_reset(command, info.context.env, address=info.context.address)
        return PasswordResetRequestPayload()

    @strawberry.mutation(
        description="Set a new password with the token from the mail. Ends all sessions of the member, who then signs "
        "in with `login`. A token that is unknown, used or expired is RESET_TOKEN_INVALID.",
        extensions=[RejectionsInPayload()],
    )
    async def password_reset(
        self,
        info: Info,
        input: Annotated[PasswordResetInput, strawberry.argument(description="The token and the new password.")],
    ) -> PasswordResetPayload:
        await tenants.reset_password(tenants.ResetPassword(input.token, input.new_password), info.context.env)
        return PasswordResetPayload()

    @strawberry.mutation(
        description="Change the profile of the signed-in member's company. Needs the role OWNER or ADMIN.",
        extensions=[RejectionsInPayload()],
    )
    async def profile_update(
        self,
        info: Info,
        input: Annotated[ProfileUpdateInput, strawberry.argument(description="The fields to change.")],
    ) -> ProfileUpdatePayload:
        given = {name: value for name, value in vars(input).items() if value is not UNSET}
        patch = cast(tenants.ProfilePatch, given)
        return ProfileUpdatePayload(
            tenant=Tenant.of(await tenants.update_profile(info.context.actor, patch, info.context.env))
        )
