"""A compiled plan answers exactly as graphql-core's executor: thousands of generated operations, all compared.

The examples are new ones each time. `ORACLE_SEED` has the same again, `ORACLE_EXAMPLES` says how many for each schema;
`make fuzz` runs a million.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from random import SystemRandom

import pytest

from tests.resolvers.engine.examples import SUBJECTS, Tally, examine, subject
from tests.resolvers.engine.mutants import MUTANTS
from tests.resolvers.engine.oracle import Run
from tests.resolvers.engine.patience import run_impatiently, run_patiently
from tests.resolvers.engine.running import run_plan

SEED = int(os.environ.get("ORACLE_SEED", "0")) or SystemRandom().randrange(10**9)
EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES", "300"))

# graphql-core cancels tasks that haven't begun: what they were to await is then never awaited. Where Python can't say
# so in a warning, pytest does.
pytestmark = [
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore:.*coroutine object:pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True)
async def _quiet_loop() -> AsyncIterator[None]:
    """What fails in the background of a failed field is nobody's concern."""
    loop = asyncio.get_running_loop()
    handler = loop.get_exception_handler()
    loop.set_exception_handler(lambda *_: None)
    yield
    loop.set_exception_handler(handler)


@pytest.mark.parametrize("name", SUBJECTS)
async def test_a_plan_answers_as_the_oracle(name: str) -> None:
    tally = Tally()
    for example in range(SEED, SEED + EXAMPLES):
        finding = await examine(subject(name), example, run_plan, tally)
        assert finding is None, f"ORACLE_SEED={SEED}\n{finding}"
    assert tally.valid > 0.9 * tally.examples


@pytest.mark.parametrize("mutant", MUTANTS)
async def test_a_wrong_executor_is_found_out(mutant: str) -> None:
    for example in range(EXAMPLES):
        if await examine(subject("everything"), example, MUTANTS[mutant], Tally(), shrinks=False):
            return
    pytest.fail(f"{EXAMPLES} examples didn't show that something {mutant}")


@pytest.mark.parametrize("run", [run_patiently, run_impatiently])
async def test_when_things_happen_makes_no_difference(run: Run) -> None:
    for example in range(EXAMPLES // 4):
        finding = await examine(subject("everything"), example, run, Tally())
        assert finding is None, str(finding)
