"""Which points of the code are walked by a drill, and which use cases are known to have none."""

import pytest
from tests.faults import points
from tests.faults import test_crash_points as drills

pytestmark = pytest.mark.faults

DRILLED = (
    drills.ELSEWHERE
    | {point for _, point, _ in drills.INSIDE}
    | {f"{name}.{end}" for _, name, _ in drills.CASES for end in ("before_commit", "after_commit")}
)


def test_every_point_that_is_placed_has_its_drill() -> None:
    without = {
        point
        for point in points.placed()
        if not any(points.matches(point, each) for each in DRILLED)
    }

    assert without == set()
    known = points.use_cases() | {"trade.flash.buy_batch"}
    assert {name for _, name, _ in drills.CASES} <= known


def test_use_cases_of_money_stock_and_rooms_have_a_drill_or_are_known_to_have_none() -> None:
    """A new one takes a drill of its own, or a place in the list of those that have none."""
    ours = {
        name
        for name in points.use_cases()
        if name.partition(".")[0] in points.OF_MONEY_STOCK_AND_ROOMS
    }
    drilled = {
        name for name in ours if {f"{name}.before_commit", f"{name}.after_commit"} <= DRILLED
    }

    assert ours - drilled == points.without_a_drill()
    assert {"trade.placing._place", "payments.outgoing._claim"} <= drilled


def test_a_point_without_a_drill_is_found() -> None:
    assert points.matches("payments.*.after_call", "payments.refund.after_call")
    assert not points.matches("payments.*.after_call", "payments.refund.before_call")
    assert "trade.mark_paid.after_capture" in points.placed()
    assert "payments.*.after_call" in points.placed()
    assert "trade.orders.pay" in points.use_cases()
