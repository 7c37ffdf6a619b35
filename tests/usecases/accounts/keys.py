"""A passkey in memory: it makes credentials and answers challenges as a real one does, and can be
told to do it wrong."""

import base64
import hashlib
import json
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

HERE = "http://localhost:8000"


@dataclass
class Key:
    """One key of one person at one site. `counter` goes up with each answer."""

    origin: str = HERE
    site: str = "localhost"
    counter: int = 0
    verifies: bool = True
    id: bytes = field(default_factory=lambda: os.urandom(16))
    handle: bytes = b""
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, options: Mapping[str, Any]) -> str:
        """The answer to `start_adding`."""
        self.handle = unpacked(options["user"]["id"])
        told = self._told("webauthn.create", options)
        numbers = self.private.public_key().public_numbers()
        public = cbor.encode(
            {
                1: 2,
                3: -7,
                -1: 1,
                -2: numbers.x.to_bytes(32, "big"),
                -3: numbers.y.to_bytes(32, "big"),
            }
        )
        credential = bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        made = cbor.encode(
            {"fmt": "none", "attStmt": {}, "authData": self._facts(0x40) + credential}
        )
        return self._answer({"clientDataJSON": told, "attestationObject": made})

    def use(self, options: Mapping[str, Any]) -> str:
        """The answer to `start_using`."""
        self.counter += 1
        told, facts = self._told("webauthn.get", options), self._facts(0)
        signature = self.private.sign(
            facts + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256())
        )
        return self._answer(
            {
                "clientDataJSON": told,
                "authenticatorData": facts,
                "signature": signature,
                "userHandle": self.handle,
            }
        )

    def _told(self, kind: str, options: Mapping[str, Any]) -> bytes:
        return json.dumps(
            {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        ).encode()

    def _facts(self, flags: int) -> bytes:
        present = 0x01 | (0x04 if self.verifies else 0) | flags
        return hashlib.sha256(self.site.encode()).digest() + struct.pack(
            ">BI", present, self.counter
        )

    def _answer(self, response: Mapping[str, bytes]) -> str:
        return json.dumps(
            {
                "id": packed(self.id),
                "rawId": packed(self.id),
                "type": "public-key",
                "response": {name: packed(value) for name, value in response.items()},
                "clientExtensionResults": {},
            }
        )


def packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
