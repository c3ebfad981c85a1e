"""What an actor may see of brands, products and batches: every read for a member starts here.

A member limited to brands sees those brands, their products and their products' batches. A batch without a product
belongs to no brand, so such a member does not see it.

A query set is for the ORM, a constant for SQL: it stands after FROM or JOIN under the alias it ends with, and takes
the values of `visible_to` as $1 and $2. Contexts above build theirs on `VISIBLE_BATCHES`.
"""

from typing import Final
from uuid import UUID

from tortoise.queryset import QuerySet

from models.batches.tables import Batch, Brand, Product
from models.kernel.actor import Actor
from models.kernel.permissions import Permission

_WITHIN_BRANDS: Final = "tenant_id = $1 AND (cardinality($2::uuid[]) = 0 OR brand_id = ANY($2))"
VISIBLE_PRODUCTS: Final = f"(SELECT * FROM product WHERE {_WITHIN_BRANDS}) product"  # noqa: S608  # made of constants
VISIBLE_BATCHES: Final = f"(SELECT * FROM batch WHERE {_WITHIN_BRANDS}) b"  # noqa: S608  # as above


def visible_to(actor: Actor) -> tuple[UUID, list[UUID]]:
    """$1 and $2 of every statement made of these constants: the company, and the brands; no brands means all."""
    actor.require(Permission.READ)
    return actor.tenant_id, list(actor.brand_ids)


def visible_brands(actor: Actor) -> QuerySet[Brand]:
    """Returns the brands that the actor may see."""
    tenant_id, brand_ids = visible_to(actor)
    brands = Brand.filter(tenant_id=tenant_id)
    return brands.filter(id__in=brand_ids) if brand_ids else brands


def visible_products(actor: Actor) -> QuerySet[Product]:
    """Returns the products that the actor may see."""
    tenant_id, brand_ids = visible_to(actor)
    products = Product.filter(tenant_id=tenant_id)
    return products.filter(brand_id__in=brand_ids) if brand_ids else products


def visible_batches(actor: Actor) -> QuerySet[Batch]:
    """Returns the batches that the actor may see."""
    tenant_id, brand_ids = visible_to(actor)
    batches = Batch.filter(tenant_id=tenant_id)
    return batches.filter(brand_id__in=brand_ids) if brand_ids else batches
