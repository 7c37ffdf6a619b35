"""Under which address others on the same network reach this machine."""

import socket
from ipaddress import ip_address

EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - asked about, not listened on.
# Reserved for documentation: the system only looks up its route, and nothing is sent.
_SOMEWHERE = {
    socket.AF_INET: ("192.0.2.1", 9),
    socket.AF_INET6: ("2001:db8::1", 9),
}


def shown_host(host: str) -> str:
    """The name to print for a host that was listened on; this machine's own address for all."""
    return _own_address(host) or "127.0.0.1" if host in EVERYWHERE else host


def is_this_machine_only(host: str) -> bool:
    """Whether browsers take the host for their own machine, and trust it without HTTPS."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _own_address(host: str) -> str:
    """The address that a packet to somewhere else would leave from; empty without a network."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect(_SOMEWHERE[family])
            return str(probe.getsockname()[0])
    except OSError:
        return ""
