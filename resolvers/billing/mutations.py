"""Buying quota."""

from typing import Annotated

import strawberry

from models import billing
from resolvers.billing.types import Quota, QuotaOrder
from resolvers.context import Info
from resolvers.errors import RejectionsInPayload, UserError, user_errors_field


@strawberry.input(description="Which package to buy.")
class QuotaOrderCreateInput:
    package_id: strawberry.ID = strawberry.field(description="Id of the package, as in `quotaPackages`.")
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="1 to 200 printable characters of your choice. A repeat with the same key within 24 hours goes on "
        "with the same order instead of making another; with another package it is IDEMPOTENCY_KEY_REUSED.",
    )


@strawberry.input(description="What Razorpay's checkout hands over after a payment.")
class QuotaPaymentVerifyInput:
    razorpay_order_id: str = strawberry.field(description="`razorpay_order_id`, as the checkout gave it.")
    razorpay_payment_id: str = strawberry.field(description="`razorpay_payment_id`, as the checkout gave it.")
    razorpay_signature: str = strawberry.field(description="`razorpay_signature`, as the checkout gave it.")


@strawberry.type(description="What `quotaOrderCreate` gives: all that Razorpay's checkout needs.")
class QuotaOrderCreatePayload:
    order: QuotaOrder | None = strawberry.field(
        default=None, description="The order, to be paid in Razorpay's checkout; null when `userErrors` says why."
    )
    razorpay_key_id: str | None = strawberry.field(
        default=None, description="The public key for Razorpay's checkout (`key`); null when there is no order."
    )
    user_errors: list[UserError] = user_errors_field()


@strawberry.type(description="What `quotaPaymentVerify` gives.")
class QuotaPaymentVerifyPayload:
    order: QuotaOrder | None = strawberry.field(
        default=None,
        description="The order as it is now: PAID once the quota is credited, which follows Razorpay's own message "
        "within seconds and not this call; null when `userErrors` says why.",
    )
    quota: Quota | None = strawberry.field(
        default=None, description="The company's quota as it is now; null when `userErrors` says why."
    )
    user_errors: list[UserError] = user_errors_field()


@strawberry.type
class BillingMutation:
    @strawberry.mutation(
        description="Orders a package of quota at Razorpay. Needs the role OWNER or ADMIN. When Razorpay does not "
        "answer, the error is INTERNAL and nothing was charged: repeat with the same `idempotencyKey`. After 30 new "
        "orders an hour of one company, not counting repeats: RATE_LIMITED. User errors: PACKAGE_UNKNOWN, "
        "IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED.",
        extensions=[RejectionsInPayload()],
    )
    async def quota_order_create(
        self, info: Info, input: Annotated[QuotaOrderCreateInput, strawberry.argument(description="The package.")]
    ) -> QuotaOrderCreatePayload:
        command = billing.CreateOrder(input.package_id, input.idempotency_key)
        order = await billing.create_order(info.context.actor, command, info.context.env)
        return QuotaOrderCreatePayload(order=QuotaOrder.of(order), razorpay_key_id=info.context.env.payments.key_id)

    @strawberry.mutation(
        description="Checks what Razorpay's checkout handed over and shows the order and the quota. **It never "
        "credits**: quota comes with Razorpay's own message to the server. Needs the role OWNER or ADMIN. An order "
        "that is not your company's is the error NOT_FOUND. User errors: PAYMENT_SIGNATURE_INVALID.",
        extensions=[RejectionsInPayload()],
    )
    async def quota_payment_verify(
        self,
        info: Info,
        input: Annotated[QuotaPaymentVerifyInput, strawberry.argument(description="What the checkout handed over.")],
    ) -> QuotaPaymentVerifyPayload:
        command = billing.VerifyPayment(input.razorpay_order_id, input.razorpay_payment_id, input.razorpay_signature)
        order, quota = await billing.verify_payment(info.context.actor, command, info.context.env)
        return QuotaPaymentVerifyPayload(order=QuotaOrder.of(order), quota=Quota.of(quota))
