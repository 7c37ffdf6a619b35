"""Many captures in one call are, to the fen, what one by one they would be."""

import dataclasses
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.acceptance.orders import example, order_of
from tests.rules.ledger.orders_at_random import orders
from tests.usecases.ledger import books

from laotie.kernel import idempotency, ids, sql
from laotie.kernel.errors import KeyReused
from laotie.ledger import order_money, settlement
from laotie.ledger.settlement import Captured
from laotie.ledger.terms import OrderMoney
from laotie.ledger.verify import verify


def somewhere(order: OrderMoney) -> OrderMoney:
    """The same order under an id of its own, so that examples do not meet."""
    return dataclasses.replace(order, order_id=ids.new())


def written(order_ids: list[UUID]) -> dict[str, Any]:
    """Everything that capturing wrote about orders, without what is told of no two of them."""
    return {
        "headers": sql.rows(
            "SELECT replace(idem, order_id::text, ''), kind, phase, actor, effective_at"
            " FROM led_txn WHERE order_id = ANY (%s) ORDER BY array_position(%s, order_id)",
            [order_ids, order_ids],
        ),
        "legs": sql.rows(
            "SELECT array_position(%s, order_id), n, party_kind, account, currency, amount_fen,"
            " line_no, role, rule, trace FROM led_posting WHERE order_id = ANY (%s) ORDER BY 1, 2",
            [order_ids, order_ids],
        ),
        "orders": sql.rows(
            "SELECT shop_id, buyer_id, tech_bps, channel_bps, rule_version, paid_fen, subsidy_fen,"
            " state, held_fen, refunded_fen, subsidy_back_fen, captured_at, split_at, released_at"
            " FROM led_order WHERE order_id = ANY (%s) ORDER BY array_position(%s, order_id)",
            [order_ids, order_ids],
        ),
        "lines": sql.rows(
            "SELECT array_position(%s, order_id), line_no, quantity, goods_fen,"
            " merchant_coupon_fen, platform_coupon_fen, freight_fen, roles, refunded_units,"
            " freight_refunded FROM led_line WHERE order_id = ANY (%s) ORDER BY 1, 2",
            [order_ids, order_ids],
        ),
    }


def capture_all(wanted: list[Captured]) -> dict[str, int]:
    """In one call; what it changed on each kind of account."""
    before = books.everything()
    with transaction.atomic():
        settlement.capture_many(wanted, now=books.NOW)
    return _changed(before)


def _changed(before: dict[str, int]) -> dict[str, int]:
    after = books.everything()
    kinds = before.keys() | after.keys()
    changed = {kind: after.get(kind, 0) - before.get(kind, 0) for kind in kinds}
    return {kind: fen for kind, fen in changed.items() if fen}


@pytest.mark.usefixtures("db")
def test_a_set_writes_what_one_by_one_would_write() -> None:
    @settings(
        max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
    )
    @given(wanted=st.lists(orders(), min_size=1, max_size=8), again=st.integers(0, 8))
    def compare(wanted: list[OrderMoney], again: int) -> None:
        wanted = [order for order in wanted if order.inflow_fen > 0]
        payments = [ids.new() for _ in wanted]
        together = [
            Captured(payment_id, (somewhere(order),))
            for payment_id, order in zip(payments, wanted, strict=True)
        ]
        alone = [
            Captured(payment.payment_id, tuple(map(somewhere, payment.orders)))
            for payment in together
        ]

        if together:
            changed = capture_all(together)
            before = books.everything()
            for payment in alone:
                capture_all([payment])

            assert _changed(before) == changed
            assert written(_ids(alone)) == written(_ids(together))
            # Some of them again, beside new ones: nothing for those, all of these.
            more = Captured(ids.new(), (somewhere(together[0].orders[0]),))
            assert capture_all([*together[:again], more]) == capture_all(
                [Captured(ids.new(), (somewhere(more.orders[0]),))]
            )

    compare()
    assert verify() == []


def _ids(payments: list[Captured]) -> list[UUID]:
    return [order.order_id for payment in payments for order in payment.orders]


@given(order=orders(), payment_id=st.uuids())
def test_orders_of_earlier_releases_keep_their_digest(order: OrderMoney, payment_id: UUID) -> None:
    copied = idempotency.digest([payment_id, dataclasses.asdict(order)])

    assert order_money.digest(payment_id, order) == copied


@pytest.mark.usefixtures("db")
def test_a_set_touches_each_account_of_the_platform_once() -> None:
    wanted = [Captured(ids.new(), (somewhere(_order()),)) for _ in range(100)]

    capture_all(wanted)

    touched = sql.rows(
        "SELECT kind, version FROM led_account WHERE party_kind = 'platform' ORDER BY kind"
    )
    assert touched == [("escrow", 1), ("psp_clearing", 1), ("subsidy", 1)]


@pytest.mark.usefixtures("db")
def test_one_order_with_other_terms_undoes_its_whole_set() -> None:
    known = _order()
    books.capture(known)
    other = dataclasses.replace(known, tech_bps=known.tech_bps + 1)
    fresh = somewhere(known)

    with pytest.raises(KeyReused):
        capture_all([Captured(ids.new(), (fresh,)), Captured(ids.new(), (other,))])

    assert sql.rows("SELECT order_id FROM led_order") == [(known.order_id,)]
    assert books.transactions() == 1


def _order() -> OrderMoney:
    return order_of(example("worked_order"))
