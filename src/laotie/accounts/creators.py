"""Creators: people who host rooms and earn commission."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from laotie.accounts import models, people
from laotie.events.accounts import CreatorNamed
from laotie.kernel import event_log, ids, media
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.kernel.use_case import use_case


class NameTaken(Refusal):
    code = "NAME_TAKEN"
    message = _("Another creator has this name. Take a different one.")


@dataclass(frozen=True, slots=True)
class CreatorCard:
    """What everybody sees of a creator. counts_since: of an account that has changed hands."""

    id: UUID
    public_id: str
    person_id: UUID
    name: str
    avatar_url: str
    counts_since: datetime | None = None


@use_case
def become(*, actor: Actor, name: str, now: datetime) -> CreatorCard:
    """The signed-in person is a creator under this name; asked again, the name is changed.

    raises: SignInFirst, Invalid, TextNotAllowed, NameTaken.
    """
    person_id = actor.require_person()
    cleaned = people.clean_name(name, now=now)
    person = models.Person.objects.select_for_update().get(pk=person_id)
    try:
        with transaction.atomic():
            creator, _is_new = models.Creator.objects.update_or_create(
                person_id=person_id,
                defaults={"name": cleaned},
                create_defaults={
                    "name": cleaned,
                    "avatar_url": person.avatar_url,
                    "became_at": now,
                },
            )
    except IntegrityError as error:
        raise NameTaken(name=cleaned) from error
    event_log.publish(CreatorNamed(creator_id=creator.id))
    return _as_card(creator)


@use_case
def set_avatar(*, actor: Actor, avatar_url: str, now: datetime) -> CreatorCard:
    """The creator shows this picture. raises: NotAllowed, Invalid."""
    creator = models.Creator.objects.select_for_update().get(pk=actor.require_creator())
    creator.avatar_url = people.clean_picture_url(avatar_url, field="avatar_url")
    creator.save(update_fields=["avatar_url"])
    return _as_card(creator)


def card(creator_id: UUID) -> CreatorCard:
    """raises: NotFound. One query."""
    found = cards([creator_id]).get(creator_id)
    if found is None:
        raise NotFound
    return found


def cards(creator_ids: Iterable[UUID]) -> dict[UUID, CreatorCard]:
    """The cards of those who exist. One query."""
    rows = models.Creator.objects.filter(pk__in=set(creator_ids))
    return {row.id: _as_card(row) for row in rows}


def id_of(person_id: UUID) -> UUID | None:
    """As whom this person hosts, if they do. One query."""
    return models.Creator.objects.filter(person=person_id).values_list("pk", flat=True).first()


def named(name: str) -> CreatorCard:
    """The one creator of that name, written as they write it. raises: NotFound. One query."""
    row = models.Creator.objects.filter(name=name.strip()).first()
    if row is None:
        raise NotFound
    return _as_card(row)


def ids_of_all() -> list[UUID]:
    """Every creator, oldest first; for what has to look at each. One query."""
    return list(models.Creator.objects.order_by("pk").values_list("pk", flat=True))


def _as_card(row: models.Creator) -> CreatorCard:
    return CreatorCard(
        row.id,
        ids.public("crt", row.id),
        row.person_id,
        row.name,
        media.address(row.avatar_url),
        row.counts_since,
    )
