"""Operations compiled once to Python functions, which give exactly what graphql-core's executor gives."""

from resolvers.engine.plan.execution import Execution
from resolvers.engine.plan.plan import Plan

__all__ = ["Execution", "Plan"]
