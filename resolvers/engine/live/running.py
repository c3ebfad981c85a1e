"""What subscriptions cost while they run: each item of a feed executes them anew, so what runs has a budget, too."""

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from resolvers.engine.errors import RATE_LIMITED, refusal


class RunningCosts:
    """What the different subscriptions of each payer cost for one item, in this process; `most` for each payer.

    Subscriptions with the same key share one execution, so they cost once.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._costs: Counter[Hashable] = Counter()
        self._subscribers: Counter[Hashable] = Counter()

    @contextmanager
    def charged(self, payer: Hashable, key: Hashable, cost: int) -> Iterator[None]:
        """Charge a subscription for as long as the block lasts. Raises `Refused` when that would be too much."""
        is_first = not self._subscribers[key]
        if is_first and self._costs[payer] + cost > self._most:
            raise refusal(
                RATE_LIMITED,
                f"The live subscriptions on your budget cost {self._costs[payer]} for each item and this one {cost}; "
                f"together they may cost {self._most}. Ask for less, or with the same document and variables as "
                "others: equal subscriptions cost once.",
            )
        self._subscribers[key] += 1
        self._costs[payer] += cost if is_first else 0
        try:
            yield
        finally:
            self._subscribers[key] -= 1
            if not self._subscribers[key]:
                del self._subscribers[key]
                self._costs[payer] -= cost
                if not self._costs[payer]:
                    del self._costs[payer]
