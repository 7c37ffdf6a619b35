"""What comes over the wire: checked field by field, refused in one shape."""

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request

LONGEST_BODY = 64 * 1024
_OUT_NO = re.compile(r"[A-Za-z0-9_.-]{6,64}", re.ASCII)
_MOST_FEN = 10**13


class Refused(Exception):
    """The provider's no."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message


async def body_of(request: Request) -> bytes:
    """The raw body. raises: Refused beyond `LONGEST_BODY`."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            raise Refused(413, "TOO_LONG", "The body is too long.")
    return body


def read(body: bytes) -> dict[str, Any]:
    """raises: Refused for what is no JSON object."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "NOT_JSON", "The body is not JSON.") from error
    if not isinstance(found, dict):
        raise Refused(400, "NOT_JSON", "The body is not a JSON object.")
    return found


def text(message: dict[str, Any], name: str, *, longest: int = 200) -> str:
    value = message.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise Refused(422, "BAD_FIELD", f"{name} must be text of 1 to {longest} characters.")
    return value


def out_no(message: dict[str, Any], name: str = "out_no") -> str:
    value = message.get(name)
    if not isinstance(value, str) or not _OUT_NO.fullmatch(value):
        raise Refused(422, "BAD_FIELD", f"{name} must be 6 to 64 of A-Z a-z 0-9 _ . -")
    return value


def amount(message: dict[str, Any]) -> int:
    value = message.get("amount_fen")
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= _MOST_FEN:
        raise Refused(422, "BAD_FIELD", "amount_fen must be a whole number above 0.")
    return value


def url(message: dict[str, Any], name: str) -> str:
    value = text(message, name, longest=500)
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Refused(422, "BAD_FIELD", f"{name} must be an http or https address.")
    return value


def moment(message: dict[str, Any], name: str) -> float:
    value = text(message, name, longest=40)
    try:
        found = datetime.fromisoformat(value)
    except ValueError as error:
        raise Refused(422, "BAD_FIELD", f"{name} must be an ISO 8601 moment.") from error
    if found.tzinfo is None:
        raise Refused(422, "BAD_FIELD", f"{name} must name its zone.")
    return found.timestamp()


def iso(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat()


def digest(message: Any) -> str:
    return hashlib.sha256(json.dumps(message, sort_keys=True).encode()).hexdigest()
