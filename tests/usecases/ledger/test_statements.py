"""Statements: sums of the journal, the same for a month as for its days."""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests import builders
from tests.outside import World, stand_in

from laotie.kernel import sheets
from laotie.kernel.errors import Invalid, NotAllowed, NotFound
from laotie.ledger import queries, statements
from laotie.ledger.terms import Party
from laotie.trade import refunds

NOW = builders.NOW
MONTH = statements.Period(date(2026, 11, 1), is_month=True)


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with stand_in() as world:
        yield world


def test_a_statement_is_the_ledgers_own_sum(world: World, tmp_path: Path) -> None:
    shop, buyer = builders.a_shop("清窑"), builders.a_person()
    party = Party("shop", shop.id)
    sku_id = builders.a_stocked_sku(shop, 10_000)
    last_month = NOW - timedelta(days=30)
    builders.a_received_order(world, shop, buyer, {sku_id: 1}, now=last_month)
    order_id = builders.a_received_order(world, shop, buyer, {sku_id: 3})
    refunds.give(
        actor=shop.owner, order_id=order_id, units={1: 1}, reason="x", key=builders.a_key(), now=NOW
    )
    world.money_goes_back(now=NOW)

    found = statements.statement(party, MONTH, actor=shop.owner)

    balances = queries.balances(party, actor=shop.owner)
    assert found.closing_fen == {
        "pending": balances.pending_fen,
        "available": balances.available_fen,
        "receivable": balances.receivable_fen,
    }
    assert found.opening_total_fen > 0
    assert (
        found.opening_total_fen + sum(m.amount_fen for m in found.moves) == found.closing_total_fen
    )
    assert {move.kind for move in found.moves} == {"split", "refund"}
    before = statements.statement(
        party, statements.Period(date(2026, 10, 1), is_month=True), actor=shop.owner
    )
    assert before.closing_fen == found.opening_fen
    assert before.opening_total_fen == 0
    by_day = statements.days(party, MONTH, actor=shop.owner)
    assert sum(fen for _, _, fen in by_day) == found.closing_total_fen - found.opening_total_fen
    (today, *_rest) = by_day
    assert statements.statement(party, today[0], actor=shop.owner).closing_fen == found.closing_fen
    assert [each.label for each in statements.periods(party, actor=shop.owner, now=NOW)] == [
        "2026-11", "2026-10",
    ]  # fmt: skip

    path = tmp_path / "statement.xlsx"
    statements.write_sheet(path, party, MONTH, actor=shop.owner, form="xlsx", language="en")
    rows = list(sheets.table(path, statements.COLUMNS))
    assert sum(round(float(row.cells["amount"]) * 100) for row in rows) == sum(
        move.amount_fen for move in found.moves
    )
    body = statements.pdf(party, MONTH, actor=shop.owner, name="清窑", language="zh", said={})
    (page,) = PdfReader(io.BytesIO(body)).pages
    text = page.extract_text()
    assert "清窑" in text
    assert f"{found.closing_total_fen / 100:.2f}" in text


def test_only_who_keeps_the_books_reads_them(world: World) -> None:
    shop = builders.a_shop()
    party = Party("shop", shop.id)

    for who, refusal in (
        (builders.a_clerk(shop, "ship"), NotAllowed),
        (builders.a_shop().owner, NotFound),
    ):
        with pytest.raises(refusal):
            statements.statement(party, MONTH, actor=who)
        with pytest.raises(refusal):
            statements.entries(party, MONTH, actor=who)
    assert statements.periods(party, actor=shop.owner, now=NOW) == ()
    assert statements.statement(party, MONTH, actor=shop.owner).closing_total_fen == 0
    for label in ("2026-13", "2026", "2026-11-31", "x" * 7, "", "9999-12"):
        with pytest.raises(Invalid):
            statements.period(label)
    assert statements.period("2026-12").after == date(2027, 1, 1)
    assert statements.period("2026-02-28").after == date(2026, 3, 1)
