"""How the text of a setting becomes its value. Each reader says what to write instead."""

import re
from collections.abc import Callable, Collection
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

Reader = Callable[[str], Any]

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


class WrongValue(Exception):
    """`what` is wrong with the text; `write` is what to write instead."""

    def __init__(self, what: str, write: str) -> None:
        super().__init__(what)
        self.what = what
        self.write = write


def flag(text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise WrongValue("is neither yes nor no", "Write 1 or 0")


def whole(lowest: int, highest: int, example: int) -> Reader:
    def read(text: str) -> int:
        # `int` would also take "１２", "1_0" and " 7 ".
        if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) or not lowest <= int(text) <= highest:
            raise WrongValue(
                f"is not a whole number from {lowest} to {highest}",
                f"Write one, such as {example}",
            )
        return int(text)

    return read


def port(example: int) -> Reader:
    return whole(1, 65_535, example)


def choice(options: Collection[str]) -> Reader:
    def read(text: str) -> str:
        if text not in options:
            raise WrongValue("is not known", f"Write one of: {', '.join(options)}")
        return text

    return read


def territory(text: str) -> str:
    """One country or the world, as `content.licensing.licences` names them."""
    if not re.fullmatch(r"[A-Z]{2}|WORLD", text, re.ASCII):
        raise WrongValue("is neither a country nor the world", "Write two letters, or WORLD")
    return text


def address(*schemes: str) -> Reader:
    """A base URL without query, kept without its last slash."""

    def read(text: str) -> str:
        advice = f"Write it like {schemes[0]}://shop.example"
        try:
            parts = urlsplit(text)
            _ = parts.port
        except ValueError:
            raise WrongValue("is not an address", advice) from None
        if parts.scheme not in schemes or not parts.hostname:
            begin = " or ".join(f"{scheme}://" for scheme in schemes)
            raise WrongValue(f"does not begin with {begin} and a name", advice)
        if parts.query or parts.fragment or parts.username:
            raise WrongValue("has more than scheme, host, port and path", advice)
        return text.rstrip("/")

    return read


def host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:_-]{1,255}", text, re.ASCII):
        raise WrongValue("is not a host or an IP address", "Write 127.0.0.1, or 0.0.0.0 for all")
    return text


def folder(text: str) -> Path:
    path = Path(text).expanduser()
    if path.exists() and not path.is_dir():
        raise WrongValue("is a file", "Write the path of a folder")
    return path


def program(text: str) -> str:
    if not Path(text).is_file():
        raise WrongValue("is not there", "Write the full path of the program, or leave it out")
    return text


def database(text: str) -> str:
    advice = "Write it like postgresql://user:password@host:5432/laotie"
    try:
        parts = conninfo_to_dict(text)
    except psycopg.Error:
        raise WrongValue("is not a PostgreSQL address", advice) from None
    if not parts.get("dbname") or not parts.get("user"):
        raise WrongValue("names no user or no database", advice)
    return text


def hex_key(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", text, re.ASCII):
        raise WrongValue(
            "is not a key of 32 bytes",
            "Write 64 digits 0-9a-f, as `openssl rand -hex 32` prints",
        )
    return text


def secret(text: str) -> str:
    if len(text) < 32:
        raise WrongValue(
            f"has {len(text)} characters and could be guessed",
            "Write 32 or more, as `openssl rand -hex 32` prints",
        )
    return text


def networks(text: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.split(",") if part.strip())
    for part in parts:
        try:
            ip_network(part)
        except ValueError:
            raise WrongValue(
                f"has {part!r}, which is no network", "Write it like 10.0.0.0/8,127.0.0.1"
            ) from None
    return parts


def crash_point(text: str) -> str:
    if not re.fullmatch(r"[a-z_.]+:[1-9][0-9]*", text, re.ASCII):
        raise WrongValue("is not name:count", "Write it like trade.orders.place.before_commit:1")
    return text


def nats_servers(text: str) -> str:
    """One address or several with commas; all of one cluster."""
    example = "nats://name:password@nats.example:4222"
    for each in text.split(","):
        parts = _url(each, example)
        if parts.scheme not in {"nats", "tls", "ws", "wss"} or not parts.hostname:
            raise WrongValue("is no NATS server", f"Write one such as {example}")
    return text


def mail_server(text: str) -> str:
    """`smtp` upgrades to TLS unless told `?tls=no`, `smtps` speaks it from the first byte."""
    parts = _url(text, "smtp://name:password@mail.example:587")
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise WrongValue(
            "is no SMTP server", "Write one such as smtp://name:password@mail.example:587"
        )
    return text


def mail_address(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;]{1,64}@[A-Za-z0-9.-]{1,190}", text):
        raise WrongValue("is no mail address", "Write one such as shop@example.com")
    return text


def text_message_provider(text: str) -> str:
    """Alibaba Cloud's: key, secret, the signature's name and the templates of both kinds."""
    example = "aliyun://KEY:SECRET@dysmsapi.aliyuncs.com/?sign=NAME&code=SMS_1&notice=SMS_2"
    parts = _url(text, example)
    told = parse_qs(parts.query)
    is_whole = (
        parts.username and parts.password and parts.hostname and {"sign", "code"} <= set(told)
    )
    if parts.scheme not in {"aliyun", "aliyun+http"} or not is_whole:
        raise WrongValue("is no provider that we know", f"Write {example}")
    return text


def order_sources(text: str) -> tuple[str, ...]:
    """Addresses with key and secret, apart by blanks or lines; adapters read the rest of them."""
    example = "jd://KEY:SECRET@api.jd.com/routerjson"
    addresses = tuple(text.split())
    for each in addresses:
        parts = _url(each, example)
        if not (parts.scheme and parts.username and parts.password and parts.hostname):
            raise WrongValue("has an address without name, key, secret or host", f"Write {example}")
    return addresses


def _url(text: str, example: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _port = parts.port
    except ValueError:
        raise WrongValue("is no address", f"Write {example}") from None
    return parts
