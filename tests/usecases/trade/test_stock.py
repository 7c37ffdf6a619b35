"""Stock: counted or adjusted for a reason, never under what running offers promise."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from tests import builders
from tests.builders import ShopOfOne
from tests.outside import World

from laotie.accounts import inbox
from laotie.catalog import offers, products
from laotie.catalog.products import NewSku
from laotie.kernel import clock, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound
from laotie.trade import notices, offering, stock

TEN_MINUTES = timedelta(minutes=10)


def an_offer(
    shop: ShopOfOne, sku_id: UUID, *, quantity: int, now: datetime, ends: bool = True
) -> offers.OfferCard:
    return offers.start(
        actor=shop.owner,
        sku_id=sku_id,
        price_fen=1990,
        starts_at=now,
        ends_at=now + TEN_MINUTES if ends else None,
        quantity=quantity,
        now=now,
    )


def test_goods_are_adjusted_for_a_reason_that_stays(world: World) -> None:
    shop, now = builders.a_shop(), clock.now()
    sku_id = builders.a_stocked_sku(shop, on_hand=10)
    adjust = stock.adjust

    card = adjust(actor=shop.owner, sku_id=sku_id, change=-3, reason=" 三件破损 ", now=now)
    assert (card.on_hand, card.available) == (7, 7)
    adjust(actor=shop.owner, sku_id=sku_id, change=5, reason="补货", now=now)

    lines = stock.history(actor=builders.a_clerk(shop, "ship"), sku_id=sku_id)
    assert [(line.kind, line.quantity, line.reason) for line in lines] == [
        ("adjusted", 5, "补货"),
        ("adjusted", -3, "三件破损"),
        ("counted", 10, ""),
    ]
    assert {line.by_person_id for line in lines} == {shop.owner_id}
    for change, reason, field in ((0, "x", "change"), (-13, "x", "change"), (1, " ", "reason")):
        with pytest.raises(Invalid) as refusal:
            adjust(actor=shop.owner, sku_id=sku_id, change=change, reason=reason, now=now)
        assert refusal.value.facts["field"] == field
    with pytest.raises(NotAllowed):
        clerk = builders.a_clerk(shop, "ship")
        adjust(actor=clerk, sku_id=sku_id, change=1, reason="x", now=now)
    with pytest.raises(NotFound):
        stock.history(actor=builders.a_person(), sku_id=sku_id)
    assert stock.available([sku_id]) == {sku_id: 12}


def test_each_variant_warns_at_its_own_number(world: World) -> None:
    shop, now = builders.a_shop(), clock.now()
    few, many, quiet = (builders.a_stocked_sku(shop, on_hand=n) for n in (5, 40, 4))

    stock.set_low_at(actor=shop.owner, sku_id=many, low_at=40, now=now)
    stock.set_low_at(actor=shop.owner, sku_id=quiet, low_at=0, now=now)

    shelf = stock.of_shop(shop.id)
    assert [shelf[id].is_low for id in (few, many, quiet)] == [True, True, False]
    assert notices.warn_low_stock(now=now) == 2
    told = [line.text for line in inbox.lines(actor=shop.owner) if line.kind == "stock_low"]
    assert len(told) == 2
    stock.set_low_at(actor=shop.owner, sku_id=many, low_at=None, now=now)
    assert not stock.of_shop(shop.id)[many].is_low
    for low_at in (-1, 10_000_001):
        with pytest.raises(Invalid):
            stock.set_low_at(actor=shop.owner, sku_id=many, low_at=low_at, now=now)


@pytest.mark.usefixtures("in_english")
def test_stock_is_not_counted_under_what_a_running_offer_promises(world: World) -> None:
    shop, buyer, now = builders.a_shop(), builders.a_person(), clock.now()
    sku_id = builders.a_stocked_sku(shop, 3990, on_hand=20)
    offer = an_offer(shop, sku_id, quantity=10, now=now)
    builders.a_placed_order(buyer, {sku_id: 3}, now=now)

    with pytest.raises(stock.StockKeptForOffer) as refusal:
        stock.set_stock(actor=shop.owner, sku_id=sku_id, on_hand=9, now=now)
    assert (refusal.value.facts["units"], refusal.value.facts["least"]) == (7, 10)
    assert refusal.value.facts["until"] == offer.ends_at.isoformat()  # type: ignore[union-attr]
    assert "until" in refusal.value.text()
    with pytest.raises(stock.StockKeptForOffer):
        stock.adjust(actor=shop.owner, sku_id=sku_id, change=-11, reason="x", now=now)
    assert stock.available([sku_id]) == {sku_id: 17}

    assert stock.set_stock(actor=shop.owner, sku_id=sku_id, on_hand=10, now=now).available == 7
    offers.stop(actor=shop.owner, offer_id=offer.id, now=now + timedelta(seconds=1))
    later = now + timedelta(seconds=2)
    with pytest.raises(stock.StockPromised):
        stock.set_stock(actor=shop.owner, sku_id=sku_id, on_hand=2, now=later)


@pytest.mark.usefixtures("in_english")
def test_the_database_keeps_the_offers_goods_too(world: World) -> None:
    shop, now = builders.a_shop(), clock.now()
    sku_id = builders.a_stocked_sku(shop, on_hand=20)
    an_offer(shop, sku_id, quantity=10, now=now, ends=False)

    with pytest.raises(IntegrityError, match="promises 10"), transaction.atomic():
        sql.change("UPDATE trade_stock SET on_hand = 9 WHERE sku_id = %s", [sku_id])

    with pytest.raises(stock.StockKeptForOffer) as refusal:
        stock.set_stock(actor=shop.owner, sku_id=sku_id, on_hand=9, now=now)
    assert "it is ended" in refusal.value.text()
    assert stock.available([sku_id]) == {sku_id: 20}


def test_a_new_list_price_leaves_a_running_offer_alone(world: World) -> None:
    shop, now = builders.a_shop(), clock.now()
    product = builders.a_product(shop, 3990)
    (sku_id,) = builders.sku_ids(product)
    offer = an_offer(shop, sku_id, quantity=1, now=now)

    products.change_sku(
        actor=shop.owner,
        sku_id=sku_id,
        sku=NewSku(spec={"zh": "款0", "en": "kind 0"}, list_price_fen=990),
        now=now,
    )

    current = offers.current([sku_id], place_id=None, at=now)[sku_id]
    assert (current.offer_id, current.price_fen) == (offer.id, 1990)


def test_an_offer_promises_no_more_than_is_there(world: World) -> None:
    shop, now = builders.a_shop(), clock.now()
    sku_id = builders.a_stocked_sku(shop, on_hand=20)
    an_offer(shop, sku_id, quantity=15, now=now)

    with transaction.atomic():
        stock.require_for_offer(sku_id, 5, now=now)
        with pytest.raises(stock.NotEnoughForOffer) as refusal:
            stock.require_for_offer(sku_id, 6, now=now)
    assert refusal.value.facts == {"available": 5}


def test_a_limited_offer_needs_its_goods_when_it_begins(world: World) -> None:
    shop, now = builders.a_shop(), clock.now()
    sku_id = builders.a_stocked_sku(shop, on_hand=3)
    later = now + TEN_MINUTES

    def begin(quantity: int, at: datetime) -> offers.OfferCard:
        return offering.start(
            actor=shop.owner, sku_id=sku_id, price_fen=1990, starts_at=at,
            ends_at=at + TEN_MINUTES, quantity=quantity, now=now,
        )  # fmt: skip

    with pytest.raises(stock.NotEnoughForOffer) as refusal:
        begin(4, now)
    assert refusal.value.facts == {"available": 3}
    assert sql.rows("SELECT count(*) FROM catalog_offer") == [(0,)]
    assert (begin(3, now).quantity, begin(4, later).starts_at) == (3, later)
    with pytest.raises(NotFound):
        offering.start(
            actor=shop.owner, sku_id=shop.id, price_fen=1990, starts_at=now, quantity=1, now=now
        )


def test_strangers_count_nothing(world: World) -> None:
    shop, now = builders.a_shop(), clock.now()
    sku_id = builders.a_stocked_sku(shop, on_hand=2)
    stranger: Actor = builders.a_shop("别家").owner

    for act in (
        lambda: stock.set_stock(actor=stranger, sku_id=sku_id, on_hand=0, now=now),
        lambda: stock.adjust(actor=stranger, sku_id=sku_id, change=-1, reason="x", now=now),
        lambda: stock.set_low_at(actor=stranger, sku_id=sku_id, low_at=0, now=now),
    ):
        with pytest.raises(NotFound):
            act()
    assert stock.available([sku_id]) == {sku_id: 2}
