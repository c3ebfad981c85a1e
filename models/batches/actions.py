"""Use cases that change brands, products and batches, and what issuing and downloading passports do to a batch."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from tortoise.exceptions import IntegrityError
from tortoise.expressions import F

from models import database
from models.batches import rules
from models.batches.errors import BatchErrorCode
from models.batches.queries import batch, require_row
from models.batches.rules import BatchPatch
from models.batches.tables import Batch, BatchStatus, Brand, Product
from models.batches.visible import visible_batches, visible_brands, visible_products
from models.database import Connection, unit_of_work
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import Forbidden, Rejected, reject
from models.kernel.ids import uuid7
from models.kernel.permissions import Permission


@dataclass(frozen=True, slots=True)
class CreateBrand:
    """A brand to be added; the name is unique in the company."""

    name: str


@dataclass(frozen=True, slots=True)
class UpdateBrand:
    """A brand's new name."""

    brand_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class CreateProduct:
    """A product to be added; the model name is unique in the brand."""

    brand_id: UUID
    model_name: str


@dataclass(frozen=True, slots=True)
class UpdateProduct:
    """A product's new model name. Batches keep the one that they were given."""

    product_id: UUID
    model_name: str


@dataclass(frozen=True, slots=True)
class CreateBatch:
    """A batch to be added. `brand_id`, when given, must be the brand of its product."""

    fields: BatchPatch
    brand_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class UpdateBatch:
    """Changes to a batch as it was in `expected_version`. `brand_id`, when given, must be the brand it ends up with."""

    batch_id: UUID
    expected_version: int
    patch: BatchPatch
    brand_id: UUID | None = None


async def create_brand(actor: Actor, command: CreateBrand, env: Env) -> Brand:
    """Add a brand. Raises `Forbidden` for a member limited to brands, who could not see the new one."""
    actor.require(Permission.CATALOG_MANAGE)
    if actor.brand_ids:
        raise Forbidden("You are limited to brands of this company, so you can't add another.")
    name = rules.checked_name(command.name, "name")
    now = env.now()
    with _unique_name(name):
        async with unit_of_work():
            return await Brand.create(id=uuid7(), tenant_id=actor.tenant_id, name=name, created_at=now, updated_at=now)


async def update_brand(actor: Actor, command: UpdateBrand, env: Env) -> Brand:
    """Rename a brand. Raises `NotFound`."""
    actor.require(Permission.CATALOG_MANAGE)
    name = rules.checked_name(command.name, "name")
    with _unique_name(name):
        async with unit_of_work():
            brand = require_row(await visible_brands(actor).get_or_none(id=command.brand_id), "brand")
            if name != brand.name:
                brand.update_from_dict({"name": name, "updated_at": env.now()})
                await brand.save(update_fields=["name", "updated_at"])
            return brand


async def create_product(actor: Actor, command: CreateProduct, env: Env) -> Product:
    """Add a product to a brand. Raises `NotFound` for a brand that the actor may not see."""
    actor.require(Permission.CATALOG_MANAGE)
    model_name = rules.checked_name(command.model_name, "model_name")
    now = env.now()
    with _unique_model_name(model_name):
        async with unit_of_work():
            brand = require_row(await visible_brands(actor).get_or_none(id=command.brand_id), "brand")
            return await Product.create(
                id=uuid7(),
                tenant_id=actor.tenant_id,
                brand_id=brand.id,
                model_name=model_name,
                created_at=now,
                updated_at=now,
            )


async def update_product(actor: Actor, command: UpdateProduct, env: Env) -> Product:
    """Rename a product. Raises `NotFound`."""
    actor.require(Permission.CATALOG_MANAGE)
    model_name = rules.checked_name(command.model_name, "model_name")
    with _unique_model_name(model_name):
        async with unit_of_work():
            product = require_row(await visible_products(actor).get_or_none(id=command.product_id), "product")
            if model_name != product.model_name:
                product.update_from_dict({"model_name": model_name, "updated_at": env.now()})
                await product.save(update_fields=["model_name", "updated_at"])
            return product


async def create_batch(actor: Actor, command: CreateBatch, env: Env) -> Batch:
    """Add a batch. Raises `NotFound` for a product that the actor may not see."""
    actor.require(Permission.BATCH_MANAGE)
    now = env.now()
    with _unique_number(command.fields):
        async with unit_of_work():
            columns = rules.changes(
                rules.EMPTY_BATCH,
                command.fields,
                await _product_in(command.fields, actor),
                brand_id=command.brand_id,
                needs_product=bool(actor.brand_ids),
                today=env.today(),
            )
            return await Batch.create(id=uuid7(), tenant_id=actor.tenant_id, created_at=now, updated_at=now, **columns)


async def update_batch(actor: Actor, command: UpdateBatch, env: Env) -> Batch:
    """Change a batch if it still has the expected version. Returns the updated batch.

    A patch that changes nothing leaves `version` and `updated_at` alone. Raises `NotFound`, also for a product that the
    actor may not see, and a rejection (VERSION_CONFLICT) when somebody else was faster.
    """
    actor.require(Permission.BATCH_MANAGE)
    with _unique_number(command.patch):
        async with unit_of_work():
            current = await batch(actor, command.batch_id)
            if current.version != command.expected_version:
                raise _conflict(current)
            columns = rules.changes(
                {column: getattr(current, column) for column in rules.EMPTY_BATCH},
                command.patch,
                await _product_in(command.patch, actor),
                brand_id=command.brand_id,
                needs_product=bool(actor.brand_ids),
                today=env.today(),
            )
            if not columns:
                return current
            # Reading took no lock: whoever comes second finds the version gone.
            updated = await Batch.filter(id=current.id, version=current.version).update(
                **columns, version=F("version") + 1, updated_at=env.now()
            )
            latest = await batch(actor, command.batch_id)
            if not updated:
                raise _conflict(latest)
            return latest


async def lock_for_issuing(connection: Connection, actor: Actor, batch_id: UUID) -> Batch:
    """Returns the batch, locked until the transaction of `connection` ends: uploads into it come one after the other.

    Raises `NotFound`, and a rejection (BATCH_ARCHIVED, 409 over HTTP) when it takes no new serials.
    """
    locked = require_row(await visible_batches(actor).select_for_update(no_key=True).get_or_none(id=batch_id), "batch")
    if locked.status is BatchStatus.ARCHIVED:
        raise reject(
            BatchErrorCode.BATCH_ARCHIVED,
            "The batch is archived and takes no new serials; set its status to ACTIVE first.",
            http_status=409,
        )
    return locked


async def add_issued(connection: Connection, batch_id: UUID, count: int) -> None:
    """Add to the batch's total what the open transaction issues. This does not count as a change: the version stays."""
    await connection.execute("UPDATE batch SET total_passports = total_passports + $2 WHERE id = $1", batch_id, count)


async def record_download(batch_id: UUID, passports: int) -> None:
    """Record how many passports a complete download held. An earlier download that ends later changes nothing."""
    await database.execute(
        "UPDATE batch SET downloaded_passports = greatest(downloaded_passports, $2) WHERE id = $1",
        batch_id,
        passports,
    )


async def _product_in(patch: BatchPatch, actor: Actor) -> Product | None:
    product_id = patch.get("product_id")
    if product_id is None:
        return None
    return require_row(await visible_products(actor).get_or_none(id=product_id), "product")


def _conflict(current: Batch) -> Rejected:
    return reject(
        BatchErrorCode.VERSION_CONFLICT,
        f"The batch was changed meanwhile and now has version {current.version}: read it again and repeat the change.",
        "expected_version",
        value=str(current.version),
    )


def _unique_name(name: str) -> AbstractContextManager[None]:
    return _unique(BatchErrorCode.BRAND_NAME_TAKEN, "Your company has another brand of this name.", "name", name)


def _unique_model_name(name: str) -> AbstractContextManager[None]:
    message = "The brand has another product with this model name."
    return _unique(BatchErrorCode.MODEL_NAME_TAKEN, message, "model_name", name)


def _unique_number(patch: BatchPatch) -> AbstractContextManager[None]:
    message = "The product has another batch with this number."
    return _unique(BatchErrorCode.BATCH_NUMBER_TAKEN, message, "batch_number", patch.get("batch_number"))


@contextmanager
def _unique(code: BatchErrorCode, message: str, field: str, value: str | None) -> Iterator[None]:
    """Turn the database's duplicate key error into `Rejected`: only the database sees what others are writing.

    It goes around the unit of work, which a failed statement has made useless.
    """
    try:
        yield
    except IntegrityError as error:
        if not isinstance(error.__cause__, asyncpg.UniqueViolationError):
            raise
        raise reject(code, message, field, value=value) from None
