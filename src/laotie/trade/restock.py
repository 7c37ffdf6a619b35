"""Waiting for goods that are sold out: one notice when they are back, then the wish is over."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts import inbox
from laotie.accounts.inbox import NoticeKind
from laotie.catalog import queries as catalog
from laotie.events.trade import StockReturned
from laotie.kernel import event_log, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.trade import models, stock

MOST_WISHES = 200
_MOST_AT_ONCE = 1000


class StillThere(Refusal):
    code = "STILL_THERE"
    message = _("This can be bought right now.")


class TooManyWishes(Refusal):
    code = "TOO_MANY_WISHES"
    message = _("You wait for %(most)s things already. Give up one of them first.")


@use_case
def ask(*, actor: Actor, sku_id: UUID, now: datetime) -> None:
    """Tell me when this is back. Asking twice is asking once.

    raises: SignInFirst, NotFound, StillThere, TooManyWishes.
    """
    person_id = actor.require_person()
    if sku_id not in catalog.sku_cards([sku_id]):
        raise NotFound
    # The stock's row is locked by whoever brings goods back, so no return slips through between.
    stock.lock([sku_id], [])
    if stock.available([sku_id])[sku_id] > 0:
        raise StillThere
    if models.RestockWish.objects.filter(person_id=person_id).count() >= MOST_WISHES:
        raise TooManyWishes(most=MOST_WISHES)
    models.RestockWish.objects.bulk_create(
        [models.RestockWish(person_id=person_id, sku_id=sku_id, asked_at=now)],
        ignore_conflicts=True,
    )


@use_case
def give_up(*, actor: Actor, sku_id: UUID, now: datetime) -> None:
    """I do not wait for it any more; asked for what was never waited for, nothing changes."""
    person_id = actor.require_person()
    models.RestockWish.objects.filter(person_id=person_id, sku_id=sku_id).delete()


def waited_for(sku_ids: Collection[UUID], *, actor: Actor) -> frozenset[UUID]:
    """Those of these SKUs that the asker waits for; a guest waits for none. One query."""
    if actor.person_id is None:
        return frozenset()
    rows = models.RestockWish.objects.filter(person_id=actor.person_id, sku_id__in=sku_ids)
    return frozenset(rows.values_list("sku_id", flat=True))


@needs_transaction
def tell(sku_id: UUID, *, now: datetime) -> int:
    """Those who wait for this are told, and wait no more; how many (at most 1000 at a time).

    Told late, when all is gone again, they go on waiting: a notice that leads to a sold-out page
    helps nobody.
    """
    if stock.available([sku_id])[sku_id] < 1:
        return 0
    card = catalog.sku_cards([sku_id]).get(sku_id)
    if card is None or not card.is_on_sale:
        return 0
    wishes = models.RestockWish.objects.select_for_update(skip_locked=True).filter(sku_id=sku_id)
    told = list(wishes.order_by("asked_at", "id")[:_MOST_AT_ONCE])
    for wish in told:
        inbox.post(
            wish.person_id,
            NoticeKind.STOCK_BACK,
            {"title_zh": card.title["zh"], "title_en": card.title["en"]},
            ref=f"{ids.public('prd', card.product_id)}:{wish.id.hex[-16:]}",
            now=now,
        )
    models.RestockWish.objects.filter(pk__in=[wish.id for wish in told]).delete()
    if len(told) == _MOST_AT_ONCE:
        event_log.publish(StockReturned(sku_id))  # The next thousand, in a transaction of theirs.
    return len(told)
