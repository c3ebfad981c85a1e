"""Inviting and being refused, as tests of the team do it."""

from collections.abc import Awaitable
from typing import Any

import pytest

from models import tenants
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import Rejected
from models.kernel.permissions import Role
from models.tenants import InviteMember, User
from tests.models.tenants.doubles import Mailbox


async def invited(env: Env, mailbox: Mailbox, actor: Actor, email: str, role: Role = Role.OPERATOR) -> tuple[User, str]:
    """Somebody invited, and the token in their mail."""
    member = await tenants.invite_member(actor, InviteMember(email, role), env)
    await mailbox.deliver()
    assert mailbox.mails[-1].to == email
    return member, mailbox.token()


async def codes(act: Awaitable[Any]) -> list[str]:
    """The codes of a refusal."""
    with pytest.raises(Rejected) as rejected:
        await act
    return [violation.code for violation in rejected.value.violations]
