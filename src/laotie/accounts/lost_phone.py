"""The case of a lost phone, when passkey and recovery codes are gone too.

Anybody may tell the story, with a new number that they prove. An operator judges it; then a waiting
period runs, in which the old number and the inbox are told and whoever is still there says no. Who
asks learns nothing about whether the old number is known.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _g

from laotie.accounts import (
    inbox,
    models,
    phone_change,
    phones,
    rules,
    second_step,
    sign_in,
    text_messages,
)
from laotie.accounts.phone_change import PhoneTaken
from laotie.accounts.phones import Phone
from laotie.accounts.rules import CaseState, NoticeKind, Role
from laotie.accounts.sign_in import CodeSent, WrongCode
from laotie.kernel import crypto, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.kernel.text import clean_block, clean_line
from laotie.kernel.use_case import needs_transaction, use_case

log = structlog.get_logger(__name__)

_PURPOSE, _STORY, _NUMBER = "phone_lost", "phone_case.story", "phone_case.phone"
_STORY_LETTERS = 500
_OPEN = (CaseState.ASKED.value, CaseState.WAITING.value)


@dataclass(frozen=True, slots=True)
class Case:
    """As its operator and its person see it; `story` is for the operator alone."""

    id: UUID
    person_id: UUID
    old_phone_masked: str
    new_phone_masked: str
    story: str
    state: str
    asked_at: datetime
    due_at: datetime | None
    reason: str


def send_code(*, new_phone: str, address: str, now: datetime) -> CodeSent:
    """Send a code to the number that the account is to answer to.

    raises: Invalid, TooMany, Busy.
    """
    number = phones.read(new_phone, field="new_phone")
    return sign_in.request_code(phone=number.e164, address=address, now=now, purpose=_PURPOSE)


def ask(*, phone: str, new_phone: str, code: str, story: str, now: datetime) -> None:
    """An operator will look at it. Nothing in the answer tells whether the old number is known.

    story: up to 500 characters by which an operator may know the person.
    raises: Invalid, WrongCode (of the new number).
    """
    old, new = phones.read(phone), phones.read(new_phone, field="new_phone")
    told = clean_block(story, field="text", longest=_STORY_LETTERS)
    if not sign_in.try_code(number=new, code=code, purpose=_PURPOSE, now=now):
        raise WrongCode
    if _open(old=old, new=new, story=told, now=now):
        _warn(old, new, now=now)


@use_case
def _open(*, old: Phone, new: Phone, story: str, now: datetime) -> bool:
    person = (
        models.Person.objects.select_for_update()
        .filter(phone_index=old.index, is_active=True)
        .first()
    )
    if person is None or models.Person.objects.filter(phone_index=new.index).exists():
        return False
    cases = models.PhoneCase.objects.filter(person=person)
    limit = rules.CASES_PER_PERSON
    recent = cases.filter(asked_at__gt=now - limit.within).count()
    # Whoever guards others' money is known to the operators in person: the command line helps.
    is_guarded = models.PersonRole.objects.filter(
        person=person, role__in=rules.GUARDED_ROLES
    ).exists()
    if is_guarded or recent >= limit.most or cases.filter(state__in=_OPEN).exists():
        return False
    row = models.PhoneCase.objects.create(
        person=person,
        phone_index=new.index,
        phone_sealed=crypto.seal(new.e164, context=_NUMBER),
        phone_masked=new.masked,
        story_sealed=crypto.seal(story, context=_STORY),
        state=CaseState.ASKED,
        asked_at=now,
    )
    _post(row, now=now)
    return True


def waiting(*, actor: Actor) -> tuple[Case, ...]:
    """Open cases, oldest first; for operators. One query."""
    actor.require_role(Role.OPERATOR)
    rows = models.PhoneCase.objects.filter(state__in=_OPEN).select_related("person")
    return tuple(_card(row, with_story=True) for row in rows.order_by("asked_at")[:100])


def mine(actor: Actor) -> Case | None:
    """The open case about one's own account, if there is one. One query."""
    row = (
        models.PhoneCase.objects.filter(person=actor.require_person(), state__in=_OPEN)
        .select_related("person")
        .first()
    )
    return _card(row, with_story=False) if row else None


def approve(*, actor: Actor, case_id: UUID, reason: str, now: datetime) -> None:
    """The story is believed; the waiting period of three days begins, and the old number is told.

    raises: NotAllowed, NotFound, WrongState, Invalid.
    """
    old, new = _approve(actor=actor, case_id=case_id, reason=reason, now=now)
    _warn(old, new, now=now)


@use_case
def _approve(*, actor: Actor, case_id: UUID, reason: str, now: datetime) -> tuple[Phone, Phone]:
    row = _locked(actor, case_id)
    rules.CASE_APPROVE.take(
        models.PhoneCase.objects,
        row.pk,
        decided_by_id=actor.person_id,
        decided_at=now,
        reason=clean_line(reason, field="reason", longest=200),
        due_at=now + rules.CASE_WAITS,
    )
    _post(row, now=now)
    return phones.unseal(bytes(row.person.phone_sealed)), _new_number(row)


@use_case
def refuse(*, actor: Actor, case_id: UUID, reason: str, now: datetime) -> None:
    """The story is not believed. raises: NotAllowed, NotFound, WrongState, Invalid."""
    row = _locked(actor, case_id)
    rules.CASE_REFUSE.take(
        models.PhoneCase.objects,
        row.pk,
        decided_by_id=actor.person_id,
        decided_at=now,
        reason=clean_line(reason, field="reason", longest=200),
        ended_at=now,
    )


@use_case
def contradict(*, actor: Actor, now: datetime) -> None:
    """The owner is still here: the case is over. raises: SignInFirst, NotFound."""
    row = models.PhoneCase.objects.filter(person=actor.require_person(), state__in=_OPEN).first()
    if row is None:
        raise NotFound
    rules.CASE_CONTRADICT.take(models.PhoneCase.objects, row.pk, ended_at=now)


def finish_due(*, now: datetime) -> int:
    """Accounts whose waiting period is over answer to the new number; how many."""
    due = models.PhoneCase.objects.filter(state=CaseState.WAITING, due_at__lte=now)
    done = 0
    for case_id in list(due.order_by("due_at").values_list("pk", flat=True)[:50]):
        done += _finish(case_id=case_id, now=now)
    return done


@use_case
def _finish(*, case_id: UUID, now: datetime) -> bool:
    """Password, app and recovery codes end with the old number: they are lost, or another's."""
    row = models.PhoneCase.objects.select_for_update().get(pk=case_id)
    if row.state != CaseState.WAITING or row.due_at is None or row.due_at > now:
        return False
    try:
        phone_change.take_over(row.person_id, _new_number(row), now=now)
    except PhoneTaken:
        rules.CASE_REFUSE.take(
            models.PhoneCase.objects, row.pk, reason="the number has an account", ended_at=now
        )
        return False
    person = models.Person.objects.select_for_update().get(pk=row.person_id)
    person.set_unusable_password()
    person.save(update_fields=["password"])
    Authenticator.objects.filter(user_id=person.pk).exclude(
        type=Authenticator.Type.WEBAUTHN
    ).delete()
    second_step.end_sessions(person.pk, but_for=None)
    rules.CASE_DONE.take(models.PhoneCase.objects, row.pk, ended_at=now)
    return True


@needs_transaction
def _locked(actor: Actor, case_id: UUID) -> models.PhoneCase:
    actor.require_role(Role.OPERATOR)
    row = (
        models.PhoneCase.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(pk=case_id)
        .first()
    )
    if row is None:
        raise NotFound
    return row


@needs_transaction
def _post(row: models.PhoneCase, *, now: datetime) -> None:
    inbox.post(
        row.person_id,
        NoticeKind.PHONE_CASE,
        {"phone": row.phone_masked},
        ref=ids.public("ntc", ids.new()),
        now=now,
    )


def _warn(old: Phone, new: Phone, *, now: datetime) -> None:
    text = _g(
        "Somebody asks for your account on the number %(phone)s. If that is not you, sign in and"
        " say no."
    )
    try:
        text_messages.channel().send(old.e164, text % {"phone": new.masked}, now=now)
    except text_messages.NotSent:
        log.warning("old_phone_not_told")


def _new_number(row: models.PhoneCase) -> Phone:
    return Phone(crypto.unseal(bytes(row.phone_sealed), context=_NUMBER))


def _card(row: models.PhoneCase, *, with_story: bool) -> Case:
    return Case(
        id=row.id,
        person_id=row.person_id,
        old_phone_masked=row.person.phone_masked,
        new_phone_masked=row.phone_masked,
        story=crypto.unseal(bytes(row.story_sealed), context=_STORY) if with_story else "",
        state=row.state,
        asked_at=row.asked_at,
        due_at=row.due_at,
        reason=row.reason,
    )
