"""Carts over several shops: what they keep, show and become."""

from datetime import timedelta
from uuid import UUID

import pytest
from tests.builders import (
    NOW,
    a_claim,
    a_coupon,
    a_creator,
    a_paid_order,
    a_person,
    a_product,
    a_shop,
    a_stocked_sku,
    an_address,
    pay_for,
    place,
    see,
    sku_ids,
)
from tests.outside import World
from tests.usecases.live import scenes

from laotie.catalog import offers, products
from laotie.delivery import freight
from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, SignInFirst
from laotie.trade import cart, cart_pages, checkouts, models, orders, queries, quotes, stock
from laotie.trade.cart import CartFull, Kept, NothingChosen
from laotie.trade.cart_pages import CartPage, Trouble
from laotie.trade.pricing import NotForSale, SoldOut


def put(buyer: Actor, sku_id: UUID, quantity: int = 1, **how: object) -> int:
    return cart.put(actor=buyer, sku_id=sku_id, quantity=quantity, now=NOW, **how)  # type: ignore[arg-type]


def look(buyer: Actor) -> CartPage:
    return cart_pages.page(
        cart.lines(actor=buyer), person_id=buyer.person_id, region_code="330100", now=NOW
    )


def test_two_shops_are_two_orders_and_one_payment(world: World) -> None:
    buyer, one, other = a_person(), a_shop("甲"), a_shop("乙")
    tea, cup = a_stocked_sku(one, 3990), a_stocked_sku(other, 5000)
    freight.set_rule(actor=one.owner, shop_id=one.id, flat_fen=600, now=NOW)
    put(buyer, tea, 2)
    put(buyer, cup)

    page = look(buyer)
    assert [(each.shop.id, each.goods_fen, each.freight_fen) for each in page.shops] == [
        (other.id, 5000, 0),
        (one.id, 7980, 600),
    ]
    assert page.total_fen == 13580

    quote = cart.quote(actor=buyer, sku_ids=page.chosen, address_id=an_address(buyer).id, now=NOW)
    placed = place(buyer, quote)

    assert placed.total_fen == 13580
    assert {order.shop_id for order in placed.orders} == {one.id, other.id}
    assert cart.count(actor=buyer) == 0
    pay_for(world, buyer, placed)
    assert [see(buyer, order.order_id).state for order in placed.orders] == ["PAID", "PAID"]


def test_what_was_not_chosen_stays(world: World) -> None:
    buyer, shop = a_person(), a_shop()
    tea, cup = a_stocked_sku(shop), a_stocked_sku(shop)
    put(buyer, tea)
    put(buyer, cup)
    cart.choose(actor=buyer, sku_ids=[tea], now=NOW)

    page = look(buyer)
    assert page.chosen == (tea,)
    assert page.goods_fen == 3990
    quote = cart.quote(actor=buyer, sku_ids=page.chosen, address_id=an_address(buyer).id, now=NOW)
    place(buyer, quote)
    assert [line.sku_id for line in cart.lines(actor=buyer)] == [cup]
    # What was ordered can be put in anew, with its own number.
    put(buyer, tea, 3)
    assert {line.sku_id: line.quantity for line in cart.lines(actor=buyer)} == {tea: 3, cup: 1}


def test_the_same_thing_again_is_one_line_of_at_most_99(db: None) -> None:
    buyer, sku = a_person(), a_stocked_sku(a_shop())

    assert put(buyer, sku, 60) == 1
    assert put(buyer, sku, 60) == 1

    assert [line.quantity for line in cart.lines(actor=buyer)] == [99]
    cart.change(actor=buyer, sku_id=sku, quantity=4, now=NOW)
    assert [line.quantity for line in cart.lines(actor=buyer)] == [4]
    for wrong in (0, 100, True, -1):
        with pytest.raises(Invalid):
            cart.change(actor=buyer, sku_id=sku, quantity=wrong, now=NOW)
    with pytest.raises(NotFound):
        cart.change(actor=a_person(), sku_id=sku, quantity=4, now=NOW)
    assert cart.remove(actor=a_person(), sku_ids=[sku], now=NOW) == 0
    assert cart.remove(actor=buyer, sku_ids=[sku], now=NOW) == 1


def test_what_cannot_be_had_is_not_put_and_later_is_shown_and_skipped(db: None) -> None:
    buyer, shop = a_person(), a_shop()
    tea = a_product(shop, 3990)
    (ended,) = sku_ids(tea)
    gone, few = a_stocked_sku(shop, on_hand=3), a_stocked_sku(shop, on_hand=5)
    with pytest.raises(SoldOut):
        put(buyer, ended)
    stock.set_stock(actor=shop.owner, sku_id=ended, on_hand=1, now=NOW)
    for sku_id in (ended, gone, few):
        put(buyer, sku_id, 4)

    products.unpublish(actor=shop.owner, product_id=tea.id, now=NOW)
    stock.set_stock(actor=shop.owner, sku_id=gone, on_hand=0, now=NOW)

    page = look(buyer)
    assert {line.sku_id: line.trouble for line in page.invalid} == {
        ended: Trouble.ENDED,
        gone: Trouble.SOLD_OUT,
    }
    (line,) = page.shops[0].lines
    assert (line.trouble, line.quantity, line.most) == (None, 4, 5)
    assert page.chosen == (few,)
    with pytest.raises(NotForSale):
        put(buyer, ended)
    with pytest.raises(NothingChosen):
        cart.quote(actor=buyer, sku_ids=[], now=NOW)


def test_limits_of_stock_and_shop_cap_what_is_shown(db: None) -> None:
    buyer, shop = a_person(), a_shop()
    few, limited = a_stocked_sku(shop, on_hand=2), a_stocked_sku(shop, limit=3)
    put(buyer, few, 4)
    put(buyer, limited, 4)

    shown = {line.sku_id: line for line in look(buyer).shops[0].lines}

    assert (shown[few].quantity, shown[few].trouble) == (2, Trouble.FEWER)
    assert (shown[limited].quantity, shown[limited].most) == (3, 3)


def test_prices_are_those_of_now_and_say_what_changed(db: None) -> None:
    buyer, shop = a_person(), a_shop()
    sku = a_stocked_sku(shop, 5000)
    put(buyer, sku, 2)

    offers.start(
        actor=shop.owner,
        sku_id=sku,
        price_fen=4000,
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=1),
        now=NOW,
    )

    (line,) = look(buyer).shops[0].lines
    assert (line.price_fen, line.was_fen, line.changed_fen) == (4000, 5000, -1000)
    assert line.offer_ends_at == NOW + timedelta(hours=1)
    assert look(buyer).goods_fen == 8000


def test_a_host_earns_on_what_was_found_in_their_room_alone(world: World) -> None:
    scene = scenes.a_live_room()
    buyer, shop = a_person(), scene.shop
    host_id = scene.host.creator_id
    found, other = scene.sku_id, a_stocked_sku(shop, 10_000)
    stock.set_stock(actor=shop.owner, sku_id=found, on_hand=5, now=NOW)
    put(buyer, found, room_id=scene.room_id, creator_id=host_id)
    put(buyer, found)  # Once more, on its page: the finder stays.
    put(buyer, other)

    quote = cart.quote(
        actor=buyer, sku_ids=[found, other], address_id=an_address(buyer).id, now=NOW
    )
    renewed = quotes.renew(actor=buyer, quote_id=quote.quote_id, now=NOW)
    placed = place(buyer, renewed)
    pay_for(world, buyer, placed)

    (order,) = placed.orders
    rows = models.OrderLine.objects.filter(order=order.order_id)
    assert dict(rows.values_list("sku_id", "creator_id")) == {found: host_id, other: None}
    terms = dict(rows.values_list("sku_id", "creator_bps"))
    assert terms == {found: 1500, other: 0}


def test_an_order_names_the_post_that_its_goods_were_found_in(world: World) -> None:
    scene = scenes.a_live_room()
    buyer, shop, creator = a_person(), scene.shop, a_creator().creator_id
    in_post, in_room, alone = (a_stocked_sku(shop, 10_000) for _ in range(3))
    post_id, other_id = ids.new(), ids.new()
    put(buyer, in_post, creator_id=creator, post_id=other_id)
    put(buyer, in_post, creator_id=creator, post_id=post_id)
    put(buyer, in_post)  # Once more, on its page: the finder stays.
    put(buyer, in_room, creator_id=creator, post_id=post_id)
    put(buyer, in_room, room_id=scene.room_id, creator_id=scene.host.creator_id)
    put(buyer, alone)

    quote = cart.quote(
        actor=buyer, sku_ids=[in_post, in_room, alone], address_id=an_address(buyer).id, now=NOW
    )
    placed = place(buyer, quotes.renew(actor=buyer, quote_id=quote.quote_id, now=NOW))

    page = queries.order_page(placed.orders[0].order_id, actor=buyer)
    named = {line.sku_id: line.post_id for line in page.lines}
    assert named == {in_post: post_id, in_room: None, alone: None}
    assert told_of_posts() == []

    pay_for(world, buyer, placed)
    first = (str(placed.orders[0].order_id), str(post_id), str(buyer.person_id))
    assert told_of_posts() == [first]

    # One that expired before its money came is taken by another way.
    put(buyer, in_post, creator_id=creator, post_id=other_id)
    put(buyer, tea := a_stocked_sku(shop), creator_id=creator, post_id=other_id)
    quote = cart.quote(
        actor=buyer, sku_ids=[in_post, tea], address_id=an_address(buyer).id, now=NOW
    )
    late = place(buyer, quotes.renew(actor=buyer, quote_id=quote.quote_id, now=NOW))
    ticket = orders.pay(actor=buyer, group_id=late.group_id, now=NOW)
    world.open(ticket.payment_id, now=NOW)
    assert checkouts.expire_due(now=NOW + timedelta(minutes=16)) == 1
    world.money_comes(ticket.payment_id, now=NOW + timedelta(minutes=16))
    second = (str(late.orders[0].order_id), str(other_id), str(buyer.person_id))
    assert told_of_posts() == [first, second]


def told_of_posts() -> list[tuple[str, ...]]:
    return sql.rows(
        "SELECT subject, body->>'post_id', body->>'buyer_id' FROM event_log"
        " WHERE name = 'trade.post_sold' AND subject = body->>'order_id' ORDER BY id"
    )


def test_a_guests_cart_is_merged_once_however_often(db: None) -> None:
    buyer, shop = a_person(), a_shop()
    tea, cup = a_stocked_sku(shop), a_stocked_sku(shop)
    put(buyer, tea, 2)
    before = [Kept(tea, 5, 3990), Kept(cup, 1, 3990)]

    assert cart.merge(actor=buyer, lines=before, now=NOW) == 2
    assert cart.merge(actor=buyer, lines=before, now=NOW) == 2

    assert {line.sku_id: line.quantity for line in cart.lines(actor=buyer)} == {tea: 5, cup: 1}
    with pytest.raises(SignInFirst):
        cart.merge(actor=Actor.anonymous(), lines=before, now=NOW)


def test_a_full_cart_takes_no_more(db: None) -> None:
    buyer, shop = a_person(), a_shop()
    many = (
        a_product(shop, *([1000] * 20)),
        a_product(shop, *([1000] * 20)),
        a_product(shop, *([1000] * 11)),
    )
    every = [sku.id for product in many for sku in product.skus]
    guest = [Kept(sku_id, 1, 1000) for sku_id in every]
    assert len(guest) == 51

    assert cart.merge(actor=buyer, lines=guest, now=NOW) == 50

    stock.set_stock(actor=shop.owner, sku_id=every[-1], on_hand=1, now=NOW)
    with pytest.raises(CartFull):
        put(buyer, every[-1])
    assert cart.count(actor=buyer) == 50


def test_the_best_coupon_is_named_and_what_is_missing_for_it(db: None) -> None:
    buyer, shop = a_person(), a_shop()
    put(buyer, a_stocked_sku(shop, 3000))
    small = a_coupon(shop=shop, off_fen=300, min_goods_fen=2000)
    large = a_coupon(shop=shop, off_fen=900, min_goods_fen=5000)

    hint = look(buyer).shops[0].hint
    assert hint
    assert (hint.coupon.coupon_id, hint.is_held, hint.missing_fen) == (small.coupon_id, False, 0)

    cart.change(actor=buyer, sku_id=cart.lines(actor=buyer)[0].sku_id, quantity=2, now=NOW)
    claim = a_claim(buyer, large)
    hint = look(buyer).shops[0].hint
    assert hint
    assert (hint.coupon.coupon_id, hint.is_held) == (large.coupon_id, True)
    quote = cart.quote(
        actor=buyer, sku_ids=look(buyer).chosen, coupon_ids=[claim.claim_id], now=NOW
    )
    assert (quote.goods_fen, quote.merchant_coupon_fen, quote.total_fen) == (6000, 900, 5100)


def test_an_order_is_bought_again_at_the_prices_of_now(world: World) -> None:
    buyer, shop = a_person(), a_shop()
    tea, cup, gone = (a_stocked_sku(shop, fen) for fen in (3000, 4000, 5000))
    order_id = a_paid_order(world, buyer, {tea: 2, cup: 1, gone: 1})
    put(buyer, cup, 6)
    stock.set_stock(actor=shop.owner, sku_id=gone, on_hand=1, now=NOW)

    again = cart.order_again(actor=buyer, order_id=order_id, now=NOW)

    assert again.put == 2
    assert [title["zh"] for title in again.gone] == ["茶"]
    assert {line.sku_id: line.quantity for line in cart.lines(actor=buyer)} == {tea: 2, cup: 6}
    with pytest.raises(NotFound):
        cart.order_again(actor=a_person(), order_id=order_id, now=NOW)
