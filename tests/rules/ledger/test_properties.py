"""For all orders and all ways to take them back, not for three of them."""

import itertools
import random

from hypothesis import given
from hypothesis import strategies as st
from tests.rules.ledger.orders_at_random import orders

from laotie.lab.sim.money_model import LedgerModel
from laotie.ledger import rules
from laotie.ledger.terms import OrderMoney, Party, spread_lines

Step = tuple[dict[int, int], frozenset[int]]


def steps_of(order: OrderMoney, seed: int) -> list[Step]:
    """Everything of an order, unit by unit, in a random order; freight with or after last units."""
    chance = random.Random(seed)
    units = [line.line_no for line in order.lines for _ in range(line.quantity)]
    chance.shuffle(units)
    steps: list[Step] = []
    left = {line.line_no: line.quantity for line in order.lines}
    later = []
    for line_no in units:
        left[line_no] -= 1
        with_freight = not left[line_no] and chance.random() < 0.5
        if not left[line_no] and not with_freight:
            later.append(line_no)
        steps.append(({line_no: 1}, frozenset({line_no} if with_freight else ())))
    steps += [({}, frozenset({line_no})) for line_no in later]
    return steps


def walk(order: OrderMoney, steps: list[Step]) -> list[rules.Figures]:
    taken: dict[int, rules.Taken] = {}
    seen = [rules.figures(order, taken)]
    for units, freight in steps:
        taken = rules.take(order, taken, units=units, freight_lines=freight)
        seen.append(rules.figures(order, taken))
    return seen


@given(orders(), st.integers())
def test_parts_sum_to_what_is_left_at_every_step(order: OrderMoney, seed: int) -> None:
    for figures in walk(order, steps_of(order, seed)):
        assert sum(part.fen for part in figures.parts) == figures.left_fen + figures.subsidy_fen


@given(orders(), st.integers())
def test_no_part_falls_below_zero_or_rises_above_its_beginning(
    order: OrderMoney, seed: int
) -> None:
    seen = walk(order, steps_of(order, seed))
    first = seen[0].by_key()
    for figures in seen:
        assert figures.left_fen >= 0
        assert figures.subsidy_fen >= 0
        for key, part in figures.by_key().items():
            if part.role != "merchant":
                assert 0 <= part.fen <= max(part.gross_fen, first[key].gross_fen)


@given(orders(), st.integers())
def test_roles_never_rise_while_money_goes_back(order: OrderMoney, seed: int) -> None:
    seen = walk(order, steps_of(order, seed))
    for before, after in itertools.pairwise(seen):
        new = after.by_key()
        for key, part in before.by_key().items():
            if part.role == "channel":
                assert new[key].fen <= part.fen
            elif part.role != "merchant":
                assert new[key].gross_fen <= part.gross_fen


@given(orders(), st.integers())
def test_the_merchant_moves_the_wrong_way_by_rounding_alone(order: OrderMoney, seed: int) -> None:
    seen = walk(order, steps_of(order, seed))
    for before, after in itertools.pairwise(seen):
        most = 2 + max(len(line.roles) for line in order.lines)  # With tech and channel.
        assert after.of_role("merchant") - before.of_role("merchant") <= most


@given(orders(), st.integers(), st.integers())
def test_any_order_of_refunds_ends_at_zero(order: OrderMoney, one: int, other: int) -> None:
    ends = [walk(order, steps_of(order, seed))[-1] for seed in (one, other)]

    assert ends[0] == ends[1]
    assert {part.fen for part in ends[0].parts} == {0}
    assert (ends[0].left_fen, ends[0].subsidy_fen) == (0, 0)


@given(orders(), st.integers(), st.integers(0, 3))
def test_the_path_to_a_state_does_not_matter(order: OrderMoney, seed: int, at_once: int) -> None:
    steps = steps_of(order, seed)
    taken: dict[int, rules.Taken] = {}
    units: dict[int, int] = {}
    freight: frozenset[int] = frozenset()
    for more, with_freight in steps[:at_once]:
        for line_no, count in more.items():
            units[line_no] = units.get(line_no, 0) + count
        freight |= with_freight
    if units or freight:
        taken = rules.take(order, taken, units=units, freight_lines=freight)

    assert rules.figures(order, taken) == walk(order, steps[:at_once])[-1]


@given(orders(), st.integers(), st.integers(0, 8), st.integers(0, 8))
def test_settling_sooner_or_later_ends_in_the_same_balances(
    order: OrderMoney, seed: int, sooner: int, later: int
) -> None:
    ends = []
    steps = steps_of(order, seed)[:8]
    for settle_at in (sooner, later):
        model = LedgerModel()
        model.capture(order)
        for number, (units, freight) in enumerate(steps):
            if number == settle_at:
                model.receive(order.order_id)
            model.refund(order.order_id, units, freight)
        model.receive(order.order_id)
        assert model.total() == 0
        parties = {Party("shop", order.shop_id)} | {
            party for line in order.lines for t in line.roles for party in (t.party,)
        }
        ends.append((model.platform(), {party: sum(model.party(party)) for party in parties}))

    without_debts = [
        ({k: v for k, v in platform.items() if k not in {"advance", "claims"}}, parties)
        for platform, parties in ends
    ]
    assert without_debts[0] == without_debts[1]


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=6), st.data(), st.integers(0, 10_000))
def test_spreading_loses_nothing_and_leaves_no_line_below_zero(
    goods: list[int], data: st.DataObject, freight: int
) -> None:
    merchant = data.draw(st.integers(0, sum(goods)))
    platform = data.draw(st.integers(0, sum(goods) - merchant))

    spread = spread_lines(
        goods, merchant_coupon_fen=merchant, platform_coupon_fen=platform, freight_fen=freight
    )

    assert sum(part.merchant_coupon_fen for part in spread) == merchant
    assert sum(part.platform_coupon_fen for part in spread) == platform
    assert sum(part.freight_fen for part in spread) == freight
    for fen, part in zip(goods, spread, strict=True):
        assert min(part.merchant_coupon_fen, part.platform_coupon_fen, part.freight_fen) >= 0
        assert part.merchant_coupon_fen + part.platform_coupon_fen <= fen


@given(
    st.integers(-1000, 1000),
    st.builds(rules.Purse, st.integers(0, 500), st.integers(0, 500), st.integers(0, 500)),
    st.sampled_from([rules.MoneyState.SPLIT, rules.MoneyState.RELEASED]),
)
def test_a_change_reaches_a_purse_whole(
    change_fen: int, purse: rules.Purse, state: rules.MoneyState
) -> None:
    drawn, left = rules.draw(change_fen, purse, state)

    assert drawn.pending_fen + drawn.available_fen - drawn.debt_fen == change_fen
    assert min(left.pending_fen, left.available_fen, left.debt_fen) >= 0
    if drawn.debt_fen > 0:
        assert (left.pending_fen, left.available_fen) == (0, 0)
    if drawn.debt_fen < 0 and drawn.available_fen > 0:
        assert left.debt_fen == 0
