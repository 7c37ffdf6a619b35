"""Events of which somebody holds the rights: the games of a summer, a match, a concert.

In code an event of that kind is an occasion; what the event log carries are events.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from laotie.content import models
from laotie.kernel import ids, pages, text
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.kernel.pages import Page
from laotie.kernel.use_case import needs_transaction, use_case

NAME_LETTERS = 60
MOST_TO_CHOOSE = 200


class OccasionKnown(Refusal):
    code = "EVENT_KNOWN"
    message = _("There is an event of this name with this start already.")


@dataclass(frozen=True, slots=True)
class OccasionCard:
    """name: by language. holder: who owns it, in their own words."""

    id: UUID
    public_id: str
    name: dict[str, str]
    holder: str
    starts_at: datetime
    ends_at: datetime


@use_case
def announce(
    *,
    actor: Actor,
    name_zh: str,
    name_en: str,
    holder: str,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> OccasionCard:
    """The event is there, for rights to be given and for posts and rooms to name.

    raises: NotAllowed, Invalid, OccasionKnown.
    """
    actor.require_role("operator")
    names = {
        field: text.clean_line(value, field=field, longest=NAME_LETTERS)
        for field, value in (("name_zh", name_zh), ("name_en", name_en), ("holder", holder))
    }
    if ends_at <= starts_at:
        raise Invalid(field="ends_at", reason="time")
    try:
        with transaction.atomic():
            row = models.Occasion.objects.create(
                **names, starts_at=starts_at, ends_at=ends_at, made_at=now
            )
    except IntegrityError as error:
        if "occasion_once" in str(error):
            raise OccasionKnown from error
        raise
    return card_of(row)


def card(occasion_id: UUID) -> OccasionCard:
    """raises: NotFound. One query."""
    row = models.Occasion.objects.filter(pk=occasion_id).first()
    if row is None:
        raise NotFound
    return card_of(row)


def cards(occasion_ids: Iterable[UUID]) -> dict[UUID, OccasionCard]:
    """Those that exist. One query."""
    rows = models.Occasion.objects.filter(pk__in=set(occasion_ids))
    return {row.id: card_of(row) for row in rows}


def listed(*, words: str = "", after: str | None = None, most: int = 50) -> Page[OccasionCard]:
    """Those that end last first, by words of a name or a holder. One query."""
    rows = models.Occasion.objects.all()
    if words:
        rows = rows.filter(
            Q(name_zh__icontains=words) | Q(name_en__icontains=words) | Q(holder__icontains=words)
        )
    found = pages.newest_first(rows, "ends_at", after=after, most=most)
    return found.of(card_of(row) for row in found.rows)


@needs_transaction
def locked(occasion_id: UUID) -> models.Occasion:
    """The event, locked, so that its grants are given one after the other. raises: NotFound."""
    row = models.Occasion.objects.select_for_update(no_key=True).filter(pk=occasion_id).first()
    if row is None:
        raise NotFound
    return row


def card_of(row: models.Occasion) -> OccasionCard:
    """As the row says; nothing is looked up."""
    return OccasionCard(
        id=row.id,
        public_id=ids.public("occ", row.id),
        name={"zh": row.name_zh, "en": row.name_en},
        holder=row.holder,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )
