"""Carts: goods of many shops that somebody means to buy, at the prices of whenever they look.

A cart promises nothing: neither price nor goods. It is priced outside of rooms, because what a room
offers holds in that room, for those who buy there; who found goods in a room is remembered per
line, so that its host earns on them all the same. What was ordered leaves the cart by itself.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_noop as _

from laotie.catalog import offers
from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.trade import models, quotes, stock
from laotie.trade.pricing import NotForSale, SoldOut, Wish
from laotie.trade.quotes import Quote

MOST_LINES = 50
MOST_UNITS = 99


class CartFull(Refusal):
    code = "CART_FULL"
    message = _("A cart holds %(most)s different things. Order some, or take some out.")


class NothingChosen(Refusal):
    code = "NOTHING_CHOSEN"
    status = 422
    message = _("Choose something that can be bought first.")


@dataclass(frozen=True, slots=True)
class Kept:
    """One line as it is kept, by us or by the browser of somebody who has not signed in.

    seen_fen: what one cost when it was put there. room_id, post_id: where it was found.
    creator_id: who runs that.
    """

    sku_id: UUID
    quantity: int
    seen_fen: int
    room_id: UUID | None = None
    creator_id: UUID | None = None
    is_chosen: bool = True
    post_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """What became of an order's lines. `gone`: titles of what cannot be bought any more."""

    put: int
    gone: tuple[dict[str, str], ...]


def seen(sku_id: UUID, *, quantity: int, now: datetime) -> Kept:
    """A line with the price of now, for any cart. raises: Invalid, NotForSale, SoldOut."""
    _clean(quantity)
    offer = offers.current([sku_id], place_id=None, at=now).get(sku_id)
    if offer is None:
        raise NotForSale(sku_id=sku_id)
    if stock.available([sku_id])[sku_id] < 1:
        raise SoldOut(sku_id=sku_id, remaining=0)
    return Kept(sku_id, quantity, offer.price_fen)


@use_case
def put(
    *,
    actor: Actor,
    sku_id: UUID,
    quantity: int = 1,
    room_id: UUID | None = None,
    creator_id: UUID | None = None,
    post_id: UUID | None = None,
    now: datetime,
) -> int:
    """So many more of a SKU are in one's own cart, at most 99; how many lines it has now.

    room_id, post_id: where it was found. creator_id: who runs that.
    raises: SignInFirst, Invalid, NotForSale, SoldOut, CartFull.
    """
    person_id = actor.require_person()
    line = seen(sku_id, quantity=quantity, now=now)
    _lock(person_id)
    found = replace(line, room_id=room_id, creator_id=creator_id, post_id=post_id)
    _write(person_id, [found], adds=True, now=now)
    return _within_limit(person_id)


@use_case
def merge(*, actor: Actor, lines: Sequence[Kept], now: datetime) -> int:
    """What somebody put aside before they signed in is in their cart; how many lines it has.

    Of what is in both the larger number counts, so that merging twice is merging once. Lines
    beyond the fiftieth stay out.
    """
    person_id = actor.require_person()
    _lock(person_id)
    mine = set(_open(person_id).values_list("sku_id", flat=True))
    fitting: dict[UUID, Kept] = {}
    for line in lines:
        if line.sku_id in mine or len(mine | fitting.keys()) < MOST_LINES:
            fitting[line.sku_id] = line
    _write(person_id, list(fitting.values()), adds=False, now=now)
    return _within_limit(person_id)


@use_case
def change(*, actor: Actor, sku_id: UUID, quantity: int, now: datetime) -> None:
    """So many are wanted. raises: SignInFirst, Invalid, NotFound."""
    _clean(quantity)
    changed = _open(actor.require_person()).filter(sku_id=sku_id).update(quantity=quantity)
    if not changed:
        raise NotFound


@use_case
def choose(*, actor: Actor, sku_ids: Collection[UUID], now: datetime) -> None:
    """Exactly these lines of one's own cart are to be bought next."""
    rows = _open(actor.require_person())
    rows.filter(sku_id__in=sku_ids).update(is_chosen=True)
    rows.exclude(sku_id__in=sku_ids).update(is_chosen=False)


@use_case
def remove(*, actor: Actor, sku_ids: Collection[UUID], now: datetime) -> int:
    """These are in one's own cart no more; how many were."""
    return _open(actor.require_person()).filter(sku_id__in=sku_ids).delete()[0]


@use_case
def order_again(*, actor: Actor, order_id: UUID, now: datetime) -> Again:
    """The lines of one's own order are in the cart again, chosen, at the prices of now.

    What is there already keeps the larger number. raises: SignInFirst, NotFound, CartFull.
    """
    person_id = actor.require_person()
    if not models.Order.objects.filter(pk=order_id, buyer_id=person_id).exists():
        raise NotFound
    wanted: dict[UUID, int] = {}
    titles: dict[UUID, dict[str, str]] = {}
    for line in models.OrderLine.objects.filter(order=order_id).order_by("line_no"):
        wanted[line.sku_id] = wanted.get(line.sku_id, 0) + line.quantity
        titles[line.sku_id] = line.title
    prices = offers.current(wanted, place_id=None, at=now)
    left = stock.available(list(wanted))
    had = {sku_id for sku_id in wanted if sku_id in prices and left[sku_id] > 0}
    _lock(person_id)
    _write(
        person_id,
        [
            Kept(sku_id, min(quantity, MOST_UNITS), prices[sku_id].price_fen)
            for sku_id, quantity in wanted.items()
            if sku_id in had
        ],
        adds=False,
        now=now,
    )
    _within_limit(person_id)
    return Again(len(had), tuple(titles[sku_id] for sku_id in wanted if sku_id not in had))


def quote(
    *,
    actor: Actor,
    sku_ids: Sequence[UUID],
    address_id: UUID | None = None,
    coupon_ids: Sequence[UUID] = (),
    now: datetime,
) -> Quote:
    """Name one price for these lines of one's own cart: one order per shop, one payment.

    Placed as any other quote; then these lines leave the cart.
    raises: SignInFirst, NothingChosen, and all that `quotes.make` raises.
    """
    person_id = actor.require_person()
    rows = list(_open(person_id).filter(sku_id__in=sku_ids).order_by("put_at", "id"))
    if not rows:
        raise NothingChosen
    made = quotes.make(
        actor=actor,
        lines=[Wish(row.sku_id, row.quantity, row.creator_id, row.post_id) for row in rows],
        address_id=address_id,
        coupon_ids=coupon_ids,
        now=now,
    )
    _remember(person_id, [row.id for row in rows], made.quote_id)
    return made


def lines(*, actor: Actor) -> tuple[Kept, ...]:
    """One's own cart, the newest first. One query. raises: SignInFirst."""
    rows = _open(actor.require_person()).order_by("-put_at", "-id")
    return tuple(
        Kept(
            sku_id=row.sku_id,
            quantity=row.quantity,
            seen_fen=row.seen_fen,
            room_id=row.room_id,
            creator_id=row.creator_id,
            is_chosen=row.is_chosen,
            post_id=row.post_id,
        )
        for row in rows
    )


def count(*, actor: Actor) -> int:
    """How many lines one's own cart has. One query."""
    return _open(actor.require_person()).count()


@use_case
def _remember(person_id: UUID, line_ids: Sequence[UUID], quote_id: UUID) -> None:
    models.CartLine.objects.filter(person_id=person_id, pk__in=line_ids).update(quote_id=quote_id)


def _open(person_id: UUID) -> QuerySet[models.CartLine]:
    """Lines that were not ordered yet; a checkout has the id of its quote."""
    ordered = models.Checkout.objects.filter(pk=OuterRef("quote_id"))
    return models.CartLine.objects.filter(~Exists(ordered), person_id=person_id)


@needs_transaction
def _lock(person_id: UUID) -> None:
    """Drop what was ordered, and let nobody else put into this cart meanwhile."""
    sql.rows("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"cart {person_id}"])
    ordered = models.Checkout.objects.filter(pk=OuterRef("quote_id"))
    models.CartLine.objects.filter(Exists(ordered), person_id=person_id).delete()


_PUT = """
INSERT INTO trade_cart_line AS c
       (id, person_id, sku_id, quantity, room_id, post_id, creator_id, seen_fen, is_chosen, put_at)
VALUES (%(id)s, %(person)s, %(sku)s, %(quantity)s, %(room)s, %(post)s, %(creator)s, %(seen)s,
        %(chosen)s, %(now)s)
ON CONFLICT (person_id, sku_id) DO UPDATE SET
       quantity = CASE WHEN %(adds)s THEN least(99, c.quantity + excluded.quantity)
                       ELSE greatest(c.quantity, excluded.quantity) END,
       seen_fen = excluded.seen_fen, is_chosen = excluded.is_chosen, quote_id = NULL,
       room_id = CASE WHEN excluded.creator_id IS NULL THEN c.room_id ELSE excluded.room_id END,
       post_id = CASE WHEN excluded.creator_id IS NULL THEN c.post_id ELSE excluded.post_id END,
       creator_id = coalesce(excluded.creator_id, c.creator_id)
"""


@needs_transaction
def _write(person_id: UUID, lines: Sequence[Kept], *, adds: bool, now: datetime) -> None:
    """Lines that are there already get more units (`adds`) or keep the larger number.

    Whoever found the goods last is remembered; somebody counts before nobody.
    """
    for line in lines:
        sql.change(
            _PUT,
            {
                "id": ids.new(),
                "person": person_id,
                "sku": line.sku_id,
                "quantity": line.quantity,
                "room": line.room_id,
                "post": line.post_id,
                "creator": line.creator_id,
                "seen": line.seen_fen,
                "chosen": line.is_chosen,
                "adds": adds,
                "now": now,
            },
        )


@needs_transaction
def _within_limit(person_id: UUID) -> int:
    kept = models.CartLine.objects.filter(person_id=person_id).count()
    if kept > MOST_LINES:
        raise CartFull(most=MOST_LINES)
    return kept


def _clean(quantity: int) -> None:
    is_whole = isinstance(quantity, int) and not isinstance(quantity, bool)
    if not is_whole or not 1 <= quantity <= MOST_UNITS:
        raise Invalid(field="quantity", reason="range")
