"""What a company's live subscriptions may cost together."""

from contextlib import AsyncExitStack

from models.kernel.env import Env
from tests.api.graphql.sockets import initialised, until
from tests.contract.live.live_app import live_server, new_company

# Each of these loads some 3,000 objects for every scan; the name makes it another subscription.
DEAR = """subscription Q%d {
  scanAdded { scan { batch { passports(first: 100) { nodes { events(first: 28) { nodes { id } } } } } } }
}"""


async def test_different_subscriptions_of_a_company_have_one_budget_and_equal_ones_cost_once(env: Env) -> None:
    company, other = await new_company(env), await new_company(env)
    async with live_server(env) as server, AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(initialised(server, company.token())) for _ in range(2)]
        for number in range(3):
            await clients[0].subscribe(DEAR % number, str(number))
        await until(lambda: server.engine.subscriptions.subscribers == 3)
        await clients[1].subscribe(DEAR % 3, "dear")
        refusal = await clients[1].receive()
        assert (refusal["type"], refusal["id"]) == ("error", "dear")
        assert refusal["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
        await clients[1].subscribe(DEAR % 0, "equal")
        await until(lambda: server.engine.subscriptions.subscribers == 4)
        neighbour = await stack.enter_async_context(initialised(server, other.token()))
        await neighbour.subscribe(DEAR % 3, "theirs")
        await until(lambda: server.engine.subscriptions.subscribers == 5)
        await clients[0].send({"type": "complete", "id": "1"})
        await until(lambda: server.engine.subscriptions.subscribers == 4)
        await clients[1].subscribe(DEAR % 3, "dear")
        await until(lambda: server.engine.subscriptions.subscribers == 5)
