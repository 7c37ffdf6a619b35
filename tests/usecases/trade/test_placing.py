"""Placing: what is promised, what is refused, and what stays untouched by a refusal."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from tests.builders import (
    NOW,
    a_claim,
    a_coupon,
    a_creator,
    a_key,
    a_person,
    a_placed_order,
    a_plan,
    a_product,
    a_quote,
    a_shop,
    a_stocked_sku,
    place,
    see,
    sku_ids,
)
from tests.outside import World

from laotie.accounts import shops
from laotie.alliance import plans
from laotie.catalog import offers, products
from laotie.catalog.products import NewSku
from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, KeyReused, NotFound, SignInFirst
from laotie.trade import orders, quotes, stock
from laotie.trade.orders import (
    AddressNeeded,
    CouponGone,
    LimitReached,
    PriceChanged,
    QuoteExpired,
    SoldOut,
)
from laotie.trade.quotes import NotForSale, Wish

pytestmark = pytest.mark.usefixtures("world")


def placed_orders() -> int:
    return int(sql.rows("SELECT count(*) FROM trade_order")[0][0])


def an_offer(
    shop_owner: Actor,
    sku: UUID,
    price_fen: int,
    *,
    quantity: int | None = None,
    limit: int | None = None,
    room_id: UUID | None = None,
) -> offers.OfferCard:
    with transaction.atomic():
        return offers.open_offer(
            actor=shop_owner,
            sku_id=sku,
            price_fen=price_fen,
            place_id=room_id,
            starts_at=NOW,
            ends_at=NOW + timedelta(hours=1),
            quantity=quantity,
            limit_per_buyer=limit,
            now=NOW,
        )


def test_an_order_holds_the_goods_and_waits_for_money() -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, 3990, on_hand=10)

    placed = a_placed_order(buyer, {sku: 3})

    (order,) = placed.orders
    page = see(buyer, order.order_id)
    assert (page.state, page.total_fen, page.number) == ("PENDING_PAYMENT", 11970, order.number)
    assert placed.total_fen == 11970
    assert placed.pay_by - NOW == timedelta(minutes=15)
    assert order.number.startswith("261122")
    assert page.address["phone"] != "13800138000"
    assert stock.available([sku]) == {sku: 7}


def test_one_key_answers_the_same_for_ever() -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, on_hand=1)
    quote, key = a_quote(buyer, {sku: 1}), a_key()

    first = place(buyer, quote, key=key)
    much_later = place(buyer, quote, key=key, now=NOW + timedelta(days=400))

    assert first == much_later
    assert placed_orders() == 1


def test_a_key_used_for_another_quote_is_refused() -> None:
    shop, buyer = a_shop(), a_person()
    sku, key = a_stocked_sku(shop, on_hand=10), a_key()
    place(buyer, a_quote(buyer, {sku: 1}), key=key)

    with pytest.raises(KeyReused):
        place(buyer, a_quote(buyer, {sku: 2}), key=key)

    assert placed_orders() == 1


def test_two_buyers_may_choose_the_same_key() -> None:
    shop, one, other = a_shop(), a_person(), a_person()
    sku, key = a_stocked_sku(shop, on_hand=10), a_key()

    first = place(one, a_quote(one, {sku: 1}), key=key)
    second = place(other, a_quote(other, {sku: 1}), key=key)

    assert first.group_id != second.group_id


def test_a_quote_is_placed_once_whatever_the_key() -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, on_hand=10)
    quote = a_quote(buyer, {sku: 1})
    place(buyer, quote)

    with pytest.raises(QuoteExpired):
        place(buyer, quote)

    assert stock.available([sku]) == {sku: 9}


def test_sold_out_tells_how_many_are_left() -> None:
    shop, one, other = a_shop(), a_person(), a_person()
    sku = a_stocked_sku(shop, on_hand=3)
    quote = a_quote(other, {sku: 3})
    a_placed_order(one, {sku: 1})

    with pytest.raises(SoldOut) as refusal:
        place(other, quote)

    assert refusal.value.facts == {"sku_id": sku, "remaining": 2}
    assert placed_orders() == 1


def test_goods_never_stocked_are_sold_out() -> None:
    shop, buyer = a_shop(), a_person()
    (sku,) = sku_ids(a_product(shop, 3990))

    with pytest.raises(SoldOut):
        a_quote(buyer, {sku: 1})


def test_a_checkout_over_two_shops_is_all_or_nothing() -> None:
    plenty, scarce, one, other = a_shop(), a_shop(), a_person(), a_person()
    tea, cup = a_stocked_sku(plenty, on_hand=10), a_stocked_sku(scarce, on_hand=1)
    quote = a_quote(one, {tea: 2, cup: 1})
    a_placed_order(other, {cup: 1})

    with pytest.raises(SoldOut):
        place(one, quote)

    assert stock.available([tea, cup]) == {tea: 10, cup: 0}
    assert placed_orders() == 1


def test_a_checkout_over_two_shops_is_two_orders_and_one_payment() -> None:
    one_shop, other_shop, buyer = a_shop(), a_shop(), a_person()
    tea = a_stocked_sku(one_shop, 3990, on_hand=10)
    cup = a_stocked_sku(other_shop, 1000, on_hand=1)

    placed = a_placed_order(buyer, {tea: 2, cup: 1})

    assert {(order.shop_id, order.total_fen) for order in placed.orders} == {
        (one_shop.id, 7980),
        (other_shop.id, 1000),
    }
    assert placed.total_fen == 8980


def test_a_changed_price_is_refused_with_the_new_one() -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, 3990)
    quote = a_quote(buyer, {sku: 1})
    dearer = NewSku(spec={"zh": "款", "en": "kind"}, list_price_fen=4200)
    products.change_sku(actor=shop.owner, sku_id=sku, sku=dearer, now=NOW)

    with pytest.raises(PriceChanged) as refusal:
        place(buyer, quote)

    assert placed_orders() == 0
    renewed = refusal.value.quote
    assert (renewed.quote_id, renewed.version, renewed.total_fen) == (quote.quote_id, 2, 4200)
    assert place(buyer, renewed).total_fen == 4200


def test_an_offer_that_ended_is_not_sold_at_its_price() -> None:
    shop, buyer, room = a_shop(), a_person(), ids.new()
    sku = a_stocked_sku(shop, 3990)
    offer = an_offer(shop.owner, sku, 990, room_id=room)
    quote = a_quote(buyer, {sku: 1}, room_id=room)
    offers.stop(actor=shop.owner, offer_id=offer.id, now=NOW + timedelta(minutes=1))

    with pytest.raises(PriceChanged) as refusal:
        place(buyer, quote, now=NOW + timedelta(minutes=1))

    assert quote.total_fen == 990
    assert refusal.value.quote.total_fen == 3990


def test_a_rooms_offer_holds_in_its_room_alone() -> None:
    shop, buyer, room = a_shop(), a_person(), ids.new()
    sku = a_stocked_sku(shop, 3990)
    an_offer(shop.owner, sku, 990, room_id=room)

    inside, outside = a_quote(buyer, {sku: 1}, room_id=room), a_quote(buyer, {sku: 1})

    assert (place(buyer, inside).total_fen, place(buyer, outside).total_fen) == (990, 3990)


def test_an_offers_number_is_kept_though_goods_are_left() -> None:
    shop, one, other = a_shop(), a_person(), a_person()
    sku = a_stocked_sku(shop, 3990, on_hand=100)
    offer = an_offer(shop.owner, sku, 990, quantity=2)
    late = a_quote(other, {sku: 1})
    a_placed_order(one, {sku: 2})

    with pytest.raises(SoldOut) as refusal:
        place(other, late)

    assert refusal.value.facts["remaining"] == 0
    assert stock.offer_left([offer.id]) == {offer.id: 0}
    assert stock.available([sku]) == {sku: 98}


def test_an_offers_limit_counts_over_orders() -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, 3990)
    an_offer(shop.owner, sku, 990, quantity=50, limit=2)
    a_placed_order(buyer, {sku: 1})
    quote = a_quote(buyer, {sku: 2})

    with pytest.raises(LimitReached) as refusal:
        place(buyer, quote)

    assert refusal.value.facts == {"sku_id": sku, "remaining": 1}


def test_a_skus_limit_counts_over_orders_and_forgets_closed_ones() -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, limit=2)
    first = a_placed_order(buyer, {sku: 2})
    with pytest.raises(LimitReached):
        a_placed_order(buyer, {sku: 1})

    orders.cancel(actor=buyer, order_id=first.orders[0].order_id, now=NOW)

    assert a_placed_order(buyer, {sku: 2}).total_fen == 7980


def test_a_quote_runs_out() -> None:
    shop, buyer = a_shop(), a_person()
    quote = a_quote(buyer, {a_stocked_sku(shop): 1})

    with pytest.raises(QuoteExpired):
        place(buyer, quote, now=quote.expires_at)

    assert placed_orders() == 0


def test_a_quote_without_address_cannot_be_placed() -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop)
    quote = quotes.make(actor=buyer, lines=[Wish(sku, 1)], now=NOW)

    with pytest.raises(AddressNeeded):
        place(buyer, quote)


def test_somebody_elses_quote_is_not_there() -> None:
    shop, buyer, thief = a_shop(), a_person(), a_person()
    quote = a_quote(buyer, {a_stocked_sku(shop): 1})

    with pytest.raises(NotFound):
        place(thief, quote)
    with pytest.raises(NotFound):
        orders.place(actor=buyer, quote_id=ids.new(), version=1, key=a_key(), now=NOW)
    with pytest.raises(NotFound):
        orders.place(actor=buyer, quote_id=quote.quote_id, version=2, key=a_key(), now=NOW)
    with pytest.raises(SignInFirst):
        place(Actor.anonymous(), quote)

    assert placed_orders() == 0


@pytest.mark.parametrize("key", ["", "short", "x" * 81, "with space", "钥匙钥匙钥匙钥匙"])
def test_a_bad_key_is_refused(key: str) -> None:
    buyer = a_person()

    with pytest.raises(Invalid):
        orders.place(actor=buyer, quote_id=ids.new(), version=1, key=key, now=NOW)


def test_a_coupon_is_used_once() -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, 3990)
    held = a_claim(buyer, a_coupon(shop=shop, off_fen=500))
    first, second = (a_quote(buyer, {sku: 1}, claims=[held]) for _ in range(2))
    assert place(buyer, first).total_fen == 3490

    with pytest.raises(CouponGone):
        place(buyer, second)

    assert placed_orders() == 1


def test_a_shop_that_was_stopped_sells_nothing() -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop)
    quote = a_quote(buyer, {sku: 1})
    shops.suspend(actor=Actor.system("test"), shop_id=shop.id, reason="test", now=NOW)

    with pytest.raises(NotForSale):
        place(buyer, quote)

    assert placed_orders() == 0


def test_terms_are_frozen_with_the_quote() -> None:
    shop, buyer, host = a_shop(), a_person(), a_creator()
    product = a_product(shop, 10_000)
    (sku,) = sku_ids(product)
    stock.set_stock(actor=shop.owner, sku_id=sku, on_hand=5, now=NOW)
    a_plan(shop, product, 1500)
    _accept(host, product.id)

    placed = place(buyer, a_quote(buyer, {sku: 1}, creator=host))
    own = place(host, a_quote(host, {sku: 1}, creator=host))

    assert _terms(placed) == [(host.creator_id, 1500)]
    assert _terms(own) == [(None, 0)]


def _accept(host: Actor, product_id: UUID) -> None:
    assert host.creator_id
    with transaction.atomic():
        plans.accept(creator_id=host.creator_id, product_id=product_id, now=NOW)


def _terms(placed: orders.Placed) -> list[tuple[UUID | None, int]]:
    rows = sql.rows(
        "SELECT creator_id, creator_bps FROM trade_order_line WHERE order_id = %s",
        [placed.orders[0].order_id],
    )
    return [(creator_id, bps) for creator_id, bps in rows]


def test_placing_tells_nobody_outside(world: World) -> None:
    shop, buyer = a_shop(), a_person()

    a_placed_order(buyer, {a_stocked_sku(shop): 1})

    assert world.provider.payments == {}
