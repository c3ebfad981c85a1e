"""Codes of the rules of this context."""

from models.kernel.errors import ErrorCode


class TenantErrorCode(ErrorCode):
    """Codes of the rules of this context."""

    EMAIL_INVALID = ("EMAIL_INVALID", "The text is not an e-mail address.")
    EMAIL_TAKEN = ("EMAIL_TAKEN", "A member of this or another company signs in with this e-mail address already.")
    PASSWORD_INVALID = (
        "PASSWORD_INVALID",
        "The password is shorter than 12 or longer than 128 characters, has fewer than 5 different ones, or has "
        "control characters.",
    )
    COMPANY_NAME_INVALID = (
        "COMPANY_NAME_INVALID",
        "The company's name is missing, too long, or has control characters or line breaks.",
    )
    ADDRESS_INVALID = ("ADDRESS_INVALID", "The address is too long, or has control characters or line breaks.")
    WEBSITE_INVALID = ("WEBSITE_INVALID", "The text is not the http or https address of a website.")
    EPR_REGISTRATION_NUMBER_INVALID = (
        "EPR_REGISTRATION_NUMBER_INVALID",
        "The text does not have the form of an EPR registration number, such as B-29016/2024-25/CPCB.",
    )
    BIS_R_NUMBER_INVALID = (
        "BIS_R_NUMBER_INVALID",
        "The text does not have the form of a BIS registration number, such as R-41001234.",
    )
    IEC_CODE_INVALID = (
        "IEC_CODE_INVALID",
        "The text does not have the form of an importer-exporter code, such as 0504012345.",
    )
    GSTIN_INVALID = (
        "GSTIN_INVALID",
        "The text does not have the form of a GST identification number, or its check character does not fit.",
    )
    INVALID_CREDENTIALS = ("INVALID_CREDENTIALS", "No member signs in with this e-mail address and password.")
    REFRESH_TOKEN_INVALID = (
        "REFRESH_TOKEN_INVALID",
        "The refresh token is unknown or was used before, or its session has ended: sign in again.",
    )
    RESET_TOKEN_INVALID = (
        "RESET_TOKEN_INVALID",
        "The reset token is unknown, was used before or has expired: ask for a new one.",
    )
    INVITATION_TOKEN_INVALID = (
        "INVITATION_TOKEN_INVALID",
        "The invitation's token is unknown, was used before, renewed or revoked, or has expired: ask for a new one.",
    )
    NOT_INVITED = ("NOT_INVITED", "The member is not one who is invited and has yet to accept.")
    MEMBER_REMOVED = ("MEMBER_REMOVED", "The member was removed from the company: invite the address again.")
    LAST_OWNER = ("LAST_OWNER", "The company's last owner can neither leave nor get another role.")
    OWNER_LIMITED = ("OWNER_LIMITED", "An owner can't be limited to brands.")
    RIGHTS_BEYOND_OWN = (
        "RIGHTS_BEYOND_OWN",
        "Nobody can give, change or take away rights beyond their own: a higher role, or other brands.",
    )
