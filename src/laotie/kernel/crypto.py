"""Sealed personal fields, blind indexes for looking them up, and signed short-lived tokens."""

import hashlib
import hmac
import os
from datetime import timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core import signing

from laotie.kernel import clock

_NONCE_BYTES = 12
_KEY_ID = b"\x01"


class BadToken(Exception):
    """Forged, damaged or too old; the holder is told no more than that."""


def seal(plain: str, *, context: str) -> bytes:
    """Encrypt a personal field (AES-256-GCM).

    context: the field's name; a value sealed for one field does not open as another.
    returns: key id (1 byte), nonce (12), ciphertext and tag.
    """
    nonce = os.urandom(_NONCE_BYTES)
    return _KEY_ID + nonce + AESGCM(_key("seal")).encrypt(nonce, plain.encode(), context.encode())


def unseal(sealed: bytes, *, context: str) -> str:
    """raises: BadToken when the bytes were not sealed here for this field."""
    sealed = bytes(sealed)
    if sealed[:1] != _KEY_ID:
        raise BadToken
    nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(_key("seal")).decrypt(nonce, body, context.encode()).decode()
    except InvalidTag as error:
        raise BadToken from error


def blind_index(value: str, *, context: str) -> bytes:
    """32 bytes that are equal for equal values and tell nothing without the key."""
    return hmac.digest(_key("index"), context.encode() + b"\0" + value.encode(), hashlib.sha256)


def sign(purpose: str, payload: dict[str, Any], *, lasts: timedelta) -> str:
    """A URL-safe token for one purpose, on the wall clock."""
    expires = int((clock.wall() + lasts).timestamp())
    return signing.dumps({"e": expires, "p": payload}, key=_key("sign").hex(), salt=purpose)


def verify(purpose: str, token: str) -> dict[str, Any]:
    """The payload of a token that was signed for this purpose and has not run out.

    raises: BadToken.
    """
    try:
        box = signing.loads(token, key=_key("sign").hex(), salt=purpose)
        if box["e"] <= clock.wall().timestamp():
            raise BadToken
        payload = box["p"]
    except (signing.BadSignature, KeyError, TypeError, ValueError, UnicodeError) as error:
        raise BadToken from error
    assert isinstance(payload, dict)
    return payload


def _key(use: str) -> bytes:
    master = bytes.fromhex(settings.LAOTIE.field_key)
    return hmac.digest(master, b"laotie " + use.encode(), hashlib.sha256)
