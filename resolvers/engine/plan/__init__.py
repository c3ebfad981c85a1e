"""Operations compiled once to Python functions, whose answers are exactly those of graphql-core's executor."""

from resolvers.engine.plan.execution import Execution
from resolvers.engine.plan.plan import Plan

__all__ = ["Execution", "Plan"]
