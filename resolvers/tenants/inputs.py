"""What the mutations of this context take."""

import strawberry
from strawberry import UNSET


@strawberry.input(description="A company to be registered, and how its owner will sign in.")
class RegisterInput:
    company_name: str = strawberry.field(description="The company's name, 1 to 200 characters in one line.")
    email: str = strawberry.field(
        description="The owner's e-mail address; checked by syntax alone and kept in lower case. Each address belongs "
        "to one member of one company."
    )
    password: str = strawberry.field(
        description="12 to 128 characters of any script, spaces included, at least 5 of them different, without "
        "control characters."
    )


@strawberry.input(description="How a member signs in.")
class LoginInput:
    email: str = strawberry.field(description="The member's e-mail address, in upper or lower case.")
    password: str = strawberry.field(description="The member's password.")


@strawberry.input(description="A refresh token to be exchanged.")
class TokenRefreshInput:
    refresh_token: str = strawberry.field(
        description="The newest refresh token of the session, from `login` or `tokenRefresh`; good for one use."
    )


@strawberry.input(description="Whose password is forgotten.")
class PasswordResetRequestInput:
    email: str = strawberry.field(description="The member's e-mail address.")


@strawberry.input(description="A new password, and the proof that it may be set.")
class PasswordResetInput:
    token: str = strawberry.field(description="The token in the mail; good once, for 30 minutes.")
    new_password: str = strawberry.field(
        description="12 to 128 characters of any script, spaces included, at least 5 of them different, without "
        "control characters."
    )


@strawberry.input(
    description="Changes to the company's profile. A field that is absent leaves its value, null or blank text clears "
    "it; `companyName` can't be cleared."
)
class ProfileUpdateInput:
    company_name: str | None = strawberry.field(
        default=UNSET, description="The company's name, 1 to 200 characters in one line."
    )
    address: str | None = strawberry.field(
        default=UNSET, description="Postal address, at most 500 characters in one line."
    )
    support_email: str | None = strawberry.field(
        default=UNSET, description="E-mail address for questions about batteries."
    )
    website: str | None = strawberry.field(
        default=UNSET, description="An http or https address of at most 300 characters, such as https://acme.com."
    )
    epr_registration_number: str | None = strawberry.field(
        default=UNSET,
        description="EPR registration number: 5 to 60 letters, digits, spaces and - _ . ( ), with parts separated by "
        "slashes, such as B-29016/2024-25/CPCB.",
    )
    bis_r_number: str | None = strawberry.field(
        default=UNSET, description="BIS registration number: R, a hyphen and 8 digits, such as R-41001234."
    )
    iec_code: str | None = strawberry.field(
        default=UNSET,
        description="Importer-exporter code: 10 digits, such as 0504012345, or a PAN (5 letters, 4 digits, a letter).",
    )
    gstin: str | None = strawberry.field(
        default=UNSET,
        description="GST identification number: 15 characters with a fitting check character, such as 27AAPFU0939F1ZV.",
    )
