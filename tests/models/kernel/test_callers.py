"""What counts as one caller of a throttle."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kernel.throttle import caller, caller_address


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
def test_callers_of_ipv6_are_networks(address: IPv6Address, host: int) -> None:
    neighbour = IPv6Address(int(address) >> 64 << 64 | host)
    if address.ipv4_mapped is None and neighbour.ipv4_mapped is None:
        assert caller(str(address)) == caller(str(neighbour))
        assert caller(str(address)) != caller(str(IPv6Address(int(address) ^ 1 << 64)))


@given(st.ip_addresses(v=4))
def test_callers_of_ipv4_are_addresses(address: IPv4Address) -> None:
    assert caller(str(address)) == str(address)
    assert caller(f"::ffff:{address}") == str(address)


@pytest.mark.parametrize("text", ["", "unix:", "localhost", "testclient", "81.2.69.142:80", "1.2.3", "\0"])
def test_callers_without_an_address_are_one(text: str) -> None:
    assert caller(text) == ""


@pytest.mark.parametrize(
    ("address", "usual", "counted_as"),
    [
        ("203.0.113.7", "203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7", "203.0.113.7"),
        ("2001:DB8:1:2:3:0:0:6", "2001:db8:1:2:3::6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::1%eth0", "fe80::/64"),
        ("testclient", "", ""),
    ],
)
def test_an_address_and_whom_it_counts_for(address: str, usual: str, counted_as: str) -> None:
    assert caller_address(address) == usual
    assert caller(address) == counted_as
