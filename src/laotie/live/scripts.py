"""The teleprompter's cards: what the host reads out, for hosts and seats with that duty alone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext_noop as _

from laotie.catalog import queries as catalog
from laotie.kernel import text
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.kernel.use_case import use_case
from laotie.live import models, rules
from laotie.live.backstage import for_duty, locked_for_duty
from laotie.live.rules import Duty

LONGEST_TITLE = 40


class ScriptFull(Refusal):
    code = "SCRIPT_FULL"
    message = _("The script holds %(most)s cards. Take one out first.")


@dataclass(frozen=True, slots=True)
class Card:
    """One card. bag_no: the product's number in the bag; None for free cards."""

    id: UUID | None
    product_id: UUID | None
    bag_no: int | None
    title: dict[str, str]
    text: str


@use_case
def write(
    *,
    actor: Actor,
    room_id: UUID,
    product_id: UUID | None = None,
    card_id: UUID | None = None,
    title: str = "",
    words: str,
    now: datetime,
) -> None:
    """Write a product's card, or a free one: a new one, or again the one with `card_id`.

    Without words the card is taken out. words: at most 2,000 characters.
    raises: NotFound (no such card, or the product is not in the bag), NotAllowed, Invalid,
            ScriptFull.
    """
    locked_for_duty(actor, room_id, Duty.SCRIPT)
    words = text.clean_block(
        words, field="words", longest=rules.LONGEST_SCRIPT, required=product_id is None
    )
    cards = models.ScriptCard.objects.filter(room_id=room_id)
    if product_id is not None:
        if not models.Item.objects.filter(room_id=room_id, product_id=product_id).exists():
            raise NotFound
        known = cards.filter(product_id=product_id).first()
        title = ""
    else:
        title = text.clean_line(title, field="title", longest=LONGEST_TITLE)
        known = cards.filter(pk=card_id, product__isnull=True).first() if card_id else None
        if card_id is not None and known is None:
            raise NotFound
    if known is None:
        if words:
            _add(room_id, product_id, title=title, words=words, now=now)
    elif words:
        cards.filter(pk=known.id).update(text=words, title=title, changed_at=now)
    else:
        known.delete()


@use_case
def take_out(*, actor: Actor, room_id: UUID, card_id: UUID, now: datetime) -> None:
    """Take a card out; a product keeps its place, empty. raises: NotFound, NotAllowed."""
    del now
    locked_for_duty(actor, room_id, Duty.SCRIPT)
    deleted, _by_kind = models.ScriptCard.objects.filter(room_id=room_id, pk=card_id).delete()
    if not deleted:
        raise NotFound


def of_room(room_id: UUID, *, actor: Actor) -> tuple[Card, ...]:
    """Free cards first, then a card for each product in the order of the bag, written or not.

    Four queries. raises: NotFound, NotAllowed.
    """
    for_duty(actor, room_id, Duty.SCRIPT)
    rows = list(models.ScriptCard.objects.filter(room_id=room_id).order_by("no"))
    numbers = dict(
        models.Item.objects.filter(room_id=room_id).order_by("no").values_list("product_id", "no")
    )
    written = {row.product_id: row for row in rows if row.product_id is not None}
    cards = catalog.product_cards(numbers)
    free = [
        Card(row.id, None, None, {"zh": row.title, "en": row.title}, row.text)
        for row in rows
        if row.product_id is None
    ]
    about = [
        Card(
            written[product_id].id if product_id in written else None,
            product_id,
            no,
            cards[product_id].title,
            written[product_id].text if product_id in written else "",
        )
        for product_id, no in numbers.items()
        if product_id in cards
    ]
    return (*free, *about)


def _add(room_id: UUID, product_id: UUID | None, *, title: str, words: str, now: datetime) -> None:
    cards = models.ScriptCard.objects.filter(room_id=room_id)
    if cards.count() >= rules.MAX_SCRIPT_CARDS:
        raise ScriptFull(most=rules.MAX_SCRIPT_CARDS)
    last = cards.aggregate(last=Max("no"))["last"] or 0
    models.ScriptCard.objects.create(
        room_id=room_id, product_id=product_id, title=title, text=words, no=last + 1, changed_at=now
    )
