"""Recovery codes: ten words on paper, each of which stands in once for a phone that is gone.

Only digests are kept. A code has fifty random bits, so a plain hash does.
"""

import hashlib
import re
import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator

from laotie.accounts import rules
from laotie.kernel.actor import Actor
from laotie.kernel.use_case import needs_transaction, use_case

# Without letters that look alike on paper.
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_FORM = re.compile(r"[2-9a-hjkmnp-z]{10}")


def looks_like_one(typed: object) -> bool:
    """Whether this was meant as a recovery code, not as digits of an app."""
    return isinstance(typed, str) and _FORM.fullmatch(_plain(typed)) is not None


@use_case
def renew(*, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Ten fresh codes, shown this once; the ones before are void.

    raises: SignInFirst, SecondStepNeeded.
    """
    actor.require_recent_step()
    return issue(actor.require_person(), now=now)


@needs_transaction
def issue(person_id: UUID, *, now: datetime) -> tuple[str, ...]:
    """The person's codes are these ten, and no others."""
    codes = tuple(
        "".join(secrets.choice(_LETTERS) for _letter in range(10))
        for _code in range(rules.RECOVERY_CODES)
    )
    Authenticator.objects.update_or_create(
        user_id=person_id,
        type=Authenticator.Type.RECOVERY_CODES,
        defaults={"data": {"digests": [_digest(person_id, code) for code in codes]}},
        create_defaults={
            "data": {"digests": [_digest(person_id, code) for code in codes]},
            "created_at": now,
        },
    )
    return tuple(f"{code[:5]}-{code[5:]}" for code in codes)


@needs_transaction
def spend(person_id: UUID, typed: str, *, now: datetime) -> bool:
    """Whether this is a code of the person that was not used before; it is used by this.

    The caller counts tries.
    """
    row: Any = (
        Authenticator.objects.select_for_update()
        .filter(user_id=person_id, type=Authenticator.Type.RECOVERY_CODES)
        .first()
    )
    if row is None or not looks_like_one(typed):
        return False
    given = _digest(person_id, _plain(typed))
    left = [one for one in row.data["digests"] if not secrets.compare_digest(one, given)]
    if len(left) == len(row.data["digests"]):
        return False
    row.data = {"digests": left}
    row.last_used_at = now
    row.save(update_fields=["data", "last_used_at"])
    return True


def left(person_id: UUID) -> int:
    """How many codes a person has left. One query."""
    row: Any = Authenticator.objects.filter(
        user_id=person_id, type=Authenticator.Type.RECOVERY_CODES
    ).first()
    return len(row.data["digests"]) if row else 0


def _plain(typed: str) -> str:
    return typed.strip().lower().replace("-", "").replace(" ", "")[:40]


def _digest(person_id: UUID, code: str) -> str:
    return hashlib.sha256(person_id.bytes + code.encode("utf-8", "replace")).hexdigest()
