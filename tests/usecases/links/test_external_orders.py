"""Orders over there: taken in once each, moved forwards alone, run to their end after a ban."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.builders import NOW, ShopOfOne
from tests.telling import told
from tests.usecases.links.put_up import CUT, DAY, GUEST, SECOND, asked, attached

from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound
from laotie.links import clicks, external_orders, models
from laotie.links.external_orders import Line
from laotie.links.rules import OrderState

pytestmark = pytest.mark.usefixtures("db")


def a_line(**changes: object) -> Line:
    line = Line(
        order_no="20260001", line_no="1", click="", state=OrderState.PAID, amount_fen=9900,
        estimated_fen=990, actual_fen=None, paid_at=NOW + timedelta(minutes=5),
        told_at=NOW + timedelta(minutes=5),
    )  # fmt: skip
    return replace(line, **changes)  # type: ignore[arg-type]


def take_in(*lines: Line, now: datetime = NOW + DAY) -> external_orders.Outcome:
    return external_orders.take_in(actor=Actor.system("test"), network="jd", lines=lines, now=now)


def test_an_order_over_there_runs_to_its_end_after_the_ban(shop: ShopOfOne) -> None:
    hop = asked(attached(shop))
    clicks.go(token=hop.token, visitor=GUEST, now=NOW)
    click = ids.public("clk", hop.click_id)
    paid = a_line(click=click)

    assert take_in(paid) == external_orders.Outcome(1, 0, 0, 0, ())
    assert take_in(paid, paid) == external_orders.Outcome(0, 0, 2, 0, ())
    received = replace(paid, state=OrderState.RECEIVED, told_at=CUT + DAY)
    settled = replace(received, state=OrderState.SETTLED, actual_fen=950, told_at=CUT + 2 * DAY)
    assert take_in(received, now=CUT + DAY).moved == 1
    assert take_in(settled, now=CUT + 2 * DAY).moved == 1
    # Told again, told late, told backwards, told otherwise once it is over: nothing is written.
    assert take_in(settled, paid, now=CUT + 3 * DAY) == external_orders.Outcome(0, 0, 1, 1, ())
    back = replace(paid, told_at=CUT + 4 * DAY)
    other = replace(settled, actual_fen=1, told_at=CUT + 4 * DAY)
    assert take_in(back, other, now=CUT + 4 * DAY).contradictions == (0, 1)

    row = models.ExternalOrder.objects.get()
    assert (row.state, row.actual_fen, row.estimated_fen, row.click_id) == (
        "SETTLED", 950, 990, hop.click_id,
    )  # fmt: skip
    assert told("links.external_order_moved") == 3


def test_orders_are_of_a_click_only_if_it_led_there(shop: ShopOfOne) -> None:
    gone = asked(attached(shop))
    clicks.go(token=gone.token, visitor=GUEST, now=NOW)
    stayed = asked(attached(shop, url="https://jd.com/2"))
    public = {
        name: ids.public("clk", each.click_id)
        for name, each in (("gone", gone), ("stayed", stayed))
    }
    take_in(
        a_line(order_no="1", click=public["gone"]), a_line(order_no="2", click=public["stayed"]),
        a_line(order_no="3", click="clk_forged"), a_line(order_no="4", click=ids.public("clk", ids.new())),
        a_line(order_no="5", click=public["gone"], paid_at=NOW - SECOND),
    )  # fmt: skip
    of_order = dict(models.ExternalOrder.objects.values_list("order_no", "click_id"))
    assert of_order == {"1": gone.click_id, "2": None, "3": None, "4": None, "5": None}
    with pytest.raises(NotAllowed):
        external_orders.take_in(actor=shop.owner, network="jd", lines=[a_line()], now=NOW)
    with pytest.raises(NotFound):
        external_orders.take_in(actor=Actor.system("test"), network="nowhere", lines=[], now=NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"order_no": ""}, {"order_no": "x" * 65}, {"order_no": "a\x00"}, {"line_no": "订"},
        {"amount_fen": -1}, {"estimated_fen": 2**63}, {"actual_fen": -5},
        {"state": OrderState.SETTLED}, {"told_at": NOW},
    ],
)  # fmt: skip
def test_a_line_that_makes_no_sense_keeps_all_out(changes: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        take_in(a_line(order_no="9"), a_line(**changes))
    assert not models.ExternalOrder.objects.exists()
