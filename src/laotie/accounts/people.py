"""People: joining, the card that others see, and what one may change about oneself."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    NumericPasswordValidator,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from laotie.accounts import models, phones
from laotie.accounts.phones import Phone
from laotie.events.accounts import PersonJoined
from laotie.kernel import event_log, ids, media
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.kernel.screening import Where, require_fit
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import needs_transaction, use_case

NAME_LETTERS = 40
PASSWORD_LETTERS = (8, 128)
_PICTURE = re.compile(r"/(?:static|media)/[A-Za-z0-9_./-]{1,110}", re.ASCII)


class WeakPassword(Refusal):
    code = "WEAK_PASSWORD"
    status = 422
    message = _("Take a password of 8 characters or more that others would not guess.")


@dataclass(frozen=True, slots=True)
class PersonCard:
    """What others see of a person."""

    id: UUID
    public_id: str
    name: str
    avatar_url: str


@dataclass(frozen=True, slots=True)
class Myself:
    """What a person sees of themselves."""

    card: PersonCard
    phone_masked: str
    language: str
    has_password: bool
    joined_at: datetime


@use_case
def join(*, phone: str, password: str | None, name: str, now: datetime) -> PersonCard:
    """A person exists for this number; for one that is known already nothing changes.

    password: 8 to 128 characters, or None to sign in by code only.
    """
    number = phones.read(phone)
    checked = None if password is None else clean_password(password)
    person, _is_new = enrol(number, name=name, password=checked, now=now)
    return as_card(person)


@use_case
def change(
    *,
    actor: Actor,
    name: str | None = None,
    avatar_url: str | None = None,
    language: str | None = None,
    now: datetime,
) -> Myself:
    """Set what is given of one's own name, picture and language."""
    person = models.Person.objects.select_for_update().get(pk=actor.require_person())
    if name is not None:
        person.name = clean_name(name, now=now)
    if avatar_url is not None:
        person.avatar_url = clean_picture_url(avatar_url, field="avatar_url")
    if language is not None:
        if language not in {code for code, _name in settings.LANGUAGES}:
            raise Invalid(field="language", reason="choice")
        person.language = language
    person.save(update_fields=["name", "avatar_url", "language"])
    return _as_myself(person)


def me(actor: Actor) -> Myself:
    """The signed-in person. One query."""
    person = models.Person.objects.filter(pk=actor.require_person()).first()
    if person is None:
        raise NotFound
    return _as_myself(person)


def card(person_id: UUID) -> PersonCard:
    """raises: NotFound. One query."""
    found = cards([person_id]).get(person_id)
    if found is None:
        raise NotFound
    return found


def cards(person_ids: Iterable[UUID]) -> dict[UUID, PersonCard]:
    """The cards of those who exist. One query."""
    people = models.Person.objects.filter(pk__in=set(person_ids)).only(
        "id", "name", "avatar_url", "left_at"
    )
    return {person.id: as_card(person) for person in people}


def language_of(person_id: UUID) -> str:
    """What pages and notices are to be written in for this person. One query."""
    return models.Person.objects.values_list("language", flat=True).get(pk=person_id)


def with_number(number: Phone) -> UUID | None:
    """Whose number this is. Not for pages that strangers see: it tells who has an account."""
    found = models.Person.objects.filter(phone_index=number.index)
    return found.values_list("id", flat=True).first()


def clean_name(name: str, *, field: str = "name", now: datetime) -> str:
    """A name that others may read. raises: Invalid, TextNotAllowed."""
    cleaned = clean_line(name, field=field, longest=NAME_LETTERS)
    return require_fit(cleaned, Where.NAME, field=field, now=now)


@needs_transaction
def enrol(
    number: Phone, *, name: str, password: str | None, language: str | None = None, now: datetime
) -> tuple[models.Person, bool]:
    """The person with this number, made if there was none; and whether they are new.

    Two at once make one person: the blind index is unique.
    """
    person = models.Person(
        name=clean_name(name, now=now),
        phone_index=number.index,
        phone_sealed=number.sealed,
        phone_masked=number.masked,
        language=language or settings.LANGUAGE_CODE,
        joined_at=now,
    )
    if password is None:
        person.set_unusable_password()
    else:
        person.set_password(password)
    models.Person.objects.bulk_create([person], ignore_conflicts=True)
    kept = models.Person.objects.get(phone_index=number.index)
    is_new = kept.id == person.id
    if is_new:
        event_log.publish(PersonJoined(person_id=kept.id))
    return kept, is_new


def clean_password(password: object) -> str:
    """raises: WeakPassword (short, all digits, well known), Invalid (over 128 characters)."""
    shortest, longest = PASSWORD_LETTERS
    if not isinstance(password, str) or len(password) < shortest:
        raise WeakPassword
    if len(password) > longest:
        raise Invalid(field="password", reason="too_long")
    try:
        for validator in (CommonPasswordValidator(), NumericPasswordValidator()):
            validator.validate(password)
        password.encode()
    except (ValidationError, UnicodeEncodeError) as error:
        raise WeakPassword from error
    return password


def clean_picture_url(url: object, *, field: str) -> str:
    """An own picture's path, or nothing. raises: Invalid for any other address."""
    if url == "":
        return ""
    if not isinstance(url, str) or not _PICTURE.fullmatch(url) or ".." in url:
        raise Invalid(field=field, reason="form")
    return url


def as_card(person: models.Person) -> PersonCard:
    name = person.name if person.left_at is None else gettext("Somebody who left")
    return PersonCard(
        person.id, ids.public("per", person.id), name, media.address(person.avatar_url)
    )


def _as_myself(person: models.Person) -> Myself:
    return Myself(
        card=as_card(person),
        phone_masked=person.phone_masked,
        language=person.language,
        has_password=person.has_usable_password(),
        joined_at=person.joined_at,
    )
