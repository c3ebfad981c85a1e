"""Pure decisions about who reports a scan."""

from ipaddress import IPv6Address, IPv6Network, ip_address


def caller_address(text: str) -> str:
    """An address in its usual spelling, an IPv4 address written as IPv6 (RFC 4291, section 2.5.5.2) as IPv4.

    Text that is no address is the empty one.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def throttle_subject(address: str) -> str:
    """What counts as one caller: an IPv4 address, of an IPv6 address its /64 network.

    A single device may take any of the 2^64 addresses of its network (RFC 4862, RFC 8981), so they share one
    allowance. So do all callers without an address.
    """
    if ":" not in address:
        return address
    return str(IPv6Network((int(IPv6Address(address)), 64), strict=False))
