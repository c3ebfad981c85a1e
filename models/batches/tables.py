"""Brands, products and production batches."""

from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.tenants.tables import Tenant


class MarketRegion(StrEnum):
    """The market that a batch is made for; it decides which rules and labels apply."""

    INDIA = "INDIA"
    EU = "EU"
    US = "US"
    GLOBAL = "GLOBAL"


class BatchStatus(StrEnum):
    """Whether a batch takes new serials."""

    ACTIVE = "ACTIVE"
    ARCHIVED = "ARCHIVED"


class CellSource(StrEnum):
    """Where the cells of a battery come from (India's PLI scheme for advanced chemistry cells)."""

    DOMESTIC = "DOMESTIC"
    IMPORTED = "IMPORTED"
    MIXED = "MIXED"


class Brand(Model):
    """A brand under which a company sells."""

    id = fields.UUIDField(primary_key=True)
    tenant: fields.ForeignKeyRelation[Tenant] = fields.ForeignKeyField(
        "models.Tenant", related_name=False, on_delete=fields.RESTRICT
    )
    tenant_id: UUID
    name = fields.CharField(max_length=120)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "brand"
        unique_together = (("tenant_id", "name"),)
        indexes = [Index(fields=("tenant_id", "id"))]


class Product(Model):
    """A battery model of a brand. `model_name` is copied to its batches."""

    id = fields.UUIDField(primary_key=True)
    tenant: fields.ForeignKeyRelation[Tenant] = fields.ForeignKeyField(
        "models.Tenant", related_name=False, on_delete=fields.RESTRICT
    )
    tenant_id: UUID
    brand: fields.ForeignKeyRelation[Brand] = fields.ForeignKeyField(
        "models.Brand", related_name=False, on_delete=fields.RESTRICT
    )
    brand_id: UUID
    model_name = fields.CharField(max_length=120)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "product"
        unique_together = (("brand_id", "model_name"),)
        indexes = [Index(fields=("tenant_id", "id"))]


class Batch(Model):
    """A production batch: what its passports have in common.

    `total_passports` counts the passports issued; `downloaded_passports` how many of them the last complete
    download of QR codes or CSV held, so that the two differ while a download is due. `version` counts changes.
    """

    id = fields.UUIDField(primary_key=True)
    tenant: fields.ForeignKeyRelation[Tenant] = fields.ForeignKeyField(
        "models.Tenant", related_name=False, on_delete=fields.RESTRICT
    )
    tenant_id: UUID
    brand: fields.ForeignKeyNullableRelation[Brand] = fields.ForeignKeyField(
        "models.Brand", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    brand_id: UUID | None
    product: fields.ForeignKeyNullableRelation[Product] = fields.ForeignKeyField(
        "models.Product", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    product_id: UUID | None
    batch_name = fields.CharField(max_length=120)
    batch_number = fields.CharField(max_length=60, null=True)
    model_name = fields.CharField(max_length=120, null=True)
    status = fields.CharEnumField(BatchStatus, max_length=20, default=BatchStatus.ACTIVE)
    market_region = fields.CharEnumField(MarketRegion, max_length=20)
    production_date = fields.DateField(null=True)
    quantity = fields.IntField(null=True)
    facility_ref = fields.CharField(max_length=120, null=True)
    chemistry = fields.CharField(max_length=60, null=True)
    nominal_voltage_v = fields.DecimalField(max_digits=9, decimal_places=3, null=True)
    rated_capacity_ah = fields.DecimalField(max_digits=12, decimal_places=3, null=True)
    manufacturer = fields.CharField(max_length=200, null=True)
    weight_kg = fields.DecimalField(max_digits=12, decimal_places=3, null=True)
    country_of_origin = fields.CharField(max_length=60, null=True)
    pli_compliant = fields.BooleanField(null=True)
    domestic_value_add = fields.DecimalField(max_digits=5, decimal_places=2, null=True)
    cell_source = fields.CharEnumField(CellSource, max_length=20, null=True)
    carbon_footprint_kg_per_kwh = fields.DecimalField(max_digits=12, decimal_places=3, null=True)
    carbon_footprint_url = fields.CharField(max_length=500, null=True)
    attributes = fields.JSONField[dict[str, object]](default=dict)
    total_passports = fields.IntField(default=0)
    downloaded_passports = fields.IntField(default=0)
    version = fields.IntField(default=1)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "batch"
        unique_together = (("product_id", "batch_number"),)
        indexes = [
            Index(fields=("tenant_id", "id")),
            Index(fields=("product_id", "id")),
            Index(fields=("brand_id", "id")),
        ]
