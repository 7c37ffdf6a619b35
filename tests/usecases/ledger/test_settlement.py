"""Held, split, released: the worked order through the database, to the fen."""

import dataclasses

import pytest
from django.db import transaction
from tests.acceptance.orders import example, order_of
from tests.usecases.ledger import books

from laotie.kernel import ids, sql
from laotie.kernel.errors import KeyReused, NotFound, WrongState
from laotie.ledger import rules, settlement
from laotie.ledger.terms import LineMoney, OrderMoney, Party
from laotie.ledger.verify import verify

pytestmark = pytest.mark.usefixtures("db")
WORKED = example("worked_order")
EXPECTED = WORKED["expected"]


def test_captured_money_is_held() -> None:
    order = order_of(WORKED)

    books.capture(order)

    assert books.everything() == {
        "psp_clearing": -EXPECTED["buyer_pays"],
        "subsidy": -WORKED["platform_coupon"],
        "escrow": EXPECTED["inflow"],
    }
    assert verify() == []


def test_capturing_again_changes_nothing() -> None:
    order = order_of(WORKED)
    payment_id = books.capture(order)

    books.capture(order, payment_id=payment_id)

    assert books.transactions() == 1
    assert books.on("escrow") == EXPECTED["inflow"]


def test_other_terms_under_a_captured_order_are_refused() -> None:
    order = order_of(WORKED)
    payment_id = books.capture(order)
    dearer = dataclasses.replace(order.lines[0], goods_fen=9000)
    same_sum = dataclasses.replace(order, tech_bps=300)
    other_sum = dataclasses.replace(order, lines=(dearer, order.lines[1]))

    for other in (same_sum, other_sum):
        with pytest.raises(KeyReused):
            books.capture(other, payment_id=payment_id)
    with pytest.raises(KeyReused):
        books.capture(order)  # By another payment.

    assert books.on("escrow") == EXPECTED["inflow"]
    assert books.transactions() == 1


def test_received_money_is_split_to_the_fen() -> None:
    order = order_of(WORKED)
    books.capture(order)

    books.receive(order)
    books.receive(order)

    assert books.everything() == {
        "psp_clearing": -16899,
        "subsidy": -800,
        "tech_fee": sum(EXPECTED["tech"]),
        "channel_fee": EXPECTED["channel_fee"],
        "creator.pending": sum(EXPECTED["creator"]),
        "leader.pending": sum(EXPECTED["leader"]),
        "provider.pending": sum(EXPECTED["provider"]),
        "shop.pending": EXPECTED["merchant"],
    }
    assert sql.rows("SELECT name, subject FROM event_log") == [
        ("ledger.order_settled", str(order.order_id))
    ]


def test_an_agency_takes_its_part_of_the_creators() -> None:
    agency = WORKED["agency"]
    order = order_of(WORKED, agency_bps=agency["agency_bps"])
    books.capture(order)

    books.receive(order)

    found = books.everything()
    assert found["agency.pending"] == agency["agency_gets"]
    assert found["creator.pending"] == agency["creator_keeps"]
    assert found["shop.pending"] == EXPECTED["merchant"]


def test_completed_money_is_available() -> None:
    order = order_of(WORKED)
    books.capture(order)
    books.receive(order)

    books.complete(order)
    books.complete(order)

    assert books.balances(books.shop_of(order)) == (0, EXPECTED["merchant"], 0)
    creator = order.lines[0].roles[0].party
    assert books.balances(creator) == (0, sum(EXPECTED["creator"]), 0)
    assert books.on("escrow") == 0


def test_money_is_not_released_before_the_goods_were_received() -> None:
    order = order_of(WORKED)
    books.capture(order)

    with pytest.raises(WrongState):
        books.complete(order)

    assert books.balances(books.shop_of(order)) == (0, 0, 0)


def test_an_order_that_was_never_captured_is_not_found() -> None:
    for step in (books.receive, books.complete):
        with pytest.raises(NotFound):
            step(order_of(WORKED))


def test_settlement_needs_its_callers_transaction() -> None:
    order = order_of(WORKED)

    with pytest.raises(AssertionError, match="needs a transaction"):
        settlement.receive(order.order_id, now=books.NOW)


def test_a_merchant_whom_fees_leave_less_than_nothing_owes_the_rest() -> None:
    """Two roles that round up on a line of one fen; the sum of rates alone cannot see it."""
    parties = [Party("creator", ids.new()), Party("provider", ids.new())]
    terms = tuple(settlement.RoleTerm(p.kind, p, 5000, "test") for p in parties)
    order = OrderMoney(
        ids.new(), ids.new(), ids.new(), ids.new(), (LineMoney(1, 1, 1, roles=terms),), 0, 0, 1
    )
    books.capture(order)

    books.receive(order)

    assert rules.figures(order, {}).of_role("merchant") == -1
    assert books.balances(books.shop_of(order)) == (0, 0, -1)
    assert [books.balances(party)[0] for party in parties] == [1, 1]
    assert (books.on("advance"), books.on("claims")) == (-1, 1)
    assert verify() == []


def test_a_rolled_back_capture_leaves_nothing() -> None:
    order = order_of(WORKED)

    with pytest.raises(RuntimeError), transaction.atomic():
        settlement.capture([order], payment_id=ids.new(), now=books.NOW)
        raise RuntimeError

    assert books.transactions() == 0
    assert books.everything() == {}
