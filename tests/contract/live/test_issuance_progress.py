"""Progress of an upload over a websocket: begun before the upload, shared, ended with it, and nobody else's."""

import asyncio
from typing import Any

from models.kernel.env import Env
from models.kernel.permissions import Role
from tests.api.graphql.sockets import Socket, initialised, until
from tests.contract.live.live_app import Company, live_server, new_company
from tests.factories import make_branded_batch, make_member
from tests.models.passports.issuing import csv_of, issue_csv

PROGRESS = """subscription Progress($id: ID!) {
  issuanceProgress(id: $id) { id phase rowsRead created errorCount errorCode updatedAt }
}"""
KEY = {"id": "upload"}


async def progress(client: Socket) -> list[dict[str, Any]]:
    """All results up to the end of the only subscription."""
    seen = []
    async with asyncio.timeout(20):
        while (frame := await client.receive())["type"] == "next":
            seen.append(frame["payload"]["data"]["issuanceProgress"])
    assert frame["type"] == "complete", frame
    return seen


async def upload(company: Company) -> None:
    await issue_csv(company.env, company.owner, company.batch.id, csv_of(["A", "B"]), idempotency_key="upload")


async def test_it_begins_before_the_upload_and_ends_with_it(env: Env) -> None:
    company = await new_company(env, 1)
    async with live_server(env) as server:
        async with initialised(server, company.token()) as one, initialised(server, company.token()) as two:
            await one.subscribe(PROGRESS, variables=KEY)
            await two.subscribe(PROGRESS, variables=KEY)
            await until(lambda: server.executor.subscribers == 2)
            assert server.executor.shared_executions == 1
            await upload(company)
            seen = await progress(one)
            assert await progress(two) == seen
            await until(lambda: server.executor.shared_executions == 0)
            first, *_, last = seen
            assert (first["phase"], first["rowsRead"], first["updatedAt"]) == ("WAITING", 0, None)
            assert (last["phase"], last["rowsRead"], last["created"], last["errorCode"]) == ("DONE", 2, 2, None)
            # Whoever comes later gets how it ended.
            await one.subscribe(PROGRESS, variables=KEY)
            assert await progress(one) == [last]
        await until(lambda: env.live.followers == 0)


async def test_members_limited_to_other_brands_and_other_companies_learn_nothing(env: Env) -> None:
    company, stranger = await new_company(env, 1), await new_company(env, 1)
    brand = (await make_branded_batch(env, company.owner, "Other")).brand_id
    assert brand is not None
    limited = await make_member(env, company.owner.tenant_id, Role.OPERATOR, brand_ids=[brand])
    async with (
        live_server(env) as server,
        initialised(server, company.token()) as owner,
        initialised(server, company.token(limited)) as member,
        initialised(server, stranger.token()) as other,
    ):
        for client in (owner, member, other):
            await client.subscribe(PROGRESS, variables=KEY)
        await until(lambda: server.executor.subscribers == 3)
        assert server.executor.shared_executions == 3
        await upload(company)
        assert (await progress(owner))[-1]["phase"] == "DONE"
        # Their own uploads under this key are told, and only these.
        await upload(stranger)
        told = await progress(other)
        assert [result["created"] for result in told if result["phase"] == "DONE"] == [2]
        await until(lambda: server.executor.subscribers == 1)
        frame = await member.receive()
        assert frame["payload"]["data"]["issuanceProgress"]["phase"] == "WAITING"
        await member.send({"type": "complete", "id": "1"})


async def test_a_key_that_cannot_be_one_is_refused(env: Env) -> None:
    company = await new_company(env, 1)
    async with live_server(env) as server, initialised(server, company.token()) as client:
        await client.subscribe(PROGRESS, variables={"id": ""})
        frame = await client.receive()
        assert (frame["type"], frame["payload"][0]["extensions"]["code"]) == ("error", "BAD_USER_INPUT")
