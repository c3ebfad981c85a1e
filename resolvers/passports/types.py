"""Passports in GraphQL: as their company sees them, and as everybody does."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Self, cast
from uuid import UUID

import strawberry

from models import passports
from models.batches import BatchSummary
from models.kernel.env import Env
from models.kernel.errors import BadInput
from models.kernel.pages import PageRequest
from models.lifecycle import LONGEST_TIMELINE
from models.passports import PassportRecord
from resolvers.batches.enums import MarketRegion
from resolvers.batches.types import COUNT_COST, Batch, BatchDeclarations, BatchSpecs, batch_of
from resolvers.context import Info
from resolvers.engine import Cost, ListSize, selected, selected_arguments
from resolvers.passports.enums import PassportStatus
from resolvers.passports.loaders import PassportPageKey, load_passport_counts, load_passport_pages
from resolvers.relay import After, Connection, First, Node, id_field
from resolvers.rows import of_row, with_attributes

if TYPE_CHECKING:
    from resolvers.lifecycle.enums import EuStatus
    from resolvers.lifecycle.types import AllowedAction, LifecycleEventConnection, PublicEvent


@strawberry.type(description="The passport of one battery, as its company sees it.")
class Passport(Node):
    id: strawberry.ID = id_field("Passport")
    uuid: UUID = strawberry.field(description="The passport's bare id: in its QR code and in the path of its page.")
    serial_number: str = strawberry.field(description="The battery's serial number, unique in the company.")
    manufacture_date: date = strawberry.field(description="Day on which the battery was made.")
    status: PassportStatus = strawberry.field(description="Where the battery is in its life.")
    created_at: datetime = strawberry.field(description="When the passport was issued.")
    updated_at: datetime = strawberry.field(description="When the passport's status last changed.")
    batch_key: strawberry.Private[UUID]
    batch_read: strawberry.Private[BatchSummary | None] = None

    @classmethod
    def of(cls, record: PassportRecord, batch: BatchSummary | None = None) -> Self:
        """The passport in a record; where that was read without its times, they are not to be selected.

        `batch` is its batch where no more than `SUMMARY_FIELDS` is selected of it and it was read along.
        """
        id, batch_id, serial_number, manufacture_date, status, created_at, updated_at = record
        return with_attributes(
            cls,
            {
                "uuid": id,
                "serial_number": serial_number,
                "manufacture_date": manufacture_date,
                "status": status,
                "created_at": created_at,
                "updated_at": updated_at,
                "batch_key": batch_id,
                "batch_read": batch,
            },
        )

    @strawberry.field(description="The batch that the battery belongs to.")
    def batch(self, info: Info) -> Batch:
        if self.batch_read is not None:
            return Batch.of_summary(self.batch_read)
        # Awaited by whoever runs the operation. Whoever sees a passport sees its batch.
        return cast(Batch, batch_of(info, self.batch_key))

    @strawberry.field(
        description="The address that the QR code holds, as in `qr_url` of the CSV export: the public passport, a page "
        "for a person and JSON for a program."
    )
    def qr_url(self, info: Info) -> str:
        return _public_url(info.context.env, self.uuid)

    @strawberry.field(
        description="Address of a picture of the QR code as PNG, with `.svg` in place of `.png` as SVG; open to "
        "everybody. Parameters: `size` in pixels (100 to 2000, 300 if not given), `level` (L, M, Q or H), `label=true` "
        "for the serial number beneath."
    )
    def qr_image_url(self, info: Info) -> str:
        return f"{_public_url(info.context.env, self.uuid)}/qr.png"

    # A life's fields know the passport as the passport knows them; one of the two has to wait.

    @strawberry.field(
        description="What you may do with the passport now, by its status and your role. Empty when nothing.",
        directives=[Cost(weight=0)],
    )
    def allowed_actions(
        self, info: Info
    ) -> list[Annotated["AllowedAction", strawberry.lazy("resolvers.lifecycle.types")]]:
        from resolvers.lifecycle import fields

        return fields.allowed_actions(info, self.status)

    @strawberry.field(
        description="The passport's history, oldest first. An edge's cursor, like `feedCursor`, is also where a live "
        "feed of the company's events can start."
    )
    async def events(
        self, info: Info, first: First = 20, after: After = None
    ) -> Annotated["LifecycleEventConnection", strawberry.lazy("resolvers.lifecycle.types")]:
        from resolvers.lifecycle import fields

        return await fields.events(info, self.uuid, PageRequest(first, after))

    @strawberry.field(
        description="The battery's status in the words of Regulation (EU) 2023/1542.", directives=[Cost(weight=1)]
    )
    async def eu_status(self, info: Info) -> Annotated["EuStatus", strawberry.lazy("resolvers.lifecycle.enums")]:
        from resolvers.lifecycle import fields

        return await fields.eu_status(info, self.uuid)

    # What links two lives is read first, the other life's passport after it.

    @strawberry.field(
        description="The passport of the battery's life before this one; null in its first life.",
        directives=[Cost(weight=2)],
    )
    async def predecessor(self, info: Info) -> "Passport | None":
        from resolvers.lifecycle import fields

        lineage = await fields.lineage(info, self.uuid)
        return await fields.relative(info, lineage.predecessor_id)

    @strawberry.field(
        description="The passport of the battery's next life; null when it has none.", directives=[Cost(weight=2)]
    )
    async def successor(self, info: Info) -> "Passport | None":
        from resolvers.lifecycle import fields

        lineage = await fields.lineage(info, self.uuid)
        return await fields.relative(info, lineage.successor_id)


@strawberry.type(description="A page of a batch's passports, in the order of issue.")
class PassportConnection(Connection[Passport]):
    count: strawberry.Private[Callable[[], Awaitable[int]]]

    @strawberry.field(
        description="How many passports of the batch match the filter, all pages together.", directives=[COUNT_COST]
    )
    async def total_count(self) -> int:
        return await self.count()


@strawberry.input(
    description="Which passports: those that match every field given. Null and absent fields limit nothing."
)
class PassportFilter:
    status: PassportStatus | None = strawberry.field(default=None, description="Passports with this status.")
    serial_number: str | None = strawberry.field(
        default=None,
        description="Passports whose serial number contains this text, in upper or lower case; every character stands "
        "for itself. Trimmed; blank limits nothing.",
    )

    def to_domain(self) -> passports.PassportFilter:
        """The domain's filter."""
        return passports.PassportFilter(self.status, self.serial_number)


def shows_times(fields: frozenset[str]) -> bool:
    """Whether of a passport more is selected than can be told without its times."""
    return not fields.isdisjoint({"createdAt", "updatedAt"})


def selected_page_key(info: Info, batch_id: UUID) -> PassportPageKey | None:
    """Returns the page of a batch's passports that is selected beneath the field being resolved.

    None where there is not exactly one, and where it is not one that can be read.
    """
    arguments = selected_arguments(info, "passports")
    if arguments is None:
        return None
    wanted = _wanted(arguments.get("filter"))
    try:
        request = PageRequest(arguments["first"], arguments.get("after"))
        passports.require_page(request, wanted)
    except BadInput:  # The field `passports` raises it again, at its own path.
        return None
    with_times = shows_times(selected(info, "passports.nodes", "passports.edges.node"))
    return PassportPageKey(batch_id, request, wanted, with_times)


async def passports_of(
    batch: Batch, info: Info, request: PageRequest, filter: PassportFilter | None
) -> PassportConnection:
    """A page of the batch's passports."""
    wanted = _wanted(filter)

    async def count() -> int:
        if wanted.matches_all:
            return batch.total_passports
        return await info.context.loader(load_passport_counts).load((batch.uuid, wanted))

    with_times = shows_times(selected(info, "nodes", "edges.node"))
    key = PassportPageKey(batch.uuid, request, wanted, with_times)
    if batch.page_read is not None and batch.page_read.serves(key):
        page = batch.page_read.page
    else:
        page = await info.context.loader(load_passport_pages).load(key)
    return PassportConnection(page=page.map(Passport.of), count=count)


def _wanted(filter: PassportFilter | None) -> passports.PassportFilter:
    return filter.to_domain() if filter else passports.PassportFilter()


@strawberry.type
class PublicBatchIdentity:
    """What a batch is to everybody."""

    batch_name: str = strawberry.field(description="Name of the batch.")
    model_name: str | None = strawberry.field(description="The battery's model; null when not stated.")
    market_region: MarketRegion = strawberry.field(description="The market that the battery is made for.")
    specs: BatchSpecs = strawberry.field(
        description="What the battery is; never null, though all in it may be.", directives=[Cost(weight=0)]
    )


# Fields of the first base come first in the schema; those below are worded for one battery.
@strawberry.type(description="What the batch of a public passport tells everybody.")
class PublicBatch(PublicBatchIdentity, BatchDeclarations):
    pli_compliant: bool | None = strawberry.field(
        description="Whether the battery meets the terms of India's Production Linked Incentive scheme, as the "
        "manufacturer declares it; null when not stated."
    )
    domestic_value_add: float | None = strawberry.field(
        description="Domestic value added in percent of the sale price, from 0 to 100; null when not stated."
    )
    carbon_footprint_kg_per_kwh: float | None = strawberry.field(
        description="Carbon footprint in kilograms of CO2 equivalent per kilowatt-hour of the total energy that the "
        "battery provides over its service life; null when not declared."
    )

    @classmethod
    def of(cls, batch: passports.PublicBatch) -> Self:
        """The domain's public batch."""
        return of_row(cls, batch, specs=BatchSpecs.of(batch.specs))


@strawberry.type(description="Who answers for the battery of a public passport, and where to reach them.")
class PublicTenant:
    company_name: str = strawberry.field(description="Name of the company.")
    address: str | None = strawberry.field(description="Postal address; null when not stated.")
    support_email: str | None = strawberry.field(description="Address for questions; null when not stated.")
    website: str | None = strawberry.field(description="The company's website; null when not stated.")
    epr_registration_number: str | None = strawberry.field(
        description="Registration for extended producer responsibility with India's CPCB (Battery Waste Management "
        "Rules 2022); null when not stated."
    )
    bis_r_number: str | None = strawberry.field(
        description="Registration number of the Bureau of Indian Standards, `R-` and 8 digits; null when not stated."
    )

    @classmethod
    def of(cls, tenant: passports.PublicTenant) -> Self:
        """The domain's public company."""
        return of_row(cls, tenant)


@strawberry.type(
    description="A battery's passport as everybody sees it who has its uuid, from the code on the battery. It leads to "
    "nothing else of the company's. `GET /p/{uuid}` gives the same as JSON."
)
class PublicPassport:
    uuid: UUID = strawberry.field(description="The passport's id, as in its QR code.")
    serial_number: str = strawberry.field(description="The battery's serial number.")
    manufacture_date: date = strawberry.field(description="Day on which the battery was made.")
    status: PassportStatus = strawberry.field(
        description="Where the battery is in its life. One whose life has ended still has its passport."
    )
    issued_at: datetime = strawberry.field(description="When the passport was issued.")
    batch: PublicBatch = strawberry.field(
        description="What the battery has in common with its batch.", directives=[Cost(weight=0)]
    )
    tenant: PublicTenant = strawberry.field(
        description="The company that answers for the battery.", directives=[Cost(weight=0)]
    )

    @classmethod
    def of(cls, passport: passports.PublicPassport) -> Self:
        """The domain's public passport."""
        return cls(
            uuid=passport.uuid,
            serial_number=passport.serial_number,
            manufacture_date=passport.manufacture_date,
            status=passport.status,
            issued_at=passport.issued_at,
            batch=PublicBatch.of(passport.batch),
            tenant=PublicTenant.of(passport.tenant),
        )

    @strawberry.field(
        description="What happened to the battery, oldest first: public facts only, the newest 200 of them. `at` is "
        "when it was recorded.",
        directives=[ListSize(assumed_size=LONGEST_TIMELINE)],
    )
    async def timeline(
        self, info: Info
    ) -> list[Annotated["PublicEvent", strawberry.lazy("resolvers.lifecycle.types")]]:
        from resolvers.lifecycle import fields

        return await fields.timeline(info, self.uuid)

    @strawberry.field(
        description="The public passport of the battery's life before this one; null in its first life.",
        directives=[Cost(weight=1)],
    )
    async def predecessor_uuid(self, info: Info) -> UUID | None:
        from resolvers.lifecycle import fields

        return (await fields.lineage(info, self.uuid)).predecessor_id

    @strawberry.field(
        description="The public passport of the battery's next life, with what became of it; null when it has none.",
        directives=[Cost(weight=1)],
    )
    async def successor_uuid(self, info: Info) -> UUID | None:
        from resolvers.lifecycle import fields

        return (await fields.lineage(info, self.uuid)).successor_id


def _public_url(env: Env, id: UUID) -> str:
    return passports.passport_url(env.policy.public_base_url, id)
