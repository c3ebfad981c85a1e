"""Companies, their members, sessions, invitations and password resets."""

from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.indexes import Index
from tortoise.models import Model

from models.kernel.permissions import Role


class Tenant(Model):
    """A company. Companies may share a name. `gstin` is the Indian tax number used on invoices."""

    id = fields.UUIDField(primary_key=True)
    company_name = fields.CharField(max_length=200)
    address = fields.CharField(max_length=500, null=True)
    support_email = fields.CharField(max_length=254, null=True)
    website = fields.CharField(max_length=300, null=True)
    epr_registration_number = fields.CharField(max_length=60, null=True)
    bis_r_number = fields.CharField(max_length=10, null=True)
    iec_code = fields.CharField(max_length=10, null=True)
    gstin = fields.CharField(max_length=15, null=True)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "tenant"


class User(Model):
    """A member of one company. `email` is kept in lower case and unique over all companies' members.

    `brand_ids` limits the member to those brands; empty means all. Without a password the member is invited. A removed
    member keeps the row, so that what they did keeps its name; the address is then free (the unique index leaves
    removed members out), and being invited again makes a new row.
    """

    id = fields.UUIDField(primary_key=True)
    tenant: fields.ForeignKeyRelation[Tenant] = fields.ForeignKeyField(
        "models.Tenant", related_name=False, on_delete=fields.RESTRICT
    )
    tenant_id: UUID
    email = fields.CharField(max_length=254)
    password_hash = fields.CharField(max_length=200, null=True)
    role = fields.CharEnumField(Role, max_length=20)
    brand_ids = ArrayField(element_type="uuid")
    invited_at = fields.DatetimeField(null=True)
    removed_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "user_account"
        indexes = [Index(fields=("tenant_id", "id"))]


class Session(Model):
    """A sign-in on one device: the family of its refresh tokens. `ended_at` ends them all at once."""

    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: UUID
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "session"
        indexes = [Index(fields=("user_id",)), Index(fields=("expires_at",))]


class RefreshToken(Model):
    """One refresh token, as the SHA-256 of it. `used_at` is set when it was exchanged; using it again is theft."""

    token_hash = fields.BinaryField(primary_key=True, generated=False)
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "models.Session", related_name=False, on_delete=fields.CASCADE
    )
    session_id: UUID
    created_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "refresh_token"
        indexes = [Index(fields=("session_id",))]


class PasswordReset(Model):
    """A password reset that was asked for, as the SHA-256 of its token; single use."""

    token_hash = fields.BinaryField(primary_key=True, generated=False)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: UUID
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "password_reset"
        indexes = [Index(fields=("user_id",))]


class Invitation(Model):
    """An invited member's way in, as the SHA-256 of its token. Deleted when it is used, renewed or revoked."""

    token_hash = fields.BinaryField(primary_key=True, generated=False)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: UUID
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "invitation"
        indexes = [Index(fields=("user_id",)), Index(fields=("expires_at",))]
