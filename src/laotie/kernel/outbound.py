"""Calls to addresses that somebody else typed in: webhooks, push endpoints, links to look at.

Whoever may name an address must not reach what only this machine can reach. The name is resolved
once, every address behind it is judged, and the call goes to one of those judged: nothing is
resolved again, no redirect is followed, and all of it has one deadline. An address that our own
configuration names is called as it stands, under a deadline of its own.
"""

import asyncio
import contextlib
import ipaddress
import ssl
import threading
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, replace
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from socket import SOCK_STREAM, getaddrinfo
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_noop as _

from laotie.kernel.errors import Refusal

DEADLINE_S = 3.0
# Who says nothing for so long will not, however long all of it may take.
_SILENCE_S = 10.0
LONGEST_ANSWER = 64 * 1024
LONGEST_URL = 500
PORTS = {"http": 80, "https": 443}

Address = IPv4Address | IPv6Address
# Addresses that carry another one inside: it is the inner one that is reached.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LONGEST_WAIT_DIGITS = 6


class AddressRefused(Refusal):
    """`reason`: form, scheme, port, credentials, unknown_host or private."""

    code = "ADDRESS_REFUSED"
    status = 422
    message = _(
        "This address cannot be called. Give a public http or https address on port 80 or 443."
    )


class CallFailed(Exception):
    """No answer came. `reason`: timeout, refused, tls or network."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be called: what to connect to, and what to call it by."""

    url: str
    scheme: str
    host: str
    port: int
    address: Address


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `body` is cut at 64 KB, or where the caller said. It is never unpacked.

    retry_after_s: how long the other side wants to be left alone; 0 where it gives no seconds.
    """

    status: int
    body: bytes
    content_type: str = ""
    is_whole: bool = True
    retry_after_s: int = 0


def clean_url(url: object, *, longest: int = LONGEST_URL) -> str:
    """An address as it may be kept; whether it may be called is found out at each call.

    raises: AddressRefused.
    """
    _split(url, longest=longest)
    assert isinstance(url, str)
    return url


def post(url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
    """Send the bytes there and wait for the answer, three seconds in all. Outside transactions.

    raises: AddressRefused, CallFailed.
    """
    call = _Call("POST", url, dict(headers), body, longest_answer=LONGEST_ANSWER)
    return _in_time(_judged(call, longest_url=LONGEST_URL), deadline_s=DEADLINE_S)


def get(url: str, *, accept: str, longest_answer: int, longest_url: int) -> Answer:
    """Fetch what is there, so many bytes at most, three seconds in all. Outside transactions.

    It is asked for unpacked; what comes packed all the same stays so, and blows nothing up.
    raises: AddressRefused, CallFailed.
    """
    headers = {"Accept": accept, "Accept-Encoding": "identity", "User-Agent": "laotie"}
    call = _Call("GET", url, headers, longest_answer=longest_answer)
    return _in_time(_judged(call, longest_url=longest_url), deadline_s=DEADLINE_S)


def post_configured(
    url: str, *, headers: Mapping[str, str], body: bytes, deadline_s: float, longest_answer: int
) -> Answer:
    """Send the bytes to an address of our own configuration, which is not judged.

    The answer is asked for unpacked. Outside transactions.
    deadline_s: for all of it, ten seconds of silence at most among them.
    raises:     CallFailed.
    """
    asked = {**headers, "Accept-Encoding": "identity", "User-Agent": "laotie"}
    call = _Call("POST", url, asked, body, longest_answer=longest_answer)
    return _in_time(_send(call, deadline_s=deadline_s), deadline_s=deadline_s)


@dataclass(frozen=True, slots=True)
class _Call:
    """server_name: what the certificate must be of; empty for the host in `url`."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    server_name: str = ""
    longest_answer: int = LONGEST_ANSWER


def _in_time(sending: Coroutine[Any, Any, Answer], *, deadline_s: float) -> Answer:
    try:
        return asyncio.run(asyncio.wait_for(sending, deadline_s))
    except TimeoutError as error:
        raise CallFailed("timeout") from error


async def _judged(call: _Call, *, longest_url: int) -> Answer:
    """The answer of an address that may be called. raises: AddressRefused, CallFailed."""
    target = await resolve(call.url, longest=longest_url)
    shown = f"[{target.address}]" if target.address.version == 6 else str(target.address)
    parts = urlsplit(call.url)
    there = f"{target.scheme}://{shown}:{target.port}{parts.path or '/'}"
    there += f"?{parts.query}" if parts.query else ""
    is_usual = target.port == PORTS[target.scheme]
    named = f"[{target.host}]" if ":" in target.host else target.host
    headers = {**call.headers, "Host": named if is_usual else f"{named}:{target.port}"}
    # The certificate must be that of the name, though an address is connected to.
    aimed = replace(call, url=there, headers=headers, server_name=target.host)
    return await _send(aimed, deadline_s=DEADLINE_S)


async def _send(call: _Call, *, deadline_s: float) -> Answer:
    """raises: CallFailed. deadline_s: of the whole call, which `_in_time` ends."""
    import httpx

    silence_s = min(deadline_s, _SILENCE_S)
    try:
        async with (
            httpx.AsyncClient(verify=_trust(), trust_env=False, timeout=silence_s) as client,
            client.stream(
                call.method,
                call.url,
                headers=call.headers,
                content=call.body or None,
                follow_redirects=False,
                extensions={"sni_hostname": call.server_name} if call.server_name else None,
            ) as answer,
        ):
            kept = bytearray()
            async for piece in answer.aiter_raw():
                kept += piece
                if len(kept) > call.longest_answer:
                    break
            return Answer(
                answer.status_code,
                bytes(kept[: call.longest_answer]),
                answer.headers.get("content-type", ""),
                len(kept) <= call.longest_answer,
                _seconds(answer.headers.get("retry-after", "")),
            )
    except httpx.TimeoutException as error:
        raise CallFailed("timeout") from error
    except httpx.ConnectError as error:
        is_tls = isinstance(error.__cause__, ssl.SSLError) or "CERTIFICATE" in str(error).upper()
        raise CallFailed("tls" if is_tls else "refused") from error
    except httpx.HTTPError as error:
        raise CallFailed("network") from error


def _seconds(told: str) -> int:
    """0 for a date, and for what is no wait that anybody would mean."""
    is_number = told.isascii() and told.isdigit()
    return int(told) if is_number and len(told) <= _LONGEST_WAIT_DIGITS else 0


async def resolve(url: str, *, longest: int = LONGEST_URL) -> Target:
    """Where the call goes; one bad address spoils its name. raises: AddressRefused."""
    scheme, host, port = _split(url, longest=longest)
    try:
        addresses = await _look_up(host, port)
    except (OSError, UnicodeError) as error:
        raise AddressRefused(reason="unknown_host") from error
    if not addresses:
        raise AddressRefused(reason="unknown_host")
    allowed = [ipaddress.ip_network(network) for network in settings.LAOTIE.outbound_networks]
    for address in addresses:
        is_allowed = any(address in network for network in allowed)
        if not is_allowed and not is_public(address):
            raise AddressRefused(reason="private")
        if not is_allowed and port != PORTS[scheme]:
            raise AddressRefused(reason="port")
    return Target(url, scheme, host, port, addresses[0])


async def _look_up(host: str, port: int) -> list[Address]:
    """Every address behind a name. raises: OSError, UnicodeError.

    In a thread of its own: those of the loop are waited for at its end, however late the deadline
    is by then, and a name server may take half a minute to say nothing.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[Address]] = loop.create_future()

    def settle(addresses: list[Address], error: Exception | None) -> None:
        if found.done():
            return  # Given up meanwhile.
        if error is None:
            found.set_result(addresses)
        else:
            found.set_exception(error)

    def look_up() -> None:
        addresses: list[Address] = []
        failed: Exception | None = None
        try:
            rows = getaddrinfo(host, port, type=SOCK_STREAM)
            addresses = [ipaddress.ip_address(row[4][0]) for row in rows]
        except Exception as error:  # noqa: BLE001 - whoever waits for it is told.
            failed = error
        with contextlib.suppress(RuntimeError):  # The loop is over: nobody waits any more.
            loop.call_soon_threadsafe(settle, addresses, failed)

    threading.Thread(target=look_up, name="look-up", daemon=True).start()
    return await found


def is_public(address: Address) -> bool:
    """Whether it is on the internet: not private, loopback, link-local, shared, or made of such."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address.teredo is not None:
            inner = address.teredo[1]
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _split(url: object, *, longest: int) -> tuple[str, str, int]:
    """Scheme, host and port. raises: AddressRefused."""
    if not isinstance(url, str) or len(url) > longest or not url.isascii():
        raise AddressRefused(reason="form")
    if any(letter <= " " or letter in "\\\x7f" for letter in url):
        raise AddressRefused(reason="form")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused(reason="form") from error
    if parts.scheme not in PORTS:
        raise AddressRefused(reason="scheme")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused(reason="credentials")
    if not parts.hostname or parts.fragment:
        raise AddressRefused(reason="form")
    return parts.scheme, parts.hostname, port if port is not None else PORTS[parts.scheme]


@cache
def _trust() -> ssl.SSLContext:
    """Read once: it takes longer than most calls."""
    import httpx

    return httpx.create_ssl_context(trust_env=False)
