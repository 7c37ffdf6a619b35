"""What one kind of flash wish costs: priced once for all who ask for the same, for a few seconds.

The price and the offer are looked at again when orders are placed (`sql/buy_flash.sql`); what is
kept here are the terms beside it: shares, fees, freight, titles.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from laotie.accounts import creators
from laotie.catalog import offers
from laotie.catalog.offers import CurrentOffer
from laotie.delivery import freight
from laotie.delivery.freight import FreightRule
from laotie.kernel import idempotency
from laotie.kernel.errors import NotFound
from laotie.trade import pricing, quotes, stock
from laotie.trade.pricing import Basket, Priced

KEPT = timedelta(seconds=5)
# A no takes buyers away, and may be one of a clock that is behind: it is looked at again at once.
_NO_KEPT = timedelta(milliseconds=200)
_MOST_KEPT = 4096


class Outcome(StrEnum):
    """What became of one wish; letters as in `sql/buy_flash.sql`."""

    ACCEPTED = "A"
    REPLAY = "D"
    KEY_REUSED = "X"
    SOLD_OUT = "R"
    LIMIT = "L"
    OFFER_OVER = "O"
    PRICE_CHANGED = "P"
    ADDRESS_NEEDED = "H"
    NOT_FOR_SALE = "N"
    NOT_ALLOWED = "U"
    FAILED = "E"  # It fails by itself and would again; nothing was written.
    NOT_NOW = "B"  # Goods or address held, no time left, or the server cannot: ask again.


@dataclass(frozen=True, slots=True)
class Kind:
    """What is wished for, apart from by whom: wishes of one kind cost the same.

    price_fen: what the buyer was shown for one unit; None takes the offer's price as it is.
    """

    room_id: UUID
    creator_id: UUID | None
    offer_id: UUID
    sku_id: UUID
    quantity: int
    price_fen: int | None

    def digest(self) -> str:
        """Equal for equal wishes; what a key was used for."""
        return idempotency.digest(
            ["flash", self.room_id, self.offer_id, self.sku_id, self.quantity, self.price_fen]
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """A kind with its price, or with the verdict where it has none.

    text:      a `trade_flash_terms` as PostgreSQL writes one.
    price_fen: what one unit costs now, if it can be bought at all.
    is_counted: whether the offer has a number or a limit, and so a row that counts.
    is_stocked: whether the goods have a row to lock. Wishes without a price wait for it too, so
        that a twin under way is seen before somebody is told no.
    """

    kind: Kind
    standing: Outcome | None
    text: str
    price_fen: int | None
    is_counted: bool
    is_stocked: bool
    priced_at: datetime

    def holds_at(self, now: datetime) -> bool:
        kept = KEPT if self.standing is None else _NO_KEPT
        return timedelta(0) <= now - self.priced_at < kept


class TermsKept:
    """The terms of what was wished for lately. Safe for threads: entries are replaced whole."""

    def __init__(self) -> None:
        self._known: dict[Kind, Terms] = {}

    def of(self, kinds: Iterable[Kind], *, now: datetime) -> dict[Kind, Terms]:
        """Terms of each kind, at most `KEPT` old, a no much less. No query for those known."""
        found = {kind: self._known.get(kind) for kind in kinds}
        missing = [
            kind for kind, terms in found.items() if terms is None or not terms.holds_at(now)
        ]
        if missing:
            fresh = _priced(missing, now=now)
            if len(self._known) + len(fresh) > _MOST_KEPT:
                self._known = {}
            self._known.update(fresh)
            found.update(fresh)
        return {kind: terms for kind, terms in found.items() if terms is not None}

    def forget(self, kinds: Iterable[Kind]) -> None:
        """These are priced anew when they are wished for again."""
        for kind in kinds:
            self._known.pop(kind, None)


def _priced(kinds: Sequence[Kind], *, now: datetime) -> dict[Kind, Terms]:
    """Terms of all of them. Two queries, about six more for each room, however many kinds.

    The first time that an offer with a number is asked for, its row is made.
    """
    wanted: dict[UUID, set[UUID]] = {}
    for kind in kinds:
        wanted.setdefault(kind.room_id, set()).add(kind.sku_id)
    current = offers.current_in_places(wanted, at=now)
    stocked = stock.cards({kind.sku_id for kind in kinds})
    found: dict[Kind, Terms] = {}
    for_sale: dict[tuple[UUID, UUID | None], list[Kind]] = {}
    for kind in kinds:
        offer = current[kind.room_id].get(kind.sku_id)
        is_stocked = kind.sku_id in stocked
        standing = _standing(kind, offer, is_stocked=is_stocked, now=now)
        if standing is None:
            for_sale.setdefault((kind.room_id, kind.creator_id), []).append(kind)
        else:
            price_fen = offer.price_fen if offer else None
            found[kind] = _without_price(kind, standing, price_fen, is_stocked=is_stocked, now=now)
    for (room_id, creator_id), own in for_sale.items():
        found |= _in_room(room_id, creator_id, own, current[room_id], now=now)
    return found


def _standing(
    kind: Kind, offer: CurrentOffer | None, *, is_stocked: bool, now: datetime
) -> Outcome | None:
    """The verdict on this kind whoever wishes for it, or None where it can be bought."""
    if not 1 <= kind.quantity <= quotes.MOST_UNITS:
        return Outcome.FAILED
    if offer is None:
        return Outcome.NOT_FOR_SALE
    if offer.offer_id != kind.offer_id:
        return Outcome.PRICE_CHANGED if _runs(kind, now=now) else Outcome.OFFER_OVER
    if kind.price_fen not in {None, offer.price_fen}:
        return Outcome.PRICE_CHANGED
    return None if is_stocked else Outcome.SOLD_OUT


def _in_room(
    room_id: UUID,
    creator_id: UUID | None,
    kinds: Sequence[Kind],
    current: Mapping[UUID, CurrentOffer],
    *,
    now: datetime,
) -> dict[Kind, Terms]:
    with transaction.atomic():
        stock.count_offers(current.values())
    baskets = [
        Basket(
            buyer_id=None,
            wishes=(pricing.Wish(kind.sku_id, kind.quantity),),
            room_id=room_id,
            creator_id=creator_id,
            region_code=None,
            claim_ids=(),
        )
        for kind in kinds
    ]
    priced, ways = pricing.rows_of_each(baskets, current, now=now)
    host = creators.cards([creator_id]).get(creator_id) if creator_id else None
    host_id = host.person_id if host else None
    return {
        kind: _with_price(kind, rows, current[kind.sku_id], ways, host_id, now=now)
        for kind, (rows,) in zip(kinds, priced, strict=True)
    }


def _runs(kind: Kind, *, now: datetime) -> bool:
    """Whether the offer holds here, though another one is better for the buyer."""
    try:
        offer = offers.card(kind.offer_id)
    except NotFound:
        return False
    return (
        offer.sku_id == kind.sku_id
        and offer.place_id in {None, kind.room_id}
        and offer.starts_at <= now
        and (offer.ends_at is None or now < offer.ends_at)
    )


def _without_price(
    kind: Kind, standing: Outcome, price_fen: int | None, *, is_stocked: bool, now: datetime
) -> Terms:
    text = _as_record({"standing": standing, "sku_id": kind.sku_id, "digest": kind.digest()})
    return Terms(kind, standing, text, price_fen, False, is_stocked, priced_at=now)


def _with_price(
    kind: Kind,
    priced: Priced,
    offer: CurrentOffer,
    ways: Mapping[UUID, FreightRule],
    host_id: UUID | None,
    *,
    now: datetime,
) -> Terms:
    order, (line,) = priced.order, priced.lines
    by_region = freight.by_region(ways[order.shop_id], goods_fen=order.goods_fen)
    text = _as_record(
        {
            "room_id": kind.room_id,
            "sku_id": kind.sku_id,
            "offer_id": kind.offer_id,
            "version": offer.version,
            "units": kind.quantity,
            "unit_price_fen": offer.price_fen,
            "digest": kind.digest(),
            "shop_id": order.shop_id,
            "creator_id": kind.creator_id,
            "host_id": host_id,
            "product_id": line.product_id,
            "goods_fen": order.goods_fen,
            "freight_fen": order.freight_fen,
            "freight_by_region": by_region or None,
            "tech_bps": order.tech_bps,
            "channel_bps": order.channel_bps,
            "rule_version": order.rule_version,
            "earner_id": line.creator_id,
            "earner_bps": line.creator_bps,
            "plan_id": line.plan_id,
            "plan_version": line.plan_version,
            "earner_rule": line.creator_rule,
            "title": line.title,
            "spec": line.spec,
            "picture_url": line.picture_url,
        }
    )
    return Terms(
        kind, None, text, offer.price_fen, offer.is_counted, is_stocked=True, priced_at=now
    )


# In the order of the type's fields, see `migrations/0008_flash_purchases.py`.
_FIELDS = (
    "standing", "room_id", "sku_id", "offer_id", "version", "units", "unit_price_fen", "digest",
    "shop_id", "creator_id", "host_id", "product_id", "goods_fen", "freight_fen",
    "freight_by_region", "tech_bps", "channel_bps", "rule_version", "earner_id", "earner_bps",
    "plan_id", "plan_version", "earner_rule", "title", "spec", "picture_url",
)  # fmt: skip


def _as_record(fields: Mapping[str, object]) -> str:
    assert fields.keys() <= set(_FIELDS)
    return f"({','.join(_as_field(fields.get(name)) for name in _FIELDS)})"


def _as_field(value: object) -> str:
    """Nothing is null; everything else stands in quotes."""
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
    return '"' + text.replace("\\", "\\\\").replace('"', '""') + '"'
