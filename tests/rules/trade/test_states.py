"""The tables of steps: each state is reached, ended states stay so, refunds know their freight."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laotie.trade import rules
from laotie.trade.rules import LineStanding, OrderState, RefundCause, RefundState


def test_every_order_state_is_reached_and_left_as_drawn() -> None:
    reached = {step.target for step in rules.ORDER_STEPS} | {OrderState.PENDING_PAYMENT}
    left = {source for step in rules.ORDER_STEPS for source in step.sources}

    assert reached == set(OrderState)
    assert set(OrderState) - left == {OrderState.COMPLETED, OrderState.CLOSED_REFUNDED}


def test_an_unpaid_order_comes_back_only_by_late_money() -> None:
    out = [step.name for step in rules.ORDER_STEPS if OrderState.CLOSED_UNPAID in step.sources]

    assert out == ["order.revive"]


def test_every_refund_state_is_reached_and_ended_ones_stay() -> None:
    reached = {step.target for step in rules.REFUND_STEPS} | {RefundState.REQUESTED}
    left = {source for step in rules.REFUND_STEPS for source in step.sources}

    assert reached == set(RefundState)
    ended = {RefundState.REFUNDED, RefundState.CLOSED}
    assert set(RefundState) - left == ended


def line(no: int, quantity: int, *, shipped: int = 0, refunded: int = 0) -> LineStanding:
    released = min(refunded, quantity - shipped)
    return LineStanding(no, uuid4(), None, quantity, shipped, released, refunded)


@pytest.mark.parametrize(
    ("lines", "units", "cause", "expected"),
    [
        ([line(1, 2)], {1: 1}, RefundCause.BUYER, set()),
        ([line(1, 2)], {1: 2}, RefundCause.BUYER, {1}),
        ([line(1, 2, refunded=1)], {1: 1}, RefundCause.BUYER, {1}),
        ([line(1, 2), line(2, 1)], {1: 2}, RefundCause.BUYER, {1}),
        ([line(1, 2), line(2, 1, shipped=1)], {1: 2}, RefundCause.BUYER, set()),
        ([line(1, 2), line(2, 1, shipped=1)], {1: 2}, RefundCause.SHOP, {1}),
        ([line(1, 1, refunded=1), line(2, 1)], {2: 1}, RefundCause.SHOP, {2}),
    ],
)
def test_freight_goes_back_with_the_last_unit(
    lines: list[LineStanding], units: dict[int, int], cause: RefundCause, expected: set[int]
) -> None:
    assert rules.freight_lines(lines, units, cause=cause) == expected


@given(st.integers(1, 9), st.integers(0, 9), st.integers(1, 9))
def test_only_what_never_left_goes_back_on_the_shelf(quantity: int, out: int, back: int) -> None:
    shipped, units = min(out, quantity), min(back, quantity)
    standing = line(1, quantity, shipped=shipped)

    released = rules.released_units([standing], {1: units}).get(1, 0)

    assert released == min(units, quantity - shipped)
