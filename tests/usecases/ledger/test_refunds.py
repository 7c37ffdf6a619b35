"""Refunds before and after settlement: the same figures, the same balances, down to zero."""

import pytest
from django.db import transaction
from tests.acceptance.orders import example, order_of
from tests.usecases.ledger import books

from laotie.kernel import ids
from laotie.kernel.errors import KeyReused, NotFound, WrongState
from laotie.kernel.event_log import NotYet
from laotie.ledger import refunds
from laotie.ledger.terms import OrderMoney, Party
from laotie.ledger.verify import verify

pytestmark = pytest.mark.usefixtures("db")
WORKED = example("worked_order")
ONE, TWO = WORKED["refund_one_of_two_B"], WORKED["then_second_B"]
REST = WORKED["then_all_of_A_and_all_freight"]
NONE_LEFT = {"tech": 0, "creator": 0, "leader": 0, "provider": 0, "channel_fee": 0, "merchant": 0}


def after(order: OrderMoney) -> dict[str, int]:
    """What each has of a split order, in the worked order's words."""
    roles = {term.role: sum(books.balances(term.party)) for term in order.lines[0].roles}
    return roles | {
        "tech": books.on("tech_fee"),
        "channel_fee": books.on("channel_fee"),
        "merchant": sum(books.balances(books.shop_of(order))),
    }


def in_roles(figures: refunds.RefundFigures) -> dict[str, int]:
    roles = {change.role: change.amount_fen for change in figures.roles}
    return roles | {"channel_fee": figures.channel_fee_fen, "merchant": figures.merchant_fen}


@pytest.mark.parametrize("when", ["before", "pending", "available"])
def test_worked_refunds_down_to_zero(when: str) -> None:
    order = order_of(WORKED)
    books.capture(order)
    if when != "before":
        books.receive(order)
    if when == "available":
        books.complete(order)

    first = books.refund(order, {2: 1})
    assert (first.to_buyer_fen, first.subsidy_fen) == (4098, 201)
    assert (ONE["to_buyer"], ONE["subsidy_back_to_platform"]) == (4098, 201)
    assert in_roles(first) == ONE["claw_back_when_settled"]
    assert books.on("refund_payable") == ONE["to_buyer"]
    if when == "before":
        assert books.everything() == {
            "psp_clearing": -16899, "subsidy": -599, "refund_payable": 4098, "escrow": 13400,
        }  # fmt: skip
    else:
        assert after(order) == ONE["after"]

    second = books.refund(order, {2: 1})
    assert second.to_buyer_fen == TWO["to_buyer"]
    assert second.subsidy_fen == TWO["subsidy_back"]
    assert in_roles(second) == TWO["claw_back"]
    if when != "before":
        assert after(order) == TWO["after"]
    assert not second.order_is_empty

    last = books.refund(order, {1: 1}, frozenset({1, 2}))
    assert last.to_buyer_fen == REST["to_buyer"]
    assert last.subsidy_fen == REST["subsidy_back"]
    assert last.order_is_empty
    assert books.everything() == {"psp_clearing": -16899, "refund_payable": 16899}

    for figures in (first, second, last):
        assert figures.refund_id is not None
        books.refund_settled(figures.refund_id, figures.to_buyer_fen)
    assert books.everything() == {}
    assert verify() == []


@pytest.mark.parametrize("agency_bps", [0, 3000])
def test_a_refund_before_and_after_settlement_ends_in_the_same_balances(agency_bps: int) -> None:
    ends = []
    for refund_at in (0, 1, 2):
        order = order_of(WORKED, agency_bps=agency_bps)
        steps = [books.receive, books.complete]
        books.capture(order)
        for number in range(3):
            if number == refund_at:
                books.refund(order, {2: 1})
            if number < 2:
                steps[number](order)
        children = [c.party for t in order.lines[0].roles for c in t.children]
        ends.append(
            {t.role: books.balances(t.party) for t in order.lines[0].roles}
            | {party.kind: books.balances(party) for party in children}
            | {"merchant": books.balances(books.shop_of(order))}
        )

    assert ends[0] == ends[1] == ends[2]
    assert books.on("tech_fee") == 3 * ONE["after"]["tech"]
    assert books.on("channel_fee") == 3 * ONE["after"]["channel_fee"]


def test_a_split_after_a_refund_shares_what_is_left() -> None:
    order = order_of(WORKED)
    books.capture(order)
    books.refund(order, {2: 1})

    books.receive(order)

    assert after(order) == ONE["after"]


def test_an_order_refunded_whole_before_it_was_received_splits_nothing() -> None:
    order = order_of(WORKED)
    books.capture(order)
    books.refund(order, {1: 1, 2: 2}, frozenset({1, 2}))

    books.receive(order)
    books.complete(order)

    assert after(order) == NONE_LEFT
    assert books.on("refund_payable") == 16899
    assert verify() == []


def test_debt_is_advanced_and_comes_out_of_the_next_release() -> None:
    debt = WORKED["negative_balance"]
    order = order_of(WORKED)
    creator = order.lines[0].roles[0].party
    books.capture(order)
    books.receive(order)
    books.complete(order)
    books.take_out(creator, 2565 - debt["creator_has_available"])

    figures = books.refund(order, {2: 1})

    assert in_roles(figures)["creator"] == debt["creator_owes"]
    # What the payout holds is still counted as available; none of it was touched.
    assert books.balances(creator) == (0, 2065, debt["creator_receivable_after"])
    assert (books.on("advance"), books.on("claims")) == (-145, debt["platform_advances"])
    assert books.on("refund_payable") == ONE["to_buyer"]

    books.give(creator, 100)
    assert books.balances(creator) == (0, 2065, -45)
    books.give(creator, 100)
    assert books.balances(creator) == (0, 2120, 0)
    assert (books.on("advance"), books.on("claims")) == (0, 0)
    assert verify() == []


def test_pending_of_another_order_is_not_touched() -> None:
    parties: dict[str, Party] = {}
    order = order_of(WORKED, parties=parties)
    other = order_of(WORKED, parties=parties, shop_id=order.shop_id)
    creator = order.lines[0].roles[0].party
    for one in (order, other):
        books.capture(one)
        books.receive(one)
    books.complete(order)
    books.take_out(creator, 2565)

    books.refund(order, {2: 1})

    assert books.balances(creator) == (2565, 2565, -645)


def test_the_same_refund_again_answers_the_same_and_changes_nothing() -> None:
    order, refund_id = order_of(WORKED), ids.new()
    books.capture(order)

    first = books.refund(order, {2: 1}, refund_id=refund_id)
    again = books.refund(order, {2: 1, 1: 0}, refund_id=refund_id)

    assert again == first
    assert books.on("refund_payable") == 4098
    with pytest.raises(KeyReused):
        books.refund(order, {2: 2}, refund_id=refund_id)


def test_more_than_is_left_is_refused_without_effect() -> None:
    order = order_of(WORKED)
    books.capture(order)
    books.refund(order, {2: 1})

    for units, freight in (
        ({2: 2}, frozenset()),
        ({3: 1}, frozenset()),
        ({1: 2}, frozenset()),
    ):
        with pytest.raises(refunds.RefundExceedsLine):
            books.refund(order, units, freight)
    with pytest.raises(refunds.FreightNotDue):
        books.refund(order, {1: 1}, frozenset({1, 2}))
    for nothing in ({}, {1: 0}, {1: -1}):
        with pytest.raises(refunds.NothingToRefund):
            books.refund(order, nothing)

    assert books.on("refund_payable") == 4098


def test_freight_comes_back_once() -> None:
    order = order_of(WORKED)
    books.capture(order)
    assert books.refund(order, {1: 1}, frozenset({1})).to_buyer_fen == 8104 + 298

    with pytest.raises(refunds.FreightNotDue):
        books.refund(order, {}, frozenset({1}))
    books.refund(order, {2: 2})
    assert books.refund(order, {}, frozenset({2})).to_buyer_fen == 302


def test_preview_says_what_a_refund_would_do() -> None:
    order = order_of(WORKED)
    books.capture(order)

    seen = refunds.preview(order.order_id, units={2: 1})

    assert in_roles(seen) == ONE["claw_back_when_settled"]
    assert seen.to_buyer_fen == 4098
    assert books.on("refund_payable") == 0
    with pytest.raises(NotFound):
        refunds.preview(ids.new(), units={2: 1})


def test_money_that_found_no_order_goes_back_at_once() -> None:
    payment_id, refund_id = ids.new(), ids.new()

    for _ in range(2):
        with transaction.atomic():
            refunds.return_at_once(
                payment_id=payment_id, refund_id=refund_id, amount_fen=777, now=books.NOW
            )

    assert books.everything() == {"psp_clearing": -777, "refund_payable": 777}
    with pytest.raises(KeyReused), transaction.atomic():
        refunds.return_at_once(
            payment_id=payment_id, refund_id=refund_id, amount_fen=778, now=books.NOW
        )
    books.refund_settled(refund_id, 777)
    books.refund_settled(refund_id, 777)
    assert books.everything() == {}
    assert verify() == []


def test_a_settled_refund_must_be_known_and_of_the_owed_amount() -> None:
    order = order_of(WORKED)
    books.capture(order)
    figures = books.refund(order, {2: 1})
    assert figures.refund_id is not None

    with pytest.raises(NotYet):
        books.refund_settled(ids.new(), 4098)
    with pytest.raises(WrongState):
        books.refund_settled(figures.refund_id, 4097)

    assert books.on("refund_payable") == 4098
