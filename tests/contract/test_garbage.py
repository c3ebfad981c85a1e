"""What an operation made goes when it ends: nothing waits for the garbage collector to come by."""

import gc
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from models.kernel.env import Env
from resolvers.context import Context
from tests.contract.lists import DOCUMENTS, ENGINE, populate

OTHERS = {
    "a batch with its passports": "{ batch(id: BATCH) { batchName passports(first: 2) { nodes { uuid } } } }",
    "a mutation": 'mutation { brandCreate(input: { name: "Another" }) { brand { name } } }',
    "a mutation that is rejected": 'mutation { brandCreate(input: { name: "Brand 0" }) { userErrors { code } } }',
    "an error of a field": '{ batch(id: BATCH) { passports(after: "x") { nodes { uuid } } } }',
    "an error beneath loaders": '{ batches { nodes { passports(after: "x") { nodes { uuid } } } } }',
    "a variable of the wrong type": "query ($first: Int! = 1) { batches(first: $first) { nodes { id } } }",
    "too many values": "query ($first: Int! = 1) { batches(first: $first) { totalCount } }",
    "an error without a field": "{ batches(first: 101) { nodes { id } } }",
}
VARIABLES: dict[str, dict[str, Any]] = {
    OTHERS["a variable of the wrong type"]: {"first": "x" * 1000},
    OTHERS["too many values"]: {"first": [0.5] * 100_000},
}


@contextmanager
def watched() -> Iterator[Counter[str]]:
    """What was left to the collector within the block, by type; told at its end."""
    left: Counter[str] = Counter()
    was_enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        yield left
        gc.collect()
        left.update(type(thing).__name__ for thing in gc.garbage)
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        if was_enabled:
            gc.enable()


@pytest.fixture
async def run(env: Env) -> Callable[[str], Awaitable[None]]:
    """Runs a document on a company that has three rows of everything."""
    actor, ids = await populate(env, 3)

    async def run(document: str) -> None:
        variables = VARIABLES.get(document)
        document = document.replace("IDS", "[" + ",".join(f'"{id}"' for id in ids) + "]").replace(
            "BATCH", f'"{ids[0]}"'
        )
        await ENGINE.execute(document, variables, context=Context(env=env, viewer=actor))

    return run


@pytest.mark.parametrize("document", [*DOCUMENTS.values(), *OTHERS.values()], ids=[*DOCUMENTS, *OTHERS])
async def test_an_operation_leaves_no_garbage(run: Callable[[str], Awaitable[None]], document: str) -> None:
    # What is made once, the plan and what libraries keep, is there after the second run.
    for _ in range(2):
        await run(document)
    with watched() as left:
        for _ in range(5):
            await run(document)
    assert not left
