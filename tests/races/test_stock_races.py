"""A count and an offer at once: whichever is second sees the first, or the other is refused."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from tests import builders
from tests.builders import ShopOfOne
from tests.outside import World
from tests.racing import faults, together, without_row_locks

from laotie.catalog import models as goods
from laotie.catalog import offers
from laotie.kernel import clock
from laotie.kernel.use_case import use_case
from laotie.trade import stock
from laotie.trade.stock import NotEnoughForOffer, StockKeptForOffer


@use_case
def offer(*, shop: ShopOfOne, sku_id: UUID, now: datetime) -> offers.OfferCard:
    """Eight units at a price, as a room does it."""
    stock.require_for_offer(sku_id, 8, now=now)
    return offers.open_offer(
        actor=shop.owner,
        sku_id=sku_id,
        price_fen=1990,
        starts_at=now,
        ends_at=now + timedelta(minutes=10),
        quantity=8,
        now=now,
    )


def count_and_offer() -> tuple[list[Any], int, int]:
    """How both ended, what is left, and what offers promise."""
    shop, now = builders.a_shop(), clock.now()
    sku_id = builders.a_stocked_sku(shop, on_hand=10)
    ended = together(
        [
            lambda: stock.set_stock(actor=shop.owner, sku_id=sku_id, on_hand=3, now=now),
            lambda: offer(shop=shop, sku_id=sku_id, now=now),
        ]
    )
    promised = sum(row.quantity or 0 for row in goods.Offer.objects.filter(sku=sku_id))
    return ended, stock.available([sku_id])[sku_id], promised


@pytest.mark.parametrize("_turn", range(6))
def test_a_count_and_an_offer_at_once_keep_the_promise(world: World, _turn: int) -> None:
    ended, left, promised = count_and_offer()

    assert faults(ended) == []
    assert (left, promised) in {(10, 8), (3, 0)}
    refused = [one for one in ended if isinstance(one, Exception)]
    assert [type(one) for one in refused] == [StockKeptForOffer if promised else NotEnoughForOffer]


def test_without_locks_and_trigger_the_promise_is_broken(world: World, unguarded: str) -> None:
    """The control: neither the row's lock nor the database's own guard."""
    with psycopg.connect(unguarded, autocommit=True) as owner:
        owner.execute("DROP TRIGGER trade_stock_keeps_offers ON trade_stock")

    with without_row_locks(meet_at=goods.Sku):
        ended, left, promised = count_and_offer()

    assert faults(ended) == []
    assert (left, promised) == (3, 8)
