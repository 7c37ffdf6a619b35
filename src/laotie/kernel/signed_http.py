"""Signed messages between machines: who sent these bytes to this address, and when.

Both ends of a port use the same form: HMAC-SHA256 over method, path with query, timestamp, nonce
and the hash of the raw body. The wall clock counts, never the business clock.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=5)

_HEADERS = ("x-key-id", "x-timestamp", "x-nonce", "x-signature")
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
_TIMESTAMP = re.compile(r"[0-9]{9,11}", re.ASCII)
_SIGNATURE = re.compile(r"[0-9a-f]{64}", re.ASCII)


class BadSignature(Exception):
    """`reason`: unsigned, form, unknown_key, stale or forged. For the log, not for the sender."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Signed:
    """A message whose signature holds. The nonce is for the receiver to remember."""

    key_id: str
    nonce: str
    at: datetime


def sign(
    *, key_id: str, secret: bytes, method: str, path: str, body: bytes, at: datetime
) -> dict[str, str]:
    """Headers that prove a message.

    path: with its query, as it goes over the wire; at: the wall clock.
    """
    nonce = secrets.token_urlsafe(18)
    timestamp = str(int(at.timestamp()))
    signature = _signature(secret, method, path, timestamp, nonce, body)
    return dict(zip(_HEADERS, (key_id, timestamp, nonce, signature), strict=True))


def check(
    headers: Mapping[str, str],
    *,
    keys: Mapping[str, bytes],
    method: str,
    path: str,
    body: bytes,
    at: datetime,
) -> Signed:
    """The message as signed by one of `keys` within five minutes of `at` (the wall clock).

    headers: with lower-case names; body: the raw bytes, never parsed and written again.
    raises:  BadSignature.
    """
    key_id, timestamp, nonce, signature = (headers.get(name, "") for name in _HEADERS)
    if not (key_id or timestamp or nonce or signature):
        raise BadSignature("unsigned")
    if not (
        _TIMESTAMP.fullmatch(timestamp)
        and _NONCE.fullmatch(nonce)
        and _SIGNATURE.fullmatch(signature)
    ):
        raise BadSignature("form")
    secret = keys.get(key_id)
    if secret is None:
        raise BadSignature("unknown_key")
    expected = _signature(secret, method, path, timestamp, nonce, body)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise BadSignature("forged")
    sent_at = datetime.fromtimestamp(int(timestamp), at.tzinfo)
    if abs(at - sent_at) > TOLERANCE:
        raise BadSignature("stale")
    return Signed(key_id, nonce, sent_at)


def derive(secret: str, use: str) -> bytes:
    """A key for one use and direction out of one configured secret."""
    return hmac.digest(secret.encode(), b"signed http: " + use.encode(), hashlib.sha256)


def _signature(
    secret: bytes, method: str, path: str, timestamp: str, nonce: str, body: bytes
) -> str:
    parts = (method.upper(), path, timestamp, nonce, hashlib.sha256(body).hexdigest())
    return hmac.new(secret, "\n".join(parts).encode(), hashlib.sha256).hexdigest()
