"""What any source of orders must do. An adapter's test inherits this and gives a `rig`.

class TestOurs(OrderSourceContract):
    @pytest.fixture
    def rig(self) -> Rig: ...
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from laotie.lab.alliances import Alliance, Placed
from laotie.links.external_orders import Line, OrderState
from laotie.links.order_sources import (
    By,
    Flaw,
    Limited,
    OrderSource,
    Refused,
    Unanswered,
    Window,
)

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
# Fields of any network in which a moment stands.
TIMES = ("orderTime", "tk_paid_time")


@dataclass
class Rig:
    """The source, the other side, and sources that must fail: a wrong secret, a dead address.

    choosy: the same as `source`, for orders of the place 7 alone.
    """

    source: OrderSource
    choosy: OrderSource
    stranger: OrderSource
    unreachable: OrderSource
    alliance: Alliance

    def place(self, number: int, *, minutes: int = 0, later: int = 0, **facts: Any) -> Placed:
        """An order made so many minutes after noon, and changed so many after that."""
        made_at = NOON + minutes * MINUTE
        placed = Placed(f"90{number}", f"80{number}", made_at, made_at + later * MINUTE, **facts)
        self.alliance.orders.append(placed)
        return placed


def window(rig: Rig, *, begins: datetime = NOON) -> Window:
    return Window(begins, begins + rig.source.longest)


def read(
    source: OrderSource, asked: Window, by: By = By.MADE, *, now: datetime = NOON
) -> tuple[list[Line], list[Flaw], int]:
    """Everything in a window, and in how many pages it came."""
    lines: list[Line] = []
    flaws: list[Flaw] = []
    mark, pages = "", 0
    while True:
        page = source.read(asked, by, mark, now=now)
        lines += page.lines
        flaws += page.flaws
        pages += 1
        if not page.next_mark:
            return lines, flaws, pages
        mark = page.next_mark


def numbers(lines: Sequence[Line]) -> list[str]:
    return [line.order_no for line in lines]


class OrderSourceContract:
    """Every promise that `links.order_sync` rests on."""

    def test_an_order_comes_exactly_as_it_was_told(self, rig: Rig) -> None:
        rig.place(1, minutes=5, later=7, amount="8888.05", fee="0.07", position="7")
        rig.place(2, minutes=6, state="RECEIVED", amount="10.1", fee="1")
        rig.place(3, minutes=7, state="SETTLED", later=20)
        rig.place(4, minutes=8, state="INVALID")

        lines, flaws, _ = read(rig.source, window(rig))

        assert flaws == []
        first, received, settled, invalid = lines
        assert first == Line(
            "901", "801", "", OrderState.PAID, 888_805, 7, None,
            NOON + 5 * MINUTE, NOON + 12 * MINUTE, position="7",
        )  # fmt: skip
        assert (received.state, received.amount_fen) == (OrderState.RECEIVED, 1010)
        assert (settled.state, settled.actual_fen) == (OrderState.SETTLED, 450)
        assert settled.told_at == NOON + 27 * MINUTE
        assert invalid.state is OrderState.INVALID

    def test_a_window_is_turned_page_by_page_to_its_end(self, rig: Rig) -> None:
        rig.alliance.most = 2
        for number in range(1, 6):
            rig.place(number, minutes=number)

        lines, _, pages = read(rig.source, window(rig))

        assert numbers(lines) == ["901", "902", "903", "904", "905"]
        assert pages == 3
        assert [each.page for each in rig.alliance.asked] == [1, 2, 3]

    def test_a_window_has_both_its_ends_and_nothing_beyond(self, rig: Rig) -> None:
        longest = rig.source.longest // MINUTE
        rig.place(1)
        rig.place(2, minutes=longest)
        rig.place(3, minutes=longest + 1)
        rig.place(4, minutes=-1)

        lines, _, _ = read(rig.source, window(rig))

        assert numbers(lines) == ["901", "902"]

    def test_what_changed_is_asked_for_apart_from_what_was_made(self, rig: Rig) -> None:
        rig.place(1, minutes=-600, later=605, state="INVALID")
        rig.place(2, minutes=3, later=600)

        assert numbers(read(rig.source, window(rig), By.CHANGED)[0]) == ["901"]
        assert numbers(read(rig.source, window(rig), By.MADE)[0]) == ["902"]

    def test_a_window_that_is_too_long_is_refused_over_there(self, rig: Rig) -> None:
        asked = Window(NOON, NOON + rig.source.longest + timedelta(seconds=1))

        with pytest.raises(Refused):
            rig.source.read(asked, By.MADE, "", now=NOON)

    def test_without_orders_there_are_none(self, rig: Rig) -> None:
        assert read(rig.source, window(rig)) == ([], [], 1)

    def test_what_was_never_paid_is_no_order(self, rig: Rig) -> None:
        rig.place(1, state="WAITING")

        assert read(rig.source, window(rig))[:2] == ([], [])

    def test_only_orders_of_the_chosen_places_are_ours(self, rig: Rig) -> None:
        rig.place(1, minutes=1, position="7")
        rig.place(2, minutes=2, position="8")

        assert numbers(read(rig.choosy, window(rig))[0]) == ["901"]

    def test_our_click_comes_back_with_the_order(self, rig: Rig) -> None:
        rig.place(1, click="clk_abc")

        (line,) = read(rig.source, window(rig))[0]

        assert line.click == "clk_abc"

    def test_an_amount_that_is_none_is_a_finding_and_spoils_no_other(self, rig: Rig) -> None:
        rig.place(1, minutes=1, amount="12.345")
        rig.place(2, minutes=2, fee="-0.01")
        rig.place(3, minutes=3)

        lines, flaws, _ = read(rig.source, window(rig))

        assert numbers(lines) == ["903"]
        assert [(flaw.order_no, flaw.line_no, flaw.reason) for flaw in flaws] == [
            ("901", "801", "finer_than_fen"), ("902", "802", "below_zero"),
        ]  # fmt: skip

    def test_a_row_of_another_kind_is_a_finding_and_spoils_no_other(self, rig: Rig) -> None:
        # A day on which the clock of UTC has no year yet.
        rig.place(1, minutes=1, state="RECEIVED", odd=dict.fromkeys(TIMES, "0001-01-01 00:00:00"))
        rig.place(2, minutes=2)

        lines, flaws, _ = read(rig.source, window(rig))

        assert numbers(lines) == ["902"]
        assert [(flaw.order_no, flaw.reason) for flaw in flaws] == [("901", "form")]

    def test_a_limit_is_told_as_one(self, rig: Rig) -> None:
        rig.alliance.trouble = ["limited"]

        with pytest.raises(Limited):
            rig.source.read(window(rig), By.MADE, "", now=NOON)

    def test_a_wrong_secret_gets_a_no_with_a_cause(self, rig: Rig) -> None:
        with pytest.raises(Refused) as caught:
            rig.stranger.read(window(rig), By.MADE, "", now=NOON)

        assert caught.value.reason
        assert rig.alliance.asked == []

    def test_no_answer_and_half_an_answer_are_told_apart_from_a_no(self, rig: Rig) -> None:
        rig.alliance.trouble = ["error", "garbage"]

        with pytest.raises(Unanswered):
            rig.source.read(window(rig), By.MADE, "", now=NOON)
        with pytest.raises(Refused):
            rig.source.read(window(rig), By.MADE, "", now=NOON)
        with pytest.raises(Unanswered):
            rig.unreachable.read(window(rig), By.MADE, "", now=NOON)
