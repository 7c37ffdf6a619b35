"""Views on a shop's orders that a person keeps under a name. They are that person's alone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import use_case
from laotie.trade import models, order_lists
from laotie.trade.order_lists import Wanted

MOST = 20
NAME_LETTERS = 30


class TooManyViews(Refusal):
    code = "TOO_MANY_VIEWS"
    message = _("You can keep %(most)s views of a shop. Remove one first.")


@dataclass(frozen=True, slots=True)
class SavedView:
    view_id: UUID
    public_id: str
    name: str
    wanted: Wanted


@use_case
def keep(*, actor: Actor, shop_id: UUID, name: str, wanted: Wanted, now: datetime) -> SavedView:
    """The filter can be found again under this name; the same name takes the new filter.

    raises: SignInFirst, NotFound, NotAllowed, Invalid, TooManyViews.
    """
    actor.require_shop(shop_id, "ship")
    person_id = actor.require_person()
    written = clean_line(name, field="name", longest=NAME_LETTERS)
    own = models.SavedView.objects.filter(person_id=person_id, shop_id=shop_id)
    if own.exclude(name=written).count() >= MOST:
        raise TooManyViews(most=MOST)
    row, _is_new = models.SavedView.objects.update_or_create(
        person_id=person_id,
        shop_id=shop_id,
        name=written,
        defaults={"wanted": wanted.as_dict(), "made_at": now},
    )
    return _view(row)


@use_case
def remove(*, actor: Actor, view_id: UUID) -> None:
    """The name is forgotten. raises: SignInFirst, NotFound."""
    rows = models.SavedView.objects.filter(pk=view_id, person_id=actor.require_person())
    if not rows.delete()[0]:
        raise NotFound


def of_person(*, actor: Actor, shop_id: UUID) -> tuple[SavedView, ...]:
    """One's own views of a shop, by name. One query. raises: SignInFirst, NotFound, NotAllowed."""
    actor.require_shop(shop_id, "ship")
    rows = models.SavedView.objects.filter(person_id=actor.require_person(), shop_id=shop_id)
    return tuple(_view(row) for row in rows.order_by("name")[:MOST])


def _view(row: models.SavedView) -> SavedView:
    return SavedView(row.id, ids.public("viw", row.id), row.name, order_lists.read(row.wanted))
