"""Quotes: what goods come to, with coupons, freight and the people who earn on them."""

from datetime import timedelta

import pytest
from django.db import transaction
from tests.builders import (
    NOW,
    a_claim,
    a_coupon,
    a_creator,
    a_person,
    a_plan,
    a_product,
    a_quote,
    a_shop,
    a_stocked_sku,
    an_address,
    place,
    sku_ids,
)

from laotie.accounts import addresses, closing
from laotie.alliance import plans
from laotie.delivery import freight
from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, SignInFirst
from laotie.trade import models, quotes, stock
from laotie.trade.coupons import CouponNotUsable
from laotie.trade.pricing import ShopAway
from laotie.trade.quotes import NotForSale, Wish

pytestmark = pytest.mark.usefixtures("world")


def test_the_worked_order_is_priced_to_the_fen() -> None:
    """The figures of tests/acceptance/worked_order.json, from goods and coupons on."""
    shop, buyer = a_shop(), a_person()
    a, b = a_stocked_sku(shop, 8999), a_stocked_sku(shop, 4550)
    freight.set_rule(actor=shop.owner, shop_id=shop.id, flat_fen=600, now=NOW)
    own = a_claim(buyer, a_coupon(shop=shop, off_fen=1000, min_goods_fen=10_000))
    platforms = a_claim(buyer, a_coupon(shop=None, off_fen=800, min_goods_fen=10_000))

    quote = a_quote(buyer, {a: 1, b: 2}, claims=[own, platforms])

    (order,) = quote.orders
    assert [
        (line.merchant_coupon_fen, line.platform_coupon_fen, line.freight_fen)
        for line in order.lines
    ] == [(497, 398, 298), (503, 402, 302)]
    assert (quote.goods_fen, quote.total_fen) == (18_099, 16_899)


def test_freight_follows_the_address() -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, 1000)
    freight.set_rule(
        actor=shop.owner,
        shop_id=shop.id,
        flat_fen=600,
        free_over_fen=3000,
        by_region={"650000": 2000},
        now=NOW,
    )

    def freight_to(region_code: str | None, units: int = 1) -> int:
        address = an_address(buyer, region_code=region_code) if region_code else None
        return quotes.make(
            actor=buyer,
            lines=[Wish(sku, units)],
            address_id=address.id if address else None,
            now=NOW,
        ).freight_fen

    assert (freight_to(None), freight_to("330100"), freight_to("330100", 3)) == (600, 600, 0)
    assert (freight_to("650100"), freight_to("650100", 3)) == (2000, 2000)


def test_the_same_goods_twice_are_one_line() -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, 1000)

    quote = quotes.make(actor=buyer, lines=[Wish(sku, 1), Wish(sku, 2)], now=NOW)

    assert [line.quantity for line in quote.orders[0].lines] == [3]


def test_the_same_goods_twice_are_of_where_they_were_found_last() -> None:
    shop, buyer = a_shop(), a_person()
    product, creators = a_product(shop, 1000), [a_creator().require_creator() for _ in range(2)]
    (sku,), post_id = sku_ids(product), ids.new()
    stock.set_stock(actor=shop.owner, sku_id=sku, on_hand=9, now=NOW)
    a_plan(shop, product, 1500)
    with transaction.atomic():
        for creator_id in creators:
            plans.accept(creator_id=creator_id, product_id=product.id, now=NOW)
    wishes = [Wish(sku, 1, creators[0], ids.new()), Wish(sku, 1, creators[1], post_id)]

    made = quotes.make(actor=buyer, lines=[Wish(sku, 1), *wishes, Wish(sku, 1)], now=NOW)

    line = models.QuoteLine.objects.get(revision__quote_id=made.quote_id)
    assert (line.quantity, line.creator_id, line.post_id) == (4, creators[1], post_id)


@pytest.mark.parametrize("quantity", [0, -1, 1000, 2**31, True, "1", 1.5, None])
def test_a_bad_quantity_is_refused(quantity: object) -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop)

    with pytest.raises(Invalid):
        quotes.make(actor=buyer, lines=[Wish(sku, quantity)], now=NOW)  # type: ignore[arg-type]


def test_bad_baskets_are_refused() -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop)

    with pytest.raises(Invalid):
        quotes.make(actor=buyer, lines=[], now=NOW)
    with pytest.raises(Invalid):
        quotes.make(actor=buyer, lines=[Wish(ids.new(), 1)] * 51, now=NOW)
    with pytest.raises(Invalid):
        quotes.make(actor=buyer, lines=[Wish(sku, 999), Wish(sku, 1)], now=NOW)
    with pytest.raises(NotForSale):
        quotes.make(actor=buyer, lines=[Wish(ids.new(), 1)], now=NOW)
    with pytest.raises(SignInFirst):
        quotes.make(actor=Actor.anonymous(), lines=[Wish(sku, 1)], now=NOW)
    strangers = an_address(a_person())
    with pytest.raises(NotFound):
        quotes.make(actor=buyer, lines=[Wish(sku, 1)], address_id=strangers.id, now=NOW)


def test_coupons_have_conditions() -> None:
    shop, other, buyer = a_shop(), a_shop(), a_person()
    sku = a_stocked_sku(shop, 2000)
    high = a_claim(buyer, a_coupon(shop=shop, min_goods_fen=5000))
    foreign = a_claim(buyer, a_coupon(shop=other))
    one, two = (a_claim(buyer, a_coupon(shop=shop)) for _ in range(2))
    strangers = a_claim(a_person(), a_coupon(shop=shop))
    for claims, reason in (
        ([high], "below_minimum"),
        ([foreign], "shop"),
        ([one, two], "two_of_a_kind"),
        ([strangers], "gone"),
    ):
        with pytest.raises(CouponNotUsable) as refusal:
            a_quote(buyer, {sku: 1}, claims=claims)
        assert refusal.value.facts["reason"] == reason
    with pytest.raises(CouponNotUsable) as refusal:
        a_quote(buyer, {sku: 1}, claims=[one], now=NOW + timedelta(days=1))
    assert refusal.value.facts["reason"] == "window"


def test_a_coupon_that_leaves_too_little_for_the_shares_is_refused() -> None:
    shop, buyer, host = a_shop(), a_person(), a_creator()
    product = a_product(shop, 10_000)
    (sku,) = sku_ids(product)
    stock.set_stock(actor=shop.owner, sku_id=sku, on_hand=5, now=NOW)
    a_plan(shop, product, 2500)
    assert host.creator_id
    with transaction.atomic():
        plans.accept(creator_id=host.creator_id, product_id=product.id, now=NOW)
    platforms = a_claim(buyer, a_coupon(shop=None, off_fen=5000, min_goods_fen=9000))

    assert a_quote(buyer, {sku: 1}, creator=host).total_fen == 10_000
    assert a_quote(buyer, {sku: 1}, claims=[platforms]).total_fen == 5000
    with pytest.raises(CouponNotUsable) as refusal:
        a_quote(buyer, {sku: 1}, creator=host, claims=[platforms])

    assert refusal.value.facts["reason"] == "split_cap"


def test_a_renewed_quote_keeps_basket_and_id_and_drops_what_is_gone() -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, 2000)
    held = a_claim(buyer, a_coupon(shop=shop, off_fen=500))
    quote = a_quote(buyer, {sku: 2}, claims=[held])
    rival = a_quote(buyer, {sku: 1}, claims=[held])

    kept = quotes.renew(actor=buyer, quote_id=quote.quote_id, now=NOW)
    place(buyer, rival)
    bare = quotes.renew(actor=buyer, quote_id=quote.quote_id, now=NOW)

    assert (kept.version, kept.total_fen) == (2, 3500)
    assert (bare.version, bare.total_fen) == (3, 4000)
    assert place(buyer, bare).group_id == quote.quote_id
    with pytest.raises(NotFound):
        quotes.renew(actor=a_person(), quote_id=quote.quote_id, now=NOW)


def test_an_address_changed_later_does_not_touch_the_order() -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop)
    address = an_address(buyer)
    quote = quotes.make(actor=buyer, lines=[Wish(sku, 1)], address_id=address.id, now=NOW)
    addresses.remove(actor=buyer, address_id=address.id, now=NOW)

    placed = place(buyer, quote)

    rows = sql.rows("SELECT address_masked ->> 'name', length(address_sealed) FROM trade_order")
    assert rows[0][0] == quote.address["name"] if quote.address else False
    assert rows[0][1] > 50
    assert placed.orders


@pytest.mark.parametrize("takes_orders", [True, False])
def test_a_shop_that_is_away_takes_orders_only_if_it_said_so(takes_orders: bool) -> None:
    shop, buyer = a_shop(), a_person()
    sku_id = a_stocked_sku(shop)
    before = a_quote(buyer, {sku_id: 1})
    closing.announce(
        actor=shop.owner,
        shop_id=shop.id,
        takes_orders=takes_orders,
        starts_at=NOW,
        until=NOW + timedelta(days=3),
        notice={"zh": "", "en": ""},
        now=NOW,
    )

    if takes_orders:
        assert place(buyer, before).orders
        assert a_quote(buyer, {sku_id: 1}).total_fen == before.total_fen
        return
    with pytest.raises(ShopAway) as refusal:
        a_quote(buyer, {sku_id: 1})
    assert refusal.value.facts["until"] == (NOW + timedelta(days=3)).isoformat()
    assert "2026-11-25" in refusal.value.text()
    with pytest.raises(ShopAway):
        place(buyer, before)
    assert stock.available([sku_id]) == {sku_id: 100}
    assert a_quote(buyer, {sku_id: 1}, now=NOW + timedelta(days=3)).total_fen == before.total_fen
