"""The team: a company's members, inviting, changing and removing them."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry import UNSET

from models import tenants
from models.kernel.pages import Page, PageRequest
from models.kernel.permissions import Role
from models.tenants import MemberStatus
from resolvers.context import Context, Info
from resolvers.engine import Cost
from resolvers.enums import describe_enum
from resolvers.errors import RejectionsInPayload, UserError, user_errors_field
from resolvers.relay import After, Connection, First, Node, global_id, key_of
from resolvers.tenants.loaders import load_users
from resolvers.tenants.types import Tenant, User

describe_enum(
    MemberStatus,
    "Where a member of the team stands.",
    {
        "INVITED": "Invited by mail, and has yet to accept; the invitation may have expired.",
        "ACTIVE": "Has set a password and signs in.",
        "REMOVED": "Was removed, or the invitation was revoked, or superseded by a registration or another invitation. "
        "What they did keeps their name, and their address is free for another invitation or registration.",
    },
)


@strawberry.type(description="A member of the company's team, as those see who may see the team.")
class TeamMember(Node):
    email: str = strawberry.field(description="The member's e-mail address, in lower case.")
    role: Role = strawberry.field(description="What the member may do.")
    status: MemberStatus = strawberry.field(description="Where the member stands.")
    invited_at: datetime | None = strawberry.field(
        description="When the member was last invited; null for whoever registered the company."
    )
    brand_ids: list[strawberry.ID] = strawberry.field(
        description="Ids of the brands that the member is limited to: other brands' batches are not found. Empty means "
        "no limit."
    )

    @classmethod
    def of(cls, row: tenants.User) -> Self:
        """The member in a row."""
        return cls(
            id=global_id("TeamMember", row.id),
            email=row.email,
            role=row.role,
            status=tenants.status_of(row),
            invited_at=row.invited_at,
            brand_ids=[global_id("Brand", brand_id) for brand_id in row.brand_ids],
        )


@strawberry.type(description="A page of the team, the newest members first.")
class TeamMemberConnection(Connection[TeamMember]):
    count: strawberry.Private[Callable[[], Awaitable[int]]]

    @classmethod
    def of(cls, page: Page[tenants.User], count: Callable[[], Awaitable[int]]) -> Self:
        """The connection over a page of rows; `count` is awaited only when `totalCount` is selected."""
        return cls(page=page.map(TeamMember.of), count=count)

    @strawberry.field(
        description="How many members the company has, invited and removed ones among them, all pages together.",
        directives=[Cost(weight=5)],
    )
    async def total_count(self) -> int:
        return await self.count()


@strawberry.input(description="Somebody to be invited.")
class TeamMemberInviteInput:
    email: str = strawberry.field(
        description="The e-mail address that the invitation goes to and that the member will sign in with; checked by "
        "syntax alone and kept in lower case."
    )
    role: Role = strawberry.field(description="What the member will be allowed to do; not above your own role.")
    brand_ids: list[strawberry.ID] | None = strawberry.field(
        default=None,
        description="Global ids of the brands that the member is limited to; empty, null or absent means no limit. If "
        "you are limited yourself: some of your brands. An OWNER can't be limited.",
    )


@strawberry.input(description="Whose invitation is to be mailed again.")
class TeamInvitationResendInput:
    id: strawberry.ID = strawberry.field(description="Global id of a team member with status INVITED.")


@strawberry.input(description="Whose invitation is to be taken back.")
class TeamInvitationRevokeInput:
    id: strawberry.ID = strawberry.field(description="Global id of a team member with status INVITED.")


@strawberry.input(description="An invitation to be accepted.")
class InvitationAcceptInput:
    token: str = strawberry.field(description="The token in the mail; good once, for 7 days.")
    password: str = strawberry.field(
        description="The password to sign in with from now on: 12 to 128 characters of any script, spaces included, "
        "at least 5 of them different, without control characters."
    )


@strawberry.input(description="What a member is to be allowed.")
class TeamMemberRoleUpdateInput:
    id: strawberry.ID = strawberry.field(description="Global id of a team member.")
    role: Role = strawberry.field(description="The role that the member is to have; not above your own.")
    brand_ids: list[strawberry.ID] | None = strawberry.field(
        default=UNSET,
        description="Global ids of the brands that the member is to be limited to; empty or null means no limit, "
        "absent leaves the limit as it is. An OWNER can't be limited.",
    )


@strawberry.input(description="Who is to be removed.")
class TeamMemberRemoveInput:
    id: strawberry.ID = strawberry.field(description="Global id of a team member; your own to leave the company.")


@strawberry.type(description="The answer to `teamMemberInvite`.")
class TeamMemberInvitePayload:
    team_member: TeamMember | None = strawberry.field(
        default=None, description="The invited member; null when nobody was invited."
    )
    user_errors: list[UserError] = user_errors_field()


@strawberry.type(description="The answer to `teamInvitationResend`.")
class TeamInvitationResendPayload:
    team_member: TeamMember | None = strawberry.field(
        default=None, description="The invited member; null when nothing is mailed."
    )
    user_errors: list[UserError] = user_errors_field()


@strawberry.type(description="The answer to `teamInvitationRevoke`.")
class TeamInvitationRevokePayload:
    team_member: TeamMember | None = strawberry.field(
        default=None, description="Who was invited, now REMOVED; null when nothing was revoked."
    )
    user_errors: list[UserError] = user_errors_field()


@strawberry.type(description="The answer to `invitationAccept`.")
class InvitationAcceptPayload:
    tenant: Tenant | None = strawberry.field(default=None, description="The company; null when nothing was accepted.")
    user: User | None = strawberry.field(
        default=None, description="The new member, who now signs in with `login`; null when nothing was accepted."
    )
    user_errors: list[UserError] = user_errors_field()


@strawberry.type(description="The answer to `teamMemberRoleUpdate`.")
class TeamMemberRoleUpdatePayload:
    team_member: TeamMember | None = strawberry.field(
        default=None, description="The member as they are now; null when nothing was changed."
    )
    user_errors: list[UserError] = user_errors_field()


@strawberry.type(description="The answer to `teamMemberRemove`.")
class TeamMemberRemovePayload:
    team_member: TeamMember | None = strawberry.field(
        default=None, description="The member, now REMOVED; null when nobody was removed."
    )
    user_errors: list[UserError] = user_errors_field()


@strawberry.type
class TeamQuery:
    @strawberry.field(
        description="The company's team, the newest members first, invited and removed ones among them. Needs the role "
        "OWNER, ADMIN or OPERATOR."
    )
    async def team(self, info: Info, first: First = 20, after: After = None) -> TeamMemberConnection:
        actor = info.context.actor
        page = await tenants.members(actor, PageRequest(first, after))
        return TeamMemberConnection.of(page, partial(tenants.count_members, actor))


@strawberry.type
class TeamMutation:
    @strawberry.mutation(
        description="Invite somebody by mail. The address is EMAIL_TAKEN while anybody of any company has it, and "
        "while another invitation to it has not expired. Nobody invites beyond their own rights. 100 invitations an "
        "hour of one company and 5 to one address, then RATE_LIMITED. Needs the role OWNER or ADMIN.",
        extensions=[RejectionsInPayload()],
    )
    async def team_member_invite(
        self,
        info: Info,
        input: Annotated[TeamMemberInviteInput, strawberry.argument(description="Who is invited, as what.")],
    ) -> TeamMemberInvitePayload:
        command = tenants.InviteMember(input.email, input.role, _brand_keys(input.brand_ids))
        member = await tenants.invite_member(info.context.actor, command, info.context.env)
        return TeamMemberInvitePayload(team_member=TeamMember.of(member))

    @strawberry.mutation(
        description="Mail a new token to somebody invited; it is good for 7 days, and the one before is useless at "
        "once. Limited as `teamMemberInvite` is. Needs the role OWNER or ADMIN.",
        extensions=[RejectionsInPayload()],
    )
    async def team_invitation_resend(
        self,
        info: Info,
        input: Annotated[TeamInvitationResendInput, strawberry.argument(description="Whose invitation.")],
    ) -> TeamInvitationResendPayload:
        member = await tenants.resend_invitation(info.context.actor, _member_key(input.id), info.context.env)
        return TeamInvitationResendPayload(team_member=TeamMember.of(member))

    @strawberry.mutation(
        description="Take an invitation back that was not accepted: its token is useless and the address free at once. "
        "Needs the role OWNER or ADMIN.",
        extensions=[RejectionsInPayload()],
    )
    async def team_invitation_revoke(
        self,
        info: Info,
        input: Annotated[TeamInvitationRevokeInput, strawberry.argument(description="Whose invitation.")],
    ) -> TeamInvitationRevokePayload:
        member = await tenants.revoke_invitation(info.context.actor, _member_key(input.id), info.context.env)
        return TeamInvitationRevokePayload(team_member=TeamMember.of(member))

    @strawberry.mutation(
        description="Accept an invitation with the token from the mail and set the password to sign in with, by "
        "`login`. No sign-in is needed. A token that is unknown, used, renewed, revoked or expired is "
        "INVITATION_TOKEN_INVALID.",
        extensions=[RejectionsInPayload()],
    )
    async def invitation_accept(
        self,
        info: Info,
        input: Annotated[InvitationAcceptInput, strawberry.argument(description="The token and a password.")],
    ) -> InvitationAcceptPayload:
        command = tenants.AcceptInvitation(input.token, input.password)
        accepted = await tenants.accept_invitation(command, info.context.env)
        tenant = Tenant.of(accepted.tenant)
        return InvitationAcceptPayload(tenant=tenant, user=User.of(accepted.user, tenant))

    @strawberry.mutation(
        description="Give a member another role, and other brands if they are named. Whoever loses rights by that is "
        "signed out: refresh tokens at once, access tokens within half a minute. The last owner stays one "
        "(LAST_OWNER), and nobody changes or gives rights beyond their own (RIGHTS_BEYOND_OWN). Needs the role OWNER "
        "or ADMIN.",
        extensions=[RejectionsInPayload()],
    )
    async def team_member_role_update(
        self,
        info: Info,
        input: Annotated[TeamMemberRoleUpdateInput, strawberry.argument(description="The member and their rights.")],
    ) -> TeamMemberRoleUpdatePayload:
        brand_ids = None if input.brand_ids is UNSET else _brand_keys(input.brand_ids)
        command = tenants.ChangeMember(_member_key(input.id), input.role, brand_ids)
        member = await tenants.change_member(info.context.actor, command, info.context.env)
        return TeamMemberRoleUpdatePayload(team_member=TeamMember.of(member))

    @strawberry.mutation(
        description="Remove a member, or leave. Ends their sessions: refresh tokens at once, access tokens within half "
        "a minute. The last owner can't go (LAST_OWNER), and nobody removes rights beyond their own "
        "(RIGHTS_BEYOND_OWN). Needs the role OWNER or ADMIN.",
        extensions=[RejectionsInPayload()],
    )
    async def team_member_remove(
        self,
        info: Info,
        input: Annotated[TeamMemberRemoveInput, strawberry.argument(description="Who goes.")],
    ) -> TeamMemberRemovePayload:
        member = await tenants.remove_member(info.context.actor, _member_key(input.id), info.context.env)
        return TeamMemberRemovePayload(team_member=TeamMember.of(member))


async def load_team_nodes(context: Context, ids: list[UUID]) -> list[TeamMember | None]:
    """Members for `node`: the viewer themselves and, for those who may see the team, others of their company."""
    return [TeamMember.of(row) if row else None for row in await load_users(context, ids)]


def _member_key(id: str) -> UUID:
    return key_of(id, "TeamMember")


def _brand_keys(ids: list[strawberry.ID] | None) -> tuple[UUID, ...]:
    return tuple(key_of(id, "Brand") for id in ids or ())
