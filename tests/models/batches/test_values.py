"""Checks of single values: text, addresses, attributes."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from models.batches import BatchErrorCode, values
from models.kernel.errors import ErrorCode, Rejected
from tests.models.batches.strategies import attributes, json_values, unhurried


def refusal(check: values.Check, value: object) -> ErrorCode:
    with pytest.raises(Rejected) as rejected:
        check(value)
    [violation] = rejected.value.violations
    return violation.code


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("in", "IN"),
        (" De ", "DE"),
        ("India", "India"),
        ("Côte d'Ivoire", "Côte d'Ivoire"),
        ("éé", "éé"),
        ("12", "12"),
        (" ", None),
    ],
)
def test_two_letters_are_a_country_code(given: str, kept: str | None) -> None:
    assert values.country(60)(given) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://example.com/pcf.pdf", "https://example.com/pcf.pdf"),
        (" HTTP://Example.COM/a b ", "http://example.com/a%20b"),
        ("https://example.com", "https://example.com/"),
        ("https://भारत.example/", "https://xn--h2brj9c.example/"),
        ('https://example.com/"><script>', "https://example.com/%22%3E%3Cscript%3E"),
        ("", None),
    ],
)
def test_addresses_are_kept_in_their_normal_form(given: str, kept: str | None) -> None:
    check = values.web_address(500)
    assert check(given) == kept
    assert kept is None or check(kept) == kept


@pytest.mark.parametrize(
    "address",
    [
        "example.com/pcf.pdf",
        "ftp://example.com/pcf.pdf",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https://a b.example/",
        "https://user:secret@example.com/",
        "https://bank.example@evil.example/",
        "//example.com",
    ],
)
def test_other_addresses_are_refused(address: str) -> None:
    assert refusal(values.web_address(500), address) is BatchErrorCode.URL_INVALID


def test_an_address_must_fit_escaped() -> None:
    assert refusal(values.web_address(500), "https://example.com/" + "é" * 200) is BatchErrorCode.TEXT_TOO_LONG


def test_minus_zero_is_zero() -> None:
    assert str(values.decimal("100.00", zero=True)(Decimal("-0.0"))) == "0.00"


def nested(depth: int) -> Any:
    value: Any = "x"
    for level in range(depth):
        value = {"a": value} if level % 2 or level == depth - 1 else [value]
    return value


def test_attributes_nest_to_a_limit() -> None:
    assert values.attributes(nested(8)) == nested(8)
    assert refusal(values.attributes, nested(9)) is BatchErrorCode.ATTRIBUTES_TOO_LARGE


def test_attributes_are_counted_in_bytes_of_compact_json() -> None:
    fits = {"a": "é" * ((16 * 1024 - 8) // 2)}
    assert len(json.dumps(fits, ensure_ascii=False, separators=(",", ":")).encode()) == 16 * 1024
    assert values.attributes(fits) == fits
    assert refusal(values.attributes, {**fits, "a": fits["a"] + "x"}) is BatchErrorCode.ATTRIBUTES_TOO_LARGE


@pytest.mark.parametrize(
    "value",
    [
        [],
        "text",
        1,
        {"a": float("nan")},
        {"a": [float("-inf")]},
        {"a": 2**53},
        {"a": -1e16},
        {"a": "b\0"},
        {"a\0": 1},
        {"a": "\ud800"},
        {1: 2},
        {"a": {None: 1}},
        {"a": (1, 2)},
        {"a": {1, 2}},
    ],
)
def test_attributes_are_an_object_that_can_be_kept(value: object) -> None:
    assert refusal(values.attributes, value) is BatchErrorCode.ATTRIBUTES_INVALID


@unhurried
@given(attributes)
def test_attributes_are_kept_as_given(value: dict[str, object]) -> None:
    assert values.attributes(value) is value


@unhurried
@given(json_values, json_values)
def test_values_are_the_same_when_json_says_so(one: object, other: object) -> None:
    def canonical(value: object) -> str:
        def plain(value: object) -> object:
            match value:
                case bool():
                    return value
                case dict():
                    return {key: plain(item) for key, item in value.items()}
                case list():
                    return [plain(item) for item in value]
                case int() | float():
                    return (value + 0.0).hex() if value else "0"
            return value if value is None else f"text {value}"

        return json.dumps(plain(value), sort_keys=True)

    assert values.is_same(one, one)
    assert values.is_same(one, other) == (canonical(one) == canonical(other))


def test_true_is_not_one() -> None:
    assert not values.is_same({"a": True}, {"a": 1})
    assert not values.is_same([1], [1, 2])
    assert not values.is_same({"a": []}, {"a": {}})
    assert values.is_same({"a": 1, "b": [0]}, {"b": [0.0], "a": 1.0})
