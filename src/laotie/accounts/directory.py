"""Finding people, and looking at what is masked: for operators, with a reason that is kept."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from laotie.accounts import addresses, models, phones, shops
from laotie.accounts.people import PersonCard, as_card
from laotie.accounts.roles import GrantLine, history
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import use_case

_MOST = 50


@dataclass(frozen=True, slots=True)
class Found:
    """One person in a list."""

    card: PersonCard
    masked_phone: str
    joined_at: datetime
    is_active: bool


@dataclass(frozen=True, slots=True)
class RevealLine:
    """One look at masked data: at what, why, and when."""

    ref: str
    reason: str
    by: UUID | None
    via: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonFile:
    """What an operator sees of a person: no number, no address."""

    found: Found
    roles: frozenset[str]
    is_creator: bool
    shops: tuple[shops.ShopCard, ...]
    rights: tuple[GrantLine, ...]
    reveals: tuple[RevealLine, ...]


def find(*, actor: Actor, words: str) -> tuple[Found, ...]:
    """People by whole phone number, public id, or the beginning of a name; at most 50. One query.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, Invalid (fewer than two letters).
    """
    actor.require_role("operator")
    said = clean_line(words, field="words", longest=60)
    if len(said) < 2:
        raise Invalid(field="words", reason="too_short")
    people = models.Person.objects.all()
    if said.startswith("per_"):
        people = people.filter(pk=ids.parse("per", said))
    elif sum(letter.isdigit() for letter in said) >= 7:
        people = people.filter(phone_index=phones.read(said, field="words").index)
    else:
        people = people.filter(name__istartswith=said)
    return tuple(_found(row) for row in people.order_by("name", "id")[:_MOST])


def file(*, actor: Actor, person_id: UUID) -> PersonFile:
    """raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound. Six queries."""
    actor.require_role("operator")
    row = models.Person.objects.filter(pk=person_id).first()
    if row is None:
        raise NotFound
    staff = models.Staff.objects.filter(person=person_id).values_list("shop_id", flat=True)
    reveals = models.Reveal.objects.filter(revealed_by=person_id).order_by("-revealed_at")[:_MOST]
    return PersonFile(
        found=_found(row),
        roles=frozenset(
            models.PersonRole.objects.filter(person=person_id).values_list("role", flat=True)
        ),
        is_creator=models.Creator.objects.filter(person=person_id).exists(),
        shops=tuple(shops.cards(list(staff)).values()),
        rights=history(actor=actor, person_id=person_id),
        reveals=tuple(_line(each) for each in reveals),
    )


def reveals_of(*, actor: Actor, ref: str) -> tuple[RevealLine, ...]:
    """Who looked at what is masked of one thing, the newest first. One query."""
    actor.require_role("operator")
    rows = models.Reveal.objects.filter(ref=ref).order_by("-revealed_at")[:_MOST]
    return tuple(_line(row) for row in rows)


@use_case
def reveal_phone(*, actor: Actor, person_id: UUID, reason: str, now: datetime) -> str:
    """The whole number; who looked and why is written down for ever, and looks are limited.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound, Invalid, TooMany.
    """
    actor.require_role("operator")
    actor.require_recent_step()
    cleaned = clean_line(reason, field="reason", longest=200)
    row = models.Person.objects.filter(pk=person_id).first()
    if row is None or row.left_at is not None:
        raise NotFound
    addresses.count_look(actor.require_person(), now=now)
    models.Reveal.objects.create(
        revealed_by_id=actor.person_id,
        via=actor.via,
        ref=ids.public("per", person_id),
        reason=cleaned,
        revealed_at=now,
    )
    return phones.unseal(bytes(row.phone_sealed)).e164


def _found(row: models.Person) -> Found:
    return Found(as_card(row), row.phone_masked, row.joined_at, row.is_active)


def _line(row: models.Reveal) -> RevealLine:
    return RevealLine(row.ref, row.reason, row.revealed_by_id, row.via, row.revealed_at)
