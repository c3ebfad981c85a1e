"""Changing brands, products and batches."""

from typing import Annotated

import strawberry

from models import batches
from resolvers.batches.inputs import (
    BatchCreateInput,
    BatchUpdateInput,
    BrandCreateInput,
    BrandUpdateInput,
    ProductCreateInput,
    ProductUpdateInput,
)
from resolvers.batches.types import Batch, Brand, Product
from resolvers.context import Info
from resolvers.errors import RejectionsInPayload, UserError, user_errors_field
from resolvers.relay import key_of, key_or_uuid


@strawberry.type(description="What `brandCreate` gives.")
class BrandCreatePayload:
    brand: Brand | None = strawberry.field(default=None, description="The new brand; null when `userErrors` says why.")
    user_errors: list[UserError] = user_errors_field()


@strawberry.type(description="What `brandUpdate` gives.")
class BrandUpdatePayload:
    brand: Brand | None = strawberry.field(
        default=None, description="The brand as it is now; null when `userErrors` says why."
    )
    user_errors: list[UserError] = user_errors_field()


@strawberry.type(description="What `productCreate` gives.")
class ProductCreatePayload:
    product: Product | None = strawberry.field(
        default=None, description="The new product; null when `userErrors` says why."
    )
    user_errors: list[UserError] = user_errors_field()


@strawberry.type(description="What `productUpdate` gives.")
class ProductUpdatePayload:
    product: Product | None = strawberry.field(
        default=None, description="The product as it is now; null when `userErrors` says why."
    )
    user_errors: list[UserError] = user_errors_field()


@strawberry.type(description="What `batchCreate` gives.")
class BatchCreatePayload:
    batch: Batch | None = strawberry.field(default=None, description="The new batch; null when `userErrors` says why.")
    user_errors: list[UserError] = user_errors_field()


@strawberry.type(description="What `batchUpdate` gives.")
class BatchUpdatePayload:
    batch: Batch | None = strawberry.field(
        default=None, description="The batch as it is now; null when `userErrors` says why."
    )
    user_errors: list[UserError] = user_errors_field()


@strawberry.type
class BatchesMutation:
    @strawberry.mutation(
        description="Adds a brand. Needs the role OWNER, ADMIN or OPERATOR; a member limited to brands can't. User "
        "errors: VALUE_REQUIRED, TEXT_INVALID, TEXT_TOO_LONG, BRAND_NAME_TAKEN.",
        extensions=[RejectionsInPayload()],
    )
    async def brand_create(
        self, info: Info, input: Annotated[BrandCreateInput, strawberry.argument(description="The brand.")]
    ) -> BrandCreatePayload:
        command = batches.CreateBrand(input.name)
        return BrandCreatePayload(
            brand=Brand.of(await batches.create_brand(info.context.actor, command, info.context.env))
        )

    @strawberry.mutation(
        description="Renames a brand. Needs the role OWNER, ADMIN or OPERATOR. User errors: as for `brandCreate`; an "
        "id that you may not see is the error NOT_FOUND.",
        extensions=[RejectionsInPayload()],
    )
    async def brand_update(
        self, info: Info, input: Annotated[BrandUpdateInput, strawberry.argument(description="The new name.")]
    ) -> BrandUpdatePayload:
        command = batches.UpdateBrand(key_of(input.id, "Brand"), input.name)
        return BrandUpdatePayload(
            brand=Brand.of(await batches.update_brand(info.context.actor, command, info.context.env))
        )

    @strawberry.mutation(
        description="Adds a product to a brand. Needs the role OWNER, ADMIN or OPERATOR. User errors: VALUE_REQUIRED, "
        "TEXT_INVALID, TEXT_TOO_LONG, MODEL_NAME_TAKEN; a brand that you may not see is the error NOT_FOUND.",
        extensions=[RejectionsInPayload()],
    )
    async def product_create(
        self, info: Info, input: Annotated[ProductCreateInput, strawberry.argument(description="The product.")]
    ) -> ProductCreatePayload:
        command = batches.CreateProduct(key_of(input.brand_id, "Brand"), input.model_name)
        return ProductCreatePayload(
            product=Product.of(await batches.create_product(info.context.actor, command, info.context.env))
        )

    @strawberry.mutation(
        description="Renames a product. Needs the role OWNER, ADMIN or OPERATOR. User errors: as for `productCreate`; "
        "an id that you may not see is the error NOT_FOUND.",
        extensions=[RejectionsInPayload()],
    )
    async def product_update(
        self, info: Info, input: Annotated[ProductUpdateInput, strawberry.argument(description="The new name.")]
    ) -> ProductUpdatePayload:
        command = batches.UpdateProduct(key_of(input.id, "Product"), input.model_name)
        return ProductUpdatePayload(
            product=Product.of(await batches.update_product(info.context.actor, command, info.context.env))
        )

    @strawberry.mutation(
        description="Adds a batch, into which serials can then be uploaded. Needs the role OWNER, ADMIN or OPERATOR. "
        "User errors name each field at fault; BATCH_NUMBER_TAKEN when the product has a batch with the number. A "
        "product that you may not see is the error NOT_FOUND.",
        extensions=[RejectionsInPayload()],
    )
    async def batch_create(
        self, info: Info, input: Annotated[BatchCreateInput, strawberry.argument(description="The batch.")]
    ) -> BatchCreatePayload:
        command = batches.CreateBatch(input.patch(), input.expected_brand)
        return BatchCreatePayload(
            batch=Batch.of(await batches.create_batch(info.context.actor, command, info.context.env))
        )

    @strawberry.mutation(
        description="Changes a batch, if nobody else did since the version given. Needs the role OWNER, ADMIN or "
        "OPERATOR. User errors: as for `batchCreate`, and VERSION_CONFLICT with the current version as `value`. A "
        "batch or product that you may not see is the error NOT_FOUND.",
        extensions=[RejectionsInPayload()],
    )
    async def batch_update(
        self, info: Info, input: Annotated[BatchUpdateInput, strawberry.argument(description="The changes.")]
    ) -> BatchUpdatePayload:
        command = batches.UpdateBatch(
            key_or_uuid(input.id, "Batch"), input.expected_version, input.patch(), input.expected_brand
        )
        return BatchUpdatePayload(
            batch=Batch.of(await batches.update_batch(info.context.actor, command, info.context.env))
        )
