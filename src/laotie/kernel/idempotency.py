"""Answers that were given for a client's key, so that asking twice answers the same."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from laotie.kernel import sql
from laotie.kernel.errors import Invalid, KeyReused

KEPT = timedelta(hours=72)
_LONGEST_KEY = 80


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any


def digest(request: Any) -> str:
    """A fingerprint of what was asked; equal requests have equal ones."""
    text = json.dumps(request, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def clean_key(key: object) -> str:
    """raises: Invalid for a key that is not 8 to 80 visible ASCII characters."""
    if not isinstance(key, str) or not 8 <= len(key) <= _LONGEST_KEY:
        raise Invalid(field="key", reason="form")
    if not all("!" <= letter <= "~" for letter in key):
        raise Invalid(field="key", reason="characters")
    return key


def recall(scope: str, key: str, digest: str, *, now: datetime) -> Answer | None:
    """The answer given before, if any.

    scope: person and route, so that nobody meets another's key.
    raises: KeyReused when the key came with another request.
    """
    rows = sql.rows(
        "SELECT digest, status, body::text FROM remembered_answer"
        " WHERE scope = %s AND key = %s AND expires_at > %s",
        [scope, key, now],
    )
    if not rows:
        return None
    ((known, status, body),) = rows
    if known != digest:
        raise KeyReused
    return Answer(status, json.loads(body))


def record(
    scope: str, key: str, digest: str, answer: Answer, *, now: datetime, kept: timedelta = KEPT
) -> None:
    """Remember an answer; the first one stays."""
    sql.change(
        "INSERT INTO remembered_answer (scope, key, digest, status, body, expires_at)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (scope, key) DO UPDATE SET"
        " digest = excluded.digest, status = excluded.status, body = excluded.body,"
        " expires_at = excluded.expires_at WHERE remembered_answer.expires_at <= %s",
        [scope, key, digest, answer.status, json.dumps(answer.body), now + kept, now],
    )


def forget_expired(now: datetime) -> int:
    """Drop answers past their time; how many."""
    return sql.change("DELETE FROM remembered_answer WHERE expires_at <= %s", [now])
