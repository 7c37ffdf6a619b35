"""Statements, what lies at the provider, and what the provider bills."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.acceptance.orders import example, order_of
from tests.usecases.ledger import books

from laotie.kernel import ids
from laotie.kernel.errors import Invalid
from laotie.ledger import channel_fees, queries
from laotie.ledger.terms import Party
from laotie.ledger.verify import verify

NOBODY = "019a0000-0000-7000-8000-000000000001"

pytestmark = pytest.mark.usefixtures("db")
WORKED = example("worked_order")


def test_where_the_money_of_orders_is() -> None:
    held, split, released = (order_of(WORKED) for _ in range(3))
    for order in (held, split, released):
        books.capture(order)
    books.refund(held, {2: 1})
    for order in (split, released):
        books.receive(order)
    books.complete(released)

    with CaptureQueriesContext(connection) as captured:
        found = queries.order_money([held.order_id, split.order_id, released.order_id, ids.new()])

    assert len(captured) == 1
    assert {
        (balance.state, balance.paid_fen, balance.refunded_fen, balance.held_fen)
        for balance in found.values()
    } == {("HELD", 16899, 4098, 13400), ("SPLIT", 16899, 0, 0), ("RELEASED", 16899, 0, 0)}


def test_a_statement_goes_page_by_page() -> None:
    shop = Party("shop", ids.new())
    for amount_fen in (1, 2, 3):
        books.give(shop, amount_fen)

    amounts, after, pages = [], None, 0
    while True:
        page = queries.statement(shop, actor=books.HOUSE, after=after, size=4)
        amounts += [(row.account, row.amount_fen) for row in page.rows]
        pages += 1
        after = page.next_after
        if after is None:
            break

    assert pages == 3
    assert sorted(amounts) == sorted(
        change
        for fen in (1, 2, 3)
        for change in (("pending", fen), ("pending", -fen), ("available", fen))
    )


@pytest.mark.parametrize("after", ["", "x", "1.2", f"{NOBODY}.x", f"{NOBODY}.99999"])
def test_a_mark_that_is_none_is_refused(after: str) -> None:
    with pytest.raises(Invalid):
        queries.statement(Party("shop", ids.new()), actor=books.HOUSE, after=after)


def test_clearing_by_payment_and_by_day() -> None:
    order = order_of(WORKED)
    payment_id = books.capture(order)
    figures = books.refund(order, {2: 1})
    assert figures.refund_id is not None
    books.refund_settled(figures.refund_id, 4098)
    books.capture(order_of(WORKED))

    mine = queries.clearing_entries([payment_id])

    assert [(e.kind, e.amount_fen, e.refund_id) for e in mine] == [
        ("capture", 16899, None),
        ("refund_settled", -4098, figures.refund_id),
    ]
    day = timedelta(days=1)
    assert len(queries.clearing_between(books.NOW, books.NOW + day)) == 3
    assert queries.clearing_between(books.NOW - day, books.NOW) == ()
    assert queries.clearing_balance() == 2 * 16899 - 4098


def test_the_providers_bill_is_the_truth_about_its_fee() -> None:
    order = order_of(WORKED)
    payment_id = books.capture(order)
    books.receive(order)
    figures = books.refund(order, {2: 1})
    assert figures.refund_id is not None

    def bill(line: str, fee_fen: int, **refund: object) -> None:
        with transaction.atomic():
            channel_fees.billed(
                bill_line=line,
                payment_id=payment_id,
                fee_fen=fee_fen,
                now=books.NOW,
                **({"refund_id": None} | refund),  # type: ignore[arg-type]
            )

    bill("lab/1", 102)
    bill("lab/1", 102)
    bill("lab/2", -25, refund_id=figures.refund_id)

    assert books.on("channel_fee") == 0
    assert books.on("rounding") == -1
    assert queries.clearing_balance() == 16899 - 102 + 25
    assert verify() == []
