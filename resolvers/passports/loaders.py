"""Rows that fields of many objects need, loaded together. They are the domain's; the types map them."""

from typing import NamedTuple
from uuid import UUID

from models import passports
from models.batches import BatchSummary
from models.kernel.pages import Page, PageRequest
from models.passports import PassportFilter, PassportRecord
from resolvers.context import Context
from resolvers.parents import of_each_parent


class PassportPageKey(NamedTuple):
    """A page of a batch's passports."""

    batch_id: UUID
    request: PageRequest
    filter: PassportFilter
    with_times: bool


class PageRead(NamedTuple):
    """A page that was read along with its batch."""

    key: PassportPageKey
    page: Page[PassportRecord]

    def serves(self, key: PassportPageKey) -> bool:
        """Whether it is the page that is asked for, with its times at least where they are."""
        return self.key[:3] == key[:3] and (self.key.with_times or not key.with_times)


async def load_passports(context: Context, ids: list[UUID]) -> list[PassportRecord | None]:
    """Passports by id; None for what the viewer may not see."""
    found = await passports.passports_by_id(context.actor, ids)
    return [found.get(id) for id in ids]


async def load_passport_pages(context: Context, keys: list[PassportPageKey]) -> list[Page[PassportRecord]]:
    """A page of the passports of each batch, with their times or without."""

    async def read(
        ids: list[UUID], request: PageRequest, filter: PassportFilter, with_times: bool
    ) -> dict[UUID, Page[PassportRecord]]:
        return await passports.passports_by_batch(context.actor, ids, request, filter, with_times=with_times)

    return await of_each_parent(keys, read)


async def load_batches_with_passports(
    context: Context, keys: list[PassportPageKey]
) -> list[tuple[BatchSummary, Page[PassportRecord]] | None]:
    """Batches as lists show them, each with a page of its passports; None for what the viewer may not see."""

    async def read(
        ids: list[UUID], request: PageRequest, filter: PassportFilter, with_times: bool
    ) -> dict[UUID, tuple[BatchSummary, Page[PassportRecord]] | None]:
        found = await passports.batches_with_passports(context.actor, ids, request, filter, with_times=with_times)
        return {id: found.get(id) for id in ids}

    return await of_each_parent(keys, read)


async def load_passport_counts(context: Context, keys: list[tuple[UUID, PassportFilter]]) -> list[int]:
    """How many passports of each batch match the filter."""

    async def read(ids: list[UUID], filter: PassportFilter) -> dict[UUID, int]:
        counts = await passports.passport_counts(context.actor, ids, filter)
        return {id: counts.get(id, 0) for id in ids}

    return await of_each_parent(keys, read)
