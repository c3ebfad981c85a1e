"""graphql-core's executor with another timing: right as well, so the comparison has to put up with it."""

import asyncio
from random import Random
from typing import Any

from graphql.execution import Executor

from tests.resolvers.engine.mutants import run_with
from tests.resolvers.engine.oracle import Run


class _Patient(Executor[Any]):
    """Takes some turns of the loop more, not the same number everywhere."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._random = Random(1)

    async def with_abort_signal(self, awaitable: Any) -> Any:
        for _ in range(self._random.randrange(5)):
            await asyncio.sleep(0)
        return await awaitable


class _Eager(Executor[Any]):
    """Begins everything at once, and lets all of it finish."""

    def execute_fields(
        self, parent_type: Any, source_value: Any, path: Any, grouped_field_set: Any, position_context: Any
    ) -> Any:
        result: Any = super().execute_fields(parent_type, source_value, path, grouped_field_set, position_context)
        return asyncio.ensure_future(result) if self.is_awaitable(result) else result


run_patiently: Run = run_with(_Patient)
run_impatiently: Run = run_with(_Eager)
