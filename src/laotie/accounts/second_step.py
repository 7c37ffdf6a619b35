"""A second step at the door: six digits from an authenticator app (TOTP), used once each.

The secret lives in django-allauth's authenticator table, sealed. Which time step was used last
is kept in the same row under a lock, so that a code opens the door once over all processes.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _

from laotie.accounts import models, rules
from laotie.kernel import clock, crypto
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Refusal, TooMany, WrongState
from laotie.kernel.use_case import use_case

_PURPOSE = "second-step"
_LASTS = timedelta(minutes=5)
_PERIOD_S = 30
_DRIFT = 1  # Steps before and after now; clocks of phones differ.
_FIELD = "totp.secret"


class WrongSecondStep(Refusal):
    """Wrong digits, digits used before, or a ticket that ran out."""

    code = "WRONG_SECOND_STEP"
    status = 422
    message = _("These digits do not fit. Wait for the next ones in your app and try again.")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs; `ticket` comes back with the first digits."""

    secret: str
    uri: str
    ticket: str


class SealingAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Lets django-allauth keep its secrets under the key of our personal fields."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(crypto.seal(text, context=_FIELD)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.unseal(base64.b64decode(encrypted_text), context=_FIELD)


def ticket_for(person_id: UUID) -> str | None:
    """A ticket for the second step, if the person has switched it on."""
    if not _rows(person_id).exists():
        return None
    return crypto.sign(_PURPOSE, {"person": str(person_id)}, lasts=_LASTS)


def is_on(person_id: UUID) -> bool:
    """Whether this person is asked for a second step."""
    return _rows(person_id).exists()


def enrol(*, actor: Actor) -> Enrolment:
    """A fresh secret to put into an app; nothing changes until `switch_on`."""
    person_id = actor.require_person()
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    label = quote("Laotie")
    return Enrolment(
        secret=secret,
        uri=f"otpauth://totp/{label}?secret={secret}&issuer={label}&digits=6&period={_PERIOD_S}",
        ticket=crypto.sign(
            "second-step-new", {"person": str(person_id), "secret": secret}, lasts=_LASTS
        ),
    )


@use_case
def switch_on(*, actor: Actor, ticket: str, digits: str, now: datetime) -> None:
    """From now on this person needs digits of the app whose first ones fit.

    raises: WrongSecondStep, WrongState (it is on already).
    """
    person_id = actor.require_person()
    try:
        payload = crypto.verify("second-step-new", ticket)
    except crypto.BadToken as error:
        raise WrongSecondStep from error
    step = _matching_step(payload["secret"], digits, after=0)
    if payload["person"] != str(person_id) or step is None:
        raise WrongSecondStep
    if _rows(person_id).exists():
        raise WrongState
    Authenticator.objects.create(
        user_id=person_id,
        type=Authenticator.Type.TOTP,
        data={"secret": SealingAdapter().encrypt(payload["secret"]), "last_step": step},
        created_at=now,
    )


@use_case
def switch_off(*, actor: Actor, digits: str, now: datetime) -> None:
    """No second step any more. raises: WrongSecondStep."""
    person_id = actor.require_person()
    if _spend(person_id, digits, now=now):
        _rows(person_id).delete()
    else:
        raise WrongSecondStep


def finish(*, ticket: str, digits: str, now: datetime) -> UUID:
    """Who has passed both steps. raises: WrongSecondStep, TooMany."""
    try:
        person_id = UUID(crypto.verify(_PURPOSE, ticket)["person"])
    except crypto.BadToken as error:
        raise WrongSecondStep from error
    if not _try_digits(person_id=person_id, digits=digits, now=now):
        raise WrongSecondStep
    return person_id


@use_case
def _try_digits(*, person_id: UUID, digits: str, now: datetime) -> bool:
    # Written down in a transaction that commits, so that wrong digits count too.
    return _spend(person_id, digits, now=now)


def _spend(person_id: UUID, digits: str, *, now: datetime) -> bool:
    """Whether the digits fit and were not used before; counts the try. raises: TooMany."""
    person = models.Person.objects.filter(pk=person_id, is_active=True).first()
    row = _rows(person_id).select_for_update().first()
    if person is None or row is None:
        return False
    index = bytes(person.phone_index)
    limits = rules.SECOND_STEPS_PER_PHONE
    moments = list(
        models.SignInTry.objects.filter(
            phone_index=index, kind="second", tried_at__gt=now - rules.TRIES_KEPT
        ).values_list("tried_at", flat=True)
    )
    wait_s = rules.wait_s(limits, moments, now)
    if wait_s:
        raise TooMany(retry_after_s=wait_s)
    models.SignInTry.objects.create(
        kind="second", phone_index=index, address_index=b"", tried_at=now
    )
    secret = SealingAdapter().decrypt(row.data["secret"])
    step = _matching_step(secret, digits, after=row.data["last_step"])
    if step is None:
        return False
    row.data = {**row.data, "last_step": step}
    row.last_used_at = now
    row.save(update_fields=["data", "last_used_at"])
    return True


def _matching_step(secret: str, digits: object, *, after: int) -> int | None:
    """The time step whose digits these are, on the wall clock, if it is later than `after`."""
    if not isinstance(digits, str) or len(digits) != rules.CODE_DIGITS:
        return None
    given = digits.encode("utf-8", "replace")
    this_step = int(clock.wall().timestamp()) // _PERIOD_S
    for step in range(this_step - _DRIFT, this_step + _DRIFT + 1):
        expected = format_hotp_value(hotp_value(secret, step))
        if step > after and secrets.compare_digest(expected.encode(), given):
            return step
    return None


def _rows(person_id: UUID) -> QuerySet[Any]:
    rows: QuerySet[Any] = Authenticator.objects.filter(
        user_id=person_id, type=Authenticator.Type.TOTP
    )
    return rows
