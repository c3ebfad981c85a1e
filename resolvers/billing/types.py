"""Quota, packages, orders and the ledger in GraphQL."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

from models import billing
from models.kernel.pages import Page
from resolvers.billing.enums import QuotaEntryKind, QuotaOrderStatus
from resolvers.billing.loaders import load_invoice_numbers
from resolvers.context import Info
from resolvers.engine import Cost
from resolvers.relay import Connection, Node, global_id

Count = Callable[[], Awaitable[int]]

COUNT_COST = Cost(weight=5)


@strawberry.type(description="A company's quota: how many passports it may issue. All of them count passports.")
class Quota:
    balance: int = strawberry.field(
        description="How many more passports can be issued: `limit` less `used`, at least 0."
    )
    used: int = strawberry.field(description="How many passports were issued, ever.")
    limit: int = strawberry.field(
        description="How many passports the company may issue in all: the free quota and everything credited since, "
        "less what refunds took back."
    )
    owed: int = strawberry.field(
        description="Quota that refunds should have taken back and the balance did not cover, as it was used already. "
        "It comes off whatever is credited next. 0 as a rule."
    )

    @classmethod
    def of(cls, quota: billing.Quota) -> Self:
        """The domain's quota."""
        return cls(balance=quota.balance, used=quota.used, limit=quota.limit, owed=quota.owed)


@strawberry.type(description="Quota for sale.")
class QuotaPackage:
    id: strawberry.ID = strawberry.field(
        description='Id of the package for `quotaOrderCreate`, such as "starter"; not a global id.'
    )
    name: str = strawberry.field(description="Name of the package, for a person.")
    quota: int = strawberry.field(description="How many passports it allows to issue.")
    price: int = strawberry.field(description="Price in paise (hundredths of the currency), including GST.")
    currency: str = strawberry.field(description="Currency of the price: an ISO 4217 code.")
    gst_rate: float = strawberry.field(description="GST included in the price, in percent of the value before GST.")
    sac: str = strawberry.field(description="Services accounting code on the invoice (Indian GST).")

    @classmethod
    def of(cls, package: billing.Package) -> Self:
        """A package of the price list."""
        return cls(
            id=strawberry.ID(package.id),
            name=package.name,
            quota=package.quota,
            price=package.price,
            currency=package.currency,
            gst_rate=float(package.gst_rate),
            sac=package.sac,
        )


@strawberry.type(description="An order for a package of quota, with the package as it was when ordered.")
class QuotaOrder(Node):
    status: QuotaOrderStatus = strawberry.field(description="Where the order stands.")
    package_id: strawberry.ID = strawberry.field(description="Id of the package, as in `quotaPackages`.")
    package_name: str = strawberry.field(description="Name of the package.")
    quota: int = strawberry.field(description="How many passports the order pays for.")
    amount: int = strawberry.field(description="What is to be paid, in paise including GST.")
    currency: str = strawberry.field(description="Currency of the amount: an ISO 4217 code.")
    receipt: str = strawberry.field(description="Our reference in Razorpay's books, unique.")
    razorpay_order_id: str | None = strawberry.field(
        description="Razorpay's id of the order, for its checkout (`order_id`); null while CREATING or ABANDONED."
    )
    razorpay_payment_id: str | None = strawberry.field(
        description="Razorpay's id of the payment that was credited; null before the order is paid."
    )
    refunded_amount: int = strawberry.field(description="How much of the money went back so far, in paise.")
    refunded_quota: int = strawberry.field(
        description="How much of the quota that takes back: its share of the money, rounded up. Includes what is owed."
    )
    created_at: datetime = strawberry.field(description="When the order was made.")
    paid_at: datetime | None = strawberry.field(description="When the quota was credited; null before that.")
    key: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: billing.QuotaOrder) -> Self:
        """The order in a row."""
        return cls(
            id=global_id("QuotaOrder", row.id),
            key=row.id,
            status=row.status,
            package_id=strawberry.ID(row.package_id),
            package_name=row.package_name,
            quota=row.quota,
            amount=row.amount,
            currency=row.currency,
            receipt=row.receipt,
            razorpay_order_id=row.razorpay_order_id,
            razorpay_payment_id=row.razorpay_payment_id,
            refunded_amount=row.refunded_amount,
            refunded_quota=row.refunded_quota,
            created_at=row.created_at,
            paid_at=row.paid_at,
        )

    @strawberry.field(
        description="Number of the order's GST invoice; null before the order is paid.", directives=[Cost(weight=1)]
    )
    async def invoice_number(self, info: Info) -> str | None:
        return await info.context.loader(load_invoice_numbers).load(self.key)

    @strawberry.field(
        description="Link to the order's GST invoice as PDF, good for 15 minutes without signing in; null before the "
        "order is paid."
    )
    def invoice_url(self, info: Info) -> str | None:
        return billing.invoice_url(info.context.env, self.key) if self.paid_at else None


@strawberry.type(description="One entry of a company's quota ledger, which is only ever added to.")
class QuotaEntry(Node):
    position: int = strawberry.field(description="Number of the entry in the company's ledger, from 1 without gaps.")
    kind: QuotaEntryKind = strawberry.field(description="Why quota came or went.")
    amount: int = strawberry.field(description="How much came (positive) or went (negative), in passports.")
    balance: int = strawberry.field(description="The balance after this entry, never negative.")
    cause: str = strawberry.field(
        description="What caused it, unique among entries of its kind: the uuid of the order or upload, or words."
    )
    created_at: datetime = strawberry.field(description="When it was written.")

    @classmethod
    def of(cls, row: billing.QuotaEntry) -> Self:
        """The entry in a row."""
        return cls(
            id=global_id("QuotaEntry", row.id),
            position=row.position,
            kind=row.kind,
            amount=row.amount,
            balance=row.balance,
            cause=row.cause,
            created_at=row.created_at,
        )


@strawberry.type(description="A page of orders, the newest first.")
class QuotaOrderConnection(Connection[QuotaOrder]):
    count: strawberry.Private[Count]

    @classmethod
    def of(cls, page: Page[billing.QuotaOrder], count: Count) -> Self:
        """The connection over a page of rows; `count` is awaited only when `totalCount` is selected."""
        return cls(page=page.map(QuotaOrder.of), count=count)

    @strawberry.field(description="How many orders the company ever made.", directives=[COUNT_COST])
    async def total_count(self) -> int:
        return await self.count()


@strawberry.type(description="A page of ledger entries, the newest first.")
class QuotaEntryConnection(Connection[QuotaEntry]):
    count: strawberry.Private[Count]

    @classmethod
    def of(cls, page: Page[billing.QuotaEntry], count: Count) -> Self:
        """The connection over a page of rows; `count` is awaited only when `totalCount` is selected."""
        return cls(page=page.map(QuotaEntry.of), count=count)

    @strawberry.field(description="How many entries the company's ledger has.", directives=[COUNT_COST])
    async def total_count(self) -> int:
        return await self.count()
