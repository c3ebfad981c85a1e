"""What a company and its members may be called and give, and how long failed sign-ins wait. Pure decisions."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TypedDict

import email_validator

from models.kernel.errors import Rejected, Violation, reject
from models.kernel.text import is_line, normal, shown, too_long
from models.kernel.urls import has_credentials, http_url
from models.tenants.errors import TenantErrorCode

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 128
LEAST_DIFFERENT_CHARACTERS = 5
# RFC 5321, section 4.5.3.1.3, without the angle brackets.
LONGEST_EMAIL = 254

# Addresses are checked by syntax alone: a reserved name such as .test or .local is valid syntax. The list is
# the library's documented switch.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()

_LONGEST_WEBSITE = 300
_LONGEST_NUMBER = 60
_BASE_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Check = Callable[[str], str]


class ProfilePatch(TypedDict, total=False):
    """Changes to a company's profile: an absent key leaves the value, None clears it. The name can't be cleared."""

    company_name: str | None
    address: str | None
    support_email: str | None
    website: str | None
    epr_registration_number: str | None
    bis_r_number: str | None
    iec_code: str | None
    gstin: str | None


def _line(code: TenantErrorCode, what: str, longest: int) -> Check:
    def check(value: str) -> str:
        if not value or too_long(value, longest) or not is_line(value):
            raise reject(
                code, f"{what} has 1 to {longest} characters in one line, without control characters or line breaks."
            )
        return value

    return check


def _email(value: str) -> str:
    """The address in lower case, an international domain in its ASCII form (RFC 5890), so that any server takes it."""
    if too_long(value, LONGEST_EMAIL):
        raise reject(TenantErrorCode.EMAIL_INVALID, f"An e-mail address has at most {LONGEST_EMAIL} characters.")
    try:
        address = email_validator.validate_email(value, check_deliverability=False, allow_smtputf8=False, strict=True)
    except email_validator.EmailNotValidError as error:
        raise reject(
            TenantErrorCode.EMAIL_INVALID, f"This takes an e-mail address such as admin@acme.com. {error}"
        ) from None
    # An encoded word (RFC 2047) where an address stands: mail programs read it as another address, so that one mailbox
    # would have as many addresses as there are ways to encode it.
    if "=?" in address.local_part:
        raise reject(TenantErrorCode.EMAIL_INVALID, "The part before the @ can't hold =?, which begins encoded text.")
    return str(address.ascii_email).lower()


def _password(value: str) -> str:
    password = normal_password(value)
    if password is None or len(password) < SHORTEST_PASSWORD or not is_line(value):
        raise reject(
            TenantErrorCode.PASSWORD_INVALID,
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, none of them control characters. "
            "Spaces and all scripts are welcome: a few unrelated words make a good one.",
        )
    if len(set(password.casefold())) < LEAST_DIFFERENT_CHARACTERS:
        raise reject(
            TenantErrorCode.PASSWORD_INVALID,
            f"A password has at least {LEAST_DIFFERENT_CHARACTERS} different characters, or it is guessed at once: a "
            "few unrelated words make a good one.",
        )
    return password


def _website(value: str) -> str:
    rejected = reject(
        TenantErrorCode.WEBSITE_INVALID,
        "A website is an http or https address of at most 300 characters, without a user or a password, such as "
        "https://acme.com.",
    )
    url = None if too_long(value, _LONGEST_WEBSITE) else http_url(value)
    if url is None or has_credentials(url) or not is_line(value):
        raise rejected
    # The address in its normal form (WHATWG URL standard), but for the slash that this adds to a bare host.
    address = str(url).removesuffix("" if value.endswith("/") else "/")
    if too_long(address, _LONGEST_WEBSITE):
        raise rejected
    return address


def _pattern(code: TenantErrorCode, pattern: str, message: str) -> Check:
    expression = re.compile(pattern, re.IGNORECASE | re.ASCII)

    def check(value: str) -> str:
        if too_long(value, _LONGEST_NUMBER) or not expression.fullmatch(value):
            raise reject(code, message)
        return value

    return check


def _in_capitals(check: Check) -> Check:
    return lambda value: check(value).upper()


def gstin_check_character(first_fourteen: str) -> str:
    """Returns the last character of a GST identification number, over the 14 before it.

    Every second character counts double; the base-36 digits of the products add up, and the check character brings the
    sum to a multiple of 36 (Luhn's algorithm modulo 36, as GSTN uses it).
    """
    total = 0
    for place, character in enumerate(first_fourteen):
        total += sum(divmod(_BASE_36.index(character) * (1 + place % 2), 36))
    return _BASE_36[-total % 36]


_gstin_form = _in_capitals(
    _pattern(
        TenantErrorCode.GSTIN_INVALID,
        "[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z][A-Z][0-9A-Z]",
        "A GST identification number has 15 characters: 2 digits for the state, the 10 of the PAN, the number of the "
        "registration, Z and a check character, such as 27AAPFU0939F1ZV.",
    )
)


def _gstin(value: str) -> str:
    number = _gstin_form(value)
    if number[-1] != gstin_check_character(number[:-1]):
        raise reject(
            TenantErrorCode.GSTIN_INVALID,
            "The last character does not fit the 14 before it, so one of them is mistyped. A GST identification number "
            "that fits is 27AAPFU0939F1ZV.",
        )
    return number


# Patterns for BIS and IEC: Bureau of Indian Standards' Compulsory Registration Scheme; Directorate General of Foreign
# Trade, where new holders' code is their PAN since 2018. The Central Pollution Control Board publishes no format for
# EPR registrations; its certificates show file numbers, whose parts are separated by slashes.
PROFILE_CHECKS: Mapping[str, Check] = {
    "company_name": _line(TenantErrorCode.COMPANY_NAME_INVALID, "A company's name", 200),
    "address": _line(TenantErrorCode.ADDRESS_INVALID, "An address", 500),
    "support_email": _email,
    "website": _website,
    "epr_registration_number": _pattern(
        TenantErrorCode.EPR_REGISTRATION_NUMBER_INVALID,
        r"(?=.*[0-9])(?=.*/)[A-Z0-9][A-Z0-9 ()./_-]{3,58}[A-Z0-9)]",
        "An EPR registration number has 5 to 60 letters, digits, spaces and - _ . ( ), with parts separated by "
        "slashes and at least one digit, such as B-29016/2024-25/CPCB.",
    ),
    "bis_r_number": _in_capitals(
        _pattern(
            TenantErrorCode.BIS_R_NUMBER_INVALID,
            "R-[0-9]{8}",
            "A BIS registration number is R, a hyphen and 8 digits, such as R-41001234.",
        )
    ),
    "iec_code": _in_capitals(
        _pattern(
            TenantErrorCode.IEC_CODE_INVALID,
            "[0-9]{10}|[A-Z]{5}[0-9]{4}[A-Z]",
            "An importer-exporter code has 10 digits, such as 0504012345, or is a PAN: 5 letters, 4 digits and a "
            "letter, such as AAPFU0939F.",
        )
    ),
    "gstin": _gstin,
}


def _checked(values: Mapping[str, str], checks: Mapping[str, Check]) -> dict[str, str]:
    """Returns the values as they are kept. Raises a rejection with every value that is not right."""
    kept: dict[str, str] = {}
    violations: list[Violation] = []
    for field, value in values.items():
        try:
            kept[field] = checks[field](value)
        except Rejected as rejected:
            is_secret = rejected.code == TenantErrorCode.PASSWORD_INVALID
            violations += rejected.at(field, value=None if is_secret else shown(value))
    if violations:
        raise Rejected(violations)
    return kept


def checked_registration(company_name: str, email: str, password: str) -> tuple[str, str, str]:
    """Company name, e-mail address and password as they are kept. Raises a rejection with all that is not right."""
    kept = _checked(
        {"company_name": company_name.strip(), "email": email.strip(), "password": password},
        {"company_name": PROFILE_CHECKS["company_name"], "email": _email, "password": _password},
    )
    return kept["company_name"], kept["email"], kept["password"]


def checked_email(email: str) -> str:
    """Returns the address as it is kept. Raises `Rejected` when it is not an address."""
    return _checked({"email": email.strip()}, {"email": _email})["email"]


def checked_new_password(password: str) -> str:
    """Returns the new password as it is hashed. Raises a rejection when it is too short or too long."""
    return _checked({"new_password": password}, {"new_password": _password})["new_password"]


def checked_password(password: str) -> str:
    """Returns the first password as it is hashed. Raises a rejection when it is too short or too long."""
    return _checked({"password": password}, {"password": _password})["password"]


def normal_password(password: str) -> str | None:
    """The password as it is hashed: in Unicode's form NFKC (NIST SP 800-63B, section 3.1.1.2), so that it does not
    matter how a keyboard composes letters. Halves of surrogate pairs, which no password has, become U+FFFD.

    None for a text that is longer than a password can be.
    """
    if too_long(password, LONGEST_PASSWORD, "NFKC"):
        return None
    whole = password.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return normal(whole, LONGEST_PASSWORD, "NFKC")


def checked_profile(patch: ProfilePatch) -> dict[str, str | None]:
    """Returns the columns that a patch changes. Blank text clears, as None does. Raises `Rejected`."""
    trimmed = {field: str(value or "").strip() for field, value in patch.items()}
    given = {field: value for field, value in trimmed.items() if value or field == "company_name"}
    return {**dict.fromkeys(trimmed), **_checked(given, PROFILE_CHECKS)}


SIGN_IN_WINDOW = timedelta(hours=2)
_FIRST_PAUSE = timedelta(minutes=15)


def sign_in_pause(failures: int, free: int) -> timedelta:
    """Returns how long after the window's first failed sign-in the next may come, `free` of them being free.

    A quarter of an hour after the last free one, then twice as long with each failure, so that waits grow: some ten
    guesses in a window of two hours. Slow mistakes of a person meet no wait at all.
    """
    if failures < free:
        return timedelta()
    doublings = min(failures - free, 3)
    return min(_FIRST_PAUSE * (1 << doublings), SIGN_IN_WINDOW)
