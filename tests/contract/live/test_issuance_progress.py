"""Progress of an upload over a websocket: begun before the upload, shared, ended with it, and nobody else's."""

import asyncio
from typing import Any

from models.kernel.env import Env
from models.kernel.live import StateItem
from models.kernel.permissions import Role
from models.passports import IssuanceProgress, IssueResult, issuance_progress_stream, progress
from resolvers.engine.live.sharing import Sharing
from tests.api.graphql.sockets import Socket, initialised, until
from tests.contract.live.live_app import Company, live_server, new_company
from tests.factories import make_branded_batch, make_member
from tests.models.passports.issuing import csv_of, issue_csv

PROGRESS = """subscription Progress($id: ID!) {
  issuanceProgress(id: $id) { id phase rowsRead created errorCount errorCode updatedAt }
}"""
KEY = {"id": "upload"}


async def results(client: Socket) -> list[dict[str, Any]]:
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
            await until(lambda: server.engine.subscriptions.subscribers == 2)
            assert server.engine.subscriptions.shared_executions == 1
            await upload(company)
            seen = await results(one)
            assert await results(two) == seen
            await until(lambda: server.engine.subscriptions.shared_executions == 0)
            first, *_, last = seen
            assert (first["phase"], first["rowsRead"], first["updatedAt"]) == ("WAITING", 0, None)
            assert (last["phase"], last["rowsRead"], last["created"], last["errorCode"]) == ("DONE", 2, 2, None)
            # Whoever comes later gets how it ended.
            await one.subscribe(PROGRESS, variables=KEY)
            assert await results(one) == [last]
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
        await until(lambda: server.engine.subscriptions.subscribers == 3)
        assert server.engine.subscriptions.shared_executions == 3
        await upload(company)
        assert (await results(owner))[-1]["phase"] == "DONE"
        # Their own uploads under this key are told, and only these.
        await upload(stranger)
        told = await results(other)
        assert [result["created"] for result in told if result["phase"] == "DONE"] == [2]
        await until(lambda: server.engine.subscriptions.subscribers == 1)
        frame = await member.receive()
        assert frame["payload"]["data"]["issuanceProgress"]["phase"] == "WAITING"
        await member.send({"type": "complete", "id": "1"})


async def test_a_key_that_cannot_be_one_is_refused(env: Env) -> None:
    company = await new_company(env, 1)
    async with live_server(env) as server, initialised(server, company.token()) as client:
        await client.subscribe(PROGRESS, variables={"id": ""})
        frame = await client.receive()
        assert (frame["type"], frame["payload"][0]["extensions"]["code"]) == ("error", "BAD_USER_INPUT")


class Reader:
    """A subscriber that reads on once it may."""

    def __init__(self, *, reads: bool) -> None:
        self.phases: list[str] = []
        self.may_read = asyncio.Event()
        if reads:
            self.may_read.set()

    def deliver(self, payload: str) -> bool:
        self.phases.append(payload)
        return True

    async def ready(self) -> None:
        await self.may_read.wait()


async def test_whoever_still_reads_how_an_attempt_ended_does_not_end_the_next_for_others(env: Env) -> None:
    company = await new_company(env, 1)
    stream = issuance_progress_stream(company.owner, "upload", env)
    sharing, slow, prompt = Sharing(), Reader(reads=False), Reader(reads=True)

    async def execute(item: StateItem[IssuanceProgress]) -> str:
        return str(item.row.phase)

    await issue_csv(env, company.owner, company.batch.id, csv_of([""]), idempotency_key="upload")
    async with asyncio.TaskGroup() as running:
        running.create_task(sharing.run("key", stream, execute, slow))
        await until(lambda: slow.phases == ["FAILED"])
        async with progress.reporting(company.owner, "upload", company.batch.id, env) as report:
            report.reading(1, 0)
            async with asyncio.timeout(20):
                while (await stream.page(0))[0].row.phase != "READING":  # noqa: ASYNC110  # the table has no event
                    await asyncio.sleep(0.01)
            watching = running.create_task(sharing.run("key", stream, execute, prompt))
            await until(lambda: "READING" in prompt.phases)
            report.ended(IssueResult(1))
        await watching
        assert prompt.phases[-2:] == ["READING", "DONE"]
        slow.may_read.set()
    assert (slow.phases, len(sharing)) == (["FAILED"], 0)
