"""A second step at the door: six digits from an authenticator app (TOTP), used once each.

Operators and finance have no rights without one, and nobody takes money out or sees what is
masked without a recent one; `sessions` holds those rights back. A passkey does as well.

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
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _

from laotie.accounts import inbox, models, push, recovery, rules
from laotie.accounts.rules import NoticeKind
from laotie.kernel import clock, crypto, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Refusal, TooMany, WrongState
from laotie.kernel.use_case import needs_transaction, use_case

_PURPOSE, _NEW = "second-step", "second-step-new"
_LASTS, _ENROL_LASTS = timedelta(minutes=5), timedelta(minutes=15)
_PERIOD_S = 30
_DRIFT = 1  # Steps before and after now; clocks of phones differ.
_FIELD = "totp.secret"


class WrongSecondStep(Refusal):
    """Wrong digits, digits used before, or a ticket that ran out."""

    code = "WRONG_SECOND_STEP"
    status = 422
    message = _("These digits do not fit. Wait for the next ones in your app and try again.")


class StepRequired(Refusal):
    """The last second step of somebody who must have one."""

    code = "STEP_REQUIRED"
    message = _("Your role needs a second step. Add another one first, then take this one away.")


@dataclass(frozen=True, slots=True)
class Locks:
    """How a person can prove themselves beside password and code."""

    has_app: bool
    passkeys: int
    recovery_left: int


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


def digits_of(secret: str, *, at: datetime) -> str:
    """What an app with this secret shows at this moment of the wall clock: for the lab's people."""
    return str(format_hotp_value(hotp_value(secret, int(at.timestamp()) // _PERIOD_S)))


def ticket_for(person_id: UUID) -> str | None:
    """A ticket for the second step, if the person has switched it on."""
    if not _rows(person_id).exists():
        return None
    return crypto.sign(_PURPOSE, {"person": str(person_id)}, lasts=_LASTS)


def is_on(person_id: UUID) -> bool:
    """Whether this person is asked for a second step."""
    return _rows(person_id).exists()


def locks(person_id: UUID) -> Locks:
    """What this person has. Two queries."""
    kinds = list(Authenticator.objects.filter(user_id=person_id).values_list("type", flat=True))
    return Locks(
        has_app=Authenticator.Type.TOTP in kinds,
        passkeys=kinds.count(Authenticator.Type.WEBAUTHN),
        recovery_left=recovery.left(person_id),
    )


def enrol(*, actor: Actor) -> Enrolment:
    """A fresh secret to put into an app; nothing changes until `switch_on`.

    raises: SignInFirst, SecondStepNeeded (who has a passkey shows it first).
    """
    person_id = actor.require_person()
    if actor.step == "confirm":
        actor.require_recent_step()
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    ticket = crypto.sign(_NEW, {"person": str(person_id), "secret": secret}, lasts=_ENROL_LASTS)
    return _enrolment(secret, ticket)


def enrolment_of(ticket: str) -> Enrolment | None:
    """What was shown with this ticket, to be shown again; None once it has run out."""
    try:
        return _enrolment(crypto.verify(_NEW, ticket)["secret"], ticket)
    except crypto.BadToken:
        return None


def _enrolment(secret: str, ticket: str) -> Enrolment:
    label = quote("Laotie")
    uri = f"otpauth://totp/{label}?secret={secret}&issuer={label}&digits=6&period={_PERIOD_S}"
    return Enrolment(secret, uri, ticket)


@use_case
def switch_on(*, actor: Actor, ticket: str, digits: str, now: datetime) -> tuple[str, ...]:
    """From now on this person needs digits of the app whose first ones fit.

    returns: ten recovery codes, which are shown this once.
    raises:  WrongSecondStep, WrongState (it is on already).
    """
    person_id = actor.require_person()
    try:
        payload = crypto.verify(_NEW, ticket)
    except crypto.BadToken as error:
        raise WrongSecondStep from error
    step = _matching_step(payload["secret"], digits, after=0)
    if payload["person"] != str(person_id) or step is None:
        raise WrongSecondStep
    return _write(person_id, payload["secret"], last_step=step, now=now)


@use_case
def enrol_known(*, actor: Actor, person_id: UUID, secret: str, now: datetime) -> None:
    """The person's app has this secret already; nothing changes if one is on. The system alone.

    secret: 32 letters of base 32.
    """
    assert actor.is_system
    if not _rows(person_id).exists():
        _write(person_id, secret, last_step=0, now=now)


@use_case
def switch_off(
    *, actor: Actor, digits: str, keep_session: str | None = None, now: datetime
) -> None:
    """No app any more; other sessions of the person end, but for `keep_session`.

    raises: WrongSecondStep, StepRequired (somebody whose role needs one, and has no other).
    """
    person_id = actor.require_person()
    if not _spend(person_id, digits, now=now):
        raise WrongSecondStep
    require_another(person_id)
    _rows(person_id).delete()
    tell(person_id, now=now)
    end_sessions(person_id, but_for=keep_session)


@needs_transaction
def require_another(person_id: UUID) -> None:
    """The person may lose one app or passkey. raises: StepRequired."""
    proofs = Authenticator.objects.filter(
        user_id=person_id, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    )
    held = models.PersonRole.objects.filter(person=person_id, role__in=rules.GUARDED_ROLES)
    # The person's row is the lock: the last two may not be taken away at once.
    models.Person.objects.select_for_update().get(pk=person_id)
    if proofs.count() < 2 and held.exists():
        raise StepRequired


@needs_transaction
def tell(person_id: UUID, *, now: datetime) -> None:
    """The person hears that the way they sign in has changed."""
    inbox.post(person_id, NoticeKind.LOCKS_CHANGED, {}, ref=ids.public("ntc", ids.new()), now=now)


@needs_transaction
def end_sessions(person_id: UUID, *, but_for: str | None) -> int:
    """All sessions of a person end, but for one; how many."""
    rows = models.PersonSession.objects.filter(person=person_id).exclude(session_key=but_for or "")
    keys = list(rows.values_list("session_key", flat=True))
    push.end_with(keys, now=clock.wall())
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return len(keys)


def finish(*, ticket: str, digits: str, now: datetime) -> UUID:
    """Who has passed both steps, by digits or by a recovery code.

    raises: WrongSecondStep, TooMany.
    """
    person_id = person_of(ticket)
    if not _try_digits(person_id=person_id, digits=digits, now=now):
        raise WrongSecondStep
    return person_id


def person_of(ticket: str) -> UUID:
    """Who has passed the first step. raises: WrongSecondStep."""
    try:
        return UUID(crypto.verify(_PURPOSE, ticket)["person"])
    except crypto.BadToken as error:
        raise WrongSecondStep from error


def confirm(*, actor: Actor, digits: str, now: datetime) -> None:
    """Somebody who is signed in proves again that it is them, by digits or by a recovery code.

    raises: SignInFirst, WrongSecondStep, TooMany.
    """
    if not _try_digits(person_id=actor.require_person(), digits=digits, now=now):
        raise WrongSecondStep


@use_case
def _try_digits(*, person_id: UUID, digits: str, now: datetime) -> bool:
    # Written down in a transaction that commits, so that wrong digits count too.
    return _spend(person_id, digits, now=now)


def _spend(person_id: UUID, digits: str, *, now: datetime) -> bool:
    """Whether the digits fit and were not used before; wrong ones are counted. raises: TooMany."""
    # The person's row is the lock: tries that come together are counted one by one.
    person = models.Person.objects.select_for_update().filter(pk=person_id, is_active=True).first()
    if person is None:
        return False
    index = bytes(person.phone_index)
    tries = models.SignInTry.objects.filter(
        phone_index=index, kind="second", tried_at__gt=now - rules.TRIES_KEPT
    )
    moments = list(tries.values_list("tried_at", flat=True))
    wait_s = rules.wait_s(rules.SECOND_STEPS_PER_PHONE, moments, now)
    if wait_s:
        raise TooMany(retry_after_s=wait_s)
    if recovery.looks_like_one(digits):
        is_right = recovery.spend(person_id, digits, now=now)
    else:
        is_right = _spend_digits(person_id, digits, now=now)
    if not is_right:
        models.SignInTry.objects.create(
            kind="second", phone_index=index, address_index=b"", tried_at=now
        )
    return is_right


def _spend_digits(person_id: UUID, digits: str, *, now: datetime) -> bool:
    row = _rows(person_id).select_for_update().first()
    if row is None:
        return False
    secret = SealingAdapter().decrypt(row.data["secret"])
    step = _matching_step(secret, digits, after=row.data["last_step"])
    if step is None:
        return False
    row.data = {**row.data, "last_step": step}
    row.last_used_at = now
    row.save(update_fields=["data", "last_used_at"])
    return True


@needs_transaction
def _write(person_id: UUID, secret: str, *, last_step: int, now: datetime) -> tuple[str, ...]:
    if _rows(person_id).exists():
        raise WrongState
    Authenticator.objects.create(
        user_id=person_id,
        type=Authenticator.Type.TOTP,
        data={"secret": SealingAdapter().encrypt(secret), "last_step": last_step},
        created_at=now,
    )
    tell(person_id, now=now)
    return recovery.issue(person_id, now=now)


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
