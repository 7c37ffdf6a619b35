"""Coupons of a percentage, for some goods only, changed before they start; and what came of them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests import builders
from tests.builders import NOW, ShopOfOne
from tests.outside import World

from laotie.kernel import ids, sql
from laotie.kernel.errors import Invalid, NotAllowed, NotFound
from laotie.trade import coupon_files, coupons, rules
from laotie.trade.coupon_files import CouponStarted
from laotie.trade.coupons import CouponCard, CouponNotUsable

DAY = timedelta(days=1)
FEN = st.integers(1, 10**9)


def issue(shop: ShopOfOne, **changed: Any) -> CouponCard:
    terms = {
        "name_zh": "八折", "name_en": "20% off", "off_fen": 1500, "min_goods_fen": 1,
        "budget_fen": 1_000_000, "limit_per_buyer": 1, "claim_window": (NOW, NOW + DAY),
        "use_window": (NOW, NOW + DAY), "rate_bps": 2000,
    }  # fmt: skip
    return coupons.issue(actor=shop.owner, shop_id=shop.id, now=NOW, **{**terms, **changed})


@given(FEN, FEN, st.integers(1, 9999))
def test_a_percentage_rounds_down_and_stops_at_its_most(goods: int, most: int, rate: int) -> None:
    off = rules.off_fen(goods_fen=goods, most_fen=most, rate_bps=rate)

    assert 0 <= off <= min(most, goods - 1)
    assert off * 10_000 <= goods * rate
    assert off == most or (off + 1) * 10_000 > goods * rate


@given(
    st.lists(st.tuples(st.integers(1, 10**6), st.booleans()), min_size=1, max_size=6),
    st.integers(1, 9999),
    st.integers(0, 10**6),
)
def test_what_a_coupon_takes_lies_on_the_goods_that_it_is_for(
    lines: list[tuple[int, bool]], rate: int, platform: int
) -> None:
    goods = tuple(fen for fen, _ in lines)
    covered = tuple(fen if is_for else 0 for fen, is_for in lines)
    off = rules.off_fen(goods_fen=sum(covered), most_fen=10**9, rate_bps=rate)
    basket = rules.Basket(goods, off, 0, covered)

    (spread,) = rules.price([basket], platform_coupon_fen=min(platform, sum(goods) - off))

    assert sum(line.merchant_coupon_fen for line in spread) == off
    for fen, part, line in zip(goods, covered, spread, strict=True):
        assert line.merchant_coupon_fen <= part
        assert line.merchant_coupon_fen + line.platform_coupon_fen <= fen


def test_a_percentage_takes_its_part_of_the_goods_it_is_for(world: World) -> None:
    shop, buyer = builders.a_shop(), builders.a_person()
    tea, cup = builders.a_product(shop, 3999), builders.a_product(shop, 5000)
    for product in (tea, cup):
        sku = product.skus[0].id
        builders.stock.set_stock(actor=shop.owner, sku_id=sku, on_hand=9, now=NOW)
    coupon = issue(shop, product_ids=[tea.id], min_goods_fen=3999)
    held = builders.a_claim(buyer, coupon)
    basket = {tea.skus[0].id: 1, cup.skus[0].id: 1}

    quote = builders.a_quote(buyer, basket, claims=[held])
    placed = builders.place(buyer, quote)
    builders.pay_for(world, buyer, placed)

    order = builders.see(buyer, placed.orders[0].order_id)
    assert [line.merchant_coupon_fen for line in order.lines] == [799, 0]
    (file,) = coupon_files.of_shop(actor=shop.owner, shop_id=shop.id)
    assert (file.claimed, file.used, file.taken_fen) == (1, 1, 799)
    other = builders.a_person()
    again = builders.a_claim(other, coupon)
    with pytest.raises(CouponNotUsable):
        builders.a_quote(other, {cup.skus[0].id: 3}, claims=[again])
    most = builders.a_quote(other, {tea.skus[0].id: 5}, claims=[again])
    assert most.merchant_coupon_fen == 1500


def test_a_coupon_changes_until_it_starts(world: World) -> None:
    shop = builders.a_shop()
    coupon = issue(shop, claim_window=(NOW + DAY, NOW + 2 * DAY), use_window=(NOW, NOW + 3 * DAY))

    file = coupon_files.change(
        actor=shop.owner, coupon_id=coupon.coupon_id, now=NOW, rate_bps=None, off_fen=500,
        min_goods_fen=501, name_zh="减五元",
    )  # fmt: skip

    assert (file.card.kind, file.card.off_fen, file.card.name["zh"]) == ("amount", 500, "减五元")
    change = {"actor": shop.owner, "coupon_id": coupon.coupon_id}
    for bad in ({"off_fen": 501}, {"budget_fen": 1}, {"rate_bps": 10_000}):
        with pytest.raises(Invalid):
            coupon_files.change(now=NOW, **change, **bad)  # type: ignore[arg-type]
    with pytest.raises(CouponStarted):
        coupon_files.change(now=NOW + DAY, **change, off_fen=400)  # type: ignore[arg-type]
    for who, refusal in (
        (builders.a_shop().owner, NotFound),
        (builders.a_clerk(shop, "ship"), NotAllowed),
    ):
        with pytest.raises(refusal):
            coupon_files.change(actor=who, coupon_id=coupon.coupon_id, now=NOW, off_fen=400)


@pytest.mark.parametrize(
    "bad",
    [
        {"rate_bps": 0},
        {"rate_bps": 10_000},
        {"rate_bps": None},
        {"product_ids": []},
        {"product_ids": [ids.new()]},
    ],
)
def test_a_percentage_that_makes_no_sense_is_refused(world: World, bad: dict[str, Any]) -> None:
    shop = builders.a_shop()

    with pytest.raises(Invalid):
        issue(shop, **bad)

    assert coupons.claimable(shop.id, now=NOW) == ()


def test_the_database_knows_what_a_coupon_is(world: World) -> None:
    issue(builders.a_shop())

    for change in ("rate_bps = NULL", "rate_bps = 10000", "kind = 'amount'", "product_ids = '{}'"):
        with pytest.raises(IntegrityError), transaction.atomic():
            sql.change(f"UPDATE trade_coupon SET {change}")
