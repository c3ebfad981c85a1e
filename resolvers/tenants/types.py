"""Companies and their members in GraphQL."""

from datetime import datetime
from typing import Self, cast
from uuid import UUID

import strawberry

from models import tenants
from models.kernel.permissions import Role
from resolvers.context import Info
from resolvers.enums import describe_enum
from resolvers.relay import Node, global_id
from resolvers.tenants.loaders import load_tenants

describe_enum(
    Role,
    "What a member may do in the company. Each role down to OPERATOR includes those below it, and all of them VIEWER.",
    {
        "OWNER": "Everything. Whoever registers a company is its owner; the last one can't be removed.",
        "ADMIN": "Everything: the profile, the team, buying quota and all that an operator does.",
        "OPERATOR": "Brands, products and batches; issuing, downloading and moving passports; seeing the team.",
        "LOGISTICS": "Moving passports through their life, with evidence: shipping, installing, returning.",
        "VIEWER": "Reading what belongs to the company.",
    },
)


@strawberry.type(
    description="A company with its compliance profile. Only its own members see it; the public passport "
    "shows some of it to everybody."
)
class Tenant(Node):
    company_name: str = strawberry.field(description="The company's name, 1 to 200 characters; several may share one.")
    address: str | None = strawberry.field(description="Postal address in one line; null when none is given.")
    support_email: str | None = strawberry.field(
        description="E-mail address for questions about batteries, in lower case; null when none is given."
    )
    website: str | None = strawberry.field(description="An http or https address; null when none is given.")
    epr_registration_number: str | None = strawberry.field(
        description="Registration as a producer under India's Battery Waste Management Rules 2022 (extended producer "
        "responsibility), such as B-29016/2024-25/CPCB; null when none is given."
    )
    bis_r_number: str | None = strawberry.field(
        description="Registration number of the Bureau of Indian Standards: R, a hyphen and 8 digits, such as "
        "R-41001234; null when none is given."
    )
    iec_code: str | None = strawberry.field(
        description="India's importer-exporter code: 10 digits, such as 0504012345, or a PAN, such as AAPFU0939F; null "
        "when none is given."
    )
    gstin: str | None = strawberry.field(
        description="India's GST identification number for invoices: 15 characters, such as 27AAPFU0939F1ZV; null when "
        "none is given."
    )
    created_at: datetime = strawberry.field(description="When the company registered.")
    updated_at: datetime = strawberry.field(description="When the profile last changed.")

    @classmethod
    def of(cls, row: tenants.Tenant) -> Self:
        """The company in GraphQL."""
        return cls(
            id=global_id("Tenant", row.id),
            company_name=row.company_name,
            address=row.address,
            support_email=row.support_email,
            website=row.website,
            epr_registration_number=row.epr_registration_number,
            bis_r_number=row.bis_r_number,
            iec_code=row.iec_code,
            gstin=row.gstin,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )


@strawberry.type(description="A person who signs in for one company.")
class User(Node):
    email: str = strawberry.field(
        description="The e-mail address to sign in with, in lower case; unique over all companies."
    )
    role: Role = strawberry.field(description="What the member may do.")
    brand_ids: list[strawberry.ID] = strawberry.field(
        description="Ids of the brands that the member is limited to: other brands' batches are not found. Empty means "
        "no limit."
    )
    created_at: datetime = strawberry.field(description="When the member was added to the company.")
    tenant_key: strawberry.Private[UUID]
    known_tenant: strawberry.Private[Tenant | None]

    @strawberry.field(description="The member's company.")
    async def tenant(self, info: Info) -> Tenant:
        if self.known_tenant is not None:
            return self.known_tenant
        # Whoever sees a member is of the same company, and so sees that too.
        return Tenant.of(cast(tenants.Tenant, await info.context.loader(load_tenants).load(self.tenant_key)))

    @classmethod
    def of(cls, row: tenants.User, tenant: Tenant | None = None) -> Self:
        """The member in GraphQL; with their company where nobody is signed in who could load it."""
        return cls(
            id=global_id("User", row.id),
            email=row.email,
            role=row.role,
            brand_ids=[global_id("Brand", brand_id) for brand_id in row.brand_ids],
            created_at=row.created_at,
            tenant_key=row.tenant_id,
            known_tenant=tenant,
        )
