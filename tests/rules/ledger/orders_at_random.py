"""Hypothesis strategies for orders with coupons, freight and split trees."""

from uuid import UUID

from hypothesis import strategies as st

from laotie.ledger.terms import LineMoney, OrderMoney, Party, RoleShare, RoleTerm, spread_lines


def _id(number: int) -> UUID:
    return UUID(int=number)


@st.composite
def _role_terms(draw: st.DrawFn) -> tuple[RoleTerm, ...]:
    """Rates that leave the merchant something; parties from a small town, so that they meet again."""
    terms = []
    for number, role in enumerate(("creator", "leader", "provider")):
        if not draw(st.booleans()):
            continue
        children: tuple[RoleShare, ...] = ()
        if role == "creator" and draw(st.booleans()):
            share = draw(st.sampled_from([0, 1, 3000, 5000, 9999, 10_000]))
            children = (RoleShare("agency", Party("agency", _id(9)), share, "contract"),)
        party = Party(role, _id(10 * number + draw(st.integers(1, 2))))  # type: ignore[arg-type]
        terms.append(RoleTerm(role, party, draw(st.integers(0, 2500)), "plan", children))
    return tuple(terms)


@st.composite
def orders(draw: st.DrawFn, *, order_ids: st.SearchStrategy[UUID] | None = None) -> OrderMoney:
    count = draw(st.integers(1, 3))
    quantities = draw(st.lists(st.integers(1, 5), min_size=count, max_size=count))
    prices = draw(
        st.lists(
            st.one_of(st.integers(1, 9), st.integers(1, 20_000)), min_size=count, max_size=count
        )
    )
    goods = [quantity * price for quantity, price in zip(quantities, prices, strict=True)]
    merchant = draw(st.integers(0, sum(goods) // 2))
    platform = draw(st.integers(0, sum(goods) - merchant))
    freight = draw(st.sampled_from([0, 1, 500, 777]))
    spread = spread_lines(
        goods,
        merchant_coupon_fen=merchant,
        platform_coupon_fen=platform,
        freight_fen=freight,
    )
    lines = tuple(
        LineMoney(
            number,
            quantity,
            fen,
            part.merchant_coupon_fen,
            part.platform_coupon_fen,
            part.freight_fen,
            draw(_role_terms()),
        )
        for number, (quantity, fen, part) in enumerate(
            zip(quantities, goods, spread, strict=True), start=1
        )
    )
    return OrderMoney(
        draw(order_ids if order_ids is not None else st.uuids()),
        _id(5),
        _id(draw(st.integers(1, 2))),
        _id(7),
        lines,
        draw(st.integers(0, 1000)),
        draw(st.integers(0, 100)),
        1,
    )
