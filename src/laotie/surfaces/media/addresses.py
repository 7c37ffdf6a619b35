"""Peers' addresses: one spelling each, what counts as one peer, and what a log may say."""

import ipaddress


def normal(peername: object) -> str:
    """The address of a socket's peer, IPv4 in IPv6 unwrapped; `?` for a socket without one.

    peername: what asyncio gives: two parts for IPv4, four for IPv6.
    """
    if not isinstance(peername, tuple) or not peername:
        return "?"
    try:
        address = ipaddress.ip_address(str(peername[0]).partition("%")[0])
    except ValueError:
        return "?"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address)


def counted(ip: str) -> str:
    """Who counts as one peer: an IPv4 address, or an IPv6 network of 64 bits."""
    return _network(ip, 32, 64)


def masked(ip: str) -> str:
    """The network without the person: 24 bits of IPv4, 48 of IPv6."""
    return _network(ip, 24, 48)


def is_loopback(ip: str) -> bool:
    return ip != "?" and ipaddress.ip_address(ip).is_loopback


def _network(ip: str, bits_v4: int, bits_v6: int) -> str:
    if ip == "?":
        return ip
    bits = bits_v4 if ipaddress.ip_address(ip).version == 4 else bits_v6
    return str(ipaddress.ip_network((ip, bits), strict=False))
