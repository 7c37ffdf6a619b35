"""Goods on the shelf: how many, how many of them are promised, and never more promised than there.

Everybody locks in one order: stock by SKU, then offers, then coupons; so nobody can deadlock.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from laotie.catalog import offers
from laotie.catalog import queries as catalog
from laotie.events.trade import StockReturned
from laotie.kernel import event_log, pages, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.trade import models
from laotie.trade.rules import MovementKind

_MOST = 10_000_000
LOW_STOCK = 5  # Units at which a shop is told, where it named no number of its own.
REASON_LETTERS = 100


class StockPromised(Refusal):
    """`reserved` units are promised to buyers already."""

    code = "STOCK_PROMISED"
    message = _("%(reserved)s units are promised to buyers. Count again, or cancel orders first.")


class StockKeptForOffer(Refusal):
    """`units` are what running offers still promise, until `until` (or until they are ended)."""

    code = "STOCK_KEPT_FOR_OFFER"
    message = _(
        "A running offer still promises %(units)s units, until %(until)s. Keep at least"
        " %(least)s on the shelf, or end the offer first."
    )

    def text(self) -> str:
        until = self.facts["until"]
        moment = datetime.fromisoformat(until) if until else None
        said = date_format(timezone.localtime(moment), "H:i") if moment else gettext("it is ended")
        return gettext(self.message) % {**self.facts, "until": said}


class NotEnoughForOffer(Refusal):
    """`available` units can be sold; an offer cannot promise more."""

    code = "NOT_ENOUGH_FOR_OFFER"
    message = _("%(available)s units can still be promised. Offer fewer, or count the stock first.")


@dataclass(frozen=True, slots=True)
class StockCard:
    """What lies there and what of it can still be sold. low_at: its own warning level, if any."""

    sku_id: UUID
    on_hand: int
    reserved: int
    limit_per_buyer: int | None
    low_at: int | None = None

    @property
    def is_low(self) -> bool:
        """Whether the shop is told of it."""
        level = LOW_STOCK if self.low_at is None else self.low_at
        return self.available <= level

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class MovementLine:
    """Why there are more or fewer: `counted`, `adjusted` or `shipped`, by whom and what for."""

    kind: str
    quantity: int
    reason: str
    order_id: UUID | None
    by_person_id: UUID | None
    at: datetime


@use_case
def set_stock(*, actor: Actor, sku_id: UUID, on_hand: int, now: datetime) -> StockCard:
    """What was counted is what there is, promised units included.

    on_hand: 0 to 10 million.
    raises:  NotFound, NotAllowed, Invalid, StockPromised (fewer than promised to buyers),
        StockKeptForOffer (fewer than running offers still promise).
    """
    shop_id = _shop_of(sku_id)
    actor.require_shop(shop_id, "manage")
    if not 0 <= on_hand <= _MOST:
        raise Invalid(field="on_hand", reason="range")

    promised = offers.promises([sku_id], at=now)
    row = _shelf(sku_id, shop_id)
    return _moved(actor, row, promised, on_hand, kind=MovementKind.COUNTED, now=now)


@use_case
def adjust(*, actor: Actor, sku_id: UUID, change: int, reason: str, now: datetime) -> StockCard:
    """So many more or fewer, for a reason that stays in the history.

    reason: 1 to 100 characters.
    raises: as `set_stock`.
    """
    shop_id = _shop_of(sku_id)
    actor.require_shop(shop_id, "manage")
    cleaned = clean_line(reason, field="reason", longest=REASON_LETTERS)
    if change == 0 or abs(change) > _MOST:
        raise Invalid(field="change", reason="range")
    promised = offers.promises([sku_id], at=now)
    row = _shelf(sku_id, shop_id)
    on_hand = row.on_hand + change
    if not 0 <= on_hand <= _MOST:
        raise Invalid(field="change", reason="range")
    return _moved(
        actor, row, promised, on_hand, kind=MovementKind.ADJUSTED, reason=cleaned, now=now
    )


@use_case
def set_low_at(*, actor: Actor, sku_id: UUID, low_at: int | None, now: datetime) -> StockCard:
    """The shop is told when so many or fewer are left; none means the usual number.

    low_at: 0 (only when all is gone) to 10 million.
    raises: NotFound, NotAllowed, Invalid.
    """
    shop_id = _shop_of(sku_id)
    actor.require_shop(shop_id, "manage")
    if low_at is not None and not 0 <= low_at <= _MOST:
        raise Invalid(field="low_at", reason="range")
    row = _shelf(sku_id, shop_id)
    row.low_at = low_at
    row.save(update_fields=["low_at"])
    return _card(row)


@use_case
def set_limit(*, actor: Actor, sku_id: UUID, per_buyer: int | None, now: datetime) -> StockCard:
    """One buyer can have at most so many units of this SKU; none means no limit.

    raises: NotFound, NotAllowed, Invalid.
    """
    shop_id = _shop_of(sku_id)
    actor.require_shop(shop_id, "manage")
    if per_buyer is not None and not 1 <= per_buyer <= _MOST:
        raise Invalid(field="per_buyer", reason="range")
    row = models.Stock.objects.select_for_update().filter(pk=sku_id).first()
    if row is None:
        raise NotFound
    row.limit_per_buyer = per_buyer
    row.save(update_fields=["limit_per_buyer"])
    return _card(row)


def history(*, actor: Actor, sku_id: UUID, most: int = 50) -> tuple[MovementLine, ...]:
    """Why the stock is what it is, newest first; for the shop's people. Two queries."""
    return history_page(actor=actor, sku_id=sku_id, after=None, most=most).rows


def history_page(
    *, actor: Actor, sku_id: UUID, after: str | None, most: int
) -> pages.Page[MovementLine]:
    """The same, page by page."""
    shop_id = _shop_of(sku_id)
    if not actor.is_operator and shop_id not in actor.shop_rights:
        actor.require_person()
        raise NotFound
    rows = models.StockMovement.objects.filter(sku_id=sku_id)
    found = pages.newest_first(rows, "at", after=after, most=most)
    return found.of(
        MovementLine(row.kind, row.quantity, row.reason, row.order_id, row.by_person_id, row.at)
        for row in found.rows
    )


@needs_transaction
def require_for_offer(sku_id: UUID, quantity: int, *, now: datetime) -> None:
    """An offer of so many units can be opened: they are there, and no running one promises them.

    Said in the transaction that opens the offer, before it does. raises: NotEnoughForOffer.
    """
    promised = offers.promises([sku_id], at=now)
    row = models.Stock.objects.select_for_update().filter(pk=sku_id).first()
    free = row.on_hand - row.reserved if row else 0
    free -= still_promised(promised.get(sku_id))
    if quantity > free:
        raise NotEnoughForOffer(available=max(free, 0))


@needs_transaction
def refuse_lower(
    row: models.Stock, on_hand: int, promised: offers.Promised | None
) -> Refusal | None:
    """What speaks against so few on the shelf; the row and its SKU are locked."""
    if on_hand < row.reserved:
        return StockPromised(reserved=row.reserved)
    kept = still_promised(promised) if on_hand < row.on_hand else 0
    if promised is not None and on_hand - row.reserved < kept:
        until = promised.until.isoformat() if promised.until else ""
        return StockKeptForOffer(units=kept, until=until, least=row.reserved + kept)
    return None


def still_promised(promised: offers.Promised | None) -> int:
    """Units of running offers that are not sold yet."""
    if promised is None:
        return 0
    sold = dict(
        models.OfferStock.objects.filter(pk__in=promised.offer_ids).values_list("pk", "sold")
    )
    pairs = zip(promised.offer_ids, promised.quantities, strict=True)
    return sum(max(quantity - sold.get(offer_id, 0), 0) for offer_id, quantity in pairs)


def available(sku_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Units that can be promised now; 0 for goods never stocked. One query."""
    left = dict.fromkeys(sku_ids, 0)
    rows = models.Stock.objects.filter(pk__in=list(left)).values_list("pk", "on_hand", "reserved")
    left.update({sku_id: on_hand - reserved for sku_id, on_hand, reserved in rows})
    return left


def cards(sku_ids: Iterable[UUID]) -> dict[UUID, StockCard]:
    """The stock of goods that were counted before. One query; the caller has asked."""
    return {row.sku_id: _card(row) for row in models.Stock.objects.filter(pk__in=list(sku_ids))}


def offer_left(offer_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Units of limited offers that are left; offers that nobody has quoted yet are not named."""
    rows = models.OfferStock.objects.filter(pk__in=list(offer_ids), quantity__isnull=False)
    return {row.offer_id: (row.quantity or 0) - row.sold for row in rows}


def of_shop(shop_id: UUID) -> dict[UUID, StockCard]:
    """All stock of a shop, by SKU. One query; the caller has asked whether one may look."""
    return {row.sku_id: _card(row) for row in models.Stock.objects.filter(shop_id=shop_id)}


@needs_transaction
def count_offers(prices: Iterable[offers.CurrentOffer]) -> None:
    """Where an offer has a number or a limit, a row counts what is sold; offers never change."""
    rows = [
        models.OfferStock(
            offer_id=offer.offer_id,
            sku_id=offer.sku_id,
            quantity=offer.quantity,
            limit_per_buyer=offer.limit_per_buyer,
        )
        for offer in prices
        if offer.offer_id is not None and offer.is_counted
    ]
    if rows:
        models.OfferStock.objects.bulk_create(rows, ignore_conflicts=True)


def units_of(
    lines: Iterable[tuple[models.OrderLine, int]],
) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """Units by SKU and by offer, added up over lines."""
    by_sku: dict[UUID, int] = {}
    by_offer: dict[UUID, int] = {}
    for line, units in lines:
        by_sku[line.sku_id] = by_sku.get(line.sku_id, 0) + units
        if line.offer_id is not None:
            by_offer[line.offer_id] = by_offer.get(line.offer_id, 0) + units
    return by_sku, by_offer


def within_limits(buyer_id: UUID, lines: Sequence[models.OrderLine]) -> bool:
    """Whether a buyer may have these lines besides what they have. One query."""
    rows = sql.rows(
        "SELECT FROM unnest(%s::uuid[], %s::uuid[], %s::int[]) w(sku_id, offer_id, units)"
        " LEFT JOIN trade_stock s ON s.sku_id = w.sku_id"
        " LEFT JOIN trade_offer_stock f ON f.offer_id = w.offer_id"
        " CROSS JOIN LATERAL (SELECT coalesce(sum(l.quantity - l.released_quantity), 0) AS of_sku,"
        " coalesce(sum(l.quantity - l.released_quantity) FILTER (WHERE l.offer_id = w.offer_id), 0)"
        " AS of_offer FROM trade_order_line l"
        " WHERE l.buyer_id = %s AND l.sku_id = w.sku_id) had"
        " WHERE had.of_sku + w.units > s.limit_per_buyer"
        " OR had.of_offer + w.units > f.limit_per_buyer",
        [
            [line.sku_id for line in lines],
            [line.offer_id for line in lines],
            [line.quantity for line in lines],
            buyer_id,
        ],
    )
    return not rows


@needs_transaction
def lock(sku_ids: Sequence[UUID], offer_ids: Sequence[UUID]) -> None:
    """Hold the rows that a promise is about, in the order that everybody keeps."""
    sql.rows(
        "SELECT sku_id FROM trade_stock WHERE sku_id = ANY(%s) ORDER BY sku_id FOR NO KEY UPDATE",
        [list(sku_ids)],
    )
    sql.rows(
        "SELECT offer_id FROM trade_offer_stock WHERE offer_id = ANY(%s) ORDER BY offer_id"
        " FOR NO KEY UPDATE",
        [list(offer_ids)],
    )


@needs_transaction
def give_back(by_sku: Mapping[UUID, int], by_offer: Mapping[UUID, int]) -> None:
    """Promised units that nobody gets can be promised again, to the offer's number too."""
    lock(list(by_sku), list(by_offer))
    returned = sql.rows(
        "UPDATE trade_stock SET reserved = reserved - u.units"
        " FROM unnest(%s::uuid[], %s::int[]) u(id, units) WHERE sku_id = u.id"
        " RETURNING sku_id, on_hand - reserved = u.units",
        [list(by_sku), list(by_sku.values())],
    )
    event_log.publish(*(StockReturned(sku_id) for sku_id, was_sold_out in returned if was_sold_out))
    sql.change(
        "UPDATE trade_offer_stock SET sold = sold - u.units"
        " FROM unnest(%s::uuid[], %s::int[]) u(id, units) WHERE offer_id = u.id",
        [list(by_offer), list(by_offer.values())],
    )


@needs_transaction
def promise_again(by_sku: Mapping[UUID, int], by_offer: Mapping[UUID, int]) -> bool:
    """Promise units as placing does; whether there were enough. The caller holds the locks."""
    short = sql.rows(
        "SELECT u.id FROM unnest(%s::uuid[], %s::int[]) u(id, units)"
        " LEFT JOIN trade_stock s ON s.sku_id = u.id"
        " WHERE s.sku_id IS NULL OR s.on_hand - s.reserved < u.units"
        " UNION ALL SELECT u.id FROM unnest(%s::uuid[], %s::int[]) u(id, units)"
        " JOIN trade_offer_stock f ON f.offer_id = u.id WHERE f.quantity - f.sold < u.units",
        [list(by_sku), list(by_sku.values()), list(by_offer), list(by_offer.values())],
    )
    if short:
        return False
    sql.change(
        "UPDATE trade_stock SET reserved = reserved + u.units"
        " FROM unnest(%s::uuid[], %s::int[]) u(id, units) WHERE sku_id = u.id",
        [list(by_sku), list(by_sku.values())],
    )
    sql.change(
        "UPDATE trade_offer_stock SET sold = sold + u.units"
        " FROM unnest(%s::uuid[], %s::int[]) u(id, units) WHERE offer_id = u.id",
        [list(by_offer), list(by_offer.values())],
    )
    return True


@needs_transaction
def hand_over(order_id: UUID, by_sku: Mapping[UUID, int], *, now: datetime) -> None:
    """Promised units have left the shelf with an order."""
    lock(list(by_sku), [])
    sql.change(
        "UPDATE trade_stock SET reserved = reserved - u.units, on_hand = on_hand - u.units"
        " FROM unnest(%s::uuid[], %s::int[]) u(id, units) WHERE sku_id = u.id",
        [list(by_sku), list(by_sku.values())],
    )
    models.StockMovement.objects.bulk_create(
        models.StockMovement(
            sku_id=sku_id, kind=MovementKind.SHIPPED, quantity=-units, order_id=order_id, at=now
        )
        for sku_id, units in by_sku.items()
    )


def _shelf(sku_id: UUID, shop_id: UUID) -> models.Stock:
    """The SKU's row, locked; made if there was none."""
    models.Stock.objects.bulk_create(
        [models.Stock(sku_id=sku_id, shop_id=shop_id, on_hand=0, reserved=0)],
        ignore_conflicts=True,
    )
    return models.Stock.objects.select_for_update().get(pk=sku_id)


def _moved(
    actor: Actor,
    row: models.Stock,
    promised: Mapping[UUID, offers.Promised],
    on_hand: int,
    *,
    kind: MovementKind,
    reason: str = "",
    now: datetime,
) -> StockCard:
    refusal = refuse_lower(row, on_hand, promised.get(row.sku_id))
    if refusal is not None:
        raise refusal
    if on_hand != row.on_hand:
        models.StockMovement.objects.create(
            sku_id=row.sku_id,
            kind=kind,
            quantity=on_hand - row.on_hand,
            reason=reason,
            by_person_id=actor.person_id,
            at=now,
        )
        if row.on_hand <= row.reserved < on_hand:
            event_log.publish(StockReturned(row.sku_id))
        row.on_hand = on_hand
        row.save(update_fields=["on_hand"])
    return _card(row)


def _shop_of(sku_id: UUID) -> UUID:
    card = catalog.sku_cards([sku_id]).get(sku_id)
    if card is None:
        raise NotFound
    return card.shop_id


def _card(row: models.Stock) -> StockCard:
    return StockCard(row.sku_id, row.on_hand, row.reserved, row.limit_per_buyer, row.low_at)
