"""Quota in GraphQL."""

from typing import Self

import strawberry

from models import billing


@strawberry.type(description="A company's quota: how many passports it may issue. All three count passports.")
class Quota:
    balance: int = strawberry.field(
        description="How many more passports can be issued: `limit` less `used`, at least 0."
    )
    used: int = strawberry.field(description="How many passports were issued, ever.")
    limit: int = strawberry.field(
        description="How many passports the company may issue in all: the free quota and everything credited since, "
        "less what refunds took back."
    )

    @classmethod
    def of(cls, quota: billing.Quota) -> Self:
        """The domain's quota."""
        return cls(balance=quota.balance, used=quota.used, limit=quota.limit)
