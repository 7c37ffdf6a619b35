"""Flash purchases that are refused: what each reason is, and that nothing else is held up by it."""

from datetime import timedelta

import pytest
from tests.builders import (
    NOW,
    a_person,
    a_product,
    a_quote,
    a_shop,
    place,
    sku_ids,
)
from tests.usecases.trade.flashes import (
    LIST_FEN,
    PRICE_FEN,
    a_flash,
    an_offer,
    buy,
    orders_placed,
    outcomes,
    settled_in,
)

from laotie.accounts import closing, minors, shops
from laotie.catalog import offers
from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.trade import orders, stock
from laotie.trade.flash import Outcome

pytestmark = pytest.mark.usefixtures("world")
YES, GONE, LIMIT = Outcome.ACCEPTED, Outcome.SOLD_OUT, Outcome.LIMIT


def test_without_default_address_only_that_one_is_told_so() -> None:
    tea, one, other = a_flash(on_hand=2), settled_in(a_person()), a_person()

    told = buy(tea.wish(other), tea.wish(one))

    assert outcomes(told) == [Outcome.ADDRESS_NEEDED, YES]
    assert stock.available([tea.sku_id]) == {tea.sku_id: 1}


def test_a_larger_wish_does_not_block_a_smaller_one_behind_it() -> None:
    tea = a_flash(on_hand=5)
    crowd = [settled_in(a_person()) for _ in range(3)]

    told = buy(tea.wish(crowd[0], 3), tea.wish(crowd[1], 3), tea.wish(crowd[2], 2))

    assert outcomes(told) == [YES, GONE, YES]
    assert told[1].remaining == 2
    assert stock.available([tea.sku_id]) == {tea.sku_id: 0}


def test_an_offers_number_is_kept_though_goods_are_left() -> None:
    tea = a_flash(on_hand=100, quantity=3)
    one, other = settled_in(a_person()), settled_in(a_person())

    told = buy(tea.wish(one, 2), tea.wish(other, 2))

    assert outcomes(told) == [YES, GONE]
    assert told[1].remaining == 1


def test_limits_count_within_a_batch_and_over_earlier_orders() -> None:
    tea, buyer, other = a_flash(limit=3), settled_in(a_person()), settled_in(a_person())

    inside = buy(tea.wish(buyer, 2), tea.wish(other, 3), tea.wish(buyer, 2), tea.wish(buyer, 1))
    over = buy(tea.wish(buyer, 1), tea.wish(other, 1))

    assert outcomes(inside) == [YES, YES, LIMIT, YES]
    assert inside[2].remaining == 1
    assert outcomes(over) == [LIMIT, LIMIT]
    assert [verdict.remaining for verdict in over] == [0, 0]


def test_a_skus_limit_counts_what_was_bought_outside_of_the_room() -> None:
    tea, buyer = a_flash(sku_limit=2), settled_in(a_person())
    placed = place(buyer, a_quote(buyer, {tea.sku_id: 1}))

    assert outcomes(buy(tea.wish(buyer, 2), tea.wish(buyer, 1), tea.wish(buyer, 1))) == [
        LIMIT, YES, LIMIT,
    ]  # fmt: skip

    orders.cancel(actor=buyer, order_id=placed.orders[0].order_id, now=NOW)
    assert outcomes(buy(tea.wish(buyer, 1))) == [YES]


def test_an_offer_that_has_ended_is_over() -> None:
    tea, buyer = a_flash(), settled_in(a_person())
    assert outcomes(buy(tea.wish(buyer))) == [YES]
    offers.stop(actor=tea.shop.owner, offer_id=tea.offer_id, now=NOW + timedelta(seconds=1))

    # The terms of a second ago are still kept: it is the database that knows better.
    (verdict,) = buy(tea.wish(buyer), now=NOW + timedelta(seconds=2))

    assert (verdict.outcome, verdict.price_fen) == (Outcome.OFFER_OVER, LIST_FEN)
    assert orders_placed() == 1


def test_a_price_other_than_the_shown_one_is_not_taken() -> None:
    tea, buyer = a_flash(), settled_in(a_person())

    (verdict,) = buy(tea.wish(buyer, price_fen=PRICE_FEN - 1))

    assert (verdict.outcome, verdict.price_fen) == (Outcome.PRICE_CHANGED, PRICE_FEN)
    assert outcomes(buy(tea.wish(buyer, price_fen=None))) == [YES]


def test_a_better_price_elsewhere_is_told() -> None:
    tea, buyer = a_flash(), settled_in(a_person())
    an_offer(tea.shop, tea.sku_id, room_id=None, price_fen=1500)

    (verdict,) = buy(tea.wish(buyer))

    assert (verdict.outcome, verdict.price_fen) == (Outcome.PRICE_CHANGED, 1500)


def test_a_shop_that_is_stopped_or_away_sells_nothing() -> None:
    stopped, away, buyer = a_flash(), a_flash(), settled_in(a_person())
    assert outcomes(buy(stopped.wish(buyer), away.wish(buyer))) == [YES, YES]
    shops.suspend(actor=Actor.system("test"), shop_id=stopped.shop.id, reason="test", now=NOW)
    closing.announce(
        actor=away.shop.owner, shop_id=away.shop.id, takes_orders=False, starts_at=NOW,
        until=NOW + timedelta(days=2), notice={"zh": "", "en": ""}, now=NOW,
    )  # fmt: skip

    told = buy(stopped.wish(buyer), away.wish(buyer))

    assert outcomes(told) == [Outcome.NOT_FOR_SALE, Outcome.NOT_FOR_SALE]
    assert orders_placed() == 2


def test_goods_never_stocked_are_sold_out_and_numbers_out_of_range_fail() -> None:
    shop = a_shop()
    (sku,) = sku_ids(a_product(shop, LIST_FEN))
    tea, buyer = a_flash(shop=shop, sku_id=sku), settled_in(a_person())

    told = buy(tea.wish(buyer), tea.wish(buyer, 0), tea.wish(buyer, -1))

    assert outcomes(told) == [GONE, Outcome.FAILED, Outcome.FAILED]
    assert orders_placed() == 0


def test_minors_and_closed_accounts_buy_nothing() -> None:
    tea = a_flash()
    minor, gone = settled_in(a_person()), settled_in(a_person())
    minors.switch_on(actor=minor, pin="2468", now=NOW)
    sql.change("UPDATE accounts_person SET is_active = false WHERE id = %s", [gone.person_id])

    assert outcomes(buy(tea.wish(minor), tea.wish(gone))) == [Outcome.NOT_ALLOWED] * 2
