"""Answers that were given for a client's key, so that asking twice answers the same."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from laotie.kernel import sql
from laotie.kernel.errors import Busy, Invalid, KeyReused

KEPT = timedelta(hours=72)
# Longer than any use case (no transaction outlives 5 s, and it is tried three times). Whoever asks
# again after a crash waits this long at most.
HELD = timedelta(seconds=20)
_IN_WORK = 102
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


def claim(
    scope: str, key: str, digest: str, *, now: datetime, held: timedelta = HELD
) -> Answer | None:
    """The answer given before; else the key is the caller's until `record`, `release` or `held`.

    Of callers that come at once one works and the others are told to come back.
    raises: KeyReused when the key came with another request, Busy while it is worked on.
    """
    claimed = sql.rows(
        "INSERT INTO remembered_answer (scope, key, digest, status, body, expires_at)"
        " VALUES (%s, %s, %s, %s, 'null', %s) ON CONFLICT (scope, key) DO UPDATE SET"
        " digest = excluded.digest, status = excluded.status, body = excluded.body,"
        " expires_at = excluded.expires_at WHERE remembered_answer.expires_at <= %s RETURNING 1",
        [scope, key, digest, _IN_WORK, now + held, now],
    )
    if claimed:
        return None
    answer = recall(scope, key, digest, now=now)
    if answer is None or answer.status == _IN_WORK:
        raise Busy(retry_after_s=1)
    return answer


def release(scope: str, key: str) -> None:
    """Give a claim back: nothing was done, and the next one with the key may try."""
    sql.change(
        "DELETE FROM remembered_answer WHERE scope = %s AND key = %s AND status = %s",
        [scope, key, _IN_WORK],
    )


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
        " expires_at = excluded.expires_at WHERE remembered_answer.expires_at <= %s"
        " OR remembered_answer.status = %s",
        [scope, key, digest, answer.status, json.dumps(answer.body), now + kept, now, _IN_WORK],
    )
