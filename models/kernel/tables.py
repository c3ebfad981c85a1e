"""Tables that every context shares."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Job(Model):
    """Work to be done after the commit that asked for it; see `models.kernel.jobs`.

    Of one kind and key there is one job at a time; without a key, any number. `due_at` is when its next attempt may
    begin: while one runs, that is the end of its lease.
    """

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=40)
    key = fields.CharField(max_length=200, null=True)
    payload = fields.JSONField[dict[str, str]]()
    attempts = fields.SmallIntField(default=0)
    due_at = fields.DatetimeField()
    parked_at = fields.DatetimeField(null=True)
    last_error = fields.TextField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "job"
        unique_together = (("kind", "key"),)
        indexes = [Index(fields=("kind", "due_at"))]


class FeedHead(Model):
    """The last position given in a company's feed (`scan`, `lifecycle`); see `models.kernel.feed`."""

    id = fields.BigIntField(primary_key=True)
    tenant_id = fields.UUIDField()
    feed = fields.CharField(max_length=20)
    last_position = fields.BigIntField(default=0)

    class Meta:
        table = "feed_head"
        unique_together = (("tenant_id", "feed"),)


class Throttle(Model):
    """How much of an allowance a subject has used up in a window; the subject is an HMAC, never an address."""

    key = fields.BinaryField(primary_key=True, generated=False)
    used = fields.IntField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "throttle"
        indexes = [Index(fields=("expires_at",))]


class IdempotencyKey(Model):
    """The answer to a request that carried an Idempotency-Key, kept for 24 hours."""

    id = fields.BigIntField(primary_key=True)
    tenant_id = fields.UUIDField()
    operation = fields.CharField(max_length=40)
    key = fields.CharField(max_length=200)
    input_hash = fields.BinaryField()
    answer = fields.JSONField[dict[str, object]](null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "idempotency_key"
        unique_together = (("tenant_id", "operation", "key"),)
        indexes = [Index(fields=("created_at",))]
