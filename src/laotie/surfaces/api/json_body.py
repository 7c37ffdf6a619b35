"""JSON as strictly as money needs it: one meaning per text, bounded in size and depth."""

import json
from typing import Any

from django.utils.translation import gettext_noop as _

from laotie.kernel.errors import Invalid, Refusal

LONGEST_BODY = 1 << 20
DEEPEST = 16
_LONGEST_NUMBER = 30
_OPENING, _CLOSING = frozenset(b"[{"), frozenset(b"]}")


class BodyTooLong(Refusal):
    code = "BODY_TOO_LONG"
    status = 413
    message = _("This is too large. Send at most 1 MB of JSON, or 8 MB of picture.")


class WrongContentType(Refusal):
    code = "WRONG_CONTENT_TYPE"
    status = 415
    message = _(
        "Send JSON as application/json, a picture as image/jpeg, image/png or image/webp, a table"
        " as text/csv or XLSX."
    )


def read(body: bytes) -> dict[str, Any]:
    """The object that a request's body holds.

    raises: Invalid for anything but one UTF-8 object: keys that come twice, NaN, numbers of more
        than 30 digits, lone surrogates or NUL in texts, more than 16 levels.
    """
    if _depth(body) > DEEPEST:
        raise Invalid(field="body", reason="json")
    try:
        found = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_int=_whole,
            parse_float=_fraction,
        )
    except (ValueError, RecursionError) as error:
        raise Invalid(field="body", reason="json") from error
    if not isinstance(found, dict):
        raise Invalid(field="body", reason="json")
    _require_text(found)
    return found


def _depth(body: bytes) -> int:
    """How deep brackets nest outside of strings, without recursion."""
    depth = deepest = 0
    in_string = escaped = False
    for byte in body:
        if in_string:
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                in_string = False
        elif byte == 0x22:
            in_string = True
        elif byte in _OPENING:
            depth += 1
            deepest = max(deepest, depth)
        elif byte in _CLOSING:
            depth -= 1
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key comes twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError("too many digits")
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits) if len(digits) <= _LONGEST_NUMBER else float("inf")
    if number in {float("inf"), float("-inf")}:
        raise ValueError("too large")
    return number


def _require_text(value: Any) -> None:
    """Refuse texts that PostgreSQL cannot hold, wherever they stand. At most DEEPEST levels."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise Invalid(field="body", reason="characters")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _require_text(key)
            _require_text(inner)
    elif isinstance(value, list):
        for inner in value:
            _require_text(inner)
