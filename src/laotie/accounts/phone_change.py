"""Another phone number for the same person: proven on both phones, or by a second step.

Who has lost the old phone signs in with a passkey or a recovery code, which are second steps; who
has lost those too has `lost_phone`.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_noop as _

from laotie.accounts import inbox, models, phones, second_step, sign_in, text_messages
from laotie.accounts.phones import Phone
from laotie.accounts.rules import NoticeKind
from laotie.accounts.sign_in import CodeSent, WrongCode
from laotie.kernel import ids
from laotie.kernel.actor import SENSITIVE, Actor
from laotie.kernel.errors import Invalid, Refusal
from laotie.kernel.use_case import needs_transaction, use_case

log = structlog.get_logger(__name__)

_NEW, _OLD = "phone_new", "phone_old"


class PhoneTaken(Refusal):
    """Told only to somebody who holds that phone."""

    code = "PHONE_TAKEN"
    message = _("Another account answers to this number. Sign in with it instead.")


@dataclass(frozen=True, slots=True)
class Started:
    """Codes are on their way. `needs_old`: the old phone got one too, and it has to come back."""

    sent: CodeSent
    needs_old: bool


def start(*, actor: Actor, phone: str, address: str, now: datetime) -> Started:
    """Send a code to the new number and, unless a second step was given just now, to the old one.

    raises: SignInFirst, Invalid (also for the number one has), TooMany, Busy.
    """
    person = models.Person.objects.get(pk=actor.require_person())
    number = phones.read(phone)
    if number.index == bytes(person.phone_index):
        raise Invalid(field="phone", reason="choice")
    needs_old = SENSITIVE in actor.withheld
    sent = sign_in.request_code(phone=number.e164, address=address, now=now, purpose=_NEW)
    if needs_old:
        old = phones.unseal(bytes(person.phone_sealed)).e164
        sign_in.request_code(phone=old, address=address, now=now, purpose=_OLD)
    return Started(sent, needs_old)


def finish(
    *,
    actor: Actor,
    phone: str,
    code: str,
    old_code: str = "",
    keep_session: str | None = None,
    now: datetime,
) -> None:
    """The account answers to the new number alone; other sessions end, but for `keep_session`.

    raises: SignInFirst, Invalid, WrongCode (either), PhoneTaken.
    """
    person = models.Person.objects.get(pk=actor.require_person())
    number, old = phones.read(phone), phones.unseal(bytes(person.phone_sealed))
    # Guesses are counted in transactions that commit. The old phone first: a stolen session does
    # not even learn whether the new number has an account.
    if SENSITIVE in actor.withheld and not sign_in.try_code(
        number=old, code=old_code, purpose=_OLD, now=now
    ):
        raise WrongCode
    if not sign_in.try_code(number=number, code=code, purpose=_NEW, now=now):
        raise WrongCode
    _write(person_id=person.id, number=number, keep_session=keep_session, now=now)
    tell_phone(old, number, now=now)


@use_case
def _write(*, person_id: UUID, number: Phone, keep_session: str | None, now: datetime) -> None:
    take_over(person_id, number, now=now)
    second_step.end_sessions(person_id, but_for=keep_session)


@needs_transaction
def take_over(person_id: UUID, number: Phone, *, now: datetime) -> None:
    """The person answers to this number; they hear of it. raises: PhoneTaken."""
    try:
        with transaction.atomic():
            models.Person.objects.filter(pk=person_id).update(
                phone_index=number.index,
                phone_sealed=number.sealed,
                phone_masked=number.masked,
            )
    except IntegrityError as error:
        raise PhoneTaken from error
    inbox.post(
        person_id,
        NoticeKind.PHONE_CHANGED,
        {"phone": number.masked},
        ref=ids.public("ntc", ids.new()),
        now=now,
    )


def tell_phone(old: Phone, new: Phone, *, now: datetime) -> None:
    """The old phone hears that it is the key no more. That it may be gone is no failure."""
    text = _g("Your account now answers to %(phone)s. If that was not you, write to the operator.")
    try:
        text_messages.channel().send(old.e164, text % {"phone": new.masked}, now=now)
    except text_messages.NotSent:
        log.warning("old_phone_not_told")
