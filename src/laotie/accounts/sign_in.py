"""Signing in by phone, with a code or a password. Known and unknown numbers get one answer.

Limits and guesses are counted in rows under a lock, so that they hold over all processes and
however many tries come at once. A number that proves itself for the first time joins by that.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db.models import F
from django.utils.translation import get_language
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_noop as _

from laotie.accounts import (
    models,
    people,
    phones,
    recovery,
    rules,
    second_step,
    sessions,
    text_messages,
)
from laotie.accounts.phones import Phone
from laotie.accounts.rules import Limit
from laotie.kernel import crypto, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Busy, Refusal, TooMany
from laotie.kernel.use_case import needs_transaction, use_case


class WrongCode(Refusal):
    """Wrong, used, too old or never sent: the answer is the same."""

    code = "WRONG_CODE"
    status = 422
    message = _("This code does not fit or is too old. Check it, or ask for a new one.")


class WrongPassword(Refusal):
    """Wrong number or wrong password: the answer is the same."""

    code = "WRONG_PASSWORD"
    status = 422
    message = _("Number and password do not fit. Try again, or sign in with a code.")


class WrongRecoveryCode(Refusal):
    """Wrong number, wrong code or a used one: the answer is the same."""

    code = "WRONG_RECOVERY_CODE"
    status = 422
    message = _("Number and recovery code do not fit. Each code opens once.")


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A code is on its way to the number; the same for every number."""

    phone_masked: str
    expires_at: datetime
    again_in_s: int


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who was recognised. With `second_step` set they must give that ticket and a code first."""

    person_id: UUID
    is_new: bool
    second_step: str | None


def request_code(*, phone: str, address: str, now: datetime, purpose: str = "sign_in") -> CodeSent:
    """Send a six-digit code that lives five minutes; older codes of the number end.

    address: where the request came from, for limits. purpose: what alone it opens.
    raises:  Invalid, TooMany, Busy (the message could not be sent).
    """
    number = phones.read(phone)
    code = "".join(secrets.choice("0123456789") for _digit in range(rules.CODE_DIGITS))
    sent = _issue_code(number=number, code=code, purpose=purpose, address=address, now=now)
    minutes = int(rules.CODE_LIFETIME.total_seconds() // 60)
    text = _g("%(code)s is your code. It ends in %(minutes)s minutes; give it to nobody.")
    try:
        text_messages.channel().send(
            number.e164, text % {"code": code, "minutes": minutes}, code=code, now=now
        )
    except text_messages.NotSent as error:
        raise Busy(retry_after_s=sent.again_in_s) from error
    return sent


def with_code(*, phone: str, code: str, now: datetime) -> SignedIn:
    """Recognise the holder of a number by the last code sent to it, which ends by this.

    raises: Invalid (phone), WrongCode.
    """
    number = phones.read(phone)
    if not isinstance(code, str) or len(code) > 16:
        raise WrongCode
    # The guess is counted in a transaction that commits, whether or not it was right.
    signed_in = _guess_code(number=number, code=code.strip(), now=now)
    if signed_in is None:
        raise WrongCode
    return signed_in


def with_password(*, phone: str, password: str, address: str, now: datetime) -> SignedIn:
    """Recognise a person by number and password.

    raises: Invalid (phone), WrongPassword, TooMany.
    """
    number = phones.read(phone)
    if not _may_be_password(password):
        raise WrongPassword
    # Counted first, so that tries that come together see each other; taken back when it was right.
    try_id = _count_try("password", number=number, address=address, now=now)
    person = models.Person.objects.filter(phone_index=number.index).first()
    if person is None or not person.has_usable_password():
        make_password(password)  # As slow as for a person with a password.
        raise WrongPassword
    if not person.check_password(password) or not person.is_active:
        raise WrongPassword
    _take_back(try_id=try_id)
    return SignedIn(person.id, is_new=False, second_step=second_step.ticket_for(person.id))


def with_recovery_code(*, phone: str, code: str, address: str, now: datetime) -> UUID:
    """Recognise somebody whose phone is gone by their number and one of their recovery codes.

    The code is used by this, and counts as a second step.
    raises: Invalid (phone), WrongRecoveryCode, TooMany.
    """
    number = phones.read(phone)
    try_id = _count_try(
        "recovery", number=number, address=address, limits=rules.RECOVERY_TRIES, now=now
    )
    person_id = _spend_recovery_code(number=number, code=code, now=now)
    if person_id is None:
        raise WrongRecoveryCode
    _take_back(try_id=try_id)
    return person_id


@use_case
def _spend_recovery_code(*, number: Phone, code: str, now: datetime) -> UUID | None:
    person = models.Person.objects.filter(phone_index=number.index, is_active=True).first()
    if person is None or not recovery.spend(person.id, code, now=now):
        return None
    second_step.tell(person.id, now=now)
    return person.id


def set_password(*, actor: Actor, password: str, current: str | None, now: datetime) -> None:
    """Set one's own password; all other sessions of the person end by it.

    current: needed when there is a password already.
    raises:  SignInFirst, WeakPassword, Invalid, WrongPassword, TooMany.
    """
    person_id = actor.require_person()
    checked = people.clean_password(password)
    try_id = _count_own_try(person_id=person_id, now=now)
    _write_password(person_id=person_id, password=checked, current=current, now=now)
    _take_back(try_id=try_id)


@use_case
def _count_own_try(*, person_id: UUID, now: datetime) -> UUID:
    index = bytes(models.Person.objects.get(pk=person_id).phone_index)
    _within_limits("password", index, rules.PASSWORDS_PER_PHONE, now=now)
    return models.SignInTry.objects.create(
        kind="password", phone_index=index, address_index=b"", tried_at=now
    ).id


@use_case
def _take_back(*, try_id: UUID) -> None:
    """It was right: only failures count."""
    models.SignInTry.objects.filter(pk=try_id).delete()


@use_case
def _write_password(*, person_id: UUID, password: str, current: str | None, now: datetime) -> None:
    person = models.Person.objects.select_for_update().get(pk=person_id)
    if person.has_usable_password() and not (
        _may_be_password(current) and person.check_password(current)
    ):
        raise WrongPassword
    person.set_password(password)
    person.save(update_fields=["password"])
    second_step.tell(person_id, now=now)


@use_case
def _issue_code(*, number: Phone, code: str, purpose: str, address: str, now: datetime) -> CodeSent:
    _count_try_here("code", number.index, address, limits=rules.CODES_PER_PHONE, now=now)
    expires_at = now + rules.CODE_LIFETIME
    models.SignInCode.objects.create(
        phone_index=number.index,
        purpose=purpose,
        code_digest=rules.code_digest(code, number.index),
        guesses_left=rules.CODE_GUESSES,
        sent_at=now,
        expires_at=expires_at,
    )
    again_in_s = int(rules.CODES_PER_PHONE[0].within.total_seconds())
    return CodeSent(number.masked, expires_at, again_in_s)


@use_case
def _guess_code(*, number: Phone, code: str, now: datetime) -> SignedIn | None:
    if not spend_code(number, code, purpose="sign_in", now=now):
        return None
    name = _g("Guest %(digits)s") % {"digits": number.e164[-4:]}
    tongue = "zh-hans" if (get_language() or "zh").startswith("zh") else "en"
    person, is_new = people.enrol(number, name=name, password=None, language=tongue, now=now)
    if not person.is_active:
        return None
    return SignedIn(person.id, is_new, second_step=second_step.ticket_for(person.id))


@use_case
def try_code(*, number: Phone, code: str, purpose: str, now: datetime) -> bool:
    """Whether this is the last code sent to the number for this; a guess is counted for good."""
    return spend_code(number, code, purpose=purpose, now=now)


@needs_transaction
def spend_code(number: Phone, code: object, *, purpose: str, now: datetime) -> bool:
    """The same inside the caller's transaction, which must commit whatever the answer is."""
    if not isinstance(code, str) or len(code) > 16:
        return False
    row = (
        models.SignInCode.objects.select_for_update()
        .filter(phone_index=number.index, purpose=purpose)
        .order_by("-sent_at", "-id")
        .first()
    )
    if row is None or row.used_at or row.expires_at <= now or row.guesses_left == 0:
        return False
    digest = rules.code_digest(code.strip(), number.index)
    right = secrets.compare_digest(digest, bytes(row.code_digest))
    models.SignInCode.objects.filter(pk=row.pk).update(
        guesses_left=F("guesses_left") - 1, used_at=now if right else None
    )
    return right


@use_case
def _count_try(
    kind: str,
    *,
    number: Phone,
    address: str,
    limits: tuple[Limit, ...] = rules.PASSWORDS_PER_PHONE,
    now: datetime,
) -> UUID:
    return _count_try_here(kind, number.index, address, limits=limits, now=now)


@needs_transaction
def _count_try_here(
    kind: str, phone_index: bytes, address: str, *, limits: tuple[Limit, ...], now: datetime
) -> UUID:
    """Write down one try, unless the number or the address has used up its limit; its id."""
    place = sessions.place_of(address)
    _within_limits(kind, phone_index, limits, now=now)
    limit = _limit_of(place)
    place_index = crypto.blind_index(place, context="sign_in.address")
    tried = models.SignInTry.objects.filter(
        address_index=place_index, kind=kind, tried_at__gt=now - limit.within
    ).count()
    if tried >= limit.most:
        raise TooMany(retry_after_s=int(limit.within.total_seconds()))
    return models.SignInTry.objects.create(
        kind=kind, phone_index=phone_index, address_index=place_index, tried_at=now
    ).id


@needs_transaction
def _within_limits(
    kind: str, phone_index: bytes, limits: tuple[Limit, ...], *, now: datetime
) -> None:
    # One at a time per number: without the lock, tries that come together would not see each other.
    sql.rows("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [phone_index.hex()])
    longest: timedelta = max(limit.within for limit in limits)
    moments = list(
        models.SignInTry.objects.filter(
            phone_index=phone_index, kind=kind, tried_at__gt=now - longest
        ).values_list("tried_at", flat=True)
    )
    wait_s = rules.wait_s(limits, moments, now)
    if wait_s:
        raise TooMany(retry_after_s=wait_s)


def _may_be_password(password: object) -> bool:
    """Whether it is worth the hashing: text of a possible length that UTF-8 can hold."""
    if not isinstance(password, str) or not 0 < len(password) <= people.PASSWORD_LETTERS[1]:
        return False
    return not any("\ud800" <= letter <= "\udfff" for letter in password)


def _limit_of(place: str) -> Limit:
    config = settings.LAOTIE
    is_here = place == sessions.LOOPBACK
    most = config.sign_ins_per_loopback if is_here else config.sign_ins_per_address
    return Limit(most, timedelta(hours=1))
