"""Reading passports."""

from typing import Annotated

import strawberry

from models import passports
from resolvers.context import Info
from resolvers.passports.loaders import load_passports
from resolvers.passports.types import Passport, PublicPassport
from resolvers.relay import key_or_uuid

PassportId = Annotated[strawberry.ID, strawberry.argument(description="Global id of a passport, or its `uuid`.")]


@strawberry.type
class PassportsQuery:
    @strawberry.field(description="The company's passport with this id; null when there is none that you may see.")
    async def passport(self, info: Info, id: PassportId) -> Passport | None:
        record = await info.context.loader(load_passports).load(key_or_uuid(id, "Passport"))
        return Passport.of(record) if record else None

    @strawberry.field(
        description="The public passport with this id, of any company; null when there is none. Needs no sign-in."
    )
    async def public_passport(self, info: Info, id: PassportId) -> PublicPassport | None:
        passport = await passports.public_passport(key_or_uuid(id, "Passport"), info.context.env)
        return PublicPassport.of(passport) if passport else None
