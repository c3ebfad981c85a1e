"""What is taken, what is refused with which words, and how long failed sign-ins wait."""

import string
from base64 import b64encode
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kernel.errors import Rejected, Violation
from models.kernel.mail import Mail, UnfitAddress
from models.tenants import rules
from models.tenants.errors import TenantErrorCode
from models.tenants.rules import ProfilePatch

UNFIT = ["a\0b", "a\nb", "a\u2028b", "a\ud800b", "a\x7fb"]


def kept(field: str, value: str | None) -> str | None:
    """What is kept of one field of the profile."""
    return rules.checked_profile(cast(ProfilePatch, {field: value}))[field]


def refusal(field: str, value: str | None) -> Violation:
    """Why one field of the profile is refused."""
    with pytest.raises(Rejected) as rejected:
        kept(field, value)
    (violation,) = rejected.value.violations
    assert violation.field == (field,)
    return violation


@pytest.mark.parametrize(
    ("field", "given_value", "kept_value"),
    [
        ("company_name", "  Acme Batteries  ", "Acme Batteries"),
        ("company_name", "बैटरी उद्योग‍", "बैटरी उद्योग‍"),
        ("address", "Industrial Area, Delhi", "Industrial Area, Delhi"),
        ("support_email", "Support@ACME.com", "support@acme.com"),
        ("support_email", "info@münchen.de", "info@xn--mnchen-3ya.de"),
        ("website", "https://acme.com", "https://acme.com"),
        ("website", "HTTPS://Acme.com/", "https://acme.com/"),
        ("website", "http://acme.com:8080/a?b=c", "http://acme.com:8080/a?b=c"),
        ("epr_registration_number", "B-29016/2024-25/CPCB", "B-29016/2024-25/CPCB"),
        ("epr_registration_number", "B-29016(BWM)/1/22 - WM-III", "B-29016(BWM)/1/22 - WM-III"),
        ("bis_r_number", "R-41001234", "R-41001234"),
        ("bis_r_number", " r-41001234 ", "R-41001234"),
        ("iec_code", "0504012345", "0504012345"),
        ("iec_code", "aapfu0939f", "AAPFU0939F"),
        ("gstin", "27AAPFU0939F1ZV", "27AAPFU0939F1ZV"),
        ("gstin", "29aagcb7383j1z4", "29AAGCB7383J1Z4"),
    ],
)
def test_what_is_right_is_kept_in_one_form(field: str, given_value: str, kept_value: str) -> None:
    assert kept(field, given_value) == kept_value


@pytest.mark.parametrize(
    ("field", "code", "example", "values"),
    [
        ("company_name", "COMPANY_NAME_INVALID", "1 to 200", ["x" * 201, *UNFIT]),
        ("address", "ADDRESS_INVALID", "1 to 500", ["x" * 501, *UNFIT]),
        ("support_email", "EMAIL_INVALID", "admin@acme.com", ["support", "a@b", "a b@acme.com", "a@acme.com,b@c.de"]),
        ("website", "WEBSITE_INVALID", "https://acme.com", ["acme.com", "ftp://acme.com", "javascript:alert(1)"]),
        ("website", "WEBSITE_INVALID", "https://acme.com", ["https://u:p@acme.com", "https://" + "x" * 300]),
        ("website", "WEBSITE_INVALID", "https://acme.com", ["https://acme.com/" + value for value in UNFIT]),
        (
            "epr_registration_number",
            "EPR_REGISTRATION_NUMBER_INVALID",
            "B-29016/2024-25/CPCB",
            ["B-29016", "B/CPCB/X", "1/2", "/B-29016/1", "B-29016/<b>", "B-29016/2024-25/" + "X" * 50],
        ),
        (
            "bis_r_number",
            "BIS_R_NUMBER_INVALID",
            "R-41001234",
            ["41001234", "R-4100123", "R-410012345", "R-\uff141001234"],
        ),
        ("iec_code", "IEC_CODE_INVALID", "0504012345", ["050401234", "05040123456", "ABCD12345F", "\u017fAPFU0939F"]),
        ("gstin", "GSTIN_INVALID", "27AAPFU0939F1ZV", ["27AAPFU0939F1Z", "27AAPFU0939F0ZV", "27AAPFU0939F1ZW"]),
    ],
)
def test_what_is_wrong_is_refused_and_the_message_shows_what_is_right(
    field: str, code: str, example: str, values: list[str]
) -> None:
    for value in values:
        violation = refusal(field, value)
        assert violation.code == code
        assert example in violation.message
        assert violation.value is not None
        violation.value.encode()


@pytest.mark.parametrize("value", [None, "", "  "])
def test_the_name_alone_cannot_be_cleared(value: str | None) -> None:
    assert refusal("company_name", value).code == TenantErrorCode.COMPANY_NAME_INVALID
    for field in rules.PROFILE_CHECKS.keys() - {"company_name"}:
        assert kept(field, value) is None


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(Rejected) as rejected:
        rules.checked_registration(" ", "nobody", "short")
    assert [(violation.code, violation.field) for violation in rejected.value.violations] == [
        (TenantErrorCode.COMPANY_NAME_INVALID, ("company_name",)),
        (TenantErrorCode.EMAIL_INVALID, ("email",)),
        (TenantErrorCode.PASSWORD_INVALID, ("password",)),
    ]


@pytest.mark.parametrize("email", ["a@acme.test", "a@acme.local", "A.B+tag@Acme.example", " a@acme.com "])
def test_addresses_are_checked_by_syntax_alone(email: str) -> None:
    assert rules.checked_email(email) == email.strip().lower()


@pytest.mark.parametrize(
    "email", ["", "a", "a@", "@b.com", "a@b", "a..b@c.de", "a@b.com\n.de", "ü@b.com", "a\0@b.com", "x" * 65 + "@b.com"]
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(Rejected) as rejected:
        rules.checked_email(email)
    assert rejected.value.code == TenantErrorCode.EMAIL_INVALID


def _spellings(name: str) -> list[str]:
    """One mailbox's name as encoded words (RFC 2047): each letter plain or in hex, two encodings, several names."""
    hex_of = "".join(f"={ord(letter):02x}" for letter in name)
    words = [f"=?{charset}?q?{text}?=" for charset in ("utf-8", "us-ascii", "latin1") for text in (name, hex_of)]
    words += [f"=?{charset}?b?{b64encode(name.encode()).decode()}?=" for charset in ("utf-8", "us-ascii", "latin1")]
    words += [f"=?utf-8*en?q?{name}?=", f"x.=?utf-8?q?{name}?=", f"=?utf-8?q?{name[:1]}?={name[1:]}", f"{name}=?x"]
    return [f"{spelling}@example.com" for word in words for spelling in (word, word.upper(), word.title())]


@pytest.mark.parametrize("email", _spellings("victim"))
def test_one_mailbox_has_one_spelling(email: str) -> None:
    with pytest.raises(Rejected) as rejected:
        rules.checked_email(email)
    assert rejected.value.code == TenantErrorCode.EMAIL_INVALID


LOCAL_PARTS = st.text(string.ascii_letters + string.digits + "!#$%&'*+-/=?^_`{|}~.", min_size=1, max_size=40)


@given(st.one_of(st.emails(), LOCAL_PARTS.map(lambda local: f"{local}@example.com")))
def test_mail_goes_to_the_address_that_was_taken(email: str) -> None:
    try:
        address = rules.checked_email(email)
    except Rejected:
        return
    sent = Mail(address, "Hello", "Hello").message("ExportReady <no-reply@exportready.example>")
    arrived = message_from_bytes(sent.as_bytes(), policy=SMTP)
    assert [found.addr_spec for found in arrived["To"].addresses] == [address]


def test_a_mail_that_would_go_to_somebody_else_is_not_sent() -> None:
    with pytest.raises(UnfitAddress):
        Mail("=?utf-8?q?victim?=@example.com", "Hello", "Hello").message("no-reply@exportready.example")


@given(st.emails())
def test_addresses_have_one_form_that_the_database_agrees_with(email: str) -> None:
    try:
        normal = rules.checked_email(email)
    except Rejected:
        return
    assert normal.isascii()
    assert normal == normal.lower() == rules.checked_email(normal.upper())


@pytest.mark.parametrize(
    "password", ["abcde" * 2 + "ab", "abcde" * 25 + "abc", "correct horse battery staple", "पासवर्ड बहुत लंबा है"]
)
def test_passwords_of_12_to_128_characters_are_taken(password: str) -> None:
    assert rules.checked_new_password(password) == password


@pytest.mark.parametrize("password", ["", "abcdefghijk", "abc" * 43, "abcdefghijkl\0", "abcdefghijkl\ud800"])
def test_other_passwords_are_refused_and_never_repeated(password: str) -> None:
    with pytest.raises(Rejected) as rejected:
        rules.checked_new_password(password)
    (violation,) = rejected.value.violations
    assert (violation.code, violation.value) == (TenantErrorCode.PASSWORD_INVALID, None)
    assert "12 to 128" in violation.message


@pytest.mark.parametrize("password", ["x" * 12, "xX" * 10, " " * 12, "abcd" * 32, "ééèè" * 3, "1212121212 1212"])
def test_passwords_of_few_characters_are_refused(password: str) -> None:
    with pytest.raises(Rejected) as rejected:
        rules.checked_new_password(password)
    [violation] = rejected.value.violations
    assert (violation.code, violation.value) == (TenantErrorCode.PASSWORD_INVALID, None)
    assert "5 different" in violation.message


def test_it_does_not_matter_how_a_keyboard_composes_letters() -> None:
    composed, decomposed = "d\u00e9j\u00e0 vu d\u00e9j\u00e0", "de\u0301ja\u0300 vu de\u0301ja\u0300"
    assert rules.checked_new_password(composed) == rules.normal_password(decomposed)


@given(st.text(st.characters(exclude_categories=())))
def test_any_password_can_be_hashed(password: str) -> None:
    normal = rules.normal_password(password)
    assert normal is None or normal.encode().decode() == normal


@given(
    st.from_regex("[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z", fullmatch=True).filter(str.isascii),
    st.integers(0, 13),
    st.sampled_from(string.digits + string.ascii_uppercase),
)
def test_one_mistyped_character_of_a_gstin_is_noticed(start: str, place: int, typed: str) -> None:
    right = start + rules.gstin_check_character(start)
    assert kept("gstin", right) == right
    mistyped = right[:place] + typed + right[place + 1 :]
    if mistyped != right:
        refusal("gstin", mistyped)


_VALUES = {
    "company_name": "Acme",
    "address": "Delhi",
    "support_email": "a@acme.com",
    "website": "https://acme.com",
    "epr_registration_number": "B-29016/2024-25/CPCB",
    "bis_r_number": "R-41001234",
    "iec_code": "0504012345",
    "gstin": "27AAPFU0939F1ZV",
}


@given(
    st.fixed_dictionaries(
        {},
        optional={
            field: st.just(value) if field == "company_name" else st.sampled_from([value, None, " "])
            for field, value in _VALUES.items()
        },
    )
)
def test_a_patch_changes_what_it_names_and_nothing_else(patch: dict[str, Any]) -> None:
    columns = rules.checked_profile(cast(ProfilePatch, patch))
    assert columns == {field: (value or "").strip() or None for field, value in patch.items()}


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, 0), (4, 0), (5, 15), (6, 30), (7, 60), (8, 120), (9, 120), (10_000, 120)]
)
def test_waits_grow_with_each_failure(failures: int, minutes: int) -> None:
    assert rules.sign_in_pause(failures, free=5) == timedelta(minutes=minutes)
