"""Prices as properties: no fen is lost, none falls below zero, weights are goods amounts."""

from hypothesis import given
from hypothesis import strategies as st

from laotie.trade import rules
from laotie.trade.rules import Basket

fens = st.integers(1, 10**7)
baskets = st.lists(
    st.builds(
        lambda goods, off, freight: Basket(tuple(goods), sum(goods) * off // 100, freight),
        st.lists(fens, min_size=1, max_size=6),
        st.integers(0, 100),
        st.integers(0, 5000),
    ),
    min_size=1,
    max_size=5,
)


@given(baskets, st.integers(0, 100))
def test_nothing_is_lost_and_nothing_falls_below_zero(shops: list[Basket], share: int) -> None:
    room_fen = sum(shop.after_shop_coupon_fen for shop in shops)
    platform_fen = room_fen * share // 100

    priced = rules.price(shops, platform_coupon_fen=platform_fen)

    lines = [line for lines in priced for line in lines]
    assert sum(line.platform_coupon_fen for line in lines) == platform_fen
    for shop, own in zip(shops, priced, strict=True):
        assert sum(line.merchant_coupon_fen for line in own) == shop.shop_coupon_fen
        assert sum(line.freight_fen for line in own) == shop.freight_fen
        for goods_fen, line in zip(shop.goods_fen, own, strict=True):
            left_fen = goods_fen - line.merchant_coupon_fen - line.platform_coupon_fen
            assert min(left_fen, line.merchant_coupon_fen, line.platform_coupon_fen) >= 0


@given(
    st.lists(st.tuples(fens, st.integers(0, 10**6)), min_size=1, max_size=8), st.integers(0, 100)
)
def test_what_does_not_fit_goes_to_the_others(parts: list[tuple[int, int]], share: int) -> None:
    weights, rooms = [weight for weight, _ in parts], [room for _, room in parts]
    total = sum(rooms) * share // 100

    spread = rules.spread_within(total, weights, rooms=rooms)

    assert sum(spread) == total
    assert all(0 <= part <= room for part, room in zip(spread, rooms, strict=True))


def test_a_platform_coupon_goes_over_shops_by_goods_amount() -> None:
    one, other = Basket((3000, 3000), 0, 0), Basket((2000,), 1999, 0)

    priced = rules.price([one, other], platform_coupon_fen=1000)

    # By goods 750 and 250, but the second shop's own coupon has left a single fen there.
    assert [[line.platform_coupon_fen for line in lines] for lines in priced] == [[500, 499], [1]]
