"""The company's quota over GraphQL."""

import pytest

from models.kernel.env import Env
from models.kernel.permissions import Role
from tests.factories import make_company
from tests.resolvers.client import Client

QUOTA = "{ quota { balance used limit } }"


async def test_members_see_their_companys_quota(env: Env) -> None:
    owner, other = await make_company(env, quota=50), await make_company(env, quota=7)
    for actor, limit in ((owner, 150), (other, 107)):
        assert await Client(env, actor).run(QUOTA) == {"quota": {"balance": limit, "used": 0, "limit": limit}}


@pytest.mark.parametrize("role", Role)
async def test_every_role_may_see_it(env: Env, role: Role) -> None:
    assert await Client(env, await make_company(env, role=role)).run(QUOTA)


async def test_nobody_else_may(env: Env) -> None:
    assert (await Client(env).error(QUOTA))["code"] == "UNAUTHENTICATED"
