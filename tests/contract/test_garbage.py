"""What an operation made goes when it ends: nothing waits for the garbage collector to come by."""

import gc
from collections import Counter

import pytest

from models.kernel.env import Env
from resolvers.context import Context
from tests.contract.test_query_counts import DOCUMENTS, ENGINE, populate


@pytest.mark.parametrize("field", sorted(DOCUMENTS))
async def test_an_operation_leaves_no_garbage(env: Env, field: str) -> None:
    actor, ids = await populate(env, 3)
    document = DOCUMENTS[field].replace("IDS", "[" + ",".join(f'"{id}"' for id in ids) + "]")
    # The first makes the plan.
    for _ in range(2):
        await ENGINE.execute(document, context=Context(env=env, viewer=actor))
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        for _ in range(5):
            await ENGINE.execute(document, context=Context(env=env, viewer=actor))
        gc.collect()
        left = Counter(type(left).__name__ for left in gc.garbage)
    finally:
        gc.set_debug(0)
        gc.enable()
        gc.garbage.clear()
    assert not left
